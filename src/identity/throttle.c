/*
 * throttle.c
 *		Slowing repeated guesses, without locking anybody out.
 *
 * The clock here is the real one, not the statement's: a loop in one
 * statement is to be slowed like any other.
 */
#include "postgres.h"

#include <arpa/inet.h>
#include <sodium.h>

#include "utils/builtins.h"
#include "utils/fmgrprotos.h"
#include "utils/inet.h"
#include "utils/timestamp.h"

#include "base/shared_count.h"
#include "compat.h"
#include "errors.h"
#include "identity/throttle.h"
#include "identity/throttle_store.h"
#include "pure/uuid.h"

/*
 * People mistype and try their other passwords: four times for free.  Then 1,
 * 2, 4, … seconds, but not more than a minute: that leaves a guesser 1,440
 * tries a day, and the victim at the next context something to wait for.
 */
#define PAIR_FREE		4
#define PAIR_LONGEST	60

/*
 * Without a client everybody shares the wait, so it is shorter, comes later,
 * and one attempt of eight passes.
 */
#define SHARED_FREE		10
#define SHARED_LONGEST	8
#define SHARED_LUCK		8

/*
 * More than twenty failures an hour on one address, from wherever, are not
 * its owner's.  From then on no client has free attempts there.
 */
#define ADDRESS_FREE	20
#define ADDRESS_LONGEST	8

/*
 * A hundred clients an hour that nobody has seen before, each of which fails,
 * are one guesser who changes the name: from then on strangers share a wait.
 */
#define STRANGERS_FREE	100
#define STRANGERS_LONGEST	8

/*
 * Two hundred failures an hour from one network, on whatever addresses, are
 * more than the typing errors of a hospital behind one address.
 */
#define NETWORK_FREE	200
#define NETWORK_LONGEST	8

/*
 * Three of a million codes are right at any time.  One try in five minutes
 * leaves whoever has the password one chance in a thousand a day.
 */
#define CODE_LONGEST	300

#define PASSWORD_HINT \
	"A forgotten password can be reset with practiceacl.request_password_reset()."
#define CODE_HINT \
	"Look whether the clock of the phone is right; a recovery code does not depend on it."

/* Messages an hour that go out to one address on an unproved wish. */
#define MESSAGES		3

static TimestampTz
oldest(TimestampTz now)
{
	return now - PACL_COUNT_MEMORY;
}

/* The digest of some words, each with its terminator; null is not empty. */
static void
digest_words(PaclDigest *digest, const char *purpose, const char *first,
			 const char *second)
{
	size_t		lengths[3] = {strlen(purpose) + 1, strlen(first) + 1,
	second == NULL ? 0 : strlen(second) + 1};
	char	   *bytes = palloc(lengths[0] + lengths[1] + lengths[2]);

	memcpy(bytes, purpose, lengths[0]);
	memcpy(bytes + lengths[0], first, lengths[1]);
	if (second != NULL)
		memcpy(bytes + lengths[0] + lengths[1], second, lengths[2]);
	pacl_digest_bytes(bytes, lengths[0] + lengths[1] + lengths[2], digest);
	pacl_shared_count_assign(digest, PACL_COUNT_ATTEMPTS);
	pfree(bytes);
}

/*
 * The network that a client is in, if its text begins with an address: all of
 * an IPv4 address, a /64 of an IPv6 address; palloc'd, else null.
 */
static char *
network_of(const char *client)
{
	char	   *word = pnstrdup(client, strcspn(client, " \t,;"));
	inet	   *network;
	Datum		address;

	if (strlen(word) > INET6_ADDRSTRLEN ||
		strspn(word, "0123456789abcdefABCDEF.:") != strlen(word) ||
		strpbrk(word, ".:") == NULL ||
		!pacl_input(inet_in, word, InvalidOid, -1, &address))
		return NULL;
	network = DatumGetInetPP(DirectFunctionCall2(inet_set_masklen, address,
												 Int32GetDatum(ip_family(DatumGetInetPP(address)) == PGSQL_AF_INET6 ? 64 : 32)));
	return TextDatumGetCString(DirectFunctionCall1(network_show,
												   DirectFunctionCall1(network_network,
																	   InetPGetDatum(network))));
}

void
pacl_throttle_describe(PaclAttempt *attempt, const char *address,
					   const char *client)
{
	char	   *network = NULL;

	memset(attempt, 0, sizeof(*attempt));
	attempt->has_client = client != NULL && client[0] != '\0';
	attempt->lucky = !attempt->has_client &&
		randombytes_uniform(SHARED_LUCK) == 0;
	if (attempt->has_client)
		network = network_of(client);
	attempt->has_network = network != NULL;
	if (attempt->has_network)
		digest_words(&attempt->network, "network", network, NULL);
	digest_words(&attempt->address, "address", address, NULL);
	digest_words(&attempt->strangers, "strangers", address, NULL);
	digest_words(&attempt->pair, "pair", address,
				 attempt->has_network ? network :
				 attempt->has_client ? client : NULL);
}

