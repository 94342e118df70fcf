/*
 * waiting_list.c
 *		Patients who wait for a time to become free.
 */
#include "postgres.h"

#include "mb/pg_wchar.h"

#include "base/activity.h"
#include "base/authority.h"
#include "base/facts.h"
#include "base/fields.h"
#include "base/lock.h"
#include "calendar/slot_offer.h"
#include "calendar/waiting_list.h"
#include "compat.h"
#include "errors.h"
#include "pure/uuid.h"
#include "reader/view.h"

#define LONGEST_DAYS 366

static void
check_agendas(int count)
{
	if (count == 0)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errword("empty"),
				 errargument("agendas"),
				 errmsg("agendas must not be empty")));
	if (count > PACL_WAITING_LIST_AGENDAS)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errword("too_many_items"),
				 errargument("agendas"),
				 errmsg("agendas must be %d at most",
						PACL_WAITING_LIST_AGENDAS)));
}

/* Somewhere on earth it is yesterday still. */
static void
check_dates(const PaclWaitingEntry *entry)
{
	DateADT		yesterday = pacl_view_time() / USECS_PER_DAY - 1;

	if (DATE_NOT_FINITE(entry->from_date) || DATE_NOT_FINITE(entry->until_date) ||
		entry->until_date < entry->from_date)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errword("ends_before_start"),
				 errargument("until_date"),
				 errmsg("until_date must not be before from_date")));
	if (entry->until_date < yesterday ||
		(int64) entry->until_date - entry->from_date > LONGEST_DAYS)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errword("out_of_range"),
				 errargument("until_date"),
				 errmsg("until_date must be to come, and within %d days of from_date",
						LONGEST_DAYS)));
}

static void
check_hours(const PaclWaitingEntry *entry)
{
	if (entry->day_until <= entry->day_from)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errword("ends_before_start"),
				 errargument("day_until"),
				 errmsg("day_until must be after day_from")));
}

static void
check_length(const char *name, const char *text, int most)
{
	if (text != NULL && pg_mbstrlen(text) > most)
		ereport(ERROR,
				(errcode(ERRCODE_STRING_DATA_RIGHT_TRUNCATION),
				 errword("too_long"),
				 errargument(name),
				 errmsg("%s is longer than %d characters", name, most)));
}

/* Each once; how many there are. */
static int
remove_duplicates(pg_uuid_t *ids, int count)
{
	int			kept = 0;

	qsort(ids, count, sizeof(pg_uuid_t), pacl_uuid_qsort_compare);
	for (int i = 0; i < count; i++)
		if (kept == 0 || !pacl_uuid_equal(&ids[i], &ids[kept - 1]))
			ids[kept++] = ids[i];
	return kept;
}

/* The caller may book on all of them, and they are of one organization. */
static void
require_agendas(const pg_uuid_t *agendas, int count, pg_uuid_t *organization_id)
{
	for (int i = 0; i < count; i++)
	{
		PaclAgenda	agenda;

		(void) pacl_require_rights(&agendas[i], PACL_RIGHTS_BOOK_IN_HOURS,
								   &agenda);
		if (i == 0)
			*organization_id = agenda.organization_id;
		else if (!pacl_uuid_equal(organization_id, &agenda.organization_id))
			ereport(ERROR,
					(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
					 errword("other_organization"),
					 errargument("agendas"),
					 errmsg("agendas must be of one organization")));
	}
}

/* On the chains of the agendas, which are locked; it names nobody. */
static void
record(const char *act, const pg_uuid_t *organization_id,
	   const pg_uuid_t *entry_id, const pg_uuid_t *agendas, int count)
{
	PaclEntry	entry = {0};

	entry.act = act;
	entry.organization_id = organization_id;
	entry.subject_id = entry_id;
	pacl_activity_record_agendas(&entry, agendas, NULL, count);
}

