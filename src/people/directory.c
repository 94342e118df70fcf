/*
 * directory.c
 *		Finding colleagues.
 */
#include "postgres.h"

#include "mb/pg_wchar.h"

#include "base/authority.h"
#include "people/directory.h"
#include "reader/view.h"

#define MAX_PAGE 1000
#define MAX_QUERY 200

void
pacl_directory_search(PaclRows *rows, const pg_uuid_t *organization_id,
					  const char *query, const pg_uuid_t *after,
					  int page_size)
{
	PaclSearch	search = {.query = query, .after = after};
	const PaclMembership *member;

	(void) pacl_require_caller();
	if (page_size < 1 || page_size > MAX_PAGE)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("page_size must be between 1 and %d", MAX_PAGE)));
	if (pg_mbstrlen(query) > MAX_QUERY)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("query is too long"),
				 errdetail("It may have %d characters.", MAX_QUERY)));

	pacl_view_push_latest();
	member = pacl_access_member(organization_id);
	if (member == NULL || !member->listed)
		pacl_raise_unknown("organization");
	search.organization_id = *organization_id;
	search.page_size = page_size;
	search.administrator = member->admin != PACL_ADMIN_NONE;
	pacl_view_pop();
	pacl_directory_store_search(rows, &search);
}
