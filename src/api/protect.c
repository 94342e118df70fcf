/*
 * protect.c
 *		Entry points: protect() and unprotect().
 */
#include "postgres.h"

#include "fmgr.h"

#include "access/protect.h"
#include "api/arguments.h"

PG_FUNCTION_INFO_V1(practiceacl_protect);
PG_FUNCTION_INFO_V1(practiceacl_unprotect);

Datum
practiceacl_protect(PG_FUNCTION_ARGS)
{
	PaclRights	read;
	PaclRights	write;

	ARG_REQUIRED(0, "target");
	ARG_REQUIRED(1, "agenda_column");
	read = pacl_arg_rights(fcinfo, 2, "read");
	write = pacl_arg_rights(fcinfo, 3, "write");
	pacl_protect_table(PG_GETARG_OID(0), NameStr(*PG_GETARG_NAME(1)),
					   read, write);
	PG_RETURN_VOID();
}

Datum
practiceacl_unprotect(PG_FUNCTION_ARGS)
{
	ARG_REQUIRED(0, "target");
	pacl_protect_undo(PG_GETARG_OID(0));
	PG_RETURN_VOID();
}
