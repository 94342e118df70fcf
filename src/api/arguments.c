/*
 * arguments.c
 *		What the doorways share: unpacking arguments, packing results.
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
