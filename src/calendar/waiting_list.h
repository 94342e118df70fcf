/*
 * waiting_list.h
 *		Patients who wait for a time to become free.
 *
 * An entry is what somebody wants; whether there is a time for it is found by
 * whoever looks (the view waiting_list_matches asks find_slots), so nothing has
 * to run when a time becomes free.  An entry is deleted with the booking that
 * comes of it: of two at once, one books.
 */
#ifndef PACL_WAITING_LIST_H
#define PACL_WAITING_LIST_H

#include "postgres.h"
#include "utils/date.h"
#include "utils/uuid.h"

#include "calendar/appointment.h"
#include "calendar/waiting_list_store.h"

/* As many agendas as one entry may name. */
#define PACL_WAITING_LIST_AGENDAS 100

/*
 * Adds an entry, whose organization_id, id and joined_by are filled in; returns
 * its id.  Raises PT404 and 42501 for an agenda on which the caller may not
 * book, 22023 for agendas of several organizations, none or too many, for dates
 * that are no period or over, hours that end before they begin, and 22001 for a text that is too long.
 */
extern pg_uuid_t *pacl_waiting_list_join(PaclWaitingEntry *entry,
										 pg_uuid_t *agendas, int count);

/* PT404 unless the caller may book on one of its agendas. */
extern void pacl_waiting_list_leave(const pg_uuid_t *entry_id);

/*
 * Takes an entry off the list for a booking on this locked agenda, and fills in
 * what the booking does not say: the patient, the type, how to reach them.
 * PT404 if it is not there (any more), or the caller may not book here.
 */
extern PaclRefusal *pacl_waiting_list_take(const PaclBookingContext *context,
										   const pg_uuid_t *entry_id,
										   PaclBooking *booking);

#endif							/* PACL_WAITING_LIST_H */
