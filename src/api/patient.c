/*
 * patient.c
 *		Entry points: erasing patients.
 */
#include "postgres.h"

#include "fmgr.h"
#include "funcapi.h"

#include "api/arguments.h"
#include "operations/purge.h"
#include "people/patient.h"

PG_FUNCTION_INFO_V1(practiceacl_erase_patient);
PG_FUNCTION_INFO_V1(practiceacl_purge_patients);

static void
put_count(void *state, const char *what, int64 rows)
{
	ReturnSetInfo *result = state;
	Datum		values[2];
	bool		nulls[2] = {false, false};

	values[0] = CStringGetTextDatum(what);
	values[1] = Int64GetDatum(rows);
	tuplestore_putvalues(result->setResult, result->setDesc, values, nulls);
}

Datum
practiceacl_erase_patient(PG_FUNCTION_ARGS)
{
	const pg_uuid_t *organization_id = pacl_arg_uuid(fcinfo, 0,
													 "organization_id");
	const char *patient_ref = pacl_arg_text(fcinfo, 1, "patient_ref");
	PaclErasedPatient erased;

	InitMaterializedSRF(fcinfo, 0);
	pacl_patient_erase(organization_id, patient_ref, &erased);
	put_count(fcinfo->resultinfo, "appointments", erased.appointments);
	put_count(fcinfo->resultinfo, "details", erased.details);
	put_count(fcinfo->resultinfo, "messages", erased.messages);
	return (Datum) 0;
}

Datum
practiceacl_purge_patients(PG_FUNCTION_ARGS)
{
	ARG_REQUIRED(0, "older_than");
	InitMaterializedSRF(fcinfo, 0);
	pacl_purge_patients(PG_GETARG_INTERVAL_P(0), put_count,
						fcinfo->resultinfo);
	return (Datum) 0;
}
