/*
 * absence.h
 *		When an agenda may not be booked.
 */
#ifndef PACL_ABSENCE_H
#define PACL_ABSENCE_H

#include "postgres.h"
#include "datatype/timestamp.h"
#include "utils/uuid.h"

/*
 * Whether an absence overlaps [starts_at, ends_at).  Takes no lock: who
 * decides by the answer holds the agenda's.
 */
extern bool pacl_absence_overlaps(const pg_uuid_t *agenda_id,
								  TimestampTz starts_at,
								  TimestampTz ends_at);

/*
 * Adds an absence; level absences.  Returns its id and, into *conflicts, the
 * appointments that are not cancelled and that it collides with, in order of
 * time: they stay as they are.  All palloc'd; reason may be null.
 */
extern pg_uuid_t *pacl_absence_add(const pg_uuid_t *agenda_id,
								   TimestampTz starts_at,
								   TimestampTz ends_at, const char *reason,
								   pg_uuid_t **conflicts,
								   int *conflict_count);

/* Removes it again; level absences on its agenda. */
extern void pacl_absence_remove(const pg_uuid_t *absence_id);

#endif							/* PACL_ABSENCE_H */
