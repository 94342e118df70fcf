/*
 * appointment.c
 *		Entry points: booking, moving, changing, cancelling, importing.
 */
#include "postgres.h"

#include "fmgr.h"
#include "funcapi.h"
#include "utils/builtins.h"
#include "utils/fmgrprotos.h"
#include "utils/jsonb.h"

#include "api/arguments.h"
#include "api/booking_arguments.h"
#include "base/facts.h"
#include "calendar/appointment_guard.h"
#include "calendar/decision.h"
#include "calendar/import.h"
#include "calendar/move.h"

PG_FUNCTION_INFO_V1(practiceacl_book);
PG_FUNCTION_INFO_V1(practiceacl_explain_slot);
PG_FUNCTION_INFO_V1(practiceacl_move_appointment);
PG_FUNCTION_INFO_V1(practiceacl_move_appointments);
PG_FUNCTION_INFO_V1(practiceacl_swap_appointments);
PG_FUNCTION_INFO_V1(practiceacl_update_appointment);
PG_FUNCTION_INFO_V1(practiceacl_cancel_appointment);
PG_FUNCTION_INFO_V1(practiceacl_set_status);
PG_FUNCTION_INFO_V1(practiceacl_import_appointments);

/* What book and book_series share, from an argument on. */
void
pacl_arg_booking(FunctionCallInfo fcinfo, int patient, PaclBooking *booking)
{
	booking->patient = pacl_arg_text_or_null(fcinfo, patient);
	booking->note = pacl_arg_text_or_null(fcinfo, patient + 1);
	booking->private = pacl_arg_switch(fcinfo, patient + 2, "private");
	booking->overbook = pacl_arg_switch(fcinfo, patient + 3, "overbook");
	booking->reason = pacl_arg_text_or_null(fcinfo, patient + 4);
	booking->attributes = pacl_arg_absent(fcinfo, patient + 5) ? NULL :
		PG_GETARG_JSONB_P(patient + 5);
	booking->appointment_id = pacl_arg_uuid_or_null(fcinfo, patient + 6);
	booking->has_duration = !pacl_arg_absent(fcinfo, patient + 7);
	if (booking->has_duration)
		booking->duration = pacl_arg_duration(fcinfo, patient + 7, "duration");
	booking->patient_ref = pacl_arg_text_or_null(fcinfo, patient + 8);
	booking->contact = pacl_arg_text_or_null(fcinfo, patient + 9);
	booking->appointment_type = pacl_arg_uuid_or_null(fcinfo, patient + 10);
	booking->also = pacl_arg_uuids_or_null(fcinfo, patient + 11, "also",
										   &booking->also_count);
	booking->also_any = pacl_arg_uuids_or_null(fcinfo, patient + 12, "also_any",
											   &booking->also_any_count);
}

static int
arg_version(FunctionCallInfo fcinfo, int n)
{
	return pacl_arg_absent(fcinfo, n) ? PACL_ANY_VERSION : PG_GETARG_INT32(n);
}

Datum
practiceacl_book(PG_FUNCTION_ARGS)
{
	const pg_uuid_t *agenda_id = pacl_arg_uuid(fcinfo, 0, "agenda_id");
	PaclBooking booking = {0};

	booking.starts_at = pacl_arg_time(fcinfo, 1, "starts_at");
	booking.has_end = !PG_ARGISNULL(2);
	if (booking.has_end)
		booking.ends_at = PG_GETARG_TIMESTAMPTZ(2);
	pacl_arg_booking(fcinfo, 3, &booking);
	booking.waiting_list_entry = pacl_arg_uuid_or_null(fcinfo, 16);
	PG_RETURN_UUID_P(pacl_appointment_book(agenda_id, &booking));
}

/*
 * The facts of a refusal, with the argument that is at fault, and which of the
 * further agendas it is about.
 */
static char *
facts_of(const PaclRefusal *refusal)
{
	PaclFacts	facts;

	if (refusal->facts != NULL)
		pacl_facts_begin_with(&facts, refusal->facts);
	else
	{
		pacl_facts_begin(&facts);
		if (refusal->argument != NULL)
			pacl_facts_text(&facts, "argument", refusal->argument);
	}
	if (refusal->agenda_id != NULL)
		pacl_facts_uuid(&facts, "agenda_id", refusal->agenda_id);
	return pacl_facts_end(&facts);
}

static void
put_explanation(void *state, const char *severity, const PaclRefusal *refusal)
{
	ReturnSetInfo *result = state;
	Datum		values[5];
	bool		nulls[5] = {false};

	values[0] = CStringGetTextDatum(severity);
	values[1] = CStringGetTextDatum(unpack_sql_state(refusal->sqlstate));
	values[2] = CStringGetTextDatum(refusal->word);
	values[3] = CStringGetTextDatum(pacl_refusal_text(refusal));
	values[4] = DirectFunctionCall1(jsonb_in,
									CStringGetDatum(facts_of(refusal)));
	tuplestore_putvalues(result->setResult, result->setDesc, values, nulls);
}

