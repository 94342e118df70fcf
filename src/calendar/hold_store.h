/*
 * hold_store.h
 *		Rows of holds.
 */
#ifndef PACL_HOLD_STORE_H
#define PACL_HOLD_STORE_H

#include "postgres.h"
#include "datatype/timestamp.h"
#include "utils/uuid.h"

typedef struct PaclHold
{
	pg_uuid_t	id;
	pg_uuid_t	organization_id;
	pg_uuid_t	agenda_id;
	pg_uuid_t	session_id;
	pg_uuid_t	account_id;
	TimestampTz starts_at;
	TimestampTz ends_at;
	TimestampTz expires_at;
	bool		shared_log_in;
	int			minutes_before; /* the pauses that are held as well */
	int			minutes_after;
	char	   *name;			/* of the account; null when inserting */
} PaclHold;

/*
 * The holds of an agenda that, with their pauses, overlap [from, until) and
 * are live at a moment, oldest first, palloc'd.
 */
extern PaclHold *pacl_hold_store_overlapping(const pg_uuid_t *agenda_id,
											 TimestampTz from,
											 TimestampTz until,
											 TimestampTz at, int *count);

/* False if there is none of that id, live or lapsed. */
extern bool pacl_hold_store_load(const pg_uuid_t *id, PaclHold *hold);

/* How many an account, and of these a session, has live at a moment. */
extern void pacl_hold_store_count(const pg_uuid_t *account_id,
								  const pg_uuid_t *session_id,
								  TimestampTz at, int *of_account,
								  int *of_session);

extern void pacl_hold_store_insert(const PaclHold *hold);

/* False if it was gone already. */
extern bool pacl_hold_store_delete(const pg_uuid_t *organization_id,
								   const pg_uuid_t *id);

/* Of one agenda, whose lock keeps others from them. */
extern void pacl_hold_store_delete_lapsed(const pg_uuid_t *agenda_id,
										  TimestampTz at);

extern void pacl_hold_store_flag_shared(const pg_uuid_t *organization_id,
										const pg_uuid_t *id);

/* All holds of an account in an organization that it has left. */
extern void pacl_hold_store_delete_of_member(const pg_uuid_t *organization_id,
											 const pg_uuid_t *account_id);

#endif							/* PACL_HOLD_STORE_H */
