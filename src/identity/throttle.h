/*
 * throttle.h
 *		Slowing who tries too often, without locking anybody out.
 *
 * A guesser is slowed where they are: the pair of the address that they try
 * and the client that they try from waits twice as long after each failure,
 * up to a minute.  Who comes to the same address from elsewhere does not wait
 * for them.  An address that is tried from many clients costs each of them its
 * free attempts, and no more than some seconds a try.  So the owner of the
 * right password waits a minute at the most where somebody else has failed
 * from their own client, and not at all elsewhere.
 *
 * Where the back end names no client, nobody can be told from anybody: all
 * share a shorter wait, and now and then chance lets one pass without it, so
 * that who tries all the time cannot keep the others out.
 *
 * Nobody sleeps: who is too fast is told how long to wait (PA040).
 */
#ifndef PACL_THROTTLE_H
#define PACL_THROTTLE_H

#include "postgres.h"
#include "utils/uuid.h"

#include "pure/token.h"

/* Somebody tries an address from a client. */
typedef struct PaclAttempt
{
	PaclDigest	address;
	PaclDigest	pair;
	bool		has_client;
	bool		lucky;			/* passes although it should wait */
} PaclAttempt;

/*
 * Describes an attempt on an address, as folded as it can be; client may be
 * null or empty.
 */
extern void pacl_throttle_describe(PaclAttempt *attempt, const char *address,
								   const char *client);

/* Raises PA040 while it is too soon. */
extern void pacl_throttle_check(const PaclAttempt *attempt);

/* The attempt failed; the caller has the lock of the database's chain. */
extern void pacl_throttle_failed(const PaclAttempt *attempt);

/* The attempt succeeded: what its pair did wrong is forgotten. */
extern void pacl_throttle_passed(const PaclAttempt *attempt);

/* Whoever tried this address: all is forgotten. */
extern void pacl_throttle_forget(const char *address);

/*
 * One more message to an address on an unproved wish.  False if there were
 * enough of them within the hour, and then nothing is counted.
 */
extern bool pacl_throttle_message(const char *purpose, const char *whom);

/* What was counted of them is forgotten. */
extern void pacl_throttle_forget_messages(const char *purpose,
										  const char *whom);

/*
 * The same for a session that reauthenticates.  A wrong password is an
 * error there, which undoes what the transaction counts: so each server
 * process counts for itself.
 */
extern void pacl_throttle_check_account(const pg_uuid_t *account_id);
extern void pacl_throttle_account_failed(const pg_uuid_t *account_id);
extern void pacl_throttle_account_passed(const pg_uuid_t *account_id);

#endif							/* PACL_THROTTLE_H */
