/*
 * reading_store.h
 *		Rows of readings.
 */
#ifndef PACL_READING_STORE_H
#define PACL_READING_STORE_H

#include "base/reading.h"

/* See pacl_readings. */
extern void pacl_reading_store_list(PaclRows *rows,
									const pg_uuid_t *organization_id,
									const pg_uuid_t *agenda_id,
									TimestampTz since);

#endif							/* PACL_READING_STORE_H */
