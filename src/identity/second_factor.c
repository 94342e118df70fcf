/*
 * second_factor.c
 *		What a person proves beside their password: a code of an app.
 */
#include "postgres.h"

#include <sodium.h>

#include "mb/pg_wchar.h"
#include "utils/builtins.h"
#include "utils/timestamp.h"

#include "base/activity.h"
#include "base/authority.h"
#include "base/facts.h"
#include "base/key_file.h"
#include "base/lock.h"
#include "base/outbox.h"
#include "base/shared_count.h"
#include "errors.h"
#include "identity/account_store.h"
#include "identity/second_factor.h"
#include "identity/second_factor_store.h"
#include "identity/session.h"
#include "identity/session_store.h"
#include "identity/throttle.h"
#include "pure/uuid.h"
#include "reader/view.h"

/* Long enough to install an app; then the secret was shown for nothing. */
#define ENROLMENT_HOURS		1

/* What an entry in an app is named after, where there is no organization. */
#define ISSUER		"practiceacl"

static void
raise_wrong_code(void)
{
	ereport(ERROR,
			(errcode(ERRCODE_INVALID_PASSWORD),
			 errword("wrong_code"),
			 errmsg("wrong code"),
			 errhint("A code is good for one use: wait for the next one, or use a recovery code.")));
}

static void
raise_none(void)
{
	ereport(ERROR,
			(errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
			 errword("no_second_factor"),
			 errmsg("there is no second factor"),
			 errhint("It is set up with practiceacl.enrol_second_factor().")));
}

/* The number of the 30 seconds that the clock is in. */
static int64
current_step(void)
{
	return (GetCurrentTimestamp() / USECS_PER_SEC +
			(POSTGRES_EPOCH_JDATE - UNIX_EPOCH_JDATE) * (int64) SECS_PER_DAY) /
		PACL_TOTP_STEP_SECS;
}

/* Six digits are a proof only where guesses are counted. */
static void
check_counted(void)
{
	if (!pacl_shared_count_works())
		ereport(ERROR,
				(errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
				 errword("not_counted"),
				 errmsg("codes cannot be checked: there is no memory in which to count wrong ones"),
				 errhint("An operator adds practiceacl to shared_preload_libraries; a recovery code does not need it.")));
}

/* A code of the app, for a step that is not used up. */
static bool
use_app_code(const pg_uuid_t *account_id, const PaclSecondFactor *factor,
			 const char *code)
{
	uint8		secret[PACL_TOTP_SECRET_BYTES];
	PaclTotpMatch match;
	int64		step;
	char	   *name;

	check_counted();
	pacl_key_file_open(PACL_SEALED_SECOND_FACTOR, account_id, factor->sealed,
					   secret, sizeof(secret));
	match = pacl_totp_match(secret, current_step(), factor->last_step, code,
							&step);
	explicit_bzero(secret, sizeof(secret));
	if (match == PACL_TOTP_UNAVAILABLE)
		ereport(ERROR,
				(errcode(ERRCODE_FEATURE_NOT_SUPPORTED),
				 errword("no_hmac"),
				 errmsg("this server's cryptography does not offer HMAC-SHA-1"),
				 errdetail("Codes of authenticator apps are computed with it."),
				 errhint("A recovery code does not need it.")));
	if (match == PACL_TOTP_NO)
		return false;
	name = psprintf("step " INT64_FORMAT " of %s", step,
					pacl_uuid_text(&factor->id));
	if (pacl_throttle_is_spent(account_id, name))
		return false;
	pacl_throttle_spend(account_id, name);
	return pacl_second_factor_store_use_step(account_id, step);
}

static bool
use_recovery_code(const pg_uuid_t *account_id, const char *text)
{
	PaclDigest	digest;
	char		name[2 * PACL_DIGEST_BYTES + 1];

	if (!pacl_recovery_code_digest(account_id->data, text, &digest))
		return false;
	name[hex_encode((const char *) digest.data, PACL_DIGEST_BYTES, name)] = '\0';
	if (pacl_throttle_is_spent(account_id, name) ||
		!pacl_second_factor_store_use_code(account_id, &digest))
		return false;
	pacl_throttle_spend(account_id, name);
	return true;
}

