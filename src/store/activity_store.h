/*
 * activity_store.h
 *		Rows of the record.
 */
#ifndef PACL_ACTIVITY_STORE_H
#define PACL_ACTIVITY_STORE_H

#include "postgres.h"
#include "datatype/timestamp.h"
#include "utils/jsonb.h"
#include "utils/uuid.h"

#include "pure/token.h"
#include "store/statement.h"

/* An entry as it stands in the table; null where the column is null. */
typedef struct PaclActivityRow
{
	const pg_uuid_t *organization_id;
	const pg_uuid_t *chain;
	int64		sequence;
	const pg_uuid_t *id;
	TimestampTz recorded_at;
	const pg_uuid_t *agenda_id;
	const pg_uuid_t *actor_id;
	const pg_uuid_t *session_id;
	const pg_uuid_t *account_id;
	const pg_uuid_t *subject_id;
	const char *act;
	const char *operator;
	const char *client;
	Jsonb	   *facts;
	const uint8 *detail_digest; /* PACL_DIGEST_BYTES, or null */
	const uint8 *hash;			/* PACL_DIGEST_BYTES */
} PaclActivityRow;

/* The head of a chain, with the latest snapshot; false if it has no entry. */
extern bool pacl_activity_store_head(const pg_uuid_t *organization_id,
									 const pg_uuid_t *chain,
									 int64 *entries, PaclDigest *head);

/*
 * Appends the row and moves the head from its predecessor to it.  False if
 * the head was elsewhere.
 */
extern bool pacl_activity_store_append(const PaclActivityRow *row);

/*
 * The same for rows of one act on different chains of one organization, which
 * differ in chain, sequence, id, facts and hash; returns how many heads were
 * where they were expected.
 */
extern int	pacl_activity_store_append_all(const PaclActivityRow *rows,
										   int count);

extern void pacl_activity_store_detail(const PaclActivityRow *row,
									   const void *salt, size_t salt_length,
									   const char *detail);

/*
 * All entries of an organization, chain by chain, in order; beside each the
 * salt and the detail if it is still there.  pacl_activity_store_read takes
 * the current one of the rows apart.
 */
extern void pacl_activity_store_query(PaclRows *rows,
									  const pg_uuid_t *organization_id,
									  const pg_uuid_t *chain);
extern void pacl_activity_store_read(PaclRows *rows, PaclActivityRow *row,
									 bytea **salt, char **detail);

/* The heads of an organization's chains: chain, entries, head. */
extern void pacl_activity_store_heads(PaclRows *rows,
									  const pg_uuid_t *organization_id);

#endif							/* PACL_ACTIVITY_STORE_H */
