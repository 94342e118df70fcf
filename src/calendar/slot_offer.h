/*
 * slot_offer.h
 *		Offers of times that became free to patients who wait for one.
 *
 * What became free is a row as long as anybody waits on the agenda.  Whoever
 * has joined first, has a contact and can use it is offered a time of it: one
 * offer at a time to an entry, and no time to two entries at once.  An offer
 * takes nothing: whoever books first has the time, and the offer is withdrawn.
 *
 * The act that frees a time makes the offer, under the agenda's lock and at
 * its own end, so that what it frees and takes again is offered to nobody.
 * That an offer lapses is an act of nobody: pacl_slot_offer_all sees to it.
 */
#ifndef PACL_SLOT_OFFER_H
#define PACL_SLOT_OFFER_H

#include "postgres.h"
#include "datatype/timestamp.h"
#include "utils/uuid.h"

#include "reader/access.h"
#include "reader/timetable.h"

#define PACL_OFFER_MINUTES_DEFAULT 120
#define PACL_OFFER_MINUTES_LEAST 10
#define PACL_OFFER_MINUTES_MOST (7 * 24 * 60)

/*
 * Notes that a locked agenda has become free in [from, until), with pauses;
 * does nothing unless somebody who can be reached waits there.
 */
extern void pacl_slot_offer_freed(const pg_uuid_t *organization_id,
								  const pg_uuid_t *agenda_id,
								  TimestampTz from, TimestampTz until);

/*
 * The same of all that the openings after have and those before had not, from
 * the first to the last of it.
 */
extern void pacl_slot_offer_opened(const PaclAgenda *agenda,
								   PaclOpening *before, int before_count,
								   PaclOpening *after, int after_count);

/* Notes that something of a locked agenda was taken. */
extern void pacl_slot_offer_touched(const pg_uuid_t *agenda_id);

/* Notes that a locked agenda itself has changed: what is free may be offered. */
extern void pacl_slot_offer_changed(const pg_uuid_t *agenda_id);

/*
 * At the end of an act: offers what was noted since the last time, and ends
 * offers of what is not free any more.
 */
extern void pacl_slot_offer_settle(void);

/*
 * What became free in an organization by what is no act on an agenda: it is
 * offered by the next pacl_slot_offer_all.
 */
extern void pacl_slot_offer_freed_everywhere(const pg_uuid_t *organization_id,
											 TimestampTz from,
											 TimestampTz until);

/* The same of what was taken. */
extern void pacl_slot_offer_touched_everywhere(const pg_uuid_t *organization_id);

/* An entry goes: so do its offers, and what they were of is free for others. */
extern void pacl_slot_offer_leave(const pg_uuid_t *organization_id,
								  const pg_uuid_t *entry_id);

/*
 * The patient does not want it: the next is offered the time.  PT404 unless
 * the caller may book on its agenda; 55000 if the offer has ended.
 */
extern void pacl_slot_offer_decline(const pg_uuid_t *offer_id);

/*
 * For the mailer: ends what has lapsed, and offers what is free to the next;
 * returns how many offers were made.  Agendas on which somebody acts at this
 * moment are left for the next time.
 */
extern int64 pacl_slot_offer_all(void);

#endif							/* PACL_SLOT_OFFER_H */
