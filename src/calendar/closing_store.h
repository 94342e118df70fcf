/*
 * closing_store.h
 *		Rows of closings.
 */
#ifndef PACL_CLOSING_STORE_H
#define PACL_CLOSING_STORE_H

#include "postgres.h"
#include "utils/uuid.h"

#include "reader/timetable.h"

/* The closing of an id, and whose it is; false if there is none. */
extern bool pacl_closing_store_load(const pg_uuid_t *id,
									pg_uuid_t *organization_id,
									PaclClosing *closing);

extern void pacl_closing_store_insert(const pg_uuid_t *organization_id,
									  const PaclClosing *closing,
									  const pg_uuid_t *created_by);

extern void pacl_closing_store_delete(const pg_uuid_t *organization_id,
									  const pg_uuid_t *id);

#endif							/* PACL_CLOSING_STORE_H */
