/*
 * activity_sum.c
 *		Acts that anybody may cause at any rate, as sums in the record.
 *
 * A record that grows with every wrong password fills the disk, and one that
 * a rollback keeps clean says nothing of an attack.
 */
#include "postgres.h"

#include "utils/timestamp.h"

#include "base/activity.h"
#include "base/facts.h"
#include "base/shared_count.h"

/* What anybody may cause to be written in a minute: entries, and sums. */
#define ENTRIES_A_MINUTE	60
#define SUMS_A_MINUTE		60

static const char *const words[PACL_REASONS] = {
	[PACL_REFUSED_UNKNOWN] = "unknown",
	[PACL_REFUSED_NO_PASSWORD] = "no_password",
	[PACL_REFUSED_PASSWORD] = "password",
	[PACL_REFUSED_LAPSED] = "lapsed",
	[PACL_REFUSED_DISABLED] = "disabled",
	[PACL_REFUSED_AGAIN] = "reauthentication",
	[PACL_REFUSED_CODE] = "second_factor",
	[PACL_RESET_REQUESTED] = "password_reset",
};

const char *
pacl_reason_word(PaclReason reason)
{
	return words[reason];
}

const char *
pacl_reason_padding(PaclReason reason)
{
	static const char dashes[] = "----------------";

	Assert(strlen(words[reason]) < sizeof(dashes));
	return dashes + strlen(words[reason]);
}

static void
name_key(PaclDigest *key, const char *what, int64 number)
{
	char		name[64];

	snprintf(name, sizeof(name), "activity %s " INT64_FORMAT, what, number);
	pacl_digest_bytes(name, strlen(name), key);
	pacl_shared_count_assign(key, PACL_COUNT_ATTEMPTS);
}

/* What is counted of this minute; one more if it is below the limit. */
static bool
is_within_minute(const char *what, int limit)
{
	TimestampTz now = GetCurrentTimestamp();
	PaclDigest	key;

	name_key(&key, what, now / USECS_PER_MINUTE);
	return pacl_shared_count_add_below(&key, now, limit);
}

bool
pacl_activity_may_record(void)
{
	return is_within_minute("entries", ENTRIES_A_MINUTE);
}

/* A sum for its reason, and one that tells whether there is any. */
void
pacl_activity_sum_if_undone(PaclReason reason)
{
	PaclDigest	key;

	name_key(&key, "sum", reason);
	pacl_shared_count_if_undone(&key);
	name_key(&key, "sum", PACL_REASONS);
	pacl_shared_count_if_undone(&key);
}

void
pacl_activity_sum(PaclReason reason)
{
	TimestampTz now = GetCurrentTimestamp();
	PaclDigest	key;

	name_key(&key, "sum", reason);
	pacl_shared_count_add(&key, now);
	name_key(&key, "sum", PACL_REASONS);
	pacl_shared_count_add(&key, now);
}

static void
record_sum(PaclReason reason, int attempts)
{
	PaclEntry	entry = {0};
	PaclFacts	facts;

	pacl_facts_begin(&facts);
	pacl_facts_text(&facts, "reason", words[reason]);
	pacl_facts_int(&facts, "attempts", attempts);
	entry.act = reason == PACL_RESET_REQUESTED ?
		"password_reset.requested" : "log_in.refused";
	entry.by_nobody = true;
	entry.facts = pacl_facts_end(&facts);
	(void) pacl_activity_record(&entry);
}

void
pacl_activity_sum_up(void)
{
	static bool summing = false;
	TimestampTz now = GetCurrentTimestamp();
	PaclDigest	key;
	PaclCount	any;

	/* What is recorded here ends here, too. */
	if (summing)
		return;
	name_key(&key, "sum", PACL_REASONS);
	pacl_shared_count_read(&key, now, &any);
	if (any.count == 0 || !is_within_minute("sums", SUMS_A_MINUTE))
		return;
	(void) pacl_shared_count_take(&key, now);
	summing = true;
	PG_TRY();
	{
		for (int reason = 0; reason < PACL_REASONS; reason++)
		{
			int			attempts;

			name_key(&key, "sum", reason);
			attempts = pacl_shared_count_take(&key, now);
			if (attempts > 0)
				record_sum(reason, attempts);
		}
	}
	PG_FINALLY();
	{
		summing = false;
	}
	PG_END_TRY();
}
