/*
 * appointment.c
 *		Entry points: booking, moving, changing, cancelling, importing.
 */
#include "postgres.h"

#include "fmgr.h"
#include "funcapi.h"
#include "utils/builtins.h"
#include "utils/jsonb.h"

#include "api/arguments.h"
#include "calendar/appointment.h"
#include "calendar/import.h"

PG_FUNCTION_INFO_V1(practiceacl_book);
PG_FUNCTION_INFO_V1(practiceacl_move_appointment);
PG_FUNCTION_INFO_V1(practiceacl_update_appointment);
PG_FUNCTION_INFO_V1(practiceacl_cancel_appointment);
PG_FUNCTION_INFO_V1(practiceacl_set_status);
PG_FUNCTION_INFO_V1(practiceacl_import_appointments);

Datum
practiceacl_book(PG_FUNCTION_ARGS)
{
	const pg_uuid_t *agenda_id = pacl_arg_uuid(fcinfo, 0, "agenda_id");
	PaclBooking booking = {0};

	booking.starts_at = pacl_arg_time(fcinfo, 1, "starts_at");
	booking.has_end = !PG_ARGISNULL(2);
	if (booking.has_end)
		booking.ends_at = PG_GETARG_TIMESTAMPTZ(2);
	booking.patient = pacl_arg_text_or_null(fcinfo, 3);
	booking.note = pacl_arg_text_or_null(fcinfo, 4);
	booking.private = pacl_arg_bool(fcinfo, 5, "private");
	booking.overbook = pacl_arg_bool(fcinfo, 6, "overbook");
	booking.reason = pacl_arg_text_or_null(fcinfo, 7);
	booking.attributes = PG_ARGISNULL(8) ? NULL : PG_GETARG_JSONB_P(8);
	booking.appointment_id = pacl_arg_uuid_or_null(fcinfo, 9);
	PG_RETURN_UUID_P(pacl_appointment_book(agenda_id, &booking));
}

Datum
practiceacl_move_appointment(PG_FUNCTION_ARGS)
{
	pacl_appointment_move(pacl_arg_uuid(fcinfo, 0, "appointment_id"),
						  pacl_arg_uuid_or_null(fcinfo, 3),
						  pacl_arg_time(fcinfo, 1, "starts_at"),
						  !PG_ARGISNULL(2),
						  PG_ARGISNULL(2) ? 0 : PG_GETARG_TIMESTAMPTZ(2),
						  pacl_arg_bool(fcinfo, 4, "overbook"),
						  pacl_arg_text_or_null(fcinfo, 5));
	PG_RETURN_VOID();
}

Datum
practiceacl_update_appointment(PG_FUNCTION_ARGS)
{
	ARG_REQUIRED(1, "changes");
	pacl_appointment_update(pacl_arg_uuid(fcinfo, 0, "appointment_id"),
							PG_GETARG_JSONB_P(1));
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
								pacl_arg_text(fcinfo, 1, "status"), NULL);
	PG_RETURN_VOID();
}

static void
put_imported(void *state, const PaclImported *row)
{
	ReturnSetInfo *result = state;
	Datum		values[4];
	bool		nulls[4];

	nulls[0] = row->key == NULL;
	values[0] = nulls[0] ? (Datum) 0 : CStringGetTextDatum(row->key);
	nulls[1] = row->appointment_id == NULL;
	values[1] = UUIDPGetDatum(row->appointment_id);
	nulls[2] = false;
	values[2] = CStringGetTextDatum(row->outcome);
	nulls[3] = row->detail == NULL;
	values[3] = nulls[3] ? (Datum) 0 : CStringGetTextDatum(row->detail);
	tuplestore_putvalues(result->setResult, result->setDesc, values, nulls);
}

Datum
practiceacl_import_appointments(PG_FUNCTION_ARGS)
{
	ARG_REQUIRED(0, "staging");
	InitMaterializedSRF(fcinfo, 0);
	pacl_import(PG_GETARG_OID(0), put_imported, fcinfo->resultinfo);
	return (Datum) 0;
}