/* Which codes are taken. */
typedef enum Kind
{
	APP_CODE,
	RECOVERY_CODE,
	ANY_CODE
} Kind;

/*
 * Uses a code up, or raises 28P01.  The account is locked, so that of two who
 * give the same code one is first.  A try counts from before it is known how it
 * ends.
 */
static Kind
use_code(const pg_uuid_t *account_id, const PaclSecondFactor *factor,
		 const char *text, Kind wanted)
{
	char		code[PACL_TOTP_DIGITS + 1];
	Kind		kind = pacl_totp_read(text, code) ? APP_CODE : RECOVERY_CODE;
	bool		right;

	while (!pacl_throttle_begin_code(account_id))
		pacl_throttle_check_code(account_id);
	if (wanted != ANY_CODE && kind != wanted)
		right = false;
	else if (kind == APP_CODE)
		right = use_app_code(account_id, factor, code);
	else
		right = use_recovery_code(account_id, text);
	explicit_bzero(code, sizeof(code));
	if (!right)
	{
		pacl_throttle_code_failed(account_id);
		pacl_activity_sum(PACL_REFUSED_CODE);
		raise_wrong_code();
	}
	pacl_throttle_code_passed(account_id);
	return kind;
}

/* The caller's second factor, with the account locked; 55000 without one. */
static void
lock_factor(const PaclCaller *caller, PaclSecondFactor *factor)
{
	pacl_throttle_check_code(&caller->account_id);
	pacl_lock_account(&caller->account_id);
	if (!pacl_second_factor_store_read(&caller->account_id, factor) ||
		!factor->confirmed)
		raise_none();
}

static void
record(const char *act, const pg_uuid_t *account_id, const char *facts)
{
	PaclEntry	entry = {0};

	entry.act = act;
	entry.account_id = account_id;
	entry.by_operator = strcmp(act, "second_factor.reset") == 0;
	entry.facts = facts;
	(void) pacl_activity_record(&entry);
}

/* The person hears of what changes how they prove who they are. */
static void
tell(const pg_uuid_t *account_id, const char *event)
{
	PaclAccountRow person;
	PaclFacts	payload;

	if (!pacl_account_store_read(account_id, &person) || person.email == NULL)
		return;
	pacl_facts_begin(&payload);
	pacl_facts_text(&payload, "first_name", person.first_name);
	pacl_facts_text(&payload, "event", event);
	pacl_facts_int(&payload, "recovery_codes",
				   pacl_second_factor_store_count_codes(account_id));
	pacl_outbox_tell("second_factor", NULL, account_id,
					 pacl_facts_end(&payload));
}

static void
check_none(const pg_uuid_t *account_id)
{
	PaclSecondFactor factor;

	if (pacl_second_factor_store_read(account_id, &factor) && factor.confirmed)
		ereport(ERROR,
				(errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
				 errword("second_factor_exists"),
				 errmsg("there is a second factor already"),
				 errhint("Remove it first, with practiceacl.remove_second_factor(code).")));
}

static void
describe(const pg_uuid_t *account_id, const uint8 *secret,
		 PaclEnrolment *enrolment)
{
	PaclAccountRow person;
	const char *issuer = pacl_second_factor_store_issuer(account_id);

	if (issuer == NULL)
		issuer = ISSUER;
	/* The address is UTF-8, whatever the database is. */
	issuer = pg_server_to_any(issuer, strlen(issuer), PG_UTF8);
	if (!pacl_account_store_read(account_id, &person) || person.email == NULL)
		pacl_raise_unknown("account");
	pacl_totp_secret_text(secret, enrolment->secret);
	pacl_totp_uri(issuer, person.email, enrolment->secret, enrolment->uri);
}

