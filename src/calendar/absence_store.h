/*
 * absence_store.h
 *		Rows of absences.
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
	pg_uuid_t	created_by;		/* of a row that was read */
	const pg_uuid_t *series_id; /* or null */
	const pg_uuid_t *substitute;	/* an account; or null */
} PaclAbsence;

/* False if there is none of that id. */
extern bool pacl_absence_store_load(const pg_uuid_t *id,
									PaclAbsence *absence);

/* The same within an organization; a client may give an id. */
extern bool pacl_absence_store_load_of(const pg_uuid_t *organization_id,
									   const pg_uuid_t *id,
									   PaclAbsence *absence);

extern void pacl_absence_store_insert(const pg_uuid_t *organization_id,
									  const PaclAbsence *absence,
									  const pg_uuid_t *created_by);

/*
 * The name of who stands in for the holder in these times, of the first
 * absence that names somebody who is still there; palloc'd, or null.
 */
extern char *pacl_absence_store_substitute(const pg_uuid_t *agenda_id,
										   TimestampTz starts_at,
										   TimestampTz ends_at);

/* False if it was gone already. */
extern bool pacl_absence_store_delete(const pg_uuid_t *organization_id,
									  const pg_uuid_t *id);

/*
 * The appointments that are not cancelled and overlap any of so many times,
 * each once, in order of time, palloc'd.
 */
extern pg_uuid_t *pacl_absence_store_conflicts(const pg_uuid_t *agenda_id,
											   const TimestampTz *starts_at,
											   const TimestampTz *ends_at,
											   int times, bool with_private,
											   int *count, int *total);

#endif							/* PACL_ABSENCE_STORE_H */
