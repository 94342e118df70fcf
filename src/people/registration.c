/*
 * registration.c
 *		People of other cells: the same account id everywhere.
 */
#include "postgres.h"

#include "utils/fmgrprotos.h"

#include "base/activity.h"
#include "base/address.h"
#include "base/authority.h"
#include "base/facts.h"
#include "base/fields.h"
#include "base/lock.h"
#include "base/time_zone.h"
#include "errors.h"
#include "people/account_merge_store.h"
#include "people/registration.h"
#include "people/registration_store.h"
#include "pure/token.h"
#include "pure/uuid.h"
#include "reader/view.h"

typedef enum Outcome
{
	TAKEN_UP,
	KNOWN,
	KNOWN_AS_ANOTHER,			/* the address, under another id */
	ID_OF_ANOTHER,				/* the id, with another address */
	BLOCKED
} Outcome;

static void
record(const char *act, const pg_uuid_t *account_id)
{
	PaclEntry	entry = {.act = act, .by_operator = true};

	entry.account_id = account_id;
	(void) pacl_activity_record(&entry);
}

static bool
is_same(const char *one, const char *other)
{
	return one != NULL && other != NULL && strcmp(one, other) == 0;
}

static bool
is_blocked(const char *email)
{
	PaclDigest	digest;

	pacl_email_digest(email, &digest);
	return pacl_account_store_is_blocked(&digest);
}

/*
 * An account that is registered counts as used: nobody here may correct its
 * name or set its password but the person.  What this cell knows of somebody
 * already stays as it is.
 */
static Outcome
take_up(PaclAccountRow *person, pg_uuid_t *other)
{
	PaclAccountRow here;

	pacl_lock_account(&person->id);
	if (pacl_account_merge_store_alias(&person->id, other))
		return KNOWN_AS_ANOTHER;
	if (pacl_account_store_read(&person->id, &here))
		return here.email == NULL || person->email == NULL ||
			is_same(here.email, person->email) ? KNOWN : ID_OF_ANOTHER;
	if (person->email != NULL)
	{
		if (pacl_account_store_find(person->email, &here))
		{
			*other = here.id;
			return KNOWN_AS_ANOTHER;
		}
		if (is_blocked(person->email))
			return BLOCKED;
	}
	if (!pacl_registration_store_insert(person, pacl_view_time()))
		return KNOWN_AS_ANOTHER;
	record("account.registered", &person->id);
	return TAKEN_UP;
}

/* What a text says as JSON. */
static Jsonb *
as_jsonb(const char *text)
{
	return DatumGetJsonbP(DirectFunctionCall1(jsonb_in, CStringGetDatum(text)));
}

/* The form of what was given, as update_my_account() takes it. */
static void
check_form(PaclAccountRow *person)
{
	enum
	{
		FIRST_NAME, LAST_NAME, FIELD_COUNT
	};
	static const PaclField fields[FIELD_COUNT] = {
		[FIRST_NAME] = {"first_name", PACL_FIELD_TEXT,
		PACL_FIELD_NOT_BLANK | PACL_FIELD_NAME, 100},
		[LAST_NAME] = {"last_name", PACL_FIELD_TEXT,
		PACL_FIELD_NOT_BLANK | PACL_FIELD_NAME, 100},
	};
	PaclValue	values[FIELD_COUNT];
	PaclFacts	facts;

	pacl_facts_begin(&facts);
	pacl_facts_text(&facts, "first_name", person->first_name);
	pacl_facts_text(&facts, "last_name", person->last_name);
	pacl_fields_read("the account", as_jsonb(pacl_facts_end(&facts)), fields,
					 FIELD_COUNT, values);
	person->first_name = values[FIRST_NAME].text;
	person->last_name = values[LAST_NAME].text;
	if (person->email != NULL)
		person->email = pacl_email_fold(person->email);
	person->country = pacl_country_check("country", person->country);
	person->time_zone = pacl_time_zone_check("time_zone", person->time_zone);
	person->mobile = pacl_phone_fold("mobile", person->mobile, person->country);
}

/*
 * What another cell says of somebody whom this one does not know is taken in no
 * other form than from the person.
 */
static void
check_unknown(PaclAccountRow *person)
{
	PaclAccountRow here;

	if (pacl_account_store_read(&person->id, &here))
		return;
	if (person->status == NULL || person->first_name == NULL ||
		person->last_name == NULL || person->country == NULL ||
		person->time_zone == NULL)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errword("wrong_parcel"),
				 errargument("parcel"),
				 errmsg("the parcel lacks something of the account %s",
						pacl_uuid_text(&person->id))));
	check_form(person);
}

/*
 * Somebody who changed their address in the other cell since this one learnt of
 * them is the same person: the id says so, and each cell knows its own address.
 */
void
pacl_registration_add(void *registration, PaclAccountRow *person)
{
	PaclRegistration *all = registration;
	pg_uuid_t	other = {{0}};
	Outcome		outcome;

	check_unknown(person);
	outcome = take_up(person, &other);
	if (outcome == TAKEN_UP)
		pacl_registration_store_await(&person->id, all->organization_id,
									  pacl_view_time());
	if (outcome != KNOWN_AS_ANOTHER && outcome != BLOCKED)
		return;
	if (all->refused == NULL)
		all->refused = makeStringInfo();
	if (outcome == BLOCKED)
		appendStringInfo(all->refused, "%s%s: the address is blocked here",
						 all->refused->len == 0 ? "" : "; ", pacl_uuid_text(&person->id));
	else
		appendStringInfo(all->refused, "%s%s is %s here",
						 all->refused->len == 0 ? "" : "; ", pacl_uuid_text(&person->id),
						 pacl_uuid_text(&other));
}

void
pacl_registration_finish(const PaclRegistration *registration)
{
	if (registration->refused == NULL)
		return;
	ereport(ERROR,
			(errcode(ERRCODE_UNIQUE_VIOLATION),
			 errword("accounts_differ"),
			 errtablename("account"),
			 errmsg("this cell knows people of the organization under other ids"),
			 errdetail("%s.", registration->refused->data),
			 errhint("Give them the ids of the source with practiceacl.merge_account(from_account, into_account), or unblock their addresses.")));
}

void
pacl_registration_register(PaclAccountRow *person)
{
	pg_uuid_t	other = {{0}};
	Outcome		outcome;

	check_form(person);
	person->status = "active";
	outcome = take_up(person, &other);
	if (outcome == BLOCKED)
		ereport(ERROR,
				(errcode(ERRCODE_PACL_ADDRESS_BLOCKED),
				 errword("address_blocked"),
				 errargument("email"),
				 errmsg("no account may take this address")));
	if (outcome == ID_OF_ANOTHER)
		ereport(ERROR,
				(errcode(ERRCODE_UNIQUE_VIOLATION),
				 errword("id_in_use"),
				 errargument("account_id"),
				 errmsg("an account with another address has this id")));
	if (outcome == KNOWN_AS_ANOTHER)
		ereport(ERROR,
				(errcode(ERRCODE_UNIQUE_VIOLATION),
				 errword("account_exists"),
				 errargument("email"),
				 errmsg("an account with this address already exists"),
				 errhint("An operator gives it the id with practiceacl.merge_account(from_account, into_account).")));
}
