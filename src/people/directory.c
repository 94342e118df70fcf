/*
 * directory.c
 *		The directory: finding colleagues.
 */
#include "postgres.h"

#include "mb/pg_wchar.h"

#include "access/membership_store.h"
#include "base/authority.h"
#include "errors.h"
#include "identity/account_store.h"
#include "people/directory.h"
#include "reader/view.h"

#define MAX_PAGE 1000
#define MAX_QUERY 200

/*
 * A page goes on after a name.  Of an erased account there is none: going on
 * after "Deleted account" would show most people twice.
 */
static void
check_after(const pg_uuid_t *organization_id, const pg_uuid_t *after)
{
	PaclMembershipRow membership;
	PaclAccountRow person;

	if (pacl_membership_store_read(organization_id, after, &membership) &&
		pacl_account_store_read(after, &person) && person.email != NULL)
		return;
	ereport(ERROR,
			(errcode(ERRCODE_PACL_NOT_FOUND),
			 errword("page_gone"),
			 errmsg("user does not exist or is not visible to you"),
			 errdetail("The page before ended with an account that was erased, or is none of the organization."),
			 errhint("Begin with the first page again.")));
}

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
				 errword("out_of_range"),
				 errargument("page_size"),
				 errmsg("page_size must be between 1 and %d", MAX_PAGE)));
	if (pg_mbstrlen(query) > MAX_QUERY)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errword("too_long"),
				 errargument("query"),
				 errmsg("query is too long"),
				 errdetail("It may have %d characters.", MAX_QUERY)));

	pacl_view_push_latest();
	if (!pacl_access_is_colleague(organization_id))
		pacl_raise_unknown("organization");
	member = pacl_access_member(organization_id);
	search.organization_id = *organization_id;
	search.page_size = page_size;
	search.administrator = member->admin != PACL_ADMIN_NONE;
	pacl_view_pop();
	if (after != NULL)
		check_after(organization_id, after);
	pacl_directory_store_search(rows, &search);
}
