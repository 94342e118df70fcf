/*
 * session.h
 *		Sessions: opened, entered, confirmed, ended.
 */
#ifndef PACL_SESSION_H
#define PACL_SESSION_H

#include "postgres.h"
#include "datatype/timestamp.h"
#include "utils/uuid.h"

#include "reader/identity.h"

/*
 * How many live sessions an account may have; the next one ends that which
 * was used longest ago.
 */
#define PACL_SESSION_MAX_OF_ACCOUNT		100

/*
 * A session to be opened for an account, however its person was
 * authenticated.
 */
typedef struct PaclSessionRequest
{
	const pg_uuid_t *account_id;
	int64		lifetime;		/* microseconds */
	bool		limited;		/* came with a temporary password */
	bool		factor_elsewhere;	/* the authenticator saw a second factor */
	const char *client;			/* where from, as the back end says; or null */
} PaclSessionRequest;

/*
 * What a back end says of where somebody comes from, as it is kept: at most
 * 500 characters, palloc'd, or null.
 */
extern char *pacl_session_client(const char *client);

/*
 * Opens a session, notes the log-in and records it; returns the token,
 * palloc'd.  Checks nothing: the caller has.
 */
extern char *pacl_session_open(const PaclSessionRequest *opening);

/*
 * The authenticator's: opens a session for an account that it has
 * authenticated, with a second factor or without.  PT404 for an account that is not active, 22023 for a
 * lifetime that is not between a second and 366 days.
 */
extern char *pacl_session_open_for(const pg_uuid_t *account_id,
								   int64 lifetime, const char *client,
								   bool factor_elsewhere);

/* The authenticator's: the session counts as fresh.  28000 if it is dead. */
extern void pacl_session_confirm_token(const char *token);

/*
 * Sets the token for the rest of the transaction and returns the account,
 * palloc'd.  If the token, which may be null, is not valid: 28000, or, when
 * not strict, null, and the transaction is anonymous.
 */
extern pg_uuid_t *pacl_session_enter(const char *token, bool strict);

/*
 * Notes a use of the caller's session, if none was noted for a minute; returns
 * when it lapses without another.  Raises 25006 where nothing can be written.
 */
extern TimestampTz pacl_session_keep(void);

/* Ends the caller's session. */
extern void pacl_session_log_out(void);

/* One's own session, this one or another; PT404 for anything else. */
extern void pacl_session_close(const pg_uuid_t *session_id);

/* All of one's own sessions but this one. */
extern void pacl_session_close_others(void);

/*
 * The session works on this agenda from now on.  PT404 unless the caller may
 * see at least when it is busy.  The organization's last log-in becomes this
 * session's, which for a member of several is when they choose it.
 */
extern void pacl_session_choose_agenda(const pg_uuid_t *agenda_id);

/* The chosen agenda, or null if none is, or it may no longer be opened. */
extern const pg_uuid_t *pacl_session_current_agenda(void);

/* 28000 unless the caller has a session, and is not a mapped role. */
extern void pacl_session_require(const PaclCaller *caller);

/* Raises the session to freshly authenticated; returns until when. */
extern TimestampTz pacl_session_confirm(const pg_uuid_t *account_id,
										const pg_uuid_t *session_id);

/*
 * Ends all sessions of an account, except one unless that is null; returns
 * how many.  Records nothing: it is part of another act.
 */
extern int	pacl_session_end_all(const pg_uuid_t *account_id,
								 const pg_uuid_t *except);

#endif							/* PACL_SESSION_H */
