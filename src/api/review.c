/*
 * review.c
 *		Entry points: reviews of grants.
 */
#include "postgres.h"

#include "fmgr.h"
#include "utils/date.h"

#include "access/review.h"
#include "api/arguments.h"

PG_FUNCTION_INFO_V1(practiceacl_start_review);
PG_FUNCTION_INFO_V1(practiceacl_confirm_right);
PG_FUNCTION_INFO_V1(practiceacl_cancel_review);

Datum
practiceacl_start_review(PG_FUNCTION_ARGS)
{
	const pg_uuid_t *organization_id = pacl_arg_uuid(fcinfo, 0,
													 "organization_id");

	ARG_REQUIRED(1, "until");
	PG_RETURN_UUID_P(pacl_review_start(organization_id, PG_GETARG_DATEADT(1)));
}

Datum
practiceacl_confirm_right(PG_FUNCTION_ARGS)
{
	PaclReviewTarget target = {
		.agenda_id = pacl_arg_uuid_or_null(fcinfo, 1),
		.account_id = pacl_arg_uuid(fcinfo, 2, "account_id"),
		.group_id = pacl_arg_uuid_or_null(fcinfo, 3),
		.profile_id = pacl_arg_uuid_or_null(fcinfo, 4),
	};

	pacl_review_confirm(pacl_arg_uuid(fcinfo, 0, "review_id"), &target);
	PG_RETURN_VOID();
}

Datum
practiceacl_cancel_review(PG_FUNCTION_ARGS)
{
	pacl_review_cancel(pacl_arg_uuid(fcinfo, 0, "review_id"));
	PG_RETURN_VOID();
}
