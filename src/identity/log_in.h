/*
 * log_in.h
 *		Authentication by password: to log in, and again within a session.
 */
#ifndef PACL_LOG_IN_H
#define PACL_LOG_IN_H

#include "postgres.h"
#include "datatype/timestamp.h"
#include "utils/uuid.h"

/*
 * An attempt to log in with an address and a password, in two steps.
 *
 * Beginning costs the time of one computation, whoever it is, and takes no
 * lock, so it comes before the locks of what is wanted.  Raises 22023 for
 * what cannot be a password, PA040 after too many attempts.
 *
 * Admitting takes the lock of their account, if the password was right.
 * False if they are refused, which is then on record once the caller commits:
 * an error would undo the record.  Somebody who joins an organization may be
 * disabled in all others.
 */
typedef struct PaclLogInAttempt PaclLogInAttempt;

extern PaclLogInAttempt *pacl_log_in_begin(const char *email, const char *password,
										   const char *client);
extern bool pacl_log_in_admit(PaclLogInAttempt *attempt, bool joining);

/* Whether the password that admitted them is a temporary one. */
extern bool pacl_log_in_is_temporary(const PaclLogInAttempt *attempt);

/*
 * Opens a session and returns its token, palloc'd; null when refused, which
 * is then on record once the caller commits: an error would undo the record.
 * An unknown address, a wrong or lapsed password and a blocked or disabled
 * person are one answer in one time.  Raises 22023 for a text that cannot be a
 * password, PA040 after too many attempts.
 */
extern char *pacl_log_in(const char *email, const char *password,
						 const char *client);

/*
 * The caller's own password, given again: returns the hash that it matched,
 * palloc'd.  Raises 28P01 for a wrong one, PA040 after several.
 */
extern char *pacl_log_in_verify_own(const pg_uuid_t *account_id,
									const char *password);

/*
 * Raises 28P01 if the password was changed since its hash matched; the
 * caller has locked the account.
 */
extern void pacl_log_in_still(const pg_uuid_t *account_id, const char *hash);

/*
 * The session counts as fresh for some minutes; returns until when.  Takes the
 * password or, from a person with a second factor, a code of their app.
 */
extern TimestampTz pacl_log_in_again(const char *password);

#endif							/* PACL_LOG_IN_H */
