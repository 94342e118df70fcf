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
#include "utils/date.h"
#include "utils/jsonb.h"

#include "api/arguments.h"
#include "api/booking_arguments.h"
#include "calendar/absence.h"
#include "calendar/calendar.h"
#include "calendar/closing.h"
#include "calendar/find_slots.h"
#include "calendar/free_slots.h"
#include "calendar/hold.h"
#include "calendar/opening.h"
#include "calendar/series.h"
#include "calendar/shifted_time.h"
#include "errors.h"
#include "reader/view.h"

PG_FUNCTION_INFO_V1(practiceacl_set_openings);
PG_FUNCTION_INFO_V1(practiceacl_close_days);
PG_FUNCTION_INFO_V1(practiceacl_reopen_days);
PG_FUNCTION_INFO_V1(practiceacl_add_absence);
PG_FUNCTION_INFO_V1(practiceacl_remove_absence);
PG_FUNCTION_INFO_V1(practiceacl_calendar_between);
PG_FUNCTION_INFO_V1(practiceacl_free_slots);
PG_FUNCTION_INFO_V1(practiceacl_find_slots);
PG_FUNCTION_INFO_V1(practiceacl_hold_slot);
PG_FUNCTION_INFO_V1(practiceacl_release_hold);
PG_FUNCTION_INFO_V1(practiceacl_book_series);
PG_FUNCTION_INFO_V1(practiceacl_cancel_series);
PG_FUNCTION_INFO_V1(practiceacl_move_series);
PG_FUNCTION_INFO_V1(practiceacl_restore_wall_clock);
PG_FUNCTION_INFO_V1(practiceacl_accept_wall_clock);

Datum
practiceacl_set_openings(PG_FUNCTION_ARGS)
{
	ARG_REQUIRED(1, "openings");
	pacl_opening_set(pacl_arg_uuid(fcinfo, 0, "agenda_id"),
					 PG_GETARG_JSONB_P(1));
	PG_RETURN_VOID();
}

Datum
practiceacl_close_days(PG_FUNCTION_ARGS)
{
	const pg_uuid_t *organization_id = pacl_arg_uuid(fcinfo, 0, "organization_id");

	ARG_REQUIRED(1, "from_date");
	ARG_REQUIRED(2, "until_date");
	PG_RETURN_UUID_P(pacl_closing_add(organization_id, PG_GETARG_DATEADT(1),
									  PG_GETARG_DATEADT(2),
									  pacl_arg_text(fcinfo, 3, "name")));
}

Datum
practiceacl_reopen_days(PG_FUNCTION_ARGS)
{
	pacl_closing_remove(pacl_arg_uuid(fcinfo, 0, "closing_id"));
	PG_RETURN_VOID();
}

