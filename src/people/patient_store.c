/*
 * patient_store.c
 *		Rows that name patients: appointments, the record, messages.
 *
 * The record's entries stay: only what stands beside their hash goes, and their
 * digest of it still verifies.
 */
#include "postgres.h"

#include "catalog/pg_type.h"
#include "utils/array.h"
#include "utils/builtins.h"

#include "base/statement.h"
#include "people/patient_store.h"

static PaclStatement select_agendas = {
	"SELECT DISTINCT agenda_id FROM practiceacl.every_appointment"
	" WHERE organization_id = $1 AND patient_ref = $2"
	" ORDER BY agenda_id"
};

/*
 * The entries about the patient ($2): all about appointments that are theirs,
 * and of one that was theirs those up to when it became somebody else's.
 */
#define WITH_ENTRIES \
	"WITH own AS MATERIALIZED (" \
	"  SELECT id FROM practiceacl.every_appointment" \
	"  WHERE organization_id = $1 AND patient_ref = $2)," \
	" former AS MATERIALIZED (" \
	"  SELECT e.subject_id, e.id" \
	"  FROM practiceacl.activity_entry e" \
	"  WHERE e.organization_id = $1 AND e.act = 'appointment.updated'" \
	"    AND $2 IN (e.detail::jsonb ->> 'patient_ref'," \
	"      e.detail::jsonb ->> 'patient_ref_before'))," \
	" entry AS MATERIALIZED (" \
	"  SELECT e.id, e.detail FROM practiceacl.activity_entry e" \
	"  WHERE e.organization_id = $1" \
	"    AND (e.subject_id IN (SELECT id FROM own)" \
	"      OR EXISTS (SELECT FROM former f" \
	"        WHERE f.subject_id = e.subject_id AND e.id <= f.id)))"

static PaclStatement select_contacts = {
	WITH_ENTRIES
	" SELECT contact FROM practiceacl.every_appointment"
	" WHERE organization_id = $1 AND patient_ref = $2"
	"   AND contact IS NOT NULL"
	" UNION SELECT k.contact FROM entry e,"
	" LATERAL (VALUES (e.detail::jsonb ->> 'contact'),"
	"   (e.detail::jsonb ->> 'contact_before')) AS k (contact)"
	" WHERE k.contact IS NOT NULL"
};

static PaclStatement erase_messages = {
	"DELETE FROM practiceacl.outbox"
	" WHERE organization_id = $1 AND (recipient = ANY ($2)"
	"     AND kind IN ('patient_message', 'reminder', 'slot_offer')"
	"   OR kind = 'reminder' AND appointment_id IN ("
	"     SELECT id FROM practiceacl.every_appointment"
	"     WHERE organization_id = $1 AND patient_ref = $3)"
	"   OR kind = 'slot_offer' AND id IN ("
	"     SELECT f.id FROM practiceacl.slot_offer f"
	"     JOIN practiceacl.waiting_list_entry e"
	"       ON e.organization_id = f.organization_id AND e.id = f.entry_id"
	"     WHERE e.organization_id = $1 AND e.patient_ref = $3))"
};

/*
 * Entries are locked first, so that what is offered to them at this moment is
 * seen.  An entry, its agendas and its offers go in one statement: keys are
 * checked at its end.
 */
#define WAITING(condition) \
	"SELECT organization_id, id FROM practiceacl.waiting_list_entry" \
	" WHERE " condition " FOR UPDATE"
#define DELETE_WAITING(condition) \
	"WITH entry AS (" WAITING(condition) ")," \
	" offers AS (" \
	"  DELETE FROM practiceacl.slot_offer f USING entry e" \
	"  WHERE f.organization_id = e.organization_id AND f.entry_id = e.id)," \
	" agendas AS (" \
	"  DELETE FROM practiceacl.waiting_list_agenda w USING entry e" \
	"  WHERE w.organization_id = e.organization_id AND w.entry_id = e.id)" \
	" DELETE FROM practiceacl.waiting_list_entry d USING entry e" \
	" WHERE d.organization_id = e.organization_id AND d.id = e.id"

