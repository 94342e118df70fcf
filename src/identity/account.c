/*
 * account.c
 *		Accounts as persons: what only the person, or an operator,
 *		may do with one.
 */
#include "postgres.h"

#include "miscadmin.h"
#include "utils/builtins.h"
#include "utils/timestamp.h"

#include "base/activity.h"
#include "base/address.h"
#include "base/authority.h"
#include "base/facts.h"
#include "base/fields.h"
#include "base/lock.h"
#include "base/outbox.h"
#include "base/pretence.h"
#include "base/time_zone.h"
#include "compat.h"
#include "errors.h"
#include "identity/account.h"
#include "identity/account_store.h"
#include "identity/session.h"
#include "identity/throttle.h"
#include "pure/token.h"
#include "pure/uuid.h"
#include "reader/view.h"

/* A change of address may wait for a computer at home. */
#define EMAIL_CHANGE_HOURS	24

/* The keys of update_my_account, in the order of the fields. */
enum
{
	FIRST_NAME,
	LAST_NAME,
	MOBILE,
	COUNTRY,
	TIME_ZONE,
	SMS_COPIES,
	CHANGES
};

static const PaclField change_fields[CHANGES] = {
	[FIRST_NAME] = {"first_name", PACL_FIELD_TEXT,
	PACL_FIELD_NOT_BLANK | PACL_FIELD_NAME, 100},
	[LAST_NAME] = {"last_name", PACL_FIELD_TEXT,
	PACL_FIELD_NOT_BLANK | PACL_FIELD_NAME, 100},
	[MOBILE] = {"mobile", PACL_FIELD_TEXT, PACL_FIELD_NULLABLE},
	[COUNTRY] = {"country", PACL_FIELD_TEXT, 0, 0},
	[TIME_ZONE] = {"time_zone", PACL_FIELD_TEXT, 0, 0},
	[SMS_COPIES] = {"sms_copies", PACL_FIELD_BOOL, 0, 0},
};

static void
apply_changes(PaclValue *values, PaclAccountRow *person)
{
	pacl_value_apply_text(&values[FIRST_NAME], &person->first_name,
						  values[FIRST_NAME].text);
	pacl_value_apply_text(&values[LAST_NAME], &person->last_name,
						  values[LAST_NAME].text);
	if (values[COUNTRY].given)
		pacl_value_apply_text(&values[COUNTRY], &person->country,
							  pacl_country_check("country",
												 values[COUNTRY].text));
	if (values[MOBILE].given)
		pacl_value_apply_text(&values[MOBILE], &person->mobile,
							  pacl_phone_fold("\"mobile\" in changes",
											  pacl_value_text(&values[MOBILE], NULL),
											  person->country));
	if (values[TIME_ZONE].given)
		pacl_value_apply_text(&values[TIME_ZONE], &person->time_zone,
							  pacl_time_zone_check("time_zone",
												   values[TIME_ZONE].text));
	pacl_value_apply_bool(&values[SMS_COPIES], &person->sms_copies);
}

void
pacl_account_update_own(Jsonb *changes)
{
	PaclCaller *caller = pacl_require_caller();
	PaclValue	values[CHANGES];
	PaclAccountRow person;
	PaclEntry	entry = {0};
	PaclFacts	facts;

	pacl_fields_read("changes", changes, change_fields, CHANGES, values);
	pacl_lock_account(&caller->account_id);
	if (!pacl_account_store_read(&caller->account_id, &person))
		pacl_raise_unknown("account");
	apply_changes(values, &person);
	if (pacl_fields_given(values, CHANGES) == 0)
		return;

	pacl_facts_begin(&facts);
	/* Which keys; what they hold is personal. */
	pacl_facts_json(&facts, "changed",
					pacl_fields_given_keys(change_fields, values, CHANGES));
	entry.act = "account.updated";
	entry.account_id = &caller->account_id;
	entry.facts = pacl_facts_end(&facts);
	entry.detail = JsonbToCString(NULL, &changes->root, VARSIZE(changes));
	(void) pacl_activity_record(&entry);
	(void) pacl_account_store_update(&person);
}

static bool
is_blocked(const char *address)
{
	PaclDigest	digest;

	pacl_email_digest(address, &digest);
	return pacl_account_store_is_blocked(&digest);
}

/* To whom a request is confirmed: the person, at their new address. */
typedef struct Confirmation
{
	const PaclAccountRow *person;
	const char *address;
} Confirmation;

static void
send_confirmation(void *confirmation)
{
	const PaclAccountRow *person = ((Confirmation *) confirmation)->person;
	const char *address = ((Confirmation *) confirmation)->address;
	TimestampTz now = pacl_view_time();
	TimestampTz until = now + EMAIL_CHANGE_HOURS * USECS_PER_HOUR;
	char		token[PACL_TOKEN_LENGTH + 1];
	PaclDigest	digest;
	PaclFacts	payload;

	pacl_token_make(PACL_TOKEN_EMAIL_CHANGE, token, &digest);
	pacl_account_store_keep_token(&person->id, PACL_TOKEN_FOR_EMAIL_CHANGE,
								  &digest, address, now, until);
	pacl_facts_begin(&payload);
	pacl_facts_text(&payload, "first_name", person->first_name);
	pacl_facts_time(&payload, "expires_at", until);
	pacl_outbox_send_secret("email_change", NULL, &person->id, address,
							pacl_facts_end(&payload), token);
}

