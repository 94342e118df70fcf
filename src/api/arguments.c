/*
 * arguments.c
 *		What the entry points share: unpacking arguments, packing results.
 */
#include "postgres.h"

#include "access/htup_details.h"
#include "funcapi.h"

#include "api/arguments.h"

void
pacl_argument_is_null(const char *name)
{
	ereport(ERROR,
			(errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED),
			 errmsg("%s must not be null", name)));
}

int64
pacl_arg_duration(FunctionCallInfo fcinfo, int n, const char *name)
{
	Interval   *interval;
	float8		seconds;

	ARG_REQUIRED(n, name);
	interval = PG_GETARG_INTERVAL_P(n);
	seconds = interval->time / (float8) USECS_PER_SEC +
		(interval->day + interval->month * (float8) DAYS_PER_MONTH) * SECS_PER_DAY;
	if (seconds < -1e9 || seconds > 1e9)
		return seconds < 0 ? PG_INT64_MIN : PG_INT64_MAX;
	return (int64) (seconds * USECS_PER_SEC);
}

Datum
pacl_result_row(FunctionCallInfo fcinfo, Datum *values,
				bool *nulls)
{
	TupleDesc	descriptor;

	if (get_call_result_type(fcinfo, NULL, &descriptor) != TYPEFUNC_COMPOSITE)
		elog(ERROR, "return type must be a row type");
	return HeapTupleGetDatum(heap_form_tuple(BlessTupleDesc(descriptor),
											 values, nulls));
}
