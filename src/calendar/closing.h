/*
 * closing.h
 *		Closings: days on which all agendas of an organization are closed.
 *
 * A closing is days, not moments: each agenda is closed from midnight to
 * midnight of its own time zone.  It stands in the way of a booking as an
 * absence does, and the level book may book nevertheless.
 */
#ifndef PACL_CLOSING_H
#define PACL_CLOSING_H

#include "postgres.h"
#include "datatype/timestamp.h"
#include "pgtime.h"
#include "utils/date.h"
#include "utils/uuid.h"

#include "reader/timetable.h"

/*
 * The closings of an organization that may meet [from, until) in any time
 * zone, palloc'd; either end may be infinite.  With the active snapshot.
 */
extern PaclClosing *pacl_closing_load(const pg_uuid_t *organization_id,
									  TimestampTz from, TimestampTz until,
									  int *count);

/* When an agenda in a zone is closed. */
extern void pacl_closing_place(const PaclClosing *closing, pg_tz *zone,
							   TimestampTz *starts_at, TimestampTz *ends_at);

/*
 * The first closing of the agenda's organization that overlaps
 * [starts_at, ends_at) there, with the latest snapshot; null if there is none.
 */
extern PaclClosing *pacl_closing_find(const pg_uuid_t *organization_id,
									  const pg_uuid_t *agenda_id,
									  TimestampTz starts_at,
									  TimestampTz ends_at);

/* Its name and its days, for people; palloc'd. */
extern char *pacl_closing_text(const PaclClosing *closing);

/*
 * Closes an organization for some days, both included; for full
 * administrators.  Appointments of these days stay as they are.  Returns the
 * closing's id, palloc'd.  Raises 22023 for days that are none, or that are
 * more than a year, and for a blank name.
 */
extern pg_uuid_t *pacl_closing_add(const pg_uuid_t *organization_id,
								   DateADT from_date, DateADT until_date,
								   const char *name);

/* Takes a closing back; for full administrators.  Raises PT404. */
extern void pacl_closing_remove(const pg_uuid_t *closing_id);

#endif							/* PACL_CLOSING_H */
