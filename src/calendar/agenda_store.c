/*
 * agenda_store.c
 *		Rows of agendas.
 */
#include "postgres.h"

#include "lib/stringinfo.h"

#include "calendar/agenda_store.h"
#include "pure/uuid.h"

static PaclStatement select_agenda = {
	"SELECT organization_id, holder_id, held_since, slot_minutes, day_start,"
	"   day_split, day_end, time_zone, name, data_controller, service_offer,"
	"   public_profile, archived_at IS NOT NULL, kind, location_name,"
	"   location_address, reminders, coalesce(offer_minutes, 0)"
	" FROM practiceacl.agenda WHERE id = $1"
};

/* Where holders consent, no default opens a new agenda to readers. */
static PaclStatement insert_agenda = {
	"INSERT INTO practiceacl.agenda (organization_id, id, slot_minutes,"
	"   day_start, day_split, day_end, time_zone, name, data_controller,"
	"   service_offer, public_profile, location_name, location_address,"
	"   reminders, offer_minutes, holder_id, held_since, created_at,"
	"   colleague_rights_since, kind, colleague_rights)"
	" SELECT $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14,"
	"   nullif($15::integer, 0), $16, $17, $17, $17, $18::text,"
	"   CASE WHEN o.holder_consents AND $18 = 'person' THEN o.colleague_rights"
	"     OPERATOR(practiceacl.&) 'freebusy'::practiceacl.rights"
	"   ELSE o.colleague_rights END"
	" FROM practiceacl.organization o WHERE o.id = $1"
};

static PaclStatement update_agenda = {
	"UPDATE practiceacl.agenda SET slot_minutes = $3, day_start = $4,"
	"   day_split = $5, day_end = $6, time_zone = $7, name = $8,"
	"   data_controller = $9, service_offer = $10, public_profile = $11,"
	"   location_name = $12, location_address = $13, reminders = $14,"
	"   offer_minutes = nullif($15::integer, 0)"
	" WHERE organization_id = $1 AND id = $2"
};

static PaclStatement archive_agenda = {
	"UPDATE practiceacl.agenda SET archived_at = CASE WHEN $3 THEN $4::timestamptz END"
	" WHERE organization_id = $1 AND id = $2"
};

static PaclStatement transfer_agenda = {
	"WITH before AS ("
	"  INSERT INTO practiceacl.access_history (organization_id, agenda_id,"
	"    account_id, kind, rights, ended_by, recorded_during)"
	"  SELECT organization_id, id, holder_id, 'holder',"
	"    $6::practiceacl.rights, $4, tstzrange(held_since, $5)"
	"  FROM practiceacl.agenda"
	"  WHERE organization_id = $1 AND id = $2 AND held_since < $5)"
	" UPDATE practiceacl.agenda SET holder_id = $3,"
	"   held_since = greatest(held_since, $5), public_profile = '{}'"
	" WHERE organization_id = $1 AND id = $2"
};

static PaclStatement select_taken = {
	"SELECT true FROM practiceacl.access_history"
	" WHERE agenda_id = $1 AND account_id = $2 AND kind = 'holder'"
	"   AND ended_by IS DISTINCT FROM $2 AND upper(recorded_during) > $3 LIMIT 1"
};

static PaclStatement select_all = {
	"SELECT id FROM practiceacl.agenda WHERE organization_id = $1 ORDER BY id"
};

static PaclStatement select_of = {
	"SELECT id FROM practiceacl.agenda"
	" WHERE organization_id = $1 AND id = ANY ($2) ORDER BY id"
};

static PaclStatement select_is_holder = {
	"SELECT true FROM practiceacl.agenda"
	" WHERE organization_id = $1 AND holder_id = $2 LIMIT 1"
};

static PaclStatement select_holds_booked = {
	"SELECT EXISTS (SELECT FROM practiceacl.agenda g"
	"   WHERE g.organization_id = $1 AND g.holder_id = $2 AND EXISTS ("
	"     SELECT FROM practiceacl.every_appointment p WHERE p.agenda_id = g.id))"
};

static PaclStatement select_held = {
	"SELECT id, name FROM practiceacl.agenda"
	" WHERE organization_id = $1 AND holder_id = $2 ORDER BY name, id"
};

