/*
 * cell_store.h
 *		Rows of organizations that move between cells.
 */
#ifndef PACL_CELL_STORE_H
#define PACL_CELL_STORE_H

#include "postgres.h"
#include "datatype/timestamp.h"
#include "utils/jsonb.h"
#include "utils/uuid.h"

#include "identity/account_store.h"

/* A connection string of libpq, of either of its two forms, with row_security off. */
#define PACL_WITHOUT_ROW_SECURITY(connection) \
	connection " || CASE WHEN " connection " ~ '^postgres(ql)?://'" \
	" THEN CASE WHEN strpos(" connection ", '?') > 0 THEN '&' ELSE '?' END" \
	"   || 'options=-c%20row_security%3Doff'" \
	" ELSE ' options=''-c row_security=off''' END"

typedef struct PaclMove
{
	char	   *state;
	char	   *seal;
	char	   *moved_to;		/* or null */
	char	   *proof;			/* or null */
} PaclMove;

/* What another cell has sent along. */
typedef struct PaclParcel
{
	char	   *organization_id;	/* each null if it is not there */
	char	   *version;
	char	   *seal;
	char	   *key;
	char	   *proof;
	char	   *key_seal;		/* the seal of the key */
	char	   *missing_offers; /* codes that this cell does not have */
} PaclParcel;

typedef struct PaclMoveProgress
{
	int64		chains;
	int64		entries;
	int64		tables_ready;
	int64		tables;
	int64		lag_bytes;
	bool		has_slot;
} PaclMoveProgress;

/* False if there is none; strings palloc'd. */
extern bool pacl_cell_store_read(const pg_uuid_t *organization_id,
								 PaclMove *move);
extern TimestampTz pacl_cell_store_since(const pg_uuid_t *organization_id);
extern bool pacl_cell_store_exists(const pg_uuid_t *organization_id);

/* Begins a move; without a key where another cell has made it. */
extern void pacl_cell_store_begin(const pg_uuid_t *organization_id,
								  const char *state, const char *seal,
								  const char *key, TimestampTz at);
extern void pacl_cell_store_set(const pg_uuid_t *organization_id,
								const char *state, const char *moved_to,
								const char *proof, TimestampTz at);
extern void pacl_cell_store_end(const pg_uuid_t *organization_id);

/* The SHA-256 of a text, in hexadecimal digits. */
extern char *pacl_cell_store_seal(const char *text);

/*
 * The tables, palloc'd, of which a publication would make rows unchangeable;
 * null if there is none.
 */
extern char *pacl_cell_store_unidentified(void);

extern void pacl_cell_store_publish(const pg_uuid_t *organization_id,
									const char *publication);
extern void pacl_cell_store_unpublish(const char *publication);

/* The CREATE SUBSCRIPTION for it. */
extern char *pacl_cell_store_subscription(const char *publication,
										  const char *connection);
extern bool pacl_cell_store_has_subscription(const char *name);

/* Drops the slot of this name unless it is read; false if it is. */
extern bool pacl_cell_store_drop_slot(const char *name);

/* With the tables and the further people that it is given. */
extern Jsonb *pacl_cell_store_parcel(const pg_uuid_t *organization_id,
									 Jsonb *tables, const pg_uuid_t *people,
									 int count);
extern void pacl_cell_store_open_parcel(Jsonb *parcel, PaclParcel *opened);

/* Calls back for each person of a parcel. */
typedef void (*PaclPersonVisitor) (void *state, PaclAccountRow *person);
extern void pacl_cell_store_people(Jsonb *parcel, PaclPersonVisitor visit,
								   void *state);

/* Of what is here: the heads of all chains, and how many rows of each table. */
extern char *pacl_cell_store_proof(const pg_uuid_t *organization_id);

/* The tables with rows about agendas that it does not have, or null. */
extern char *pacl_cell_store_strays(const pg_uuid_t *organization_id);

/* What is wrong with the move and what to do; null if nothing is. */
extern char *pacl_cell_store_problem(const pg_uuid_t *organization_id);

extern void pacl_cell_store_progress(const pg_uuid_t *organization_id,
									 const char *name,
									 PaclMoveProgress *progress);

/* Keeps the heads, and deletes all rows; returns how many. */
extern void pacl_cell_store_keep_heads(const pg_uuid_t *organization_id);
extern int64 pacl_cell_store_delete(const pg_uuid_t *organization_id);

#endif							/* PACL_CELL_STORE_H */