#define OF_PATIENT "organization_id = $1 AND patient_ref = $2"
#define LONG_OVER "until_date + 1 < $1::date"

static PaclStatement lock_waiting = {
	WAITING(OF_PATIENT)
};

static PaclStatement erase_waiting = {
	DELETE_WAITING(OF_PATIENT)
};

static PaclStatement lock_overdue = {
	WAITING(LONG_OVER)
};

static PaclStatement purge_waiting = {
	DELETE_WAITING(LONG_OVER)
};

#define WITHOUT_DETAIL \
	" UPDATE practiceacl.activity_entry d" \
	" SET salt = NULL, detail = NULL, erased_with = NULL"

static PaclStatement erase_details = {
	WITH_ENTRIES
	WITHOUT_DETAIL
	" FROM (SELECT id FROM entry"
	"   UNION ALL"
	"   SELECT id FROM practiceacl.activity_entry m"
	"   WHERE organization_id = $1 AND m.act = 'message.queued'"
	"     AND m.detail::jsonb ->> 'recipient' = ANY ($3)) AS gone"
	" WHERE d.id = gone.id AND d.detail IS NOT NULL"
};

/* The archive comes last: what goes there meanwhile is found there. */
#define IN_BOTH(update) {update("appointment"), update("appointment_archive")}
#define TABLES_OF_APPOINTMENTS 2

#define WITHOUT_PATIENT(table) \
	"UPDATE practiceacl." table \
	" SET patient = NULL, note = NULL, contact = NULL, patient_ref = NULL," \
	"   attributes = '{}', version = version + 1," \
	"   updated_at = practiceacl.reading_time()"

#define ERASE(table) \
	{WITHOUT_PATIENT(table) \
	" WHERE organization_id = $1 AND patient_ref = $2" \
	"   AND agenda_id = ANY ($3)"}

static PaclStatement erase_appointments[TABLES_OF_APPOINTMENTS] = IN_BOTH(ERASE);

static PaclStatement purge_messages = {
	"DELETE FROM practiceacl.outbox"
	" WHERE kind = 'patient_message' AND sent_at < $1"
	"   OR kind IN ('reminder', 'slot_offer') AND coalesce(sent_at, due_at) < $1"
};

static PaclStatement purge_details = {
	WITHOUT_DETAIL
	" FROM (SELECT e.id"
	"   FROM practiceacl.activity_entry e JOIN practiceacl.every_appointment a"
	"     ON a.organization_id = e.organization_id AND a.id = e.subject_id"
	"   WHERE a.ends_at < $1 AND e.detail IS NOT NULL"
	"   UNION ALL"
	"   SELECT id FROM practiceacl.activity_entry"
	"   WHERE act = 'message.queued' AND recorded_at < $1"
	"     AND detail IS NOT NULL) AS old"
	" WHERE d.id = old.id AND d.detail IS NOT NULL"
};

#define PURGE(table) \
	{WITHOUT_PATIENT(table) \
	" WHERE ends_at < $1" \
	"   AND (patient IS NOT NULL OR note IS NOT NULL OR contact IS NOT NULL" \
	"     OR patient_ref IS NOT NULL OR attributes <> '{}')"}

static PaclStatement purge_appointments[TABLES_OF_APPOINTMENTS] = IN_BOTH(PURGE);

pg_uuid_t *
pacl_patient_store_agendas(const PaclPatient *patient, int *count)
{
	PaclRows	rows;

	pacl_query(&rows, &select_agendas,
			   PACL_ARGS(pacl_uuid(patient->organization_id),
						 pacl_text(patient->ref)));
	return pacl_rows_uuids(&rows, count);
}

