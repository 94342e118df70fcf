/*
 * arguments.c
 *		What the entry points share: unpacking arguments, packing results.
 */
#include "postgres.h"

#include "access/htup_details.h"
#include "catalog/pg_type.h"
#include "funcapi.h"
#include "tcop/tcopprot.h"
#include "utils/array.h"
#include "utils/backend_status.h"
#include "utils/rangetypes.h"
#include "utils/typcache.h"

#include "api/arguments.h"
#include "errors.h"

void
pacl_argument_is_null(const char *name)
{
	ereport(ERROR,
			(errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED),
			 errword("null_argument"),
			 errargument(name),
			 errmsg("%s must not be null", name)));
}

static void
hide_in_statement(const char *secret)
{
	if (secret[0] != '\0' && debug_query_string != NULL &&
		strstr(debug_query_string, secret) != NULL)
		pgstat_report_activity(STATE_RUNNING,
							   "(hidden: a token or a password stands in the text)");
}

char *
pacl_arg_secret(FunctionCallInfo fcinfo, int n, const char *name)
{
	char	   *secret = pacl_arg_text(fcinfo, n, name);

	hide_in_statement(secret);
	return secret;
}

char *
pacl_arg_secret_or_null(FunctionCallInfo fcinfo, int n)
{
	return pacl_arg_absent(fcinfo, n) ? NULL :
		pacl_arg_secret(fcinfo, n, "secret");
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

pg_uuid_t *
pacl_arg_uuids_or_null(FunctionCallInfo fcinfo, int n, const char *name,
					   int *count)
{
	Datum	   *items;
	bool	   *nulls;
	pg_uuid_t  *ids;

	*count = 0;
	if (pacl_arg_absent(fcinfo, n))
		return NULL;
	deconstruct_array(PG_GETARG_ARRAYTYPE_P(n), UUIDOID, UUID_LEN, false,
					  TYPALIGN_CHAR, &items, &nulls, count);
	ids = palloc(Max(*count, 1) * sizeof(pg_uuid_t));
	for (int i = 0; i < *count; i++)
	{
		if (nulls[i])
			ereport(ERROR,
					(errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED),
					 errword("null_argument"),
					 errargument(name),
					 errmsg("%s must not contain null", name)));
		ids[i] = *DatumGetUUIDP(items[i]);
	}
	return ids;
}

int
pacl_arg_weekdays(FunctionCallInfo fcinfo, int n)
{
	Datum	   *items;
	bool	   *nulls;
	int			count;
	int			days = 0;

	if (pacl_arg_absent(fcinfo, n))
		return 0;
	deconstruct_array(PG_GETARG_ARRAYTYPE_P(n), INT4OID, sizeof(int32), true,
					  TYPALIGN_INT, &items, &nulls, &count);
	for (int i = 0; i < count; i++)
	{
		int			day = nulls[i] ? 0 : DatumGetInt32(items[i]);

		if (day < 1 || day > 7)
			ereport(ERROR,
					(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
					 errword("out_of_range"),
					 errargument("weekdays"),
					 errmsg("weekdays must be from 1 to 7"),
					 errhint("Monday is 1 and Sunday is 7.")));
		days |= 1 << day;
	}
	if (days == 0)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errword("out_of_range"),
				 errargument("weekdays"),
				 errmsg("weekdays must have at least one"),
				 errhint("Leave them out for any day.")));
	return days;
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

static void
check_columns(PaclRows *rows, TupleDesc result)
{
	if (pacl_column_count(rows) != result->natts)
		elog(ERROR, "query has %d columns, its function %d",
			 pacl_column_count(rows), result->natts);
	for (int i = 0; i < result->natts; i++)
		if (pacl_column_type(rows, i + 1) != TupleDescAttr(result, i)->atttypid)
			elog(ERROR, "column %d is of type %s, the function's of %s", i + 1,
				 format_type_be(pacl_column_type(rows, i + 1)),
				 format_type_be(TupleDescAttr(result, i)->atttypid));
}

Datum
pacl_result_rows(FunctionCallInfo fcinfo, PaclRows *rows)
{
	ReturnSetInfo *result = (ReturnSetInfo *) fcinfo->resultinfo;
	Datum	   *values;
	bool	   *nulls;

	InitMaterializedSRF(fcinfo, 0);
	check_columns(rows, result->setDesc);
	values = palloc(result->setDesc->natts * sizeof(Datum));
	nulls = palloc(result->setDesc->natts * sizeof(bool));
	while (pacl_next(rows))
	{
		for (int i = 0; i < result->setDesc->natts; i++)
			values[i] = pacl_column_datum(rows, i + 1, &nulls[i]);
		tuplestore_putvalues(result->setResult, result->setDesc, values,
							 nulls);
	}
	pacl_done(rows);
	return (Datum) 0;
}

/*
 * A time has whole microseconds, so every bound can be half-open.
 */
static PaclPeriod
period_of(RangeType *range, const char *name)
{
	TypeCacheEntry *type = lookup_type_cache(RangeTypeGetOid(range),
											 TYPECACHE_RANGE_INFO);
	PaclPeriod	period = pacl_period_always();
	RangeBound	lower;
	RangeBound	upper;
	bool		empty;

	range_deserialize(type, range, &lower, &upper, &empty);
	if (empty)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errword("empty_period"),
				 errargument(name),
				 errmsg("%s must not be empty", name),
				 errhint("Its end must be later than its beginning.")));
	if (!lower.infinite)
	{
		period.from = DatumGetTimestampTz(lower.val);
		if (!lower.inclusive && !TIMESTAMP_NOT_FINITE(period.from))
			period.from++;
	}
	if (!upper.infinite)
	{
		period.until = DatumGetTimestampTz(upper.val);
		if (upper.inclusive && !TIMESTAMP_NOT_FINITE(period.until))
			period.until++;
	}
	return period;
}

PaclPeriod
pacl_arg_period(FunctionCallInfo fcinfo, int n, const char *name)
{
	ARG_REQUIRED(n, name);
	return period_of(PG_GETARG_RANGE_P(n), name);
}
