/*
 * colleague_store.h
 *		The columns of an agenda that say what every colleague may do.
 */
#ifndef PACL_COLLEAGUE_STORE_H
#define PACL_COLLEAGUE_STORE_H

#include "postgres.h"
#include "datatype/timestamp.h"
#include "utils/uuid.h"

#include "pure/rights.h"

/*
 * Replaces what every colleague may do on an agenda; what it was goes into
 * the history, as ended by "by" at a moment.
 */
extern void pacl_colleague_store_set(const pg_uuid_t *organization_id,
									 const pg_uuid_t *agenda_id,
									 PaclRights rights, const pg_uuid_t *by,
									 TimestampTz at);

#endif							/* PACL_COLLEAGUE_STORE_H */
