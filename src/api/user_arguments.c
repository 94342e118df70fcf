/*
 * user_arguments.c
 *		The arguments that making and inviting a user have in common.
 */
#include "postgres.h"

#include "utils/jsonb.h"

#include "api/arguments.h"
#include "api/user_arguments.h"

void
pacl_arg_user_request(FunctionCallInfo fcinfo, PaclUserRequest *request)
{
	memset(request, 0, sizeof(PaclUserRequest));
	request->organization_id = *pacl_arg_uuid(fcinfo, 0, "organization_id");
	request->email = pacl_arg_text(fcinfo, 1, "email");
	request->first_name = pacl_arg_text(fcinfo, 2, "first_name");
	request->last_name = pacl_arg_text(fcinfo, 3, "last_name");
	request->job_title = pacl_arg_text_or_null(fcinfo, 4);
	request->admin_word = pacl_arg_text(fcinfo, 5, "admin");
	if (!PG_ARGISNULL(6))
		request->agenda_json = PG_GETARG_JSONB_P(6);
	if (!PG_ARGISNULL(7))
		request->access_json = PG_GETARG_JSONB_P(7);
	request->clone_from = pacl_arg_uuid_or_null(fcinfo, 8);
	request->features = pacl_arg_rights(fcinfo, 9, "features");
	request->mobile = pacl_arg_text_or_null(fcinfo, 10);
	request->country = pacl_arg_text_or_null(fcinfo, 11);
	request->time_zone = pacl_arg_text_or_null(fcinfo, 12);
}
