/*
 * absence.h
 *		Absences: when an agenda may not be booked.
 */
#ifndef PACL_ABSENCE_H
#define PACL_ABSENCE_H

#include "postgres.h"
#include "datatype/timestamp.h"
#include "utils/uuid.h"

#include "calendar/repeat.h"

/*
 * Whether an absence overlaps [starts_at, ends_at).  Takes no lock: a caller
 * that decides by the answer holds the agenda's.
 */
extern bool pacl_absence_overlaps(const pg_uuid_t *agenda_id,
								  TimestampTz starts_at,
								  TimestampTz ends_at);

typedef struct PaclAbsenceRequest
{
	TimestampTz starts_at;
	TimestampTz ends_at;
	const char *reason;			/* or null */
	PaclRepeat	repeat;			/* every is null: once */
	const pg_uuid_t *substitute;	/* who stands in for the holder, or null */
	const pg_uuid_t *absence_id;	/* made by the client, for retries; or
									 * null */
} PaclAbsenceRequest;

/*
 * Adds an absence and its repetitions, from and to the same local times; level
 * absences.  Returns the id of the first and, into *conflicts, the
 * appointments that are not cancelled and that they collide with, in order of
 * time: they stay as they are.  PT404 for a substitute who is not of the
 * organization, 22023 for the holder.  All palloc'd.  With the id of a client, the
 * same can be asked for again; 23505 if the id is of something else.
 */
extern pg_uuid_t *pacl_absence_add(const pg_uuid_t *agenda_id,
								   const PaclAbsenceRequest *request,
								   pg_uuid_t **conflicts,
								   int *conflict_count);

/* Removes it again; level absences on its agenda. */
extern void pacl_absence_remove(const pg_uuid_t *absence_id);

#endif							/* PACL_ABSENCE_H */