static PaclStatement select_appointments = {
	"SELECT p.id, p.agenda_id, p.starts_at"
	" FROM practiceacl.agenda a"
	" JOIN practiceacl.appointment p ON p.agenda_id = a.id"
	" WHERE a.organization_id = $1 AND a.holder_id = $2"
	"   AND p.starts_at >= $3 AND p.status <> 'cancelled'"
	" ORDER BY p.starts_at, p.id"
};

bool
pacl_agenda_store_read(const pg_uuid_t *id, PaclAgendaRow *agenda)
{
	PaclRows	rows;
	bool		isnull;
	bool		found = pacl_query_row(&rows, &select_agenda,
									   PACL_ARGS(pacl_uuid(id)));

	if (found)
	{
		agenda->id = *id;
		agenda->organization_id = *pacl_column_uuid(&rows, 1);
		agenda->holder_id = pacl_column_isnull(&rows, 2) ? pacl_nil_uuid :
			*pacl_column_uuid(&rows, 2);
		agenda->held_since = pacl_column_time(&rows, 3);
		agenda->slot_minutes = pacl_column_int(&rows, 4);
		agenda->day_start = DatumGetTimeADT(pacl_column_datum(&rows, 5, &isnull));
		agenda->day_split = DatumGetTimeADT(pacl_column_datum(&rows, 6, &isnull));
		agenda->day_end = DatumGetTimeADT(pacl_column_datum(&rows, 7, &isnull));
		agenda->time_zone = pacl_column_text(&rows, 8);
		agenda->name = pacl_column_text(&rows, 9);
		agenda->data_controller = pacl_column_text(&rows, 10);
		agenda->service_offer = pacl_column_text(&rows, 11);
		agenda->public_profile = pacl_column_jsonb(&rows, 12);
		agenda->archived = pacl_column_bool(&rows, 13);
		agenda->kind = pacl_column_text(&rows, 14);
		agenda->location.name = pacl_column_text(&rows, 15);
		agenda->location.address = pacl_column_text(&rows, 16);
		agenda->reminders =
			DatumGetArrayTypeP(pacl_column_datum(&rows, 17, &isnull));
		agenda->offer_minutes = pacl_column_int(&rows, 18);
	}
	pacl_done(&rows);
	return found;
}

static PaclArg
time_of_day(TimeADT time)
{
	return pacl_datum(TIMEOID, TimeADTGetDatum(time), false);
}

#define AGENDA_ARGS(agenda) \
	pacl_uuid(&(agenda)->organization_id), \
	pacl_uuid(&(agenda)->id), \
	pacl_int((agenda)->slot_minutes), \
	time_of_day((agenda)->day_start), \
	time_of_day((agenda)->day_split), \
	time_of_day((agenda)->day_end), \
	pacl_text((agenda)->time_zone), \
	pacl_text((agenda)->name), \
	pacl_text((agenda)->data_controller), \
	pacl_text((agenda)->service_offer), \
	pacl_jsonb((agenda)->public_profile), \
	pacl_text((agenda)->location.name), \
	pacl_text((agenda)->location.address), \
	pacl_datum(INTERVALARRAYOID, PointerGetDatum((agenda)->reminders), false), \
	pacl_int((agenda)->offer_minutes)

void
pacl_agenda_store_insert(const PaclAgendaRow *agenda)
{
	pacl_run(&insert_agenda,
			 PACL_ARGS(AGENDA_ARGS(agenda),
					   pacl_uuid(pacl_uuid_is_nil(&agenda->holder_id) ? NULL :
								 &agenda->holder_id),
					   pacl_time(agenda->held_since), pacl_text(agenda->kind)));
}

void
pacl_agenda_store_update(const PaclAgendaRow *agenda)
{
	pacl_run(&update_agenda, PACL_ARGS(AGENDA_ARGS(agenda)));
}

void
pacl_agenda_store_archive(const PaclAgendaRow *agenda, bool archived,
						  TimestampTz at)
{
	pacl_run(&archive_agenda,
			 PACL_ARGS(pacl_uuid(&agenda->organization_id),
					   pacl_uuid(&agenda->id), pacl_bool(archived),
					   pacl_time(at)));
}

