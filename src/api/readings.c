/*
 * readings.c
 *		Entry point: who has looked.
 */
#include "postgres.h"

#include "fmgr.h"

#include "api/arguments.h"
#include "base/reading.h"

PG_FUNCTION_INFO_V1(practiceacl_readings);

Datum
practiceacl_readings(PG_FUNCTION_ARGS)
{
	PaclRows	rows;

	pacl_readings(&rows, pacl_arg_uuid(fcinfo, 0, "agenda_id"),
				  PG_ARGISNULL(1) ? DT_NOBEGIN : PG_GETARG_TIMESTAMPTZ(1));
	return pacl_result_rows(fcinfo, &rows);
}
