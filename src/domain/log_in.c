/*
 * log_in.c
 *		Proving who one is by a password: at the door, and again inside.
 */
#include "postgres.h"

#include "utils/builtins.h"

#include "domain/activity.h"
#include "domain/address.h"
#include "domain/authority.h"
#include "domain/facts.h"
#include "domain/lock.h"
#include "domain/log_in.h"
#include "domain/password.h"
#include "domain/session.h"
#include "domain/throttle.h"
#include "pure/email.h"
#include "reader/view.h"
#include "settings.h"
#include "store/account_store.h"
#include "store/person_store.h"

/* What is known of somebody at the door. */
struct PaclVisitor
{
	char	   *address;		/* folded, or as it was given if it is none */
	PaclAttempt attempt;
	bool		known;			/* an account has the address */
	pg_uuid_t	account_id;
	bool		has_password;
	PaclPassword password;
	const char *client;
	const char *fault;			/* why not to admit her, or null */
	char	   *fresh_hash;		/* at the current cost, or null */
};

static void
look_up(PaclVisitor *visitor, const char *email)
{
	char		folded[PACL_EMAIL_LENGTH + 1];
	PaclPerson	person;

	visitor->known = false;
	visitor->has_password = false;
	if (!pacl_email_parse(email, folded, NULL))
	{
		visitor->address = pstrdup(email);
		return;
	}
	visitor->address = pstrdup(folded);
	if (!pacl_person_store_find(folded, &person))
		return;
	visitor->known = true;
	visitor->account_id = person.id;
	visitor->has_password = pacl_account_store_password(&person.id,
														&visitor->password);
}

/*
 * Null if the password is right and lets its owner in, else why not.  Costs
 * one computation whoever the visitor is.
 */
static const char *
find_fault(const PaclVisitor *visitor, const char *password)
{
	if (!visitor->has_password)
	{
		pacl_password_waste(password);
		return visitor->known ? "no_password" : "unknown";
	}
	if (!pacl_password_matches(password, visitor->password.hash))
		return "password";
	if (visitor->password.temporary &&
		visitor->password.temporary_until <= pacl_view_time())
		return "lapsed";
	return NULL;
}

/*
 * The entry names the address by its digest only.  Where the visitor came
 * from stands in the detail, which is erased with the account.
 */
static void
record_refusal(const PaclVisitor *visitor, const char *reason)
{
	PaclEntry	entry = {0};
	PaclFacts	facts;
	PaclDigest	digest;
	char		hex[2 * PACL_DIGEST_BYTES + 1];

	pacl_email_digest(visitor->address, &digest);
	hex[hex_encode((const char *) digest.data, PACL_DIGEST_BYTES, hex)] = '\0';
	pacl_facts_begin(&facts);
	pacl_facts_text(&facts, "address", hex);
	pacl_facts_text(&facts, "reason", reason);
	entry.facts = pacl_facts_end(&facts);
	if (visitor->client != NULL)
	{
		pacl_facts_begin(&facts);
		pacl_facts_text(&facts, "client", visitor->client);
		entry.detail = pacl_facts_end(&facts);
	}
	entry.act = "log_in.refused";
	entry.account_id = visitor->known ? &visitor->account_id : NULL;
	(void) pacl_activity_record(&entry);
}

PaclVisitor *
pacl_visitor_ask(const char *email, const char *password, const char *client)
{
	PaclVisitor *visitor = palloc0(sizeof(PaclVisitor));

	pacl_password_check_given(password);
	look_up(visitor, email);
	visitor->client = pacl_session_client(client);
	pacl_throttle_describe(&visitor->attempt, visitor->address, client);
	pacl_throttle_check(&visitor->attempt);

	visitor->fault = find_fault(visitor, password);
	if (visitor->fault == NULL &&
		pacl_password_is_stale(visitor->password.hash))
		visitor->fresh_hash = pacl_password_hash(password);
	return visitor;
}

/* Meanwhile the password may have been changed, or the person disabled. */
static const char *
find_late_fault(const PaclVisitor *visitor, bool joining)
{
	PaclPassword now;

	if (!pacl_account_store_password(&visitor->account_id, &now) ||
		strcmp(now.hash, visitor->password.hash) != 0)
		return "password";
	if (joining ? !pacl_account_store_is_active(&visitor->account_id) :
		!pacl_account_store_may_log_in(&visitor->account_id))
		return "disabled";
	return NULL;
}

bool
pacl_visitor_admit(PaclVisitor *visitor, bool joining)
{
	/*
	 * Of many who tried at once, those that come later are too fast, be
	 * their password right or wrong: else a guesser would have as many tries
	 * as connections.
	 */
	if (visitor->known)
		pacl_lock_account(&visitor->account_id);
	pacl_lock_database_chain();
	pacl_throttle_check(&visitor->attempt);

	if (visitor->fault == NULL)
		visitor->fault = find_late_fault(visitor, joining);
	if (visitor->fault != NULL)
	{
		pacl_throttle_failed(&visitor->attempt);
		record_refusal(visitor, visitor->fault);
		return false;
	}

	pacl_throttle_passed(&visitor->attempt);
	if (visitor->fresh_hash != NULL)
		pacl_account_store_rehash_password(&visitor->account_id,
										   visitor->fresh_hash);
	return true;
}

bool
pacl_visitor_is_temporary(const PaclVisitor *visitor)
{
	return visitor->password.temporary;
}

char *
pacl_log_in(const char *email, const char *password, const char *client)
{
	PaclVisitor *visitor = pacl_visitor_ask(email, password, client);
	PaclOpening opening = {0};

	if (!pacl_visitor_admit(visitor, false))
		return NULL;
	opening.account_id = &visitor->account_id;
	opening.lifetime = pacl_session_lifetime * USECS_PER_SEC;
	opening.limited = visitor->password.temporary;
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