void
pacl_agenda_store_transfer(const PaclAgendaRow *agenda,
						   const pg_uuid_t *holder_id, const pg_uuid_t *by,
						   TimestampTz at)
{
	pacl_run(&transfer_agenda,
			 PACL_ARGS(pacl_uuid(&agenda->organization_id),
					   pacl_uuid(&agenda->id), pacl_uuid(holder_id),
					   pacl_uuid(by), pacl_time(at),
					   pacl_rights(PACL_RIGHTS_ALL)));
}

bool
pacl_agenda_store_was_taken(const pg_uuid_t *id, const pg_uuid_t *account_id,
							TimestampTz since)
{
	PaclRows	rows;

	pacl_query(&rows, &select_taken,
			   PACL_ARGS(pacl_uuid(id), pacl_uuid(account_id),
						 pacl_time(since)));
	return pacl_rows_bool(&rows);
}

pg_uuid_t *
pacl_agenda_store_all(const pg_uuid_t *organization_id, int *count)
{
	PaclRows	rows;

	pacl_query(&rows, &select_all, PACL_ARGS(pacl_uuid(organization_id)));
	return pacl_rows_uuids(&rows, count);
}

pg_uuid_t *
pacl_agenda_store_of(const pg_uuid_t *organization_id, const pg_uuid_t *ids,
					 int count, int *found)
{
	PaclRows	rows;

	pacl_query(&rows, &select_of,
			   PACL_ARGS(pacl_uuid(organization_id), pacl_uuids(ids, count)));
	return pacl_rows_uuids(&rows, found);
}

bool
pacl_agenda_store_holds_booked(const pg_uuid_t *organization_id,
							   const pg_uuid_t *account_id)
{
	PaclRows	rows;

	pacl_query(&rows, &select_holds_booked,
			   PACL_ARGS(pacl_uuid(organization_id), pacl_uuid(account_id)));
	return pacl_rows_bool(&rows);
}

pg_uuid_t *
pacl_agenda_store_held(const pg_uuid_t *organization_id,
					   const pg_uuid_t *account_id, int *count, char **names)
{
	PaclRows	rows;
	pg_uuid_t  *ids;
	StringInfoData list;

	initStringInfo(&list);
	pacl_query(&rows, &select_held,
			   PACL_ARGS(pacl_uuid(organization_id), pacl_uuid(account_id)));
	ids = palloc(Max(rows.count, 1) * sizeof(pg_uuid_t));
	for (*count = 0; pacl_next(&rows); (*count)++)
	{
		ids[*count] = *pacl_column_uuid(&rows, 1);
		appendStringInfo(&list, "%s%s", *count > 0 ? ", " : "",
						 pacl_column_text(&rows, 2));
	}
	pacl_done(&rows);
	if (names != NULL)
		*names = list.data;
	return ids;
}

bool
pacl_agenda_store_is_holder(const pg_uuid_t *organization_id,
							const pg_uuid_t *account_id)
{
	PaclRows	rows;

	pacl_query(&rows, &select_is_holder,
			   PACL_ARGS(pacl_uuid(organization_id),
						 pacl_uuid(account_id)));
	return pacl_rows_bool(&rows);
}

void
pacl_agenda_store_appointments(PaclRows *rows,
							   const pg_uuid_t *organization_id,
							   const pg_uuid_t *holder_id, TimestampTz from)
{
	pacl_query(rows, &select_appointments,
			   PACL_ARGS(pacl_uuid(organization_id), pacl_uuid(holder_id),
						 pacl_time(from)));
}

PACL_STATEMENTS(agenda,
	PACL_ONE(select_agenda),
	PACL_ONE(insert_agenda),
	PACL_ONE(update_agenda),
	PACL_ONE(archive_agenda),
	PACL_ONE(transfer_agenda),
	PACL_ONE(select_taken),
	PACL_ONE(select_all),
	PACL_ONE(select_of),
	PACL_ONE(select_is_holder),
	PACL_ONE(select_holds_booked),
	PACL_ONE(select_held),
	PACL_ONE(select_appointments));
