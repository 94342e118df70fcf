/*
 * session.c
 *		Entry points: sessions.
 */
#include "postgres.h"

#include "fmgr.h"

#include "api/arguments.h"
#include "identity/log_in.h"
#include "identity/password_change.h"
#include "identity/session.h"
#include "reader/identity.h"

PG_FUNCTION_INFO_V1(practiceacl_log_in);
PG_FUNCTION_INFO_V1(practiceacl_reauthenticate);
PG_FUNCTION_INFO_V1(practiceacl_change_password);
PG_FUNCTION_INFO_V1(practiceacl_request_password_reset);
PG_FUNCTION_INFO_V1(practiceacl_reset_password);
PG_FUNCTION_INFO_V1(practiceacl_open_session);
PG_FUNCTION_INFO_V1(practiceacl_confirm_session);
PG_FUNCTION_INFO_V1(practiceacl_enter);
PG_FUNCTION_INFO_V1(practiceacl_keep_session);
PG_FUNCTION_INFO_V1(practiceacl_log_out);
PG_FUNCTION_INFO_V1(practiceacl_close_session);
PG_FUNCTION_INFO_V1(practiceacl_close_other_sessions);
PG_FUNCTION_INFO_V1(practiceacl_choose_agenda);
PG_FUNCTION_INFO_V1(practiceacl_current_agenda);
PG_FUNCTION_INFO_V1(practiceacl_current_account);
PG_FUNCTION_INFO_V1(practiceacl_current_session);

Datum
practiceacl_log_in(PG_FUNCTION_ARGS)
{
	char	   *token = pacl_log_in(pacl_arg_text(fcinfo, 0, "email"),
									pacl_arg_secret(fcinfo, 1, "password"),
									pacl_arg_text_or_null(fcinfo, 2));

	if (token == NULL)
		PG_RETURN_NULL();
	PG_RETURN_TEXT_P(cstring_to_text(token));
}

Datum
practiceacl_reauthenticate(PG_FUNCTION_ARGS)
{
	PG_RETURN_TIMESTAMPTZ(pacl_log_in_again(pacl_arg_secret(fcinfo, 0, "password")));
}

Datum
practiceacl_change_password(PG_FUNCTION_ARGS)
{
	pacl_password_change(pacl_arg_secret(fcinfo, 0, "old_password"),
						 pacl_arg_secret(fcinfo, 1, "new_password"));
	PG_RETURN_VOID();
}

Datum
practiceacl_request_password_reset(PG_FUNCTION_ARGS)
{
	pacl_password_request_reset(pacl_arg_text(fcinfo, 0, "email"));
	PG_RETURN_VOID();
}

Datum
practiceacl_reset_password(PG_FUNCTION_ARGS)
{
	char	   *token = pacl_password_reset(pacl_arg_secret(fcinfo, 0, "token"),
											pacl_arg_secret(fcinfo, 1, "new_password"));

	PG_RETURN_TEXT_P(cstring_to_text(token));
}

Datum
practiceacl_open_session(PG_FUNCTION_ARGS)
{
	char	   *token = pacl_session_open_for(pacl_arg_uuid(fcinfo, 0, "account_id"),
											  pacl_arg_duration(fcinfo, 1, "lifetime"),
											  pacl_arg_text_or_null(fcinfo, 2),
											  pacl_arg_switch(fcinfo, 3, "second_factor"));

	PG_RETURN_TEXT_P(cstring_to_text(token));
}

Datum
practiceacl_confirm_session(PG_FUNCTION_ARGS)
{
	pacl_session_confirm_token(pacl_arg_secret(fcinfo, 0, "token"));
	PG_RETURN_VOID();
}

/* log_in() returns null when it refuses: not a valid token either. */
Datum
practiceacl_enter(PG_FUNCTION_ARGS)
{
	bool		strict = PG_NARGS() < 2 || PG_ARGISNULL(1) || PG_GETARG_BOOL(1);
	pg_uuid_t  *account_id = pacl_session_enter(pacl_arg_secret_or_null(fcinfo, 0),
												strict);

	if (account_id == NULL)
		PG_RETURN_NULL();
	PG_RETURN_UUID_P(account_id);
}

Datum
practiceacl_keep_session(PG_FUNCTION_ARGS)
{
	PG_RETURN_TIMESTAMPTZ(pacl_session_keep());
}

Datum
practiceacl_log_out(PG_FUNCTION_ARGS)
{
	pacl_session_log_out();
	PG_RETURN_VOID();
}

Datum
practiceacl_close_session(PG_FUNCTION_ARGS)
{
	pacl_session_close(pacl_arg_uuid(fcinfo, 0, "session_id"));
	PG_RETURN_VOID();
}

Datum
practiceacl_close_other_sessions(PG_FUNCTION_ARGS)
{
	pacl_session_close_others();
	PG_RETURN_VOID();
}

Datum
practiceacl_choose_agenda(PG_FUNCTION_ARGS)
{
	pacl_session_choose_agenda(pacl_arg_uuid(fcinfo, 0, "agenda_id"));
	PG_RETURN_VOID();
}

Datum
practiceacl_current_agenda(PG_FUNCTION_ARGS)
{
	const pg_uuid_t *agenda_id = pacl_session_current_agenda();

	if (agenda_id == NULL)
		PG_RETURN_NULL();
	PG_RETURN_UUID_P(memcpy(palloc(UUID_LEN), agenda_id, UUID_LEN));
}

Datum
practiceacl_current_account(PG_FUNCTION_ARGS)
{
	const PaclCaller *caller = pacl_identity_caller();

	if (caller == NULL)
		PG_RETURN_NULL();
	PG_RETURN_UUID_P(memcpy(palloc(UUID_LEN), &caller->account_id, UUID_LEN));
}

Datum
practiceacl_current_session(PG_FUNCTION_ARGS)
{
	const PaclCaller *caller = pacl_identity_caller();

	if (caller == NULL || !caller->has_session)
		PG_RETURN_NULL();
	PG_RETURN_UUID_P(memcpy(palloc(UUID_LEN), &caller->session_id, UUID_LEN));
}
