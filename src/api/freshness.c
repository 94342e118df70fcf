/*
 * freshness.c
 *		Entry points: reading on a standby what was written on the primary.
 */
#include "postgres.h"

#include "access/transam.h"
#include "fmgr.h"
#include "utils/xid8.h"

#include "api/arguments.h"
#include "base/freshness.h"

PG_FUNCTION_INFO_V1(practiceacl_commit_position);
PG_FUNCTION_INFO_V1(practiceacl_require_fresh);

Datum
practiceacl_commit_position(PG_FUNCTION_ARGS)
{
	PG_RETURN_FULLTRANSACTIONID(pacl_freshness_position());
}

Datum
practiceacl_require_fresh(PG_FUNCTION_ARGS)
{
	ARG_REQUIRED(0, "commit_position");
	pacl_freshness_require(PG_GETARG_FULLTRANSACTIONID(0),
						   pacl_arg_duration(fcinfo, 1, "wait"));
	PG_RETURN_VOID();
}