void
pacl_account_request_email_change(const char *new_email)
{
	PaclCaller *caller = pacl_require_caller();
	bool		can_send;
	char	   *address;
	PaclAccountRow person;
	PaclAccountRow other;
	bool		taken;
	Confirmation confirmation;
	PaclEntry	entry = {0};

	pacl_require_fresh(caller);
	address = pacl_email_fold(new_email);
	can_send = pacl_outbox_can_send();
	pacl_lock_account(&caller->account_id);
	pacl_lock_database_chain();
	if (!pacl_account_store_read(&caller->account_id, &person))
		pacl_raise_unknown("account");
	if (person.email != NULL && strcmp(person.email, address) == 0)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errword("same_address"),
				 errargument("new_email"),
				 errmsg("new address must differ from the current one")));

	/* Nobody is to flood somebody else's mailbox with our mail. */
	if (!pacl_throttle_message("email_change",
							   pacl_uuid_text(&caller->account_id), true))
		ereport(ERROR,
				(errcode(ERRCODE_PACL_TOO_MANY_ATTEMPTS),
				 errword("email_changes"),
				 errmsg("too many attempts"),
				 errdetail("Wait %d seconds before the next one.",
						   SECS_PER_HOUR)));

	/* The last wish is the one that counts. */
	pacl_account_store_drop_tokens(&person.id, PACL_TOKEN_FOR_EMAIL_CHANGE);
	(void) pacl_account_store_find_nearest(address, &other, &taken);
	if (is_blocked(address))
		taken = true;
	confirmation.person = &person;
	confirmation.address = address;
	if (can_send)
		pacl_do_or_pretend(send_confirmation, &confirmation, !taken);
	entry.act = "email_change.requested";
	entry.account_id = &caller->account_id;
	(void) pacl_activity_record(&entry);
}

static void
raise_invalid_token(void)
{
	ereport(ERROR,
			(errcode(ERRCODE_INVALID_AUTHORIZATION_SPECIFICATION),
			 errword("token"),
			 errargument("token"),
			 errmsg("token is not valid"),
			 errdetail("It is unknown, or has been used, or has lapsed, or is somebody else's."),
			 errhint("Ask for a new one.")));
}

void
pacl_account_confirm_email_change(const char *token)
{
	PaclCaller *caller = pacl_require_caller();
	TimestampTz now = pacl_view_time();
	PaclDigest	digest;
	PaclAccountRow person;
	PaclEntry	entry = {0};
	PaclFacts	payload;
	pg_uuid_t  *account_id = NULL;
	char	   *old_address;
	char	   *address;

	if (pacl_token_digest(PACL_TOKEN_EMAIL_CHANGE, token, &digest))
		account_id = pacl_account_store_token_account(PACL_TOKEN_FOR_EMAIL_CHANGE,
													  &digest, now);
	if (account_id == NULL ||
		!pacl_uuid_equal(account_id, &caller->account_id))
		raise_invalid_token();

	pacl_lock_account(account_id);
	pacl_lock_database_chain();
	if (!pacl_account_store_use_token(PACL_TOKEN_FOR_EMAIL_CHANGE, &digest, now,
									  &address) ||
		!pacl_account_store_read(account_id, &person))
		raise_invalid_token();
	if (is_blocked(address))
		ereport(ERROR,
				(errcode(ERRCODE_PACL_ADDRESS_BLOCKED),
				 errword("address_blocked"),
				 errmsg("address is blocked")));

	/* The old address hears of it, in case it was not its owner's wish. */
	pacl_facts_begin(&payload);
	pacl_facts_text(&payload, "first_name", person.first_name);
	pacl_facts_bool(&payload, "changed", true);
	pacl_outbox_tell("email_change", NULL, account_id,
					 pacl_facts_end(&payload));
	old_address = person.email;
	person.email = address;
	if (!pacl_account_store_update(&person))
		ereport(ERROR,
				(errcode(ERRCODE_UNIQUE_VIOLATION),
				 errword("account_exists"),
				 errmsg("an account with this address already exists")));
	pacl_account_store_move_invitations(old_address, address);
	pacl_account_store_drop_tokens(account_id, PACL_TOKEN_FOR_PASSWORD_RESET);
	entry.act = "email.changed";
	entry.account_id = account_id;
	(void) pacl_activity_record(&entry);
}

/* An operator's own words: they may name somebody. */
static char *
reason_detail(const char *reason)
{
	PaclFacts	facts;

	pacl_facts_begin(&facts);
	pacl_facts_text(&facts, "reason", reason);
	return pacl_facts_end(&facts);
}

