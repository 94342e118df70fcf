/*
 * notice.c
 *		Notices: news of the product, for everybody.
 */
#include "postgres.h"

#include "mb/pg_wchar.h"

#include "base/activity.h"
#include "base/authority.h"
#include "errors.h"
#include "operations/notice.h"
#include "operations/notice_store.h"
#include "reader/view.h"

#define TITLE_LENGTH 200

pg_uuid_t *
pacl_notice_publish(const char *title, const char *body)
{
	PaclEntry	entry = {.act = "notice.published", .by_operator = true};
	pg_uuid_t  *notice_id;

	if (title[strspn(title, " \t\r\n")] == '\0' ||
		pg_mbstrlen(title) > TITLE_LENGTH)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errword("wrong_length"),
				 errargument("title"),
				 errmsg("title must have between 1 and %d characters",
						TITLE_LENGTH)));
	notice_id = pacl_notice_store_insert(title, body, pacl_view_time());
	entry.subject_id = notice_id;
	(void) pacl_activity_record(&entry);
	return notice_id;
}

void
pacl_notice_read(const pg_uuid_t *notice_id)
{
	PaclCaller *caller = pacl_require_caller();

	if (!pacl_notice_store_exists(notice_id))
		pacl_raise_unknown("notice");
	pacl_notice_store_read(notice_id, &caller->account_id, pacl_view_time());
}
