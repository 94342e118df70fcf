/*
 * absence_store.h
 *		Rows of when an agenda may not be booked.
 */
#ifndef PACL_ABSENCE_STORE_H
#define PACL_ABSENCE_STORE_H

#include "postgres.h"
#include "datatype/timestamp.h"
#include "utils/uuid.h"

typedef struct PaclAbsence
{
	pg_uuid_t	id;
	pg_uuid_t	agenda_id;
	TimestampTz starts_at;
	TimestampTz ends_at;
	char	   *reason;			/* or null */
} PaclAbsence;

/* Whether an absence overlaps [starts_at, ends_at). */
extern bool pacl_absence_store_overlaps(const pg_uuid_t *agenda_id,
										TimestampTz starts_at,
										TimestampTz ends_at);

/* False if there is none of that id. */
extern bool pacl_absence_store_load(const pg_uuid_t *id,
									PaclAbsence *absence);

extern void pacl_absence_store_insert(const pg_uuid_t *organization_id,
									  const PaclAbsence *absence,
									  const pg_uuid_t *created_by);

/* False if it was gone already. */
extern bool pacl_absence_store_delete(const pg_uuid_t *organization_id,
									  const pg_uuid_t *id);

/*
 * The appointments that are not cancelled and overlap [starts_at, ends_at),
 * in order of time, palloc'd.
 */
extern pg_uuid_t *pacl_absence_store_conflicts(const pg_uuid_t *agenda_id,
											   TimestampTz starts_at,
											   TimestampTz ends_at,
											   int *count);

#endif							/* PACL_ABSENCE_STORE_H */
