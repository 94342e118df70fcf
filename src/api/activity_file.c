/*
 * activity_file.c
 *		Entry points: the record of long ago in files.
 */
#include "postgres.h"

#include "fmgr.h"
#include "funcapi.h"
#include "utils/builtins.h"

#include "api/arguments.h"
#include "operations/activity_file.h"
#include "pure/uuid.h"

PG_FUNCTION_INFO_V1(practiceacl_export_activity);
PG_FUNCTION_INFO_V1(practiceacl_seal_activity);

static const pg_uuid_t *
organization_or_database(FunctionCallInfo fcinfo)
{
	return PG_ARGISNULL(0) ? &pacl_nil_uuid : PG_GETARG_UUID_P(0);
}

static void
put_line(void *state, const char *line, int length)
{
	ReturnSetInfo *result = state;
	text	   *value = cstring_to_text_with_len(line, length);
	Datum		values[1] = {PointerGetDatum(value)};
	bool		nulls[1] = {false};

	tuplestore_putvalues(result->setResult, result->setDesc, values, nulls);
	pfree(value);
}

Datum
practiceacl_export_activity(PG_FUNCTION_ARGS)
{
	InitMaterializedSRF(fcinfo, MAT_SRF_USE_EXPECTED_DESC);
	pacl_activity_export(organization_or_database(fcinfo),
						 pacl_arg_time(fcinfo, 1, "before"),
						 pacl_arg_bool(fcinfo, 2, "details"), put_line,
						 fcinfo->resultinfo);
	return (Datum) 0;
}

Datum
practiceacl_seal_activity(PG_FUNCTION_ARGS)
{
	PG_RETURN_INT64(pacl_activity_seal(organization_or_database(fcinfo),
									   pacl_arg_time(fcinfo, 1, "before"),
									   pacl_arg_text(fcinfo, 2, "digest")));
}
