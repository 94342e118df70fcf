/*
 * session_store.h
 *		Rows of sessions and of their tokens' digests.
 */
#ifndef PACL_SESSION_STORE_H
#define PACL_SESSION_STORE_H

#include "postgres.h"
#include "datatype/timestamp.h"
#include "utils/uuid.h"

#include "pure/token.h"

typedef struct PaclNewSession
{
	const pg_uuid_t *id;
	const pg_uuid_t *account_id;
	TimestampTz opened_at;
	TimestampTz expires_at;
	bool		limited;
	bool		factor_elsewhere;
	const char *client;			/* null if unknown */
} PaclNewSession;

extern void pacl_session_store_insert(const PaclNewSession *session,
									  const PaclDigest *token);

/*
 * The live session of a token, and its account: palloc'd, or false if there
 * is none at that moment.
 */
extern bool pacl_session_store_of_token(const PaclDigest *token,
										TimestampTz at, pg_uuid_t **id,
										pg_uuid_t **account_id);

/*
 * Notes a use, unless another transaction is writing the session: that one
 * notes its own.
 */
extern void pacl_session_store_touch(const pg_uuid_t *id, TimestampTz at);

/* Until when the session counts as freshly authenticated. */
extern void pacl_session_store_confirm(const pg_uuid_t *id,
									   TimestampTz until);

/* The password was changed: the session may do everything. */
extern void pacl_session_store_unlimit(const pg_uuid_t *id);

/* The second factor was given in the session. */
extern void pacl_session_store_give_factor(const pg_uuid_t *id,
										   const pg_uuid_t *factor_id);

/* The agenda that the session works on; returns when it was opened. */
extern TimestampTz pacl_session_store_choose(const pg_uuid_t *id,
											 const pg_uuid_t *agenda_id);

/*
 * Ends all live sessions of an account but so many that were used last;
 * returns how many.  Waits for nobody.
 */
extern int	pacl_session_store_end_surplus(const pg_uuid_t *account_id,
										   int most, TimestampTz at);

/*
 * Ends one session of an account.  What ends it is that its token is gone;
 * that another transaction of the session stays open does not hold this up,
 * and then only the time of the end is not written.  False if it is not the
 * account's, or has ended already.
 */
extern bool pacl_session_store_end(const pg_uuid_t *account_id,
								   const pg_uuid_t *id, TimestampTz at);

/*
 * The same for all sessions of an account, except one unless that is null;
 * returns how many.
 */
extern int	pacl_session_store_end_all(const pg_uuid_t *account_id,
									   const pg_uuid_t *except,
									   TimestampTz at);

#endif							/* PACL_SESSION_STORE_H */