/* 0 while failures are free, then 1, 2, 4, … seconds up to the longest. */
static int
wait_after(int failures, int free, int longest)
{
	int			doublings = failures - free - 1;

	if (doublings < 0)
		return 0;
	return doublings >= 16 ? longest : Min(1 << doublings, longest);
}

/* What the table and the servers' memory have of it together. */
static void
read_count(const PaclDigest *key, TimestampTz now, PaclCount *count)
{
	PaclCount	shared;

	pacl_throttle_store_read(key, oldest(now), count);
	pacl_shared_count_read(key, now, &shared);
	if (shared.count == 0)
		return;
	count->last_at = count->count == 0 ? shared.last_at :
		Max(count->last_at, shared.last_at);
	count->count += shared.count;
}

/* Microseconds to wait, of a wait in seconds since a moment. */
static int64
still(const PaclCount *count, TimestampTz now, int wait)
{
	/* The clock may have been set back since. */
	return wait == 0 ? 0 :
		Max(Min(count->last_at, now) + wait * USECS_PER_SEC - now, 0);
}

static int64
time_to_wait(const PaclAttempt *attempt)
{
	TimestampTz now = GetCurrentTimestamp();
	PaclCount	pair;
	PaclCount	address;
	PaclCount	strangers;
	PaclCount	network = {0};
	int			wait;
	int64		left = 0;

	if (attempt->lucky)
		return 0;
	read_count(&attempt->pair, now, &pair);
	read_count(&attempt->address, now, &address);
	if (attempt->has_network)
		read_count(&attempt->network, now, &network);

	if (pair.count > 0)
	{
		wait = attempt->has_client ?
			wait_after(pair.count, PAIR_FREE, PAIR_LONGEST) :
			wait_after(pair.count, SHARED_FREE, SHARED_LONGEST);
		wait = Max(wait, wait_after(address.count, ADDRESS_FREE,
									ADDRESS_LONGEST));
		left = still(&pair, now, wait);
	}
	if (attempt->is_known)
		return left;
	if (pair.count == 0)
	{
		pacl_shared_count_read(&attempt->strangers, now, &strangers);
		left = still(&strangers, now, wait_after(strangers.count, STRANGERS_FREE,
												 STRANGERS_LONGEST));
	}
	return Max(left, still(&network, now, wait_after(network.count, NETWORK_FREE,
													 NETWORK_LONGEST)));
}

static void
raise_too_fast(int64 left, const char *hint)
{
	int			seconds = (int) ((left + USECS_PER_SEC - 1) / USECS_PER_SEC);

	if (left <= 0)
		return;
	ereport(ERROR,
			(errcode(ERRCODE_PACL_TOO_MANY_ATTEMPTS),
			 errword("attempts"),
			 errmsg("too many attempts"),
			 errdetail_plural("Wait %d second before the next one.",
							  "Wait %d seconds before the next one.",
							  seconds, seconds),
			 errhint("%s", hint)));
}

void
pacl_throttle_check(const PaclAttempt *attempt)
{
	raise_too_fast(time_to_wait(attempt), PASSWORD_HINT);
}

bool
pacl_throttle_begin(PaclAttempt *attempt)
{
	TimestampTz now = GetCurrentTimestamp();
	PaclCount	pair;

	if (time_to_wait(attempt) > 0)
		return false;
	read_count(&attempt->pair, now, &pair);
	attempt->is_stranger = !attempt->is_known && pair.count == 0;
	pacl_shared_count_begin(&attempt->address, now);
	pacl_shared_count_begin(&attempt->pair, now);
	if (attempt->has_network)
		pacl_shared_count_begin(&attempt->network, now);
	return true;
}

static void
settle(const PaclAttempt *attempt)
{
	pacl_shared_count_settle(&attempt->address);
	pacl_shared_count_settle(&attempt->pair);
	if (attempt->has_network)
		pacl_shared_count_settle(&attempt->network);
}

static void
add(const PaclDigest *key, bool written)
{
	TimestampTz now = GetCurrentTimestamp();

	if (written && pacl_throttle_store_add(key, now, oldest(now)))
		pacl_shared_count_add_written(key, now);
	else
		pacl_shared_count_add(key, now);
}

void
pacl_throttle_failed(const PaclAttempt *attempt, bool written)
{
	add(&attempt->address, written);
	add(&attempt->pair, written);
	if (attempt->has_network)
		add(&attempt->network, written);
	if (attempt->is_stranger)
		pacl_shared_count_add(&attempt->strangers, GetCurrentTimestamp());
	settle(attempt);
}

