/*
 * throttle.h
 *		Slowing repeated guesses, without locking anybody out.
 *
 * A guesser is slowed where they are: the pair of the address that they try
 * and the client that they try from waits twice as long after each failure,
 * up to a minute.  Log-ins to the same address from elsewhere do not wait
 * for them.  An address that is tried from many clients costs each of them its
 * free attempts, and no more than some seconds a try.  So the owner of the
 * right password waits a minute at the most where somebody else has failed
 * from their own client, and not at all elsewhere.
 *
 * Where the back end names no client, nobody can be told from anybody: all
 * share a shorter wait, and now and then chance lets one pass without it, so
 * that a guesser who tries all the time cannot keep the others out.
 *
 * A person who has logged in from a client before is known there, and not
 * slowed by what others do to their address; a stranger's client waits with
 * all other strangers once very many of them have failed there.  A client
 * that begins with a network address is its network: one person has a whole
 * /64 of IPv6.
 *
 * An attempt counts from before its password is looked at: a rollback, a new
 * connection and many attempts at once change nothing (shared_count.h).
 *
 * No back end sleeps: PA040 says how long to wait.
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
	PaclDigest	strangers;		/* to the address */
	PaclDigest	network;		/* if has_network */
	bool		has_client;
	bool		has_network;
	bool		lucky;			/* passes although it should wait */
	bool		is_known;		/* the address was logged in from here before */
	bool		is_stranger;	/* nor has it failed from here */
} PaclAttempt;

/*
 * Describes an attempt on an address, as folded as it can be; client may be
 * null or empty.
 */
extern void pacl_throttle_describe(PaclAttempt *attempt, const char *address,
								   const char *client);

/* Raises PA040 while it is too soon. */
extern void pacl_throttle_check(const PaclAttempt *attempt);

/*
 * The password is about to be looked at: false if it is too soon, else the
 * attempt counts until one of the next two says how it went.
 */
extern bool pacl_throttle_begin(PaclAttempt *attempt);

/*
 * The attempt failed; "written" if it may also be written to the table, where
 * it outlives the server.
 */
extern void pacl_throttle_failed(const PaclAttempt *attempt, bool written);

/* The attempt succeeded: what its pair did wrong is forgotten. */
extern void pacl_throttle_passed(const PaclAttempt *attempt);

/* Whoever tried this address: all is forgotten. */
extern void pacl_throttle_forget(const char *address);

/*
 * One more message to an address on an unproved wish; "written" as above.
 * False if there were enough of them within the hour, and then nothing is
 * counted.
 */
extern bool pacl_throttle_message(const char *purpose, const char *whom,
								  bool written);

/* What was counted of them is forgotten. */
extern void pacl_throttle_forget_messages(const char *purpose,
										  const char *whom);

/*
 * The same for a session that reauthenticates, whose every wrong password is
 * an error: it counts for the account, wherever it is tried from.
 */
extern void pacl_throttle_check_account(const pg_uuid_t *account_id);
extern bool pacl_throttle_begin_account(const pg_uuid_t *account_id);
extern void pacl_throttle_account_failed(const pg_uuid_t *account_id);
extern void pacl_throttle_account_passed(const pg_uuid_t *account_id);

/*
 * The same for codes of a second factor, which are short: the waits go up to
 * five minutes, and are the account's, in whatever session it is tried.
 */
extern void pacl_throttle_check_code(const pg_uuid_t *account_id);
extern bool pacl_throttle_begin_code(const pg_uuid_t *account_id);
extern void pacl_throttle_code_failed(const pg_uuid_t *account_id);
extern void pacl_throttle_code_passed(const pg_uuid_t *account_id);

/*
 * A code is used up, also if the transaction is rolled back in which it was
 * given.  "what" tells it from others of the account.  Whether it was is known
 * for an hour; the caller has locked the account.
 */
extern bool pacl_throttle_is_spent(const pg_uuid_t *account_id,
								   const char *what);
extern void pacl_throttle_spend(const pg_uuid_t *account_id,
								const char *what);

#endif							/* PACL_THROTTLE_H */
