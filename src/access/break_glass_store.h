/*
 * break_glass_store.h
 *		Rows of emergency access.
 */
#ifndef PACL_BREAK_GLASS_STORE_H
#define PACL_BREAK_GLASS_STORE_H

#include "postgres.h"
#include "datatype/timestamp.h"
#include "utils/uuid.h"

#include "pure/rights.h"

/* A grant of an account to itself, in force during [from, until). */
extern void pacl_break_glass_store_grant(const pg_uuid_t *organization_id,
										 const pg_uuid_t *agenda_id,
										 const pg_uuid_t *account_id,
										 PaclRights rights, TimestampTz from,
										 TimestampTz until, const char *reason);

#endif							/* PACL_BREAK_GLASS_STORE_H */
