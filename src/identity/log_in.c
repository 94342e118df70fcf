/*
 * log_in.c
 *		Authentication by password: to log in, and again within a session.
 */
#include "postgres.h"

#include "utils/builtins.h"

#include "base/activity.h"
#include "base/address.h"
#include "base/authority.h"
#include "base/facts.h"
#include "base/lock.h"
#include "errors.h"
#include "identity/account_store.h"
#include "identity/log_in.h"
#include "identity/password.h"
#include "identity/second_factor.h"
#include "identity/session.h"
#include "identity/throttle.h"
#include "pure/email.h"
#include "pure/uuid.h"
#include "reader/view.h"
#include "settings.h"

/* A client from which an account has logged in is known to it for so long. */
#define CLIENT_KNOWN_DAYS 90

/* What is known of somebody who logs in. */
struct PaclLogInAttempt
{
	char	   *address;		/* folded, or as it was given if it is none */
	PaclAttempt attempt;
	bool		known;			/* an account has the address */
	pg_uuid_t	account_id;		/* theirs, or somebody else's if not known */
	bool		has_password;
	PaclPassword password;
	const char *client;
	bool		refused;
	PaclReason	fault;			/* why not to admit them, if refused */
	char	   *fresh_hash;		/* at the current cost, or null */
};

/*
 * Of an address that nobody has, somebody's account is looked up, and the
 * password tried on theirs: in vain, and in the same time.
 */
static void
look_up(PaclLogInAttempt *attempt, const char *email)
{
	char		folded[PACL_EMAIL_LENGTH + 1];
	PaclAccountRow person;

	attempt->address = pstrdup(pacl_email_parse(email, folded, NULL) ?
							   folded : email);
	if (!pacl_account_store_find_nearest(attempt->address, &person,
										 &attempt->known))
		return;
	attempt->account_id = person.id;
	attempt->has_password = pacl_account_store_password(&person.id,
														&attempt->password);
}

static bool
begin_turn(void *attempt)
{
	return pacl_throttle_begin(&((PaclLogInAttempt *) attempt)->attempt);
}

/*
 * Sets whether and why to refuse them.  Costs one computation whoever the
 * attempt is.
 */
static void
look_at_password(PaclLogInAttempt *attempt, const char *password)
{
	PaclMatch	match = pacl_password_match(password,
											attempt->has_password ? attempt->password.hash : NULL,
											begin_turn, attempt);

	if (match == PACL_MATCH_NOT_TRIED)
		pacl_throttle_check(&attempt->attempt);
	attempt->refused = true;
	if (!attempt->known)
		attempt->fault = PACL_REFUSED_UNKNOWN;
	else if (!attempt->has_password)
		attempt->fault = PACL_REFUSED_NO_PASSWORD;
	else if (match != PACL_MATCH_YES)
		attempt->fault = PACL_REFUSED_PASSWORD;
	else if (attempt->password.temporary &&
			 attempt->password.temporary_until <= pacl_view_time())
		attempt->fault = PACL_REFUSED_LAPSED;
	else
		attempt->refused = false;
}

/*
 * The entry names the address by its digest only.  Where the attempt came
 * from stands in the detail, which is erased with the account.
 *
 * How much is written can be seen (pg_current_wal_insert_lsn), and which
 * indexes have a new entry.  So the rows are as large and have as many columns
 * whoever was refused and why: the account of nobody is the nil UUID.
 */
static void
record_refusal(const PaclLogInAttempt *attempt)
{
	PaclEntry	entry = {0};
	PaclFacts	facts;
	PaclDigest	digest;
	char		hex[2 * PACL_DIGEST_BYTES + 1];

	pacl_email_digest(attempt->address, &digest);
	hex[hex_encode((const char *) digest.data, PACL_DIGEST_BYTES, hex)] = '\0';
	pacl_facts_begin(&facts);
	pacl_facts_text(&facts, "address", hex);
	pacl_facts_text(&facts, "reason", pacl_reason_word(attempt->fault));
	pacl_facts_text(&facts, "padding", pacl_reason_padding(attempt->fault));
	entry.facts = pacl_facts_end(&facts);
	if (attempt->client != NULL)
	{
		pacl_facts_begin(&facts);
		pacl_facts_text(&facts, "client", attempt->client);
		entry.detail = pacl_facts_end(&facts);
	}
	entry.act = "log_in.refused";
	entry.account_id = attempt->known ? &attempt->account_id : &pacl_nil_uuid;
	(void) pacl_activity_record(&entry);
}

