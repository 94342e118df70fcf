/*
 * log_in.c
 *		Proving who one is by a password: at the door, and again inside.
 */
#include "postgres.h"

#include "utils/builtins.h"

#include "base/activity.h"
#include "base/address.h"
#include "base/authority.h"
#include "base/facts.h"
#include "base/lock.h"
#include "identity/account_store.h"
#include "identity/log_in.h"
#include "identity/password.h"
#include "identity/session.h"
#include "identity/throttle.h"
#include "pure/email.h"
#include "reader/view.h"
#include "settings.h"

/* What is known of somebody at the door. */
struct PaclLogInAttempt
{
	char	   *address;		/* folded, or as it was given if it is none */
	PaclAttempt attempt;
	bool		known;			/* an account has the address */
	pg_uuid_t	account_id;
	bool		has_password;
	PaclPassword password;
	const char *client;
	const char *fault;			/* why not to admit them, or null */
	char	   *fresh_hash;		/* at the current cost, or null */
};

static void
look_up(PaclLogInAttempt *attempt, const char *email)
{
	char		folded[PACL_EMAIL_LENGTH + 1];
	PaclAccountRow	person;

	attempt->known = false;
	attempt->has_password = false;
	if (!pacl_email_parse(email, folded, NULL))
	{
		attempt->address = pstrdup(email);
		return;
	}
	attempt->address = pstrdup(folded);
	if (!pacl_account_store_find(folded, &person))
		return;
	attempt->known = true;
	attempt->account_id = person.id;
	attempt->has_password = pacl_account_store_password(&person.id,
														&attempt->password);
}

/*
 * Null if the password is right and lets its owner in, else why not.  Costs
 * one computation whoever the attempt is.
 */
static const char *
find_fault(const PaclLogInAttempt *attempt, const char *password)
{
	if (!attempt->has_password)
	{
		pacl_password_waste(password);
		return attempt->known ? "no_password" : "unknown";
	}
	if (!pacl_password_matches(password, attempt->password.hash))
		return "password";
	if (attempt->password.temporary &&
		attempt->password.temporary_until <= pacl_view_time())
		return "lapsed";
	return NULL;
}

/*
 * The entry names the address by its digest only.  Where the attempt came
 * from stands in the detail, which is erased with the account.
 */
static void
record_refusal(const PaclLogInAttempt *attempt, const char *reason)
{
	PaclEntry	entry = {0};
	PaclFacts	facts;
	PaclDigest	digest;
	char		hex[2 * PACL_DIGEST_BYTES + 1];

	pacl_email_digest(attempt->address, &digest);
	hex[hex_encode((const char *) digest.data, PACL_DIGEST_BYTES, hex)] = '\0';
	pacl_facts_begin(&facts);
	pacl_facts_text(&facts, "address", hex);
	pacl_facts_text(&facts, "reason", reason);
	entry.facts = pacl_facts_end(&facts);
	if (attempt->client != NULL)
	{
		pacl_facts_begin(&facts);
		pacl_facts_text(&facts, "client", attempt->client);
		entry.detail = pacl_facts_end(&facts);
	}
	entry.act = "log_in.refused";
	entry.account_id = attempt->known ? &attempt->account_id : NULL;
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
	pacl_throttle_check(&attempt->attempt);

	attempt->fault = find_fault(attempt, password);
	if (attempt->fault == NULL &&
		pacl_password_is_stale(attempt->password.hash))
		attempt->fresh_hash = pacl_password_hash(password);
	return attempt;
}

/* Meanwhile the password may have been changed, or the person disabled. */
static const char *
find_late_fault(const PaclLogInAttempt *attempt, bool joining)
{
	PaclPassword now;

	if (!pacl_account_store_password(&attempt->account_id, &now) ||
		strcmp(now.hash, attempt->password.hash) != 0)
		return "password";
	if (joining ? !pacl_account_store_is_active(&attempt->account_id) :
		!pacl_account_store_may_log_in(&attempt->account_id))
		return "disabled";
	return NULL;
}

bool
pacl_log_in_admit(PaclLogInAttempt *attempt, bool joining)
{
	/*
	 * Of many who tried at once, those that come later are too fast, be
	 * their password right or wrong: else a guesser would have as many tries
	 * as connections.
	 */
	if (attempt->known)
		pacl_lock_account(&attempt->account_id);
	pacl_lock_database_chain();
	pacl_throttle_check(&attempt->attempt);

	if (attempt->fault == NULL)
		attempt->fault = find_late_fault(attempt, joining);
	if (attempt->fault != NULL)
	{
		pacl_throttle_failed(&attempt->attempt);
		record_refusal(attempt, attempt->fault);
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
			 errmsg("wrong password")));
}

char *
pacl_log_in_verify_own(const pg_uuid_t *account_id, const char *password)
{
	char	   *hash;

	pacl_password_check_given(password);
	pacl_throttle_check_account(account_id);
	if (!pacl_password_verify(account_id, password, &hash))
	{
		pacl_throttle_account_failed(account_id);
		raise_wrong_password();
	}
	pacl_throttle_account_passed(account_id);
	return hash;
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
	PaclCaller *caller = pacl_require_caller();
	char	   *hash;

	pacl_session_require(caller);
	hash = pacl_log_in_verify_own(&caller->account_id, password);
	pacl_lock_account(&caller->account_id);
	pacl_log_in_still(&caller->account_id, hash);
	return pacl_session_confirm(&caller->account_id, &caller->session_id);
}
