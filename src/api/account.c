/*
 * account.c
 *		Doorways: accounts as persons.
 */
#include "postgres.h"

#include "fmgr.h"

#include "api/arguments.h"
#include "domain/account.h"

PG_FUNCTION_INFO_V1(practiceacl_map_role);
PG_FUNCTION_INFO_V1(practiceacl_unmap_role);

Datum
practiceacl_map_role(PG_FUNCTION_ARGS)
{
	ARG_REQUIRED(0, "role");
	pacl_account_map_role(PG_GETARG_OID(0),
						  pacl_arg_uuid(fcinfo, 1, "account_id"));
	PG_RETURN_VOID();
}

Datum
practiceacl_unmap_role(PG_FUNCTION_ARGS)
{
	ARG_REQUIRED(0, "role");
	pacl_account_unmap_role(PG_GETARG_OID(0));
	PG_RETURN_VOID();
}
