/*
 * event.h
 *		The events of a calendar file, repetitions expanded.
 */
#ifndef PACL_ICAL_EVENT_H
#define PACL_ICAL_EVENT_H

#include "postgres.h"
#include "datatype/timestamp.h"
#include "pgtime.h"

/* What a file may hold, and what one event of it. */
#define PACL_ICAL_MOST_BYTES		(10 * 1024 * 1024)
#define PACL_ICAL_MOST_ROWS			10000
#define PACL_ICAL_EVENT_BYTES		65536
#define PACL_ICAL_MOST_REPETITIONS	1000
#define PACL_ICAL_MOST_STEPS		50000

/* What is to be done with an event, or why nothing is. */
typedef struct PaclEvent
{
	const char *kind;			/* appointment, absence; skipped, refused,
								 * shortened */
	const char *key;			/* its UID, with its start if it repeats */
	pg_time_t	starts_at;
	pg_time_t	ends_at;
	bool		has_start;
	bool		has_end;
	bool		private;
	const char *summary;		/* or null */
	const char *description;	/* or null */
	const char *detail;			/* or null */
} PaclEvent;

typedef void (*PaclEventReceiver) (const PaclEvent *event, void *state);

/*
 * Hands over each event of a file in UTF-8.  Times without a zone are of the
 * zone given; what ended before since is skipped, repetitions without an end
 * go on until a moment.  22P02 for what is no calendar, 54000 for one that is
 * too large.  Can be interrupted.
 */
extern void pacl_events_read(const char *file, pg_tz *zone, pg_time_t since,
							 pg_time_t until, PaclEventReceiver receive,
							 void *state);

#endif							/* PACL_ICAL_EVENT_H */
