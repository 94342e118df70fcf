/*
 * opening_store.h
 *		Rows of openings.
 */
#ifndef PACL_OPENING_STORE_H
#define PACL_OPENING_STORE_H

#include "postgres.h"
#include "utils/date.h"
#include "utils/uuid.h"

typedef struct PaclOpening
{
	int			weekday;		/* ISO 8601: Monday is 1, Sunday 7 */
	TimeADT		opens_at;		/* microseconds of the local day */
	TimeADT		closes_at;		/* 24:00 is the day's end */
	DateADT		valid_from;		/* DATEVAL_NOBEGIN: always has been */
	DateADT		valid_until;	/* the last day; DATEVAL_NOEND: for good */
} PaclOpening;

/*
 * All openings of an agenda by weekday and time, palloc'd, and the name of
 * the agenda's zone; null if there is no such agenda.  With the statement's
 * own snapshot for a reader, with the latest otherwise.
 */
extern char *pacl_opening_store_load(const pg_uuid_t *agenda_id,
									 bool reader, PaclOpening **openings,
									 int *count);

/* Takes all openings of an agenda; returns how many there were. */
extern int	pacl_opening_store_delete(const pg_uuid_t *agenda_id);

extern void pacl_opening_store_insert(const pg_uuid_t *organization_id,
									  const pg_uuid_t *agenda_id,
									  const PaclOpening *openings, int count);

#endif							/* PACL_OPENING_STORE_H */
