/*
 * calendar.c
 *		Entry points: openings, absences, free slots, holds.
 */
#include "postgres.h"

#include "catalog/pg_type.h"
#include "fmgr.h"
#include "funcapi.h"
#include "miscadmin.h"
#include "utils/array.h"
#include "utils/jsonb.h"

#include "api/arguments.h"
#include "calendar/absence.h"
#include "calendar/free_slots.h"
#include "calendar/hold.h"
#include "calendar/opening.h"
#include "calendar/series.h"

PG_FUNCTION_INFO_V1(practiceacl_set_openings);
PG_FUNCTION_INFO_V1(practiceacl_add_absence);
PG_FUNCTION_INFO_V1(practiceacl_remove_absence);
PG_FUNCTION_INFO_V1(practiceacl_free_slots);
PG_FUNCTION_INFO_V1(practiceacl_hold_slot);
PG_FUNCTION_INFO_V1(practiceacl_release_hold);
PG_FUNCTION_INFO_V1(practiceacl_book_series);

Datum
practiceacl_set_openings(PG_FUNCTION_ARGS)
{
	ARG_REQUIRED(1, "openings");
	pacl_opening_set(pacl_arg_uuid(fcinfo, 0, "agenda_id"),
						PG_GETARG_JSONB_P(1));
	PG_RETURN_VOID();
}

Datum
practiceacl_add_absence(PG_FUNCTION_ARGS)
{
	pg_uuid_t  *conflicts;
	int			count;
	Datum	   *items;
	Datum		values[2];
	bool		nulls[2] = {false, false};

	values[0] = UUIDPGetDatum(pacl_absence_add(pacl_arg_uuid(fcinfo, 0, "agenda_id"),
											   pacl_arg_time(fcinfo, 1, "starts_at"),
											   pacl_arg_time(fcinfo, 2, "ends_at"),
											   pacl_arg_text_or_null(fcinfo, 3),
											   &conflicts, &count));
	items = palloc(Max(count, 1) * sizeof(Datum));
	for (int i = 0; i < count; i++)
		items[i] = UUIDPGetDatum(&conflicts[i]);
	values[1] = PointerGetDatum(construct_array(items, count, UUIDOID,
												UUID_LEN, false,
												TYPALIGN_CHAR));
	return pacl_result_row(fcinfo, values, nulls);
}

Datum
practiceacl_remove_absence(PG_FUNCTION_ARGS)
{
	pacl_absence_remove(pacl_arg_uuid(fcinfo, 0, "absence_id"));
	PG_RETURN_VOID();
}

static void
put_slot(void *state, TimestampTz starts_at, TimestampTz ends_at)
{
	ReturnSetInfo *result = state;
	Datum		values[2] = {TimestampTzGetDatum(starts_at),
	TimestampTzGetDatum(ends_at)};
	bool		nulls[2] = {false, false};

	CHECK_FOR_INTERRUPTS();
	tuplestore_putvalues(result->setResult, result->setDesc, values, nulls);
}

Datum
practiceacl_free_slots(PG_FUNCTION_ARGS)
{
	const pg_uuid_t *agenda_id = pacl_arg_uuid(fcinfo, 0, "agenda_id");
	TimestampTz from = pacl_arg_time(fcinfo, 1, "from_time");
	TimestampTz until = pacl_arg_time(fcinfo, 2, "until_time");
	const Interval *duration = PG_ARGISNULL(3) ? NULL :
		PG_GETARG_INTERVAL_P(3);

	InitMaterializedSRF(fcinfo, 0);
	pacl_free_slots(agenda_id, from, until, duration, put_slot,
					fcinfo->resultinfo);
	return (Datum) 0;
}

Datum
practiceacl_hold_slot(PG_FUNCTION_ARGS)
{
	const pg_uuid_t *agenda_id = pacl_arg_uuid(fcinfo, 0, "agenda_id");
	TimestampTz starts_at = pacl_arg_time(fcinfo, 1, "starts_at");
	bool		ends_given = !PG_ARGISNULL(2);

	ARG_REQUIRED(3, "lifetime");
	PG_RETURN_UUID_P(pacl_hold_take(agenda_id, starts_at, ends_given,
									ends_given ? PG_GETARG_TIMESTAMPTZ(2) : 0,
									PG_GETARG_INTERVAL_P(3)));
}

Datum
practiceacl_release_hold(PG_FUNCTION_ARGS)
{
	pacl_hold_release(pacl_arg_uuid(fcinfo, 0, "hold_id"));
	PG_RETURN_VOID();
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