Datum
practiceacl_explain_slot(PG_FUNCTION_ARGS)
{
	const pg_uuid_t *agenda_id = pacl_arg_uuid(fcinfo, 0, "agenda_id");
	PaclBooking booking = {0};

	booking.starts_at = pacl_arg_time(fcinfo, 1, "starts_at");
	booking.has_end = !PG_ARGISNULL(2);
	if (booking.has_end)
		booking.ends_at = PG_GETARG_TIMESTAMPTZ(2);
	pacl_arg_booking(fcinfo, 3, &booking);
	InitMaterializedSRF(fcinfo, 0);
	pacl_decision_explain(agenda_id, &booking, put_explanation,
						  fcinfo->resultinfo);
	return (Datum) 0;
}

Datum
practiceacl_move_appointment(PG_FUNCTION_ARGS)
{
	PaclMove	move = {{{0}}};

	move.appointment_id = *pacl_arg_uuid(fcinfo, 0, "appointment_id");
	move.starts_at = pacl_arg_time(fcinfo, 1, "starts_at");
	move.has_end = !PG_ARGISNULL(2);
	if (move.has_end)
		move.ends_at = PG_GETARG_TIMESTAMPTZ(2);
	move.agenda_id = pacl_arg_uuid_or_null(fcinfo, 3);
	move.overbook = pacl_arg_bool(fcinfo, 4, "overbook");
	move.reason = pacl_arg_text_or_null(fcinfo, 5);
	move.expected_version = arg_version(fcinfo, 6);
	pacl_move(&move);
	PG_RETURN_VOID();
}

static void
put_moved(void *state, const pg_uuid_t *appointment_id,
		  const PaclRefusal *refusal)
{
	ReturnSetInfo *result = state;
	Datum		values[4];
	bool		nulls[4] = {false, false, refusal == NULL, refusal == NULL};

	values[0] = UUIDPGetDatum(appointment_id);
	values[1] = CStringGetTextDatum(refusal == NULL ? "moved" : "refused");
	values[2] = refusal == NULL ? (Datum) 0 :
		CStringGetTextDatum(pacl_refusal_text(refusal));
	values[3] = refusal == NULL ? (Datum) 0 : CStringGetTextDatum(refusal->word);
	tuplestore_putvalues(result->setResult, result->setDesc, values, nulls);
}

Datum
practiceacl_move_appointments(PG_FUNCTION_ARGS)
{
	ARG_REQUIRED(0, "moves");
	InitMaterializedSRF(fcinfo, 0);
	pacl_move_json(PG_GETARG_JSONB_P(0), put_moved, fcinfo->resultinfo);
	return (Datum) 0;
}

Datum
practiceacl_swap_appointments(PG_FUNCTION_ARGS)
{
	const pg_uuid_t *one = pacl_arg_uuid(fcinfo, 0, "one");

	pacl_move_swap(one, pacl_arg_uuid(fcinfo, 1, "other"));
	PG_RETURN_VOID();
}

Datum
practiceacl_update_appointment(PG_FUNCTION_ARGS)
{
	ARG_REQUIRED(1, "changes");
	pacl_appointment_update(pacl_arg_uuid(fcinfo, 0, "appointment_id"),
							PG_GETARG_JSONB_P(1), arg_version(fcinfo, 2));
	PG_RETURN_VOID();
}

Datum
practiceacl_cancel_appointment(PG_FUNCTION_ARGS)
{
	pacl_appointment_set_status(pacl_arg_uuid(fcinfo, 0, "appointment_id"),
								"cancelled",
								pacl_arg_text_or_null(fcinfo, 1));
	PG_RETURN_VOID();
}

Datum
practiceacl_set_status(PG_FUNCTION_ARGS)
{
	pacl_appointment_set_status(pacl_arg_uuid(fcinfo, 0, "appointment_id"),
								pacl_arg_text(fcinfo, 1, "status"),
								pacl_arg_text_or_null(fcinfo, 2));
	PG_RETURN_VOID();
}

static void
put_imported(void *state, const PaclImported *row)
{
	ReturnSetInfo *result = state;
	Datum		values[5];
	bool		nulls[5];

	nulls[0] = row->key == NULL;
	values[0] = nulls[0] ? (Datum) 0 : CStringGetTextDatum(row->key);
	nulls[1] = row->appointment_id == NULL;
	values[1] = UUIDPGetDatum(row->appointment_id);
	nulls[2] = false;
	values[2] = CStringGetTextDatum(row->outcome);
	nulls[3] = row->detail == NULL;
	values[3] = nulls[3] ? (Datum) 0 : CStringGetTextDatum(row->detail);
	nulls[4] = row->word == NULL;
	values[4] = nulls[4] ? (Datum) 0 : CStringGetTextDatum(row->word);
	tuplestore_putvalues(result->setResult, result->setDesc, values, nulls);
}

Datum
practiceacl_import_appointments(PG_FUNCTION_ARGS)
{
	ARG_REQUIRED(0, "staging");
	InitMaterializedSRF(fcinfo, 0);
	pacl_import(PG_GETARG_OID(0), pacl_arg_switch(fcinfo, 1, "copies"),
				put_imported, fcinfo->resultinfo);
	return (Datum) 0;
}