pg_uuid_t *
pacl_waiting_list_join(PaclWaitingEntry *entry, pg_uuid_t *agendas, int count)
{
	pg_uuid_t  *id = palloc(sizeof(pg_uuid_t));

	(void) pacl_require_caller();
	count = remove_duplicates(agendas, count);
	check_agendas(count);
	check_dates(entry);
	check_hours(entry);
	check_length("patient", entry->patient, 500);
	check_length("patient_ref", entry->patient_ref, 200);
	check_length("contact", entry->contact, 500);
	check_length("note", entry->note, 10000);
	require_agendas(agendas, count, &entry->organization_id);
	pacl_lock_agendas(agendas, count);
	require_agendas(agendas, count, &entry->organization_id);
	if (entry->appointment_type != NULL &&
		!pacl_waiting_list_store_knows_type(&entry->organization_id,
											entry->appointment_type))
		pacl_raise_unknown("appointment type");
	entry->joined_by = pacl_require_caller()->account_id;
	pacl_uuid_make(&entry->id);
	record("waiting_list.joined", &entry->organization_id, &entry->id, agendas,
		   count);
	pacl_waiting_list_store_insert(entry, agendas, count);
	*id = entry->id;
	return id;
}

/* One of the agendas on which the caller may book, if there is one. */
static bool
find_own(const pg_uuid_t *agendas, int count, PaclAgenda *agenda)
{
	for (int i = 0; i < count; i++)
	{
		PaclRights	rights;

		if (pacl_find_agenda(&agendas[i], agenda, &rights) &&
			pacl_rights_cover(rights, PACL_RIGHTS_BOOK_IN_HOURS))
			return true;
	}
	return false;
}

/* What it was offered goes with it; whoever is not first finds nothing. */
static bool
take(const pg_uuid_t *organization_id, const pg_uuid_t *entry_id,
	 const pg_uuid_t *agenda_id, PaclWaitingEntry *entry)
{
	if (!pacl_waiting_list_store_lock(organization_id, entry_id, agenda_id))
		return false;
	pacl_slot_offer_leave(organization_id, entry_id);
	return pacl_waiting_list_store_take(organization_id, entry_id, agenda_id,
										entry);
}

void
pacl_waiting_list_leave(const pg_uuid_t *entry_id)
{
	PaclWaitingEntry entry;
	PaclAgenda	agenda;
	pg_uuid_t  *agendas;
	int			count;

	(void) pacl_require_caller();
	agendas = pacl_waiting_list_store_agendas(entry_id, &count);
	if (!find_own(agendas, count, &agenda))
		pacl_raise_unknown("waiting list entry");
	pacl_lock_agendas(agendas, count);
	if (!find_own(agendas, count, &agenda) ||
		!take(&agenda.organization_id, entry_id, &agenda.id, &entry))
		pacl_raise_unknown("waiting list entry");
	record("waiting_list.left", &agenda.organization_id, entry_id, agendas,
		   count);
	for (int i = 0; i < count; i++)
		pacl_slot_offer_changed(&agendas[i]);
	pacl_slot_offer_settle();
}

PaclRefusal *
pacl_waiting_list_take(const PaclBookingContext *context,
					   const pg_uuid_t *entry_id, PaclBooking *booking)
{
	PaclWaitingEntry entry;

	if (!pacl_rights_cover(context->rights, PACL_RIGHTS_BOOK_IN_HOURS) ||
		!take(&context->agenda.organization_id, entry_id, &context->agenda.id,
			  &entry))
		return pacl_refuse_argument("waiting_list_entry", ERRCODE_PACL_NOT_FOUND,
									"not_found",
									"waiting list entry does not exist or is not visible to you",
									NULL, NULL);
	if (booking->patient == NULL)
		booking->patient = entry.patient;
	if (booking->patient_ref == NULL)
		booking->patient_ref = entry.patient_ref;
	if (booking->contact == NULL)
		booking->contact = entry.contact;
	if (booking->note == NULL)
		booking->note = entry.note;
	if (booking->appointment_type == NULL)
		booking->appointment_type = entry.appointment_type;
	return NULL;
}