PaclLogInAttempt *
pacl_log_in_begin(const char *email, const char *password, const char *client)
{
	PaclLogInAttempt *attempt = palloc0(sizeof(PaclLogInAttempt));

	pacl_password_check_given(password);
	look_up(attempt, email);
	attempt->client = pacl_session_client(client);
	pacl_throttle_describe(&attempt->attempt, attempt->address, client);
	attempt->attempt.is_known = attempt->client != NULL &&
		pacl_account_store_knows_client(&attempt->account_id, attempt->client,
										pacl_view_time() - CLIENT_KNOWN_DAYS * USECS_PER_DAY);
	pacl_throttle_check(&attempt->attempt);

	look_at_password(attempt, password);
	if (!attempt->refused &&
		pacl_password_is_stale(attempt->password.hash))
		attempt->fresh_hash = pacl_password_hash(password);
	return attempt;
}

/* Meanwhile the password may have been changed, or the person disabled. */
static void
look_again(PaclLogInAttempt *attempt, bool joining)
{
	PaclPassword now;

	attempt->refused = true;
	if (!pacl_account_store_password(&attempt->account_id, &now) ||
		strcmp(now.hash, attempt->password.hash) != 0)
		attempt->fault = PACL_REFUSED_PASSWORD;
	else if (joining ? !pacl_account_store_is_active(&attempt->account_id) :
			 !pacl_account_store_may_log_in(&attempt->account_id))
		attempt->fault = PACL_REFUSED_DISABLED;
	else
		attempt->refused = false;
}

/*
 * Everybody who is refused does the same work and takes the same locks, known
 * or not, and none that somebody else waits for.
 */
static void
refuse(const PaclLogInAttempt *attempt)
{
	bool		recorded = pacl_activity_may_record();

	pacl_throttle_failed(&attempt->attempt, recorded);
	if (!recorded)
	{
		pacl_activity_sum(attempt->fault);
		return;
	}
	pacl_activity_sum_if_undone(attempt->fault);
	record_refusal(attempt);
}

bool
pacl_log_in_admit(PaclLogInAttempt *attempt, bool joining)
{
	if (!attempt->refused)
	{
		pacl_lock_acting(&attempt->account_id);
		pacl_lock_account(&attempt->account_id);
		look_again(attempt, joining);
	}
	if (attempt->refused)
	{
		refuse(attempt);
		return false;
	}

	pacl_throttle_passed(&attempt->attempt);
	if (attempt->fresh_hash != NULL)
		pacl_account_store_rehash_password(&attempt->account_id,
										   attempt->fresh_hash);
	return true;
}

bool
pacl_log_in_is_temporary(const PaclLogInAttempt *attempt)
{
	return attempt->password.temporary;
}

char *
pacl_log_in(const char *email, const char *password, const char *client)
{
	PaclLogInAttempt *attempt = pacl_log_in_begin(email, password, client);
	PaclSessionRequest opening = {0};

	if (!pacl_log_in_admit(attempt, false))
		return NULL;
	opening.account_id = &attempt->account_id;
	opening.lifetime = pacl_session_lifetime * USECS_PER_SEC;
	opening.limited = attempt->password.temporary;
	opening.client = client;
	return pacl_session_open(&opening);
}

static void
raise_wrong_password(void)
{
	ereport(ERROR,
			(errcode(ERRCODE_INVALID_PASSWORD),
			 errword("wrong_password"),
			 errmsg("wrong password")));
}

static bool
begin_own_turn(void *account_id)
{
	return pacl_throttle_begin_account(account_id);
}

char *
pacl_log_in_verify_own(const pg_uuid_t *account_id, const char *password)
{
	PaclPassword own;
	PaclMatch	match;
	bool		has = pacl_account_store_password(account_id, &own);

	/* Each standby would be as many guesses more. */
	pacl_require_primary();
	pacl_password_check_given(password);
	pacl_throttle_check_account(account_id);
	match = pacl_password_match(password, has ? own.hash : NULL,
								begin_own_turn, (void *) account_id);
	if (match == PACL_MATCH_NOT_TRIED)
		pacl_throttle_check_account(account_id);
	if (match != PACL_MATCH_YES ||
		(own.temporary && own.temporary_until <= pacl_view_time()))
	{
		pacl_throttle_account_failed(account_id);
		pacl_activity_sum(PACL_REFUSED_AGAIN);
		raise_wrong_password();
	}
	pacl_throttle_account_passed(account_id);
	return own.hash;
}

void
pacl_log_in_still(const pg_uuid_t *account_id, const char *hash)
{
	PaclPassword now;

	if (!pacl_account_store_password(account_id, &now) ||
		strcmp(now.hash, hash) != 0)
		raise_wrong_password();
}

TimestampTz
pacl_log_in_again(const char *password)
{
	PaclCaller *caller = pacl_require_caller_for(PACL_MISSING_ENROLMENT);
	char	   *hash;

	pacl_session_require(caller);
	pacl_require_primary();
	if (pacl_second_factor_is_code(caller, password))
		return pacl_session_confirm(&caller->account_id, &caller->session_id);
	hash = pacl_log_in_verify_own(&caller->account_id, password);
	pacl_lock_account(&caller->account_id);
	pacl_log_in_still(&caller->account_id, hash);
	return pacl_session_confirm(&caller->account_id, &caller->session_id);
}