static void
record_email(const char *act, const PaclDigest *digest, const char *reason)
{
	PaclEntry	entry = {0};
	PaclFacts	facts;
	char		hex[2 * PACL_DIGEST_BYTES + 1];

	hex[hex_encode((const char *) digest->data, PACL_DIGEST_BYTES, hex)] = '\0';
	pacl_facts_begin(&facts);
	pacl_facts_text(&facts, "address", hex);
	entry.facts = pacl_facts_end(&facts);
	if (reason != NULL)
		entry.detail = reason_detail(reason);
	entry.act = act;
	entry.by_operator = true;
	(void) pacl_activity_record(&entry);
}

/* An operator who blocks an address in use may have meant its account. */
static void
warn_of_account(const char *address)
{
	PaclAccountRow person;

	if (pacl_account_store_find(address, &person) &&
		strcmp(person.status, "active") == 0)
		ereport(WARNING,
				(errcode(ERRCODE_WARNING),
				 errword("address_in_use"),
				 errmsg("an account has this address and keeps it"),
				 errdetail("It is account %s, which can still log in.",
						   pacl_uuid_text(&person.id)),
				 errhint("To keep the person out, use practiceacl.block_account().")));
}

void
pacl_account_block_email(const char *email, const char *reason)
{
	char	   *address = pacl_email_fold(email);
	PaclDigest	digest;

	pacl_email_digest(address, &digest);
	if (pacl_account_store_block_email(&digest, reason, pacl_view_time()))
		record_email("email.blocked", &digest, reason);
	warn_of_account(address);
}

void
pacl_account_unblock_email(const char *email)
{
	PaclDigest	digest;

	pacl_email_digest(pacl_email_fold(email), &digest);
	if (!pacl_account_store_unblock_email(&digest))
		ereport(ERROR,
				(errcode(ERRCODE_PACL_NOT_FOUND),
				 errword("not_found"),
				 errargument("email"),
				 errmsg("address is not blocked")));
	record_email("email.unblocked", &digest, NULL);
}

/* The role's name may be a person's: it stands in the detail. */
static void
record_role(const char *act, Oid role, const char *role_name,
			const pg_uuid_t *account_id)
{
	PaclEntry	entry = {0};
	PaclFacts	facts;

	pacl_facts_begin(&facts);
	pacl_facts_int(&facts, "role", role);
	entry.facts = pacl_facts_end(&facts);
	if (role_name != NULL)
	{
		pacl_facts_begin(&facts);
		pacl_facts_text(&facts, "role_name", role_name);
		entry.detail = pacl_facts_end(&facts);
	}
	entry.act = act;
	entry.account_id = account_id;
	entry.by_operator = true;
	(void) pacl_activity_record(&entry);
}

/*
 * A role that many share would make each of its connections the same person.
 * A person needs the privileges of an application: where no other role has
 * them, this one is the application's, unless the operator says that it is a
 * person's.  No person needs those of the other two.
 */
static void
check_role_is_personal(Oid role, const char *role_name,
					   const pg_uuid_t *account_id, bool personal)
{
	PaclRoleUse use;
	bool		application;

	pacl_account_store_role_use(role, account_id, &use);
	application = use.audience != NULL &&
		strcmp(use.audience, "application") == 0;
	if (use.audience == NULL ||
		(application && (personal || use.mapped || !use.only_one)))
		return;
	ereport(ERROR,
			(errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
			 errword("shared_role"),
			 strcmp(use.audience, "superuser") == 0 ?
			 errmsg("role \"%s\" is a superuser", role_name) :
			 errmsg("role \"%s\" has the privileges of the %s", role_name,
					use.audience),
			 errdetail("Everybody for whom it connects would be this person."),
			 application ?
			 errhint("If nobody else connects as it, map it with personal => true; let applications connect as another role.") :
			 errhint("Map a role that only this person uses.")));
}

void
pacl_account_map_role(Oid role, const pg_uuid_t *account_id, bool personal)
{
	char	   *role_name = GetUserNameFromId(role, true);

	if (role_name == NULL)
		ereport(ERROR,
				(errcode(ERRCODE_UNDEFINED_OBJECT),
				 errword("role_unknown"),
				 errargument("role"),
				 errmsg("role with OID %u does not exist", role)));
	if (!pacl_account_store_is_active(account_id))
		pacl_raise_unknown("account");
	check_role_is_personal(role, role_name, account_id, personal);
	if (pacl_account_store_map_role(role, role_name, account_id,
									pacl_view_time()))
		record_role("role.mapped", role, role_name, account_id);
}

void
pacl_account_unmap_role(Oid role)
{
	pg_uuid_t  *account_id = pacl_account_store_unmap_role(role);

	if (account_id == NULL)
		ereport(ERROR,
				(errcode(ERRCODE_PACL_NOT_FOUND),
				 errword("not_found"),
				 errargument("role"),
				 errmsg("role is not mapped to an account")));
	record_role("role.unmapped", role, GetUserNameFromId(role, true),
				account_id);
}
