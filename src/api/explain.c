/*
 * explain.c
 *		Entry points: who may do what on an agenda, why, and since when.
 */
#include "postgres.h"

#include "fmgr.h"
#include "funcapi.h"

#include "access/explain.h"
#include "api/arguments.h"

PG_FUNCTION_INFO_V1(practiceacl_who_can);
PG_FUNCTION_INFO_V1(practiceacl_explain_access);
PG_FUNCTION_INFO_V1(practiceacl_access_at);

Datum
practiceacl_who_can(PG_FUNCTION_ARGS)
{
	ReturnSetInfo *result = (ReturnSetInfo *) fcinfo->resultinfo;
	int			count;
	PaclHolding *holdings =
		pacl_explain_who_can(pacl_arg_uuid(fcinfo, 0, "agenda_id"),
							 pacl_arg_rights(fcinfo, 1, "required"), &count);

	InitMaterializedSRF(fcinfo, 0);
	for (int i = 0; i < count; i++)
	{
		Datum		values[4];
		bool		nulls[4] = {false};

		values[0] = UUIDPGetDatum(&holdings[i].account_id);
		values[1] = CStringGetTextDatum(holdings[i].name);
		values[2] = RightsGetDatum(holdings[i].rights);
		values[3] = TimestampTzGetDatum(holdings[i].until);
		nulls[3] = holdings[i].until == DT_NOEND;
		tuplestore_putvalues(result->setResult, result->setDesc, values,
							 nulls);
	}
	return (Datum) 0;
}

Datum
practiceacl_explain_access(PG_FUNCTION_ARGS)
{
	PaclRows	rows;

	pacl_explain_access(&rows, pacl_arg_uuid(fcinfo, 0, "account_id"),
						pacl_arg_uuid(fcinfo, 1, "agenda_id"));
	return pacl_result_rows(fcinfo, &rows);
}

Datum
practiceacl_access_at(PG_FUNCTION_ARGS)
{
	PaclRows	rows;

	pacl_explain_at(&rows, pacl_arg_time(fcinfo, 0, "at"),
					pacl_arg_uuid(fcinfo, 1, "agenda_id"));
	return pacl_result_rows(fcinfo, &rows);
}
