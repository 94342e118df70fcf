/*
 * opening.h
 *		Openings: when an agenda may be booked.
 *
 * Openings are weekly, or every so many weeks, and in the local time of the
 * agenda's zone.  One that ends where the next begins counts as one with it; one that the clock change
 * of its day falls into is longer or shorter by as much.
 */
#ifndef PACL_OPENING_H
#define PACL_OPENING_H

#include "postgres.h"
#include "datatype/timestamp.h"
#include "pgtime.h"
#include "utils/jsonb.h"
#include "utils/uuid.h"

#include "calendar/opening_store.h"

/* As a type of appointment: whichever it is, or will be. */
extern const pg_uuid_t pacl_any_type;

/*
 * Whether an opening takes appointments of a type; null for those without one.
 */
extern bool pacl_opening_takes(const PaclOpening *opening,
							   const pg_uuid_t *type_id);

/*
 * Whether [starts_at, ends_at) lies wholly inside the agenda's openings for a
 * type of appointment (null: without a type);
 * never of what is longer than a year, since the days are gone through one by
 * one while others wait.  Takes no lock: a caller that decides by it holds
 * the agenda's.  Where the server does not know the agenda's zone, nothing is
 * covered, and *unknown_zone is its name, palloc'd; otherwise null.
 */
extern bool pacl_opening_covers(const pg_uuid_t *agenda_id,
								const pg_uuid_t *type_id,
								TimestampTz starts_at, TimestampTz ends_at,
								char **unknown_zone);

/* Whether the agenda has openings at all, with the latest snapshot. */
extern bool pacl_opening_any(const pg_uuid_t *agenda_id);

/*
 * Replaces all openings of an agenda by those of a JSON array
 *		[{"weekday": 1, "from": "08:00", "to": "12:30",
 *		  "valid_from": "2026-01-01", "valid_until": null,
 *		  "every_weeks": 2, "from_week": "2026-01-05", "types": [uuid]},
 *		 {"date": "2026-12-24", "from": "08:00", "to": "10:00"}]
 * and returns how many there are.  Raises 22023 naming what is wrong.  Checks
 * no rights, takes no lock and records nothing.
 */
extern int	pacl_opening_replace(const pg_uuid_t *organization_id,
								 const pg_uuid_t *agenda_id, Jsonb *openings);

/*
 * The same with guards, lock and record: the agenda's opening hours, changed
 * by somebody whose level is openings.
 */
extern void pacl_opening_set(const pg_uuid_t *agenda_id, Jsonb *openings);

/*
 * All openings of an agenda by weekday and time, palloc'd, and the name of
 * its zone, palloc'd; null if there is no such agenda.  With the active
 * snapshot.
 */
extern char *pacl_opening_load(const pg_uuid_t *agenda_id,
							   PaclOpening **openings, int *count);

/*
 * The JSON array taken apart and checked; raises 22023.  Palloc'd, with the
 * length in *count.
 */
extern PaclOpening *pacl_opening_read(Jsonb *openings, int *count);

/* And put together again as JSON text, palloc'd. */
extern char *pacl_opening_text(const PaclOpening *openings, int count);

/* Whether a day is in one of the weeks of an opening. */
extern bool pacl_opening_in_week(const PaclOpening *opening, DateADT date);

/*
 * When an opening is open on a day of the zone's calendar.  False on other
 * days of the week, in weeks that are not its own, outside its validity, and
 * where a clock change swallows it whole.
 */
extern bool pacl_opening_on(const PaclOpening *opening, pg_tz *zone,
							DateADT date, TimestampTz *opens_at,
							TimestampTz *closes_at);

#endif							/* PACL_OPENING_H */