PaclEnrolment *
pacl_second_factor_enrol(void)
{
	PaclCaller *caller = pacl_require_caller_for(PACL_MISSING_ENROLMENT);
	PaclEnrolment *enrolment = palloc(sizeof(PaclEnrolment));
	uint8		secret[PACL_TOTP_SECRET_BYTES];
	pg_uuid_t	id;
	bytea	   *sealed;

	pacl_session_require(caller);
	check_none(&caller->account_id);
	check_counted();
	pacl_key_file_require();
	pacl_require_fresh(caller);
	pacl_lock_account(&caller->account_id);
	check_none(&caller->account_id);

	pacl_uuid_make(&id);
	randombytes_buf(secret, sizeof(secret));
	sealed = pacl_key_file_seal(PACL_SEALED_SECOND_FACTOR, &caller->account_id,
								secret, sizeof(secret));
	describe(&caller->account_id, secret, enrolment);
	explicit_bzero(secret, sizeof(secret));
	record("second_factor.enrolled", &caller->account_id, NULL);
	pacl_second_factor_store_enrol(&caller->account_id, &id, sealed,
								   pacl_view_time());
	return enrolment;
}

static void
make_codes(const pg_uuid_t *account_id, PaclRecoveryCodes *codes)
{
	PaclDigest	digests[PACL_RECOVERY_CODES];

	for (int i = 0; i < PACL_RECOVERY_CODES; i++)
		pacl_recovery_code_make(account_id->data, codes->text[i],
								&digests[i]);
	pacl_second_factor_store_set_codes(account_id, digests,
									   PACL_RECOVERY_CODES);
}

/* What the caller has to confirm, with the account locked. */
static void
lock_enrolment(const PaclCaller *caller, PaclSecondFactor *factor)
{
	TimestampTz now = pacl_view_time();

	pacl_throttle_check_code(&caller->account_id);
	pacl_lock_account(&caller->account_id);
	check_none(&caller->account_id);
	if (!pacl_second_factor_store_read(&caller->account_id, factor) ||
		factor->enrolled_at > now ||
		factor->enrolled_at <= now - ENROLMENT_HOURS * USECS_PER_HOUR)
		ereport(ERROR,
				(errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
				 errword("no_enrolment"),
				 errmsg("there is no second factor to confirm"),
				 errdetail("None was enrolled within the last hour."),
				 errhint("Call practiceacl.enrol_second_factor() again.")));
}

void
pacl_second_factor_confirm(const char *code, PaclRecoveryCodes *codes)
{
	PaclCaller *caller = pacl_require_caller_for(PACL_MISSING_ENROLMENT);
	PaclSecondFactor factor;

	pacl_session_require(caller);
	lock_enrolment(caller, &factor);
	(void) use_code(&caller->account_id, &factor, code, APP_CODE);
	record("second_factor.confirmed", &caller->account_id, NULL);
	pacl_second_factor_store_confirm(&caller->account_id, &factor.id,
									 pacl_view_time());
	pacl_session_store_give_factor(&caller->session_id, &factor.id);
	make_codes(&caller->account_id, codes);
	tell(&caller->account_id, "confirmed");
}

void
pacl_second_factor_give(const char *code)
{
	PaclCaller *caller = pacl_require_caller_for(PACL_MISSING_FACTOR);
	PaclSecondFactor factor;
	PaclFacts	facts;
	Kind		kind;

	pacl_session_require(caller);
	lock_factor(caller, &factor);
	kind = use_code(&caller->account_id, &factor, code, ANY_CODE);
	pacl_facts_begin(&facts);
	pacl_facts_text(&facts, "by", kind == APP_CODE ? "app" : "recovery_code");
	record("second_factor.given", &caller->account_id, pacl_facts_end(&facts));
	pacl_session_store_give_factor(&caller->session_id, &factor.id);
	if (kind == RECOVERY_CODE)
		tell(&caller->account_id, "recovery_code_used");
}

void
pacl_second_factor_remove(const char *code)
{
	PaclCaller *caller = pacl_require_caller();
	PaclSecondFactor factor;

	pacl_session_require(caller);
	lock_factor(caller, &factor);
	(void) use_code(&caller->account_id, &factor, code, ANY_CODE);
	record("second_factor.removed", &caller->account_id, NULL);
	pacl_second_factor_store_delete(&caller->account_id);
	tell(&caller->account_id, "removed");
}

