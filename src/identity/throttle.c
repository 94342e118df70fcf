/*
 * throttle.c
 *		Slowing who tries too often, without locking anybody out.
 *
 * The clock here is the real one, not the statement's: a loop in one
 * statement is to be slowed like any other.
 */
#include "postgres.h"

#include <sodium.h>

#include "utils/timestamp.h"

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

/* An hour without a failure, and all is forgotten. */
#define MEMORY			(USECS_PER_HOUR)

/* Messages an hour that go out to one address on an unproved wish. */
#define MESSAGES		3

static TimestampTz
oldest(TimestampTz now)
{
	return now - MEMORY;
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
	pfree(bytes);
}

void
pacl_throttle_describe(PaclAttempt *attempt, const char *address,
					   const char *client)
{
	attempt->has_client = client != NULL && client[0] != '\0';
	attempt->lucky = !attempt->has_client &&
		randombytes_uniform(SHARED_LUCK) == 0;
	digest_words(&attempt->address, "address", address, NULL);
	digest_words(&attempt->pair, "pair", address,
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

static void
raise_too_fast(TimestampTz now, TimestampTz last_at, int wait)
{
	/* The clock may have been set back since. */
	int64		left = Min(last_at, now) + wait * USECS_PER_SEC - now;
	int			seconds = (int) ((left + USECS_PER_SEC - 1) / USECS_PER_SEC);

	if (left <= 0)
		return;
	ereport(ERROR,
			(errcode(ERRCODE_PACL_TOO_MANY_ATTEMPTS),
			 errmsg("too many attempts"),
			 errdetail_plural("Wait %d second before the next one.",
							  "Wait %d seconds before the next one.",
							  seconds, seconds),
			 errhint("A forgotten password can be reset with practiceacl.request_password_reset().")));
}

void
pacl_throttle_check(const PaclAttempt *attempt)
{
	TimestampTz now = GetCurrentTimestamp();
	PaclCount	pair;
	PaclCount	address;
	int			wait;

	if (attempt->lucky)
		return;
	pacl_throttle_store_read(&attempt->pair, oldest(now), &pair);
	if (pair.count == 0)
		return;
	pacl_throttle_store_read(&attempt->address, oldest(now), &address);
	wait = attempt->has_client ?
		wait_after(pair.count, PAIR_FREE, PAIR_LONGEST) :
		wait_after(pair.count, SHARED_FREE, SHARED_LONGEST);
	wait = Max(wait, wait_after(address.count, ADDRESS_FREE,
								ADDRESS_LONGEST));
	raise_too_fast(now, pair.last_at, wait);
}

void
pacl_throttle_failed(const PaclAttempt *attempt)
{
	TimestampTz now = GetCurrentTimestamp();

	pacl_throttle_store_add(&attempt->address, now, oldest(now));
	pacl_throttle_store_add(&attempt->pair, now, oldest(now));
}

void
pacl_throttle_passed(const PaclAttempt *attempt)
{
	pacl_throttle_store_clear(&attempt->pair);
}

void
pacl_throttle_forget(const char *address)
{
	PaclAttempt attempt;

	pacl_throttle_describe(&attempt, address, NULL);
	pacl_throttle_store_clear(&attempt.address);
	pacl_throttle_store_clear(&attempt.pair);
}

bool
pacl_throttle_message(const char *purpose, const char *whom)
{
	TimestampTz now = GetCurrentTimestamp();
	PaclDigest	digest;
	PaclCount	sent;

	digest_words(&digest, purpose, whom, NULL);
	pacl_throttle_store_read(&digest, oldest(now), &sent);
	if (sent.count >= MESSAGES)
		return false;
	pacl_throttle_store_add(&digest, now, oldest(now));
	return true;
}

void
pacl_throttle_forget_messages(const char *purpose, const char *whom)
{
	PaclDigest	digest;

	digest_words(&digest, purpose, whom, NULL);
	pacl_throttle_store_clear(&digest);
}

/*
 * What this process remembers of accounts; when there are more, the one that
 * failed longest ago gives way.
 */
typedef struct Failed
{
	pg_uuid_t	account_id;
	PaclCount	failures;
} Failed;

static Failed failed[64];

static Failed *
find_failed(const pg_uuid_t *account_id, TimestampTz now)
{
	for (int i = 0; i < lengthof(failed); i++)
		if (failed[i].failures.count > 0 &&
			failed[i].failures.last_at > oldest(now) &&
			pacl_uuid_equal(&failed[i].account_id, account_id))
			return &failed[i];
	return NULL;
}

void
pacl_throttle_check_account(const pg_uuid_t *account_id)
{
	TimestampTz now = GetCurrentTimestamp();
	Failed	   *found = find_failed(account_id, now);

	if (found != NULL)
		raise_too_fast(now, found->failures.last_at,
					   wait_after(found->failures.count, PAIR_FREE,
								  PAIR_LONGEST));
}

void
pacl_throttle_account_failed(const pg_uuid_t *account_id)
{
	TimestampTz now = GetCurrentTimestamp();
	Failed	   *found = find_failed(account_id, now);

	if (found == NULL)
	{
		found = &failed[0];
		for (int i = 1; i < lengthof(failed); i++)
			if (failed[i].failures.count == 0 ||
				(found->failures.count > 0 &&
				 failed[i].failures.last_at < found->failures.last_at))
				found = &failed[i];
		found->account_id = *account_id;
		found->failures.count = 0;
	}
	found->failures.count++;
	found->failures.last_at = now;
}

void
pacl_throttle_account_passed(const pg_uuid_t *account_id)
{
	Failed	   *found = find_failed(account_id, GetCurrentTimestamp());

	if (found != NULL)
		found->failures.count = 0;
}