char	  **
pacl_patient_store_contacts(const PaclPatient *patient, int *count)
{
	PaclRows	rows;
	char	  **contacts;

	*count = 0;
	pacl_query(&rows, &select_contacts,
			   PACL_ARGS(pacl_uuid(patient->organization_id),
						 pacl_text(patient->ref)));
	contacts = palloc(Max(rows.count, 1) * sizeof(char *));
	while (pacl_next(&rows))
		contacts[(*count)++] = pacl_column_text(&rows, 1);
	pacl_done(&rows);
	return contacts;
}

static PaclArg
texts(char **values, int count)
{
	Datum	   *elements = palloc(Max(count, 1) * sizeof(Datum));

	for (int i = 0; i < count; i++)
		elements[i] = CStringGetTextDatum(values[i]);
	return pacl_datum(TEXTARRAYOID,
					  PointerGetDatum(construct_array(elements, count, TEXTOID,
													  -1, false,
													  TYPALIGN_INT)),
					  false);
}

int64
pacl_patient_store_erase_messages(const PaclPatient *patient,
								  char **addresses, int count)
{
	return (int64) pacl_run(&erase_messages,
							PACL_ARGS(pacl_uuid(patient->organization_id),
									  texts(addresses, count),
									  pacl_text(patient->ref)));
}

void
pacl_patient_store_erase_waiting(const PaclPatient *patient)
{
	pacl_run(&lock_waiting,
			 PACL_ARGS(pacl_uuid(patient->organization_id),
					   pacl_text(patient->ref)));
	pacl_run(&erase_waiting,
			 PACL_ARGS(pacl_uuid(patient->organization_id),
					   pacl_text(patient->ref)));
}

int64
pacl_patient_store_purge_waiting(TimestampTz before)
{
	pacl_run(&lock_overdue, PACL_ARGS(pacl_time(before)));
	return (int64) pacl_run(&purge_waiting, PACL_ARGS(pacl_time(before)));
}

int64
pacl_patient_store_erase_details(const PaclPatient *patient,
								 char **addresses, int count)
{
	return (int64) pacl_run(&erase_details,
							PACL_ARGS(pacl_uuid(patient->organization_id),
									  pacl_text(patient->ref),
									  texts(addresses, count)));
}

int64
pacl_patient_store_erase_appointments(const PaclPatient *patient)
{
	int64		rows = 0;

	for (int i = 0; i < TABLES_OF_APPOINTMENTS; i++)
		rows += (int64) pacl_run(&erase_appointments[i],
								 PACL_ARGS(pacl_uuid(patient->organization_id),
										   pacl_text(patient->ref),
										   pacl_uuids(patient->agendas,
													  patient->agenda_count)));
	return rows;
}

int64
pacl_patient_store_purge_messages(TimestampTz before)
{
	return (int64) pacl_run(&purge_messages, PACL_ARGS(pacl_time(before)));
}

int64
pacl_patient_store_purge_details(TimestampTz before)
{
	return (int64) pacl_run(&purge_details, PACL_ARGS(pacl_time(before)));
}

int64
pacl_patient_store_purge_appointments(TimestampTz before)
{
	int64		rows = 0;

	for (int i = 0; i < TABLES_OF_APPOINTMENTS; i++)
		rows += (int64) pacl_run(&purge_appointments[i],
								 PACL_ARGS(pacl_time(before)));
	return rows;
}

PACL_STATEMENTS(patient,
	PACL_ONE(select_agendas),
	PACL_ONE(select_contacts),
	PACL_ONE(erase_messages),
	PACL_ONE(lock_waiting),
	PACL_ONE(erase_waiting),
	PACL_ONE(lock_overdue),
	PACL_ONE(purge_waiting),
	PACL_ONE(erase_details),
	PACL_EACH(erase_appointments),
	PACL_ONE(purge_messages),
	PACL_ONE(purge_details),
	PACL_EACH(purge_appointments));
