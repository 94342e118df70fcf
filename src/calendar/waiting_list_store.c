/*
 * waiting_list_store.c
 *		Rows of the waiting list.
 */
#include "postgres.h"

#include "catalog/pg_type.h"
#include "utils/array.h"

#include "base/statement.h"
#include "calendar/waiting_list_store.h"

static PaclStatement insert_entry = {
	"WITH entry AS ("
	"  INSERT INTO practiceacl.waiting_list_entry (organization_id, id,"
	"    joined_at, joined_by, from_date, until_date, appointment_type,"
	"    patient, patient_ref, contact, note, weekdays, day_from, day_until)"
	"  VALUES ($1, $2, practiceacl.reading_time(), $3, $4, $5, $6, $7, $8, $9, $10,"
	"    $12, $13, $14)"
	"  RETURNING organization_id, id)"
	" INSERT INTO practiceacl.waiting_list_agenda (organization_id, entry_id,"
	"   agenda_id)"
	" SELECT e.organization_id, e.id, a FROM entry e, unnest($11::uuid[]) AS a"
};

static PaclStatement select_agendas = {
	"SELECT agenda_id FROM practiceacl.waiting_list_agenda w"
	" JOIN practiceacl.waiting_list_entry e"
	"   ON e.organization_id = w.organization_id AND e.id = w.entry_id"
	" WHERE e.id = $1 ORDER BY agenda_id"
};

#define ENTRY_OF_AGENDA \
	"SELECT organization_id, id FROM practiceacl.waiting_list_entry e" \
	" WHERE e.organization_id = $1 AND e.id = $2" \
	"   AND EXISTS (SELECT FROM practiceacl.waiting_list_agenda w" \
	"     WHERE w.organization_id = $1 AND w.entry_id = $2 AND w.agenda_id = $3)" \
	" FOR UPDATE"

static PaclStatement lock_entry = {
	ENTRY_OF_AGENDA
};

/* All in one statement: keys are checked at its end. */
static PaclStatement take = {
	"WITH entry AS (" ENTRY_OF_AGENDA "),"
	" offers AS ("
	"  DELETE FROM practiceacl.slot_offer f USING entry e"
	"  WHERE f.organization_id = e.organization_id AND f.entry_id = e.id),"
	" agendas AS ("
	"  DELETE FROM practiceacl.waiting_list_agenda w USING entry e"
	"  WHERE w.organization_id = e.organization_id AND w.entry_id = e.id)"
	" DELETE FROM practiceacl.waiting_list_entry d USING entry e"
	" WHERE d.organization_id = e.organization_id AND d.id = e.id"
	" RETURNING d.from_date, d.until_date, d.appointment_type, d.patient,"
	"   d.patient_ref, d.contact, d.note"
};

static PaclStatement select_type = {
	"SELECT EXISTS (SELECT FROM practiceacl.appointment_type"
	" WHERE organization_id = $1 AND id = $2 AND archived_at IS NULL)"
};

static PaclArg
date_arg(DateADT date)
{
	return pacl_datum(DATEOID, DateADTGetDatum(date), false);
}

static PaclArg
time_arg(TimeADT time)
{
	return pacl_datum(TIMEOID, TimeADTGetDatum(time), false);
}

/* Null for any day. */
static PaclArg
weekdays_arg(int weekdays)
{
	Datum		days[7];
	int			count = 0;

	for (int day = 1; day <= 7; day++)
		if ((weekdays & (1 << day)) != 0)
			days[count++] = Int32GetDatum(day);
	return pacl_datum(INT4ARRAYOID,
					  PointerGetDatum(construct_array(days, count, INT4OID,
													  sizeof(int32), true,
													  TYPALIGN_INT)),
					  weekdays == 0);
}

void
pacl_waiting_list_store_insert(const PaclWaitingEntry *entry,
							   const pg_uuid_t *agendas, int count)
{
	pacl_run(&insert_entry,
			 PACL_ARGS(pacl_uuid(&entry->organization_id),
					   pacl_uuid(&entry->id), pacl_uuid(&entry->joined_by),
					   date_arg(entry->from_date), date_arg(entry->until_date),
					   pacl_uuid(entry->appointment_type),
					   pacl_text(entry->patient), pacl_text(entry->patient_ref),
					   pacl_text(entry->contact), pacl_text(entry->note),
					   pacl_uuids(agendas, count),
					   weekdays_arg(entry->weekdays),
					   time_arg(entry->day_from),
					   time_arg(entry->day_until)));
}

pg_uuid_t *
pacl_waiting_list_store_agendas(const pg_uuid_t *entry_id, int *count)
{
	PaclRows	rows;

	pacl_query(&rows, &select_agendas, PACL_ARGS(pacl_uuid(entry_id)));
	return pacl_rows_uuids(&rows, count);
}

bool
pacl_waiting_list_store_lock(const pg_uuid_t *organization_id,
							 const pg_uuid_t *entry_id,
							 const pg_uuid_t *agenda_id)
{
	return pacl_run(&lock_entry,
					PACL_ARGS(pacl_uuid(organization_id), pacl_uuid(entry_id),
							  pacl_uuid(agenda_id))) > 0;
}

bool
pacl_waiting_list_store_take(const pg_uuid_t *organization_id,
							 const pg_uuid_t *entry_id,
							 const pg_uuid_t *agenda_id,
							 PaclWaitingEntry *entry)
{
	PaclRows	rows;
	bool		found;
	bool		isnull;

	found = pacl_query_row(&rows, &take,
						   PACL_ARGS(pacl_uuid(organization_id),
									 pacl_uuid(entry_id),
									 pacl_uuid(agenda_id)));
	if (found)
	{
		entry->organization_id = *organization_id;
		entry->id = *entry_id;
		entry->from_date = DatumGetDateADT(pacl_column_datum(&rows, 1, &isnull));
		entry->until_date = DatumGetDateADT(pacl_column_datum(&rows, 2, &isnull));
		entry->appointment_type = pacl_column_uuid(&rows, 3);
		entry->patient = pacl_column_text(&rows, 4);
		entry->patient_ref = pacl_column_text(&rows, 5);
		entry->contact = pacl_column_text(&rows, 6);
		entry->note = pacl_column_text(&rows, 7);
	}
	pacl_done(&rows);
	return found;
}

bool
pacl_waiting_list_store_knows_type(const pg_uuid_t *organization_id,
								   const pg_uuid_t *type_id)
{
	PaclRows	rows;

	pacl_query(&rows, &select_type,
			   PACL_ARGS(pacl_uuid(organization_id), pacl_uuid(type_id)));
	return pacl_rows_bool(&rows);
}

PACL_STATEMENTS(waiting_list,
	PACL_ONE(insert_entry),
	PACL_ONE(select_agendas),
	PACL_ONE(lock_entry),
	PACL_ONE(take),
	PACL_ONE(select_type));
