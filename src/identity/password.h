/*
 * password.h
 *		Passwords: Argon2id hashes, temporary ones, how they are checked.
 *
 * A computation takes tens of milliseconds and megabytes, so at most
 * practiceacl.hash_slots run at once in the whole server, and a rule computes
 * before it takes any lock of lock.h.
 */
#ifndef PACL_PASSWORD_H
#define PACL_PASSWORD_H

#include "postgres.h"
#include "utils/uuid.h"

/*
 * What is hashed is the text in Unicode's form NFKC, so that it opens from
 * every keyboard.  Eight characters at least, in both forms, as NIST SP
 * 800-63B has it for a password that is slowed down when guessed; no rules of
 * composition, which only make people write "Password1!".  At most 1 KiB, so
 * that nobody makes us hash a megabyte.
 */
#define PACL_PASSWORD_MIN_CHARACTERS	8
#define PACL_PASSWORD_MAX_BYTES			1024

#define PACL_PASSWORD_TEMPORARY_DAYS	7

/*
 * A random temporary password, good for 7 days: whoever logs in with it must
 * change it first.  In two steps, for a rule that takes locks in between:
 * makes the text and its hash (both palloc'd), and later stores the hash.
 */
extern char *pacl_password_prepare_temporary(char **hash);
extern void pacl_password_store_temporary(const pg_uuid_t *account_id,
										  const char *hash);

/* Raises 22023 for a password that nobody may have: empty, short, long. */
extern void pacl_password_check_new(const char *password);

/* Raises 22023 for a text that cannot be a password: empty or over 1 KiB. */
extern void pacl_password_check_given(const char *password);

/* The hash at the current cost, palloc'd. */
extern char *pacl_password_hash(const char *password);

/*
 * Called when a computation is about to begin: as many as there are
 * practiceacl.hash_slots at once.  False, and it does not begin.
 */
typedef bool (*PaclHashTurn) (void *state);

typedef enum PaclMatch
{
	PACL_MATCH_NOT_TRIED,		/* "turn" did not let it */
	PACL_MATCH_NO,
	PACL_MATCH_YES
} PaclMatch;

/*
 * Whether the password has this hash, in the time that the hash tells; with a
 * null hash the time is that of the current cost, and the answer no.  "turn"
 * is asked first.
 */
extern PaclMatch pacl_password_match(const char *password, const char *hash,
									 PaclHashTurn turn, void *state);

/* Whether a text is a hash that this module could have made. */
extern bool pacl_password_is_hash(const char *text);

/* Whether a hash was made at another cost than the current one. */
extern bool pacl_password_is_stale(const char *hash);

/* Gives the account a password of its own choice, from its hash. */
extern void pacl_password_store(const pg_uuid_t *account_id,
								const char *hash);

#endif							/* PACL_PASSWORD_H */