Datum
practiceacl_add_absence(PG_FUNCTION_ARGS)
{
	const pg_uuid_t *agenda_id = pacl_arg_uuid(fcinfo, 0, "agenda_id");
	PaclAbsenceRequest request = {0};
	pg_uuid_t  *conflicts;
	int			count;
	Datum	   *items;
	Datum		values[2];
	bool		nulls[2] = {false, false};

	request.starts_at = pacl_arg_time(fcinfo, 1, "starts_at");
	request.ends_at = pacl_arg_time(fcinfo, 2, "ends_at");
	request.reason = pacl_arg_text_or_null(fcinfo, 3);
	request.repeat.every = pacl_arg_absent(fcinfo, 4) ? NULL :
		PG_GETARG_INTERVAL_P(4);
	request.repeat.times = pacl_arg_absent(fcinfo, 5) ? 1 :
		PG_GETARG_INT32(5);
	request.absence_id = pacl_arg_uuid_or_null(fcinfo, 6);
	request.substitute = pacl_arg_uuid_or_null(fcinfo, 7);
	values[0] = UUIDPGetDatum(pacl_absence_add(agenda_id, &request, &conflicts,
											   &count));
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
put_calendar_row(void *state, PaclCalendarRow *row)
{
	ReturnSetInfo *result = state;

	CHECK_FOR_INTERRUPTS();
	tuplestore_putvalues(result->setResult, result->setDesc, row->values,
						 row->nulls);
}

Datum
practiceacl_calendar_between(PG_FUNCTION_ARGS)
{
	TimestampTz from = pacl_arg_time(fcinfo, 0, "from_time");
	TimestampTz until = pacl_arg_time(fcinfo, 1, "until_time");
	int			count;
	pg_uuid_t  *agendas = pacl_arg_uuids_or_null(fcinfo, 2, "agendas", &count);

	InitMaterializedSRF(fcinfo, 0);
	if (((ReturnSetInfo *) fcinfo->resultinfo)->setDesc->natts != PACL_CALENDAR_COLUMNS)
		elog(ERROR, "the view calendar does not have the columns of its rows");
	pacl_calendar_between(from, until, agendas, count, put_calendar_row,
						  fcinfo->resultinfo);
	return (Datum) 0;
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

/* also and the one that was chosen of also_any. */
static Datum
also_of(const PaclSlotSearch *search, const PaclFoundSlot *slot)
{
	Datum	   *items = palloc((search->also_count + 1) * sizeof(Datum));
	int			count = 0;

	for (int i = 0; i < search->also_count; i++)
		items[count++] = UUIDPGetDatum(&search->also[i]);
	if (slot->chosen >= 0)
		items[count++] = UUIDPGetDatum(&search->also_any[slot->chosen]);
	return PointerGetDatum(construct_array(items, count, UUIDOID, UUID_LEN,
										   false, TYPALIGN_CHAR));
}

static void
put_found(ReturnSetInfo *result, const PaclSlotSearch *search,
		  const PaclFoundSlot *slot)
{
	Datum		values[4];
	bool		nulls[4] = {false};

	values[0] = UUIDPGetDatum(&slot->agenda_id);
	values[1] = TimestampTzGetDatum(slot->starts_at);
	values[2] = TimestampTzGetDatum(slot->ends_at);
	values[3] = also_of(search, slot);
	tuplestore_putvalues(result->setResult, result->setDesc, values, nulls);
}

Datum
practiceacl_find_slots(PG_FUNCTION_ARGS)
{
	PaclSlotSearch search = {0};
	PaclFoundSlot *found;
	int			count;

	search.from = pacl_arg_time(fcinfo, 0, "from_time");
	search.until = pacl_arg_time(fcinfo, 1, "until_time");
	search.agendas = pacl_arg_uuids_or_null(fcinfo, 2, "agendas",
											&search.agenda_count);
	search.type_id = pacl_arg_uuid_or_null(fcinfo, 3);
	search.duration = PG_ARGISNULL(4) ? NULL : PG_GETARG_INTERVAL_P(4);
	search.also = pacl_arg_uuids_or_null(fcinfo, 5, "also", &search.also_count);
	search.also_any = pacl_arg_uuids_or_null(fcinfo, 6, "also_any",
											 &search.also_any_count);
	search.weekdays = pacl_arg_weekdays(fcinfo, 7);
	search.day_from = PG_ARGISNULL(8) ? 0 : PG_GETARG_TIMEADT(8);
	search.day_until = PG_ARGISNULL(9) ? USECS_PER_DAY : PG_GETARG_TIMEADT(9);
	search.most = pacl_arg_int(fcinfo, 10, "max_results");

	InitMaterializedSRF(fcinfo, 0);
	found = pacl_find_slots(&search, &count);
	for (int i = 0; i < count; i++)
		put_found((ReturnSetInfo *) fcinfo->resultinfo, &search, &found[i]);
	return (Datum) 0;
}

Datum
practiceacl_hold_slot(PG_FUNCTION_ARGS)
{
	const pg_uuid_t *agenda_id = pacl_arg_uuid(fcinfo, 0, "agenda_id");
	PaclHoldWish wish = {0};

	wish.starts_at = pacl_arg_time(fcinfo, 1, "starts_at");
	wish.has_end = !PG_ARGISNULL(2);
	if (wish.has_end)
		wish.ends_at = PG_GETARG_TIMESTAMPTZ(2);
	ARG_REQUIRED(3, "lifetime");
	wish.lifetime = PG_GETARG_INTERVAL_P(3);
	wish.appointment_type = pacl_arg_uuid_or_null(fcinfo, 4);
	PG_RETURN_UUID_P(pacl_hold_take(agenda_id, &wish));
}

Datum
practiceacl_release_hold(PG_FUNCTION_ARGS)
{
	pacl_hold_release(pacl_arg_uuid(fcinfo, 0, "hold_id"));
	PG_RETURN_VOID();
}

static void
put_outcome(ReturnSetInfo *result, TimestampTz starts_at,
			const pg_uuid_t *appointment_id, const PaclRefusal *refusal,
			const char *done)
{
	Datum		values[5];
	bool		nulls[5] = {false, appointment_id == NULL, false,
	refusal == NULL, refusal == NULL};

	CHECK_FOR_INTERRUPTS();
	values[0] = TimestampTzGetDatum(starts_at);
	values[1] = UUIDPGetDatum(appointment_id);
	values[2] = CStringGetTextDatum(refusal == NULL ? done : "refused");
	values[3] = refusal == NULL ? (Datum) 0 :
		CStringGetTextDatum(pacl_refusal_text(refusal));
	values[4] = refusal == NULL ? (Datum) 0 : CStringGetTextDatum(refusal->word);
	tuplestore_putvalues(result->setResult, result->setDesc, values, nulls);
}

static void
put_booked(void *state, TimestampTz starts_at,
		   const pg_uuid_t *appointment_id, const PaclRefusal *refusal)
{
	put_outcome(state, starts_at, appointment_id, refusal, "booked");
}

static void
put_cancelled(void *state, TimestampTz starts_at,
			  const pg_uuid_t *appointment_id, const PaclRefusal *refusal)
{
	put_outcome(state, starts_at, appointment_id, refusal, "cancelled");
}

static void
put_moved(void *state, TimestampTz starts_at,
		  const pg_uuid_t *appointment_id, const PaclRefusal *refusal)
{
	put_outcome(state, starts_at, appointment_id, refusal, "moved");
}

Datum
practiceacl_book_series(PG_FUNCTION_ARGS)
{
	const pg_uuid_t *agenda_id = pacl_arg_uuid(fcinfo, 0, "agenda_id");
	PaclBooking first = {0};
	PaclRepeat	repeat;

	first.starts_at = pacl_arg_time(fcinfo, 1, "starts_at");
	first.has_end = !PG_ARGISNULL(2);
	if (first.has_end)
		first.ends_at = PG_GETARG_TIMESTAMPTZ(2);
	ARG_REQUIRED(3, "every");
	repeat.every = PG_GETARG_INTERVAL_P(3);
	repeat.times = pacl_arg_int(fcinfo, 4, "times");
	pacl_arg_booking(fcinfo, 5, &first);

	InitMaterializedSRF(fcinfo, 0);
	pacl_series_book(agenda_id, &first, &repeat, put_booked,
					 fcinfo->resultinfo);
	return (Datum) 0;
}

Datum
practiceacl_cancel_series(PG_FUNCTION_ARGS)
{
	const pg_uuid_t *series_id = pacl_arg_uuid(fcinfo, 0, "series_id");
	TimestampTz from = PG_ARGISNULL(1) ? pacl_view_time() :
		PG_GETARG_TIMESTAMPTZ(1);

	InitMaterializedSRF(fcinfo, 0);
	pacl_series_cancel(series_id, from, pacl_arg_text_or_null(fcinfo, 2),
					   put_cancelled, fcinfo->resultinfo);
	return (Datum) 0;
}

Datum
practiceacl_move_series(PG_FUNCTION_ARGS)
{
	const pg_uuid_t *series_id = pacl_arg_uuid(fcinfo, 0, "series_id");
	TimestampTz from = pacl_arg_time(fcinfo, 1, "from_time");

	ARG_REQUIRED(2, "by");
	InitMaterializedSRF(fcinfo, 0);
	pacl_series_move(series_id, from, PG_GETARG_INTERVAL_P(2), put_moved,
					 fcinfo->resultinfo);
	return (Datum) 0;
}

static void
put_restored(void *state, const PaclShiftedTime *shifted,
			 const PaclRefusal *refusal)
{
	ReturnSetInfo *result = state;
	Datum		values[8];
	bool		nulls[8] = {false};

	values[0] = UUIDPGetDatum(&shifted->agenda_id);
	values[1] = CStringGetTextDatum(shifted->kind);
	values[2] = UUIDPGetDatum(&shifted->id);
	values[3] = TimestampTzGetDatum(shifted->starts_at);
	values[4] = TimestampTzGetDatum(shifted->ends_at);
	values[5] = CStringGetTextDatum(refusal == NULL ? "moved" : "refused");
	nulls[6] = refusal == NULL;
	values[6] = nulls[6] ? (Datum) 0 :
		CStringGetTextDatum(pacl_refusal_text(refusal));
	nulls[7] = refusal == NULL;
	values[7] = nulls[7] ? (Datum) 0 : CStringGetTextDatum(refusal->word);
	tuplestore_putvalues(result->setResult, result->setDesc, values, nulls);
}

Datum
practiceacl_restore_wall_clock(PG_FUNCTION_ARGS)
{
	InitMaterializedSRF(fcinfo, 0);
	pacl_shifted_time_restore(pacl_arg_uuid_or_null(fcinfo, 0), put_restored,
							  fcinfo->resultinfo);
	return (Datum) 0;
}

Datum
practiceacl_accept_wall_clock(PG_FUNCTION_ARGS)
{
	PG_RETURN_INT64(pacl_shifted_time_accept(pacl_arg_uuid(fcinfo, 0, "agenda_id")));
}
