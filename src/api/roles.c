/*
 * roles.c
 *		Entry points: privilege sets of database roles.
 */
#include "postgres.h"

#include "fmgr.h"

#include "api/arguments.h"
#include "operations/role.h"

PG_FUNCTION_INFO_V1(practiceacl_grant_application);
PG_FUNCTION_INFO_V1(practiceacl_grant_authenticator);
PG_FUNCTION_INFO_V1(practiceacl_grant_mailer);
PG_FUNCTION_INFO_V1(practiceacl_grant_reporting);
PG_FUNCTION_INFO_V1(practiceacl_grant_operator);
PG_FUNCTION_INFO_V1(practiceacl_grant_monitor);
PG_FUNCTION_INFO_V1(practiceacl_revoke_application);
PG_FUNCTION_INFO_V1(practiceacl_revoke_authenticator);
PG_FUNCTION_INFO_V1(practiceacl_revoke_mailer);
PG_FUNCTION_INFO_V1(practiceacl_revoke_reporting);
PG_FUNCTION_INFO_V1(practiceacl_revoke_operator);
PG_FUNCTION_INFO_V1(practiceacl_revoke_monitor);

static Oid
role_argument(FunctionCallInfo fcinfo)
{
	ARG_REQUIRED(0, "role");
	return PG_GETARG_OID(0);
}

Datum
practiceacl_grant_application(PG_FUNCTION_ARGS)
{
	pacl_role_grant("application", role_argument(fcinfo));
	PG_RETURN_VOID();
}

Datum
practiceacl_grant_authenticator(PG_FUNCTION_ARGS)
{
	pacl_role_grant("authenticator", role_argument(fcinfo));
	PG_RETURN_VOID();
}

Datum
practiceacl_grant_mailer(PG_FUNCTION_ARGS)
{
	pacl_role_grant("mailer", role_argument(fcinfo));
	PG_RETURN_VOID();
}

Datum
practiceacl_grant_reporting(PG_FUNCTION_ARGS)
{
	pacl_role_grant("reporting", role_argument(fcinfo));
	PG_RETURN_VOID();
}

Datum
practiceacl_grant_operator(PG_FUNCTION_ARGS)
{
	pacl_role_grant("operator", role_argument(fcinfo));
	PG_RETURN_VOID();
}

Datum
practiceacl_grant_monitor(PG_FUNCTION_ARGS)
{
	pacl_role_grant("monitor", role_argument(fcinfo));
	PG_RETURN_VOID();
}

Datum
practiceacl_revoke_application(PG_FUNCTION_ARGS)
{
	pacl_role_revoke("application", role_argument(fcinfo));
	PG_RETURN_VOID();
}

Datum
practiceacl_revoke_authenticator(PG_FUNCTION_ARGS)
{
	pacl_role_revoke("authenticator", role_argument(fcinfo));
	PG_RETURN_VOID();
}

Datum
practiceacl_revoke_mailer(PG_FUNCTION_ARGS)
{
	pacl_role_revoke("mailer", role_argument(fcinfo));
	PG_RETURN_VOID();
}

Datum
practiceacl_revoke_reporting(PG_FUNCTION_ARGS)
{
	pacl_role_revoke("reporting", role_argument(fcinfo));
	PG_RETURN_VOID();
}

Datum
practiceacl_revoke_operator(PG_FUNCTION_ARGS)
{
	pacl_role_revoke("operator", role_argument(fcinfo));
	PG_RETURN_VOID();
}

Datum
practiceacl_revoke_monitor(PG_FUNCTION_ARGS)
{
	pacl_role_revoke("monitor", role_argument(fcinfo));
	PG_RETURN_VOID();
}