static void
clear(const PaclDigest *key)
{
	pacl_throttle_store_clear(key);
	pacl_shared_count_clear(key);
}

void
pacl_throttle_passed(const PaclAttempt *attempt)
{
	settle(attempt);
	clear(&attempt->pair);
}

void
pacl_throttle_forget(const char *address)
{
	PaclAttempt attempt;

	pacl_throttle_describe(&attempt, address, NULL);
	clear(&attempt.address);
	clear(&attempt.pair);
	pacl_shared_count_clear(&attempt.strangers);
}

bool
pacl_throttle_message(const char *purpose, const char *whom, bool written)
{
	TimestampTz now = GetCurrentTimestamp();
	PaclDigest	digest;
	PaclCount	sent;

	digest_words(&digest, purpose, whom, NULL);
	pacl_shared_count_assign(&digest, PACL_COUNT_MESSAGES);
	read_count(&digest, now, &sent);
	if (sent.count >= MESSAGES)
		return false;
	add(&digest, written);
	return true;
}

void
pacl_throttle_forget_messages(const char *purpose, const char *whom)
{
	PaclDigest	digest;

	digest_words(&digest, purpose, whom, NULL);
	pacl_shared_count_assign(&digest, PACL_COUNT_MESSAGES);
	clear(&digest);
}

/* What an account proves from inside a session. */
typedef enum Proof
{
	PASSWORD,
	CODE
} Proof;

static const struct
{
	const char *word;
	int			longest;
	const char *hint;
}			proofs[] =

{
	[PASSWORD] = {"account", PAIR_LONGEST, PASSWORD_HINT},
	[CODE] = {"second factor", CODE_LONGEST, CODE_HINT},
};

static void
account_key(PaclDigest *key, Proof proof, const pg_uuid_t *account_id)
{
	digest_words(key, proofs[proof].word, pacl_uuid_text(account_id), NULL);
}

static int64
account_waits(const PaclDigest *key, Proof proof)
{
	TimestampTz now = GetCurrentTimestamp();
	PaclCount	failures;

	pacl_shared_count_read(key, now, &failures);
	return still(&failures, now, wait_after(failures.count, PAIR_FREE,
											proofs[proof].longest));
}

static void
check_proof(Proof proof, const pg_uuid_t *account_id)
{
	PaclDigest	key;

	account_key(&key, proof, account_id);
	raise_too_fast(account_waits(&key, proof), proofs[proof].hint);
}

static bool
begin_proof(Proof proof, const pg_uuid_t *account_id)
{
	PaclDigest	key;

	account_key(&key, proof, account_id);
	if (account_waits(&key, proof) > 0)
		return false;
	pacl_shared_count_begin(&key, GetCurrentTimestamp());
	return true;
}

static void
proof_failed(Proof proof, const pg_uuid_t *account_id)
{
	PaclDigest	key;

	account_key(&key, proof, account_id);
	pacl_shared_count_add(&key, GetCurrentTimestamp());
	pacl_shared_count_settle(&key);
}

static void
proof_passed(Proof proof, const pg_uuid_t *account_id)
{
	PaclDigest	key;

	account_key(&key, proof, account_id);
	pacl_shared_count_settle(&key);
	pacl_shared_count_clear(&key);
}

void
pacl_throttle_check_account(const pg_uuid_t *account_id)
{
	check_proof(PASSWORD, account_id);
}

bool
pacl_throttle_begin_account(const pg_uuid_t *account_id)
{
	return begin_proof(PASSWORD, account_id);
}

void
pacl_throttle_account_failed(const pg_uuid_t *account_id)
{
	proof_failed(PASSWORD, account_id);
}

void
pacl_throttle_account_passed(const pg_uuid_t *account_id)
{
	proof_passed(PASSWORD, account_id);
}

void
pacl_throttle_check_code(const pg_uuid_t *account_id)
{
	check_proof(CODE, account_id);
}

bool
pacl_throttle_begin_code(const pg_uuid_t *account_id)
{
	return begin_proof(CODE, account_id);
}

void
pacl_throttle_code_failed(const pg_uuid_t *account_id)
{
	proof_failed(CODE, account_id);
}

void
pacl_throttle_code_passed(const pg_uuid_t *account_id)
{
	proof_passed(CODE, account_id);
}

bool
pacl_throttle_is_spent(const pg_uuid_t *account_id, const char *what)
{
	PaclDigest	key;
	PaclCount	uses;

	digest_words(&key, "spent", pacl_uuid_text(account_id), what);
	pacl_shared_count_read(&key, GetCurrentTimestamp(), &uses);
	return uses.count > 0;
}

void
pacl_throttle_spend(const pg_uuid_t *account_id, const char *what)
{
	PaclDigest	key;

	digest_words(&key, "spent", pacl_uuid_text(account_id), what);
	pacl_shared_count_add(&key, GetCurrentTimestamp());
}
