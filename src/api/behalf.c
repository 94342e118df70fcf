/*
 * behalf.c
 *		Doorway: emergencies, messages to patients, series.
 */
#include "postgres.h"

#include "fmgr.h"
#include "funcapi.h"
#include "miscadmin.h"
#include "utils/builtins.h"

#include "api/arguments.h"
#include "domain/break_glass.h"
#include "domain/patient_message.h"
#include "domain/series.h"

PG_FUNCTION_INFO_V1(practiceacl_break_glass);
PG_FUNCTION_INFO_V1(practiceacl_send_message);
PG_FUNCTION_INFO_V1(practiceacl_book_series);

Datum
practiceacl_break_glass(PG_FUNCTION_ARGS)
{
	const pg_uuid_t *agenda_id = pacl_arg_uuid(fcinfo, 0, "agenda_id");
	char	   *reason = pacl_arg_text(fcinfo, 1, "reason");

	ARG_REQUIRED(2, "duration");
	PG_RETURN_TIMESTAMPTZ(pacl_break_glass(agenda_id, reason,
										   PG_GETARG_INTERVAL_P(2)));
}

Datum
practiceacl_send_message(PG_FUNCTION_ARGS)
{
	PG_RETURN_UUID_P(pacl_patient_message_send(pacl_arg_uuid(fcinfo, 0, "agenda_id"),
											   pacl_arg_text(fcinfo, 1, "recipient"),
											   pacl_arg_text_or_null(fcinfo, 2),
											   pacl_arg_text(fcinfo, 3, "body")));
}

static void
put_outcome(void *state, TimestampTz starts_at,
			const pg_uuid_t *appointment_id, const PaclRefusal *refusal)
{
	ReturnSetInfo *result = state;
	Datum		values[4];
	bool		nulls[4] = {false, appointment_id == NULL, false,
	refusal == NULL};

	CHECK_FOR_INTERRUPTS();
	values[0] = TimestampTzGetDatum(starts_at);
	values[1] = UUIDPGetDatum(appointment_id);
	values[2] = CStringGetTextDatum(refusal == NULL ? "booked" : "refused");
	values[3] = refusal == NULL ? (Datum) 0 :
		CStringGetTextDatum(pacl_refusal_text(refusal));
	tuplestore_putvalues(result->setResult, result->setDesc, values, nulls);
}

Datum
practiceacl_book_series(PG_FUNCTION_ARGS)
{
	const pg_uuid_t *agenda_id = pacl_arg_uuid(fcinfo, 0, "agenda_id");
	PaclSeries	series = {0};

	series.starts_at = pacl_arg_time(fcinfo, 1, "starts_at");
	series.ends_at = pacl_arg_time(fcinfo, 2, "ends_at");
	ARG_REQUIRED(3, "every");
	series.every = PG_GETARG_INTERVAL_P(3);
	series.times = pacl_arg_int(fcinfo, 4, "times");
	series.patient = pacl_arg_text_or_null(fcinfo, 5);
	series.note = pacl_arg_text_or_null(fcinfo, 6);

	InitMaterializedSRF(fcinfo, 0);
	pacl_series_book(agenda_id, &series, put_outcome, fcinfo->resultinfo);
	return (Datum) 0;
}
