/*
 * identity.h
 *		Who is calling.
 */
#ifndef PACL_IDENTITY_H
#define PACL_IDENTITY_H

#include "postgres.h"
#include "datatype/timestamp.h"
#include "utils/uuid.h"

/*
 * The step that a caller lacks: until it is done they read nothing, and may do
 * nothing but this.
 */
typedef enum PaclMissing
{
	PACL_MISSING_NOTHING,
	PACL_MISSING_FACTOR,		/* to give their second factor */
	PACL_MISSING_PASSWORD,		/* to change a temporary password */
	PACL_MISSING_ENROLMENT		/* to set up a second factor */
} PaclMissing;

typedef struct PaclCaller
{
	pg_uuid_t	account_id;
	bool		has_session;	/* false for a mapped database role */
	bool		reads_only;		/* the extension's owner reads for them */
	pg_uuid_t	session_id;
	PaclMissing missing;
	bool		has_factor;		/* a second factor, given or not */
	bool		factor_elsewhere;	/* the authenticator says one was given */
	TimestampTz last_seen_at;	/* the session's; -infinity without one */
	TimestampTz confirmed_until;	/* fresh authentication; -infinity if none */
	bool		has_agenda;
	pg_uuid_t	agenda_id;		/* that the session chose, if has_agenda */
	const char *client;			/* what the session was opened from, or null */
} PaclCaller;

/* How long a session counts as freshly authenticated. */
#define PACL_SESSION_CONFIRMED_SECS		300

/* Whether an account may act at all: it is not blocked, and not deleted. */
extern bool pacl_identity_is_active(const pg_uuid_t *account_id);

/*
 * Whether the caller has reauthenticated a moment ago.  A moment that
 * lies further ahead than any can was written before the clock was set back,
 * and counts for nothing.
 */
extern bool pacl_identity_is_fresh(const PaclCaller *caller);

/*
 * The account on whose behalf this statement runs, as the statement's
 * snapshot and the clock have it, or null: nobody, an unknown or lapsed
 * token, a blocked account.  The answer stays valid until the next call.
 * Raises nothing.
 */
extern const PaclCaller *pacl_identity_caller(void);

/*
 * The same for reading: null also for a caller who lacks a step.  *until, unless null,
 * is set to when the session lapses.
 */
extern const PaclCaller *pacl_identity_reader(TimestampTz *until);

/*
 * From here on the calling SQL function, which gives the setting back at its
 * end (SET practiceacl.session), reads on behalf of an account: what a session
 * of theirs would read in which a second factor that they have was given.
 * Nothing can be written so, and parallel workers read nothing.  False if the
 * account may not read: it is unknown, not active, or has to set up a second
 * factor.
 */
extern bool pacl_identity_read_as(const pg_uuid_t *account_id);

/*
 * Whether the statement claims to be somebody's: a token is set, or the
 * database role is mapped to an account, be it by a mapping that no longer
 * holds.  Then nobody found behind the claim means nothing may be read.
 */
extern bool pacl_identity_is_claimed(void);

#endif							/* PACL_IDENTITY_H */
