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

#include "base/statement.h"
#include "pure/token.h"

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
	bytea	   *salt;			/* these three until they are erased */
	const char *detail;
	const pg_uuid_t *erased_with;
} PaclActivityRow;

/* The head of a chain, with the latest snapshot; false if it has no entry. */
extern bool pacl_activity_store_head(const pg_uuid_t *organization_id,
									 const pg_uuid_t *chain,
									 int64 *entries, PaclDigest *head);

/* The heads of many chains, ascending by chain: chain, entries, head. */
extern void pacl_activity_store_heads_of(PaclRows *rows,
										 const pg_uuid_t *organization_id,
										 const pg_uuid_t *chains, int count);

/* What a row of heads holds as its digest; all zero for none. */
extern void pacl_activity_store_digest(PaclRows *rows, int column,
									   PaclDigest *digest);

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

/*
 * The order in which a chain is read.  Ids ascend with the numbers, and have an
 * index; where they do not, because somebody changed one or the clock was set
 * back under an earlier release, the numbers still do.
 */
typedef enum PaclChainOrder
{
	PACL_CHAIN_BY_ID,
	PACL_CHAIN_BY_SEQUENCE
} PaclChainOrder;

/* Where one is in a chain. */
typedef struct PaclChainPlace
{
	pg_uuid_t	id;
	int64		sequence;
} PaclChainPlace;

/*
 * A part of a chain: what stands in a file, or is to.  The hash is that of its
 * last entry, or of the entry up to which one has come.
 */
typedef struct PaclStretch
{
	pg_uuid_t	chain;
	int64		first;
	int64		last;
	PaclDigest	previous;
	PaclDigest	hash;
	PaclChainOrder order;
} PaclStretch;

/* What was sealed of a chain, in order. */
extern void pacl_activity_store_seals(PaclRows *rows,
									  const pg_uuid_t *organization_id,
									  const pg_uuid_t *chain);
extern void pacl_activity_store_read_seal(PaclRows *rows,
										  PaclStretch *stretch);

/*
 * The beginning of each chain of an organization, as far as all was recorded
 * before a moment: ascending by chain, read with the second.
 */
extern void pacl_activity_store_stretches(PaclRows *rows,
										  const pg_uuid_t *organization_id,
										  TimestampTz before);
extern void pacl_activity_store_read_stretch(PaclRows *rows,
											 PaclStretch *stretch);

/*
 * Seals a stretch, which stands in the file with this digest; deletes what is
 * sealed with it, and returns how many entries that were; and the digest of all
 * seals of an organization.
 */
extern void pacl_activity_store_seal(const pg_uuid_t *organization_id,
									 const PaclStretch *stretch,
									 const PaclDigest *digest,
									 TimestampTz before, TimestampTz at);
extern int64 pacl_activity_store_delete_sealed(const pg_uuid_t *organization_id,
											   const PaclDigest *digest);
extern char *pacl_activity_store_seals_digest(const pg_uuid_t *organization_id);

/*
 * The next entries of a chain in an order, after a place, as many as are read
 * at once; beside each the head as the same snapshot has it.  There is always a row: one that has no
 * entry stands for a chain that has no further.  pacl_activity_store_read and
 * _read_head take the current one of the rows apart; a head that is missing
 * or no digest is null, its number of entries 0.
 */
extern void pacl_activity_store_query(PaclRows *rows,
									  PaclChainOrder order,
									  const pg_uuid_t *organization_id,
									  const pg_uuid_t *chain,
									  const PaclChainPlace *after);
extern bool pacl_activity_store_has_entry(PaclRows *rows);
extern void pacl_activity_store_read(PaclRows *rows, PaclActivityRow *row);
extern int64 pacl_activity_store_read_head(PaclRows *rows,
										   const uint8 **head);

/*
 * An organization's chains: those with a head, those with entries, and those
 * that must be there.
 */
extern void pacl_activity_store_chains(PaclRows *rows,
									   const pg_uuid_t *organization_id);

/* Whether the chain of the database tells of what is there by its acts. */
extern bool pacl_activity_store_is_told(void);

/*
 * Entries between two ids, both excluded, by id, at most so many, as far as
 * row security shows them to the current user: one column, a row of the
 * table.
 */
extern void pacl_activity_store_since(PaclRows *rows,
									  const pg_uuid_t *cursor,
									  const pg_uuid_t *horizon, int limit);

/* Whether a prepared transaction waits in this database. */
extern bool pacl_activity_store_any_prepared(void);

/* How many entries of an act there are of an account since a moment. */
extern int	pacl_activity_store_count_by_actor(const char *act,
											   const pg_uuid_t *actor_id,
											   TimestampTz since);

/* The same on an agenda, whoever acted. */
extern int	pacl_activity_store_count_on_agenda(const char *act,
												const pg_uuid_t *agenda_id,
												TimestampTz since);

/*
 * Marks the head of the organization's chain as written by this transaction,
 * without an entry: whoever does so with an older snapshot gets 40001.
 */
extern void pacl_activity_store_touch_organization(const pg_uuid_t *id);

/*
 * Whether announcements name agendas; and to switch that on or off, which
 * tells whether it was otherwise before.
 */
extern bool pacl_activity_store_names_agendas(void);
extern bool pacl_activity_store_name_agendas(bool named);

#endif							/* PACL_ACTIVITY_STORE_H */
