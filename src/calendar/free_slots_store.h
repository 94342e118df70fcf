/*
 * free_slots_store.h
 *		What stands in the way of a free slot.
 */
#ifndef PACL_FREE_SLOTS_STORE_H
#define PACL_FREE_SLOTS_STORE_H

#include "postgres.h"
#include "datatype/timestamp.h"
#include "utils/uuid.h"

typedef struct PaclBusyTime
{
	TimestampTz starts_at;
	TimestampTz ends_at;
} PaclBusyTime;

/*
 * Appointments that are not cancelled, absences, and holds that are live at
 * a moment and not the account's own, as far as they overlap
 * [starts_at, ends_at): ordered by start, palloc'd.  Sees what its caller's
 * statement sees.
 */
extern PaclBusyTime *pacl_free_slots_store_load(const pg_uuid_t *agenda_id,
												TimestampTz starts_at,
												TimestampTz ends_at,
												TimestampTz at,
												const pg_uuid_t *account_id,
												int *count);

#endif							/* PACL_FREE_SLOTS_STORE_H */
