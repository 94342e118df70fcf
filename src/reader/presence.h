/*
 * presence.h
 *		Whether anybody has slots of an agenda open, or waits for some.
 */
#ifndef PACL_PRESENCE_H
#define PACL_PRESENCE_H

#include "postgres.h"
#include "utils/uuid.h"

/*
 * Whether an agenda has holds at all, live or lapsed, with the latest
 * snapshot that the isolation level allows: one probe of an index that is
 * nearly empty, asked before every booking.
 */
extern bool pacl_presence_has_holds(const pg_uuid_t *agenda_id);

/* The same of times that became free and that somebody waits for. */
extern bool pacl_presence_has_freed(const pg_uuid_t *agenda_id);

#endif							/* PACL_PRESENCE_H */
