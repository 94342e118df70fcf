/*
 * invitation.c
 *		Entry points: invitations.
 */
#include "postgres.h"

#include "fmgr.h"

#include "api/arguments.h"
#include "api/user_arguments.h"
#include "people/acceptance.h"
#include "people/invitation.h"

PG_FUNCTION_INFO_V1(practiceacl_invite_user);
PG_FUNCTION_INFO_V1(practiceacl_resend_invitation);
PG_FUNCTION_INFO_V1(practiceacl_revoke_invitation);
PG_FUNCTION_INFO_V1(practiceacl_delete_invitation);
PG_FUNCTION_INFO_V1(practiceacl_accept_invitation);
PG_FUNCTION_INFO_V1(practiceacl_decline_invitation);

Datum
practiceacl_invite_user(PG_FUNCTION_ARGS)
{
	PaclUserRequest request;
	PaclInvited invited;
	Datum		values[3];
	bool		nulls[3] = {false};

	pacl_arg_user_request(fcinfo, &request);
	request.profile = pacl_arg_uuid_or_null(fcinfo, 14);
	invited = pacl_invitation_make(&request,
								   pacl_arg_duration(fcinfo, 13, "lifetime"));
	values[0] = pacl_result_uuid(&invited.id, &nulls[0]);
	values[1] = pacl_result_text(invited.token, &nulls[1]);
	values[2] = TimestampTzGetDatum(invited.expires_at);
	return pacl_result_row(fcinfo, values, nulls);
}

Datum
practiceacl_resend_invitation(PG_FUNCTION_ARGS)
{
	PaclInvited invited;
	Datum		values[2];
	bool		nulls[2] = {false};

	invited = pacl_invitation_send_again(pacl_arg_uuid(fcinfo, 0,
													   "invitation_id"));
	values[0] = pacl_result_text(invited.token, &nulls[0]);
	values[1] = TimestampTzGetDatum(invited.expires_at);
	return pacl_result_row(fcinfo, values, nulls);
}

Datum
practiceacl_revoke_invitation(PG_FUNCTION_ARGS)
{
	pacl_invitation_revoke(pacl_arg_uuid(fcinfo, 0, "invitation_id"));
	PG_RETURN_VOID();
}

Datum
practiceacl_delete_invitation(PG_FUNCTION_ARGS)
{
	pacl_invitation_delete(pacl_arg_uuid(fcinfo, 0, "invitation_id"));
	PG_RETURN_VOID();
}

Datum
practiceacl_accept_invitation(PG_FUNCTION_ARGS)
{
	PaclAcceptance acceptance;
	PaclAccepted accepted;
	Datum		values[4];
	bool		nulls[4] = {false};

	acceptance.token = pacl_arg_secret(fcinfo, 0, "token");
	acceptance.password = pacl_arg_secret_or_null(fcinfo, 1);
	acceptance.first_name = pacl_arg_text_or_null(fcinfo, 2);
	acceptance.last_name = pacl_arg_text_or_null(fcinfo, 3);
	acceptance.client = pacl_arg_text_or_null(fcinfo, 4);
	accepted = pacl_invitation_accept(&acceptance);
	values[0] = pacl_result_uuid(accepted.account_id, &nulls[0]);
	values[1] = pacl_result_uuid(accepted.organization_id, &nulls[1]);
	values[2] = pacl_result_uuid(accepted.agenda_id, &nulls[2]);
	values[3] = pacl_result_text(accepted.session, &nulls[3]);
	return pacl_result_row(fcinfo, values, nulls);
}

Datum
practiceacl_decline_invitation(PG_FUNCTION_ARGS)
{
	pacl_invitation_decline(pacl_arg_secret(fcinfo, 0, "token"));
	PG_RETURN_VOID();
}
