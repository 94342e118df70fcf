/*
 * waiting_list_store.h
 *		Rows of the waiting list.
 */
#ifndef PACL_WAITING_LIST_STORE_H
#define PACL_WAITING_LIST_STORE_H

#include "postgres.h"
#include "utils/date.h"
#include "utils/uuid.h"

/* Null pointers where nothing is said. */
typedef struct PaclWaitingEntry
{
	pg_uuid_t	organization_id;
	pg_uuid_t	id;
	pg_uuid_t	joined_by;
	DateADT		from_date;
	DateADT		until_date;
	const pg_uuid_t *appointment_type;
	const char *patient;
	const char *patient_ref;
	const char *contact;
	const char *note;
	int			weekdays;		/* bits 1 (Monday) to 7; 0 is any day */
	TimeADT		day_from;		/* on the clock of the agenda */
	TimeADT		day_until;
} PaclWaitingEntry;

extern void pacl_waiting_list_store_insert(const PaclWaitingEntry *entry,
										   const pg_uuid_t *agendas, int count);

/* The agendas of an entry, ascending; none if there is no such entry. */
extern pg_uuid_t *pacl_waiting_list_store_agendas(const pg_uuid_t *entry_id,
												  int *count);

/* Locks an entry that names an agenda; false if there is none (any more). */
extern bool pacl_waiting_list_store_lock(const pg_uuid_t *organization_id,
										 const pg_uuid_t *entry_id,
										 const pg_uuid_t *agenda_id);

/*
 * Deletes an entry that names an agenda and reads what it said; false if there
 * is none (any more).
 */
extern bool pacl_waiting_list_store_take(const pg_uuid_t *organization_id,
										 const pg_uuid_t *entry_id,
										 const pg_uuid_t *agenda_id,
										 PaclWaitingEntry *entry);

/* Whether the type is one of the organization's, and not archived. */
extern bool pacl_waiting_list_store_knows_type(const pg_uuid_t *organization_id,
											   const pg_uuid_t *type_id);

#endif							/* PACL_WAITING_LIST_STORE_H */
