/*
 * opening_store.h
 *		Rows of openings.
 */
#ifndef PACL_OPENING_STORE_H
#define PACL_OPENING_STORE_H

#include "postgres.h"
#include "utils/uuid.h"

#include "reader/timetable.h"

/* Takes all openings of an agenda; returns how many there were. */
extern int	pacl_opening_store_delete(const pg_uuid_t *agenda_id);

extern void pacl_opening_store_insert(const pg_uuid_t *organization_id,
									  const pg_uuid_t *agenda_id,
									  const PaclOpening *openings, int count);

/*
 * The first of these types of appointments that the organization does not
 * have; null if it has all.
 */
extern pg_uuid_t *pacl_opening_store_unknown_type(const pg_uuid_t *organization_id,
												  const pg_uuid_t *types,
												  int count);

#endif							/* PACL_OPENING_STORE_H */
