/*
 * changes_store.h
 *		Entries of the record that tell of changes on calendars.
 */
#ifndef PACL_CHANGES_STORE_H
#define PACL_CHANGES_STORE_H

#include "postgres.h"
#include "utils/uuid.h"

#include "base/statement.h"

/* The organizations of agendas. */
extern pg_uuid_t *pacl_changes_store_organizations(const pg_uuid_t *agenda_ids,
												   int count, int *found);

/* Whether the record has an entry of this id. */
extern bool pacl_changes_store_is_there(const pg_uuid_t *id);

/*
 * What there is between two ids, both excluded, by id, at most so many: id,
 * agenda_id, appointment_id, change, recorded_at.  Of appointments that are
 * private now only that something busy changed, but on the agendas where the
 * caller sees them; "private" are these, a part of "agendas".
 */
extern void pacl_changes_store_query(PaclRows *rows,
									 const pg_uuid_t *agendas, int count,
									 const pg_uuid_t *private_agendas,
									 int private_count,
									 const pg_uuid_t *organizations,
									 int organization_count,
									 const pg_uuid_t *above,
									 const pg_uuid_t *below, int limit);

#endif							/* PACL_CHANGES_STORE_H */
