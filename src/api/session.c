/*
 * session.c
 *		Doorways: sessions.
 */
#include "postgres.h"

#include "fmgr.h"

#include "api/arguments.h"
#include "domain/session.h"
#include "reader/identity.h"

PG_FUNCTION_INFO_V1(practiceacl_open_session);
PG_FUNCTION_INFO_V1(practiceacl_confirm_session);
PG_FUNCTION_INFO_V1(practiceacl_enter);
PG_FUNCTION_INFO_V1(practiceacl_log_out);
PG_FUNCTION_INFO_V1(practiceacl_current_account);
PG_FUNCTION_INFO_V1(practiceacl_current_session);

/* An interval as a length of time: months of 30 days, days of 24 hours. */
static int64
arg_duration(FunctionCallInfo fcinfo, int n, const char *name)
{
	Interval   *interval;
	float8		seconds;

	ARG_REQUIRED(n, name);
	interval = PG_GETARG_INTERVAL_P(n);
	seconds = interval->time / (float8) USECS_PER_SEC +
		(interval->day + interval->month * (float8) DAYS_PER_MONTH) * SECS_PER_DAY;

	/* Out of any sensible bounds: the rule says which they are. */
	if (seconds < -1e9 || seconds > 1e9)
		return seconds < 0 ? PG_INT64_MIN : PG_INT64_MAX;
	return (int64) (seconds * USECS_PER_SEC);
}

Datum
practiceacl_open_session(PG_FUNCTION_ARGS)
{
	char	   *token = pacl_session_open_for(pacl_arg_uuid(fcinfo, 0, "account_id"),
											  arg_duration(fcinfo, 1, "lifetime"),
											  pacl_arg_text_or_null(fcinfo, 2));

	PG_RETURN_TEXT_P(cstring_to_text(token));
}

Datum
practiceacl_confirm_session(PG_FUNCTION_ARGS)
{
	pacl_session_confirm_token(pacl_arg_text(fcinfo, 0, "token"));
	PG_RETURN_VOID();
}

/* A null is what log_in() gives who was refused: no valid token either. */
Datum
practiceacl_enter(PG_FUNCTION_ARGS)
{
	PG_RETURN_UUID_P(pacl_session_enter(pacl_arg_text_or_null(fcinfo, 0)));
}

Datum
practiceacl_log_out(PG_FUNCTION_ARGS)
{
	pacl_session_log_out();
	PG_RETURN_VOID();
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
