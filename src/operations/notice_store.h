/*
 * notice_store.h
 *		Rows of notices.
 */
#ifndef PACL_NOTICE_STORE_H
#define PACL_NOTICE_STORE_H

#include "postgres.h"
#include "datatype/timestamp.h"
#include "utils/uuid.h"

/* Returns the notice's id, palloc'd. */
extern pg_uuid_t *pacl_notice_store_insert(const char *title,
										   const char *body,
										   TimestampTz now);

extern bool pacl_notice_store_exists(const pg_uuid_t *notice_id);

/* The first time stays. */
extern void pacl_notice_store_read(const pg_uuid_t *notice_id,
								   const pg_uuid_t *account_id,
								   TimestampTz now);

#endif							/* PACL_NOTICE_STORE_H */