void
pacl_second_factor_renew_codes(const char *code, PaclRecoveryCodes *codes)
{
	PaclCaller *caller = pacl_require_caller();
	PaclSecondFactor factor;

	pacl_session_require(caller);
	lock_factor(caller, &factor);
	(void) use_code(&caller->account_id, &factor, code, ANY_CODE);
	record("recovery_codes.renewed", &caller->account_id, NULL);
	make_codes(&caller->account_id, codes);
	tell(&caller->account_id, "recovery_codes_renewed");
}

void
pacl_second_factor_reset(const pg_uuid_t *account_id)
{
	PaclAccountRow person;

	if (!pacl_account_store_read(account_id, &person) || person.email == NULL)
		pacl_raise_unknown("account");
	pacl_lock_evict(account_id, 1);
	pacl_lock_account(account_id);
	if (!pacl_second_factor_store_is_named(account_id))
		raise_none();
	pacl_second_factor_store_delete(account_id);
	(void) pacl_session_end_all(account_id, NULL);
	record("second_factor.reset", account_id, NULL);
	tell(account_id, "reset");
}

bool
pacl_second_factor_is_code(const PaclCaller *caller, const char *text)
{
	char		code[PACL_TOTP_DIGITS + 1];
	PaclSecondFactor factor;
	bool		is_code = caller->has_factor && pacl_totp_read(text, code);

	explicit_bzero(code, sizeof(code));
	if (!is_code)
		return false;
	lock_factor(caller, &factor);
	(void) use_code(&caller->account_id, &factor, text, APP_CODE);
	return true;
}

void
pacl_second_factor_refuse_without(const pg_uuid_t *account_id)
{
	if (pacl_second_factor_store_is_named(account_id))
		ereport(ERROR,
				(errcode(ERRCODE_PACL_SECOND_FACTOR),
				 errword("second_factor"),
				 errmsg("second factor needed"),
				 errdetail("The account has one, which is given in a session."),
				 errhint("Log in, call practiceacl.second_factor(code), and accept in that session.")));
}

void
pacl_second_factor_require(const PaclCaller *caller)
{
	if (!caller->has_factor && !caller->factor_elsewhere)
		ereport(ERROR,
				(errcode(ERRCODE_PACL_SECOND_FACTOR),
				 errword("enrolment"),
				 errmsg("second factor must be enrolled first"),
				 errdetail("Only somebody who has one can demand it of others."),
				 errhint("Call practiceacl.reauthenticate(password), practiceacl.enrol_second_factor() and practiceacl.confirm_second_factor(code).")));
}

/* It is sealed for the account, and recovery codes are digested with its id. */
void
pacl_second_factor_hand_on(const pg_uuid_t *from_account,
						   const pg_uuid_t *into_account)
{
	uint8		secret[PACL_TOTP_SECRET_BYTES];
	PaclSecondFactor factor;
	bytea	   *sealed;

	if (!pacl_second_factor_store_read(from_account, &factor) ||
		!factor.confirmed || pacl_second_factor_store_is_named(into_account))
		return;
	pacl_key_file_open(PACL_SEALED_SECOND_FACTOR, from_account, factor.sealed,
					   secret, sizeof(secret));
	sealed = pacl_key_file_seal(PACL_SEALED_SECOND_FACTOR, into_account,
								secret, sizeof(secret));
	explicit_bzero(secret, sizeof(secret));
	pacl_second_factor_store_enrol(into_account, &factor.id, sealed,
								   factor.enrolled_at);
	pacl_second_factor_store_confirm(into_account, &factor.id,
									 factor.enrolled_at);
	(void) pacl_second_factor_store_use_step(into_account, factor.last_step);
	pacl_second_factor_store_delete(from_account);
}

static bytea *
reseal(const pg_uuid_t *account_id, const bytea *sealed)
{
	return pacl_key_file_reseal(PACL_SEALED_SECOND_FACTOR, account_id, sealed,
								PACL_TOTP_SECRET_BYTES);
}

int64
pacl_second_factor_seal(void)
{
	return pacl_second_factor_store_reseal(reseal);
}
