/*
 * organization.c
 *		Organizations and service offers: mostly the operator's acts.
 */
#include "postgres.h"

#include "utils/fmgrprotos.h"

#include "access/colleague.h"
#include "access/group_store.h"
#include "access/membership.h"
#include "access/organization_store.h"
#include "base/activity.h"
#include "base/address.h"
#include "base/authority.h"
#include "base/facts.h"
#include "base/fields.h"
#include "base/key_file.h"
#include "base/lock.h"
#include "base/outbox.h"
#include "base/time_zone.h"
#include "calendar/agenda_store.h"
#include "errors.h"
#include "identity/password.h"
#include "identity/second_factor.h"
#include "people/organization.h"
#include "people/user.h"
#include "pure/uuid.h"
#include "reader/view.h"

enum
{
	NAME,
	COUNTRY,
	TIME_ZONE,
	COLLEAGUE_RIGHTS,
	HOLDER_CONSENTS,
	SECOND_FACTOR,
	FIELD_COUNT
};

static const PaclField change_fields[FIELD_COUNT] = {
	[NAME] = {"name", PACL_FIELD_TEXT,
	PACL_FIELD_NOT_BLANK | PACL_FIELD_NAME, 200},
	[COUNTRY] = {"country", PACL_FIELD_TEXT},
	[TIME_ZONE] = {"time_zone", PACL_FIELD_TEXT},
	[COLLEAGUE_RIGHTS] = {"colleague_rights", PACL_FIELD_RIGHTS},
	[HOLDER_CONSENTS] = {"holder_consents", PACL_FIELD_BOOL},
	[SECOND_FACTOR] = {"second_factor", PACL_FIELD_TEXT},
};

/* Of whom a second factor may be demanded, of ever more people. */
static const char *const demands[] = {"nobody", "administrators", "everyone"};

/* The text of one argument, held to what a field of the same name allows. */
static char *
check_name(const char *name)
{
	PaclFacts	facts;
	PaclValue	values[FIELD_COUNT];

	pacl_facts_begin(&facts);
	pacl_facts_text(&facts, "name", name);
	pacl_fields_read("the organization",
					 DatumGetJsonbP(DirectFunctionCall1(jsonb_in,
														CStringGetDatum(pacl_facts_end(&facts)))),
					 change_fields, FIELD_COUNT, values);
	return values[NAME].text;
}

/*
 * Agendas that are to come would be open to whoever has rights on all of
 * them, without their holders' consent.
 */
static void
check_group_of_all(const pg_uuid_t *organization_id)
{
	PaclGroup	all = {
		.organization_id = *organization_id,
		.id = *organization_id,
		.everything = true,
	};

	if (pacl_rights_level(pacl_group_store_rights(&all, pacl_view_time())) <
		PACL_LEVEL_READ)
		return;
	ereport(ERROR,
			(errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
			 errword("rights_on_all"),
			 errargument("holder_consents"),
			 errmsg("somebody has rights that show patients on all agendas, those to come included"),
			 errdetail("With holder_consents each holder decides about their own agenda."),
			 errhint("Take these rights first: see practiceacl.group_rights and practiceacl.profiles for the group of all agendas.")));
}

static void
record_organization(const pg_uuid_t *organization_id, const char *act,
					const PaclOrganization *organization, bool by_operator)
{
	PaclFacts	facts;
	PaclEntry	entry = {0};

	pacl_facts_begin(&facts);
	pacl_facts_text(&facts, "country", organization->country);
	pacl_facts_text(&facts, "time_zone", organization->time_zone);
	pacl_facts_rights(&facts, "colleague_rights",
					  organization->colleague_rights);
	pacl_facts_bool(&facts, "holder_consents", organization->holder_consents);
	if (organization->second_factor != NULL)
		pacl_facts_text(&facts, "second_factor", organization->second_factor);
	entry.act = act;
	entry.organization_id = organization_id;
	entry.by_operator = by_operator;
	entry.facts = pacl_facts_end(&facts);
	(void) pacl_activity_record(&entry);
}

static void
record_first_admin(const pg_uuid_t *organization_id,
				   const pg_uuid_t *account_id,
				   const PaclUserRequest *admin)
{
	PaclFacts	facts;
	PaclFacts	detail;
	PaclEntry	entry = {0};

	pacl_facts_begin(&facts);
	pacl_facts_text(&facts, "source", "creation");
	pacl_facts_text(&facts, "admin", pacl_admin_name(PACL_ADMIN_FULL));
	pacl_facts_begin(&detail);
	pacl_facts_text(&detail, "email", admin->email);
	pacl_facts_text(&detail, "first_name", admin->first_name);
	pacl_facts_text(&detail, "last_name", admin->last_name);
	entry.act = "user.added";
	entry.organization_id = organization_id;
	entry.account_id = account_id;
	entry.by_operator = true;
	entry.facts = pacl_facts_end(&facts);
	entry.detail = pacl_facts_end(&detail);
	(void) pacl_activity_record(&entry);
}

PaclNewOrganization
pacl_organization_create(const PaclOrganizationRequest *request)
{
	PaclNewOrganization made;
	PaclOrganization organization = {0};
	PaclUserRequest admin = {{{0}}};
	PaclMembershipRow membership = {{{0}}};
	PaclAccountRow person = {{{0}}};
	char	   *password;
	char	   *hash;
	pg_uuid_t  *account_id;

	organization.name = check_name(request->name);
	organization.country = pacl_country_check("country", request->country);
	organization.time_zone = pacl_time_zone_check("time_zone",
												  request->time_zone);
	admin.email = pstrdup(request->admin_email);
	admin.first_name = pstrdup(request->admin_first_name);
	admin.last_name = pstrdup(request->admin_last_name);
	pacl_user_request_read(&admin);
	pacl_user_request_check_address(&admin);
	password = pacl_password_prepare_temporary(&hash);

	pacl_uuid_make(&made.organization_id);
	pacl_organization_lock(&made.organization_id);
	pacl_organization_store_insert(&made.organization_id, &organization);

	person.email = admin.email;
	person.first_name = admin.first_name;
	person.last_name = admin.last_name;
	person.country = organization.country;
	person.time_zone = organization.time_zone;
	account_id = pacl_user_make_account(&person, hash);
	if (account_id == NULL)
		ereport(ERROR,
				(errcode(ERRCODE_UNIQUE_VIOLATION),
				 errword("account_exists"),
				 errmsg("an account with this address already exists"),
				 errdetail("Nobody joins an organization without accepting."),
				 errhint("Make the organization with another address, and invite the person from there.")));
	made.account_id = *account_id;
	membership.organization_id = made.organization_id;
	membership.account_id = made.account_id;
	membership.admin = PACL_ADMIN_FULL;
	pacl_membership_store_insert(&membership, pacl_view_time());

	record_organization(&made.organization_id, "organization.created",
						&organization, true);
	record_first_admin(&made.organization_id, account_id, &admin);
	pacl_user_welcome(NULL, &made.organization_id, account_id, admin.email,
					  password);
	made.temporary_password = pacl_outbox_returned_secret(password);
	return made;
}

/*
 * What every colleague is to have on new agendas, the administrator with them:
 * that needs their password, as any right that one gives to oneself.
 */
static void
apply_colleague_rights(PaclValue *value, PaclOrganization *organization,
					   const pg_uuid_t *organization_id)
{
	if (!value->given)
		return;
	pacl_colleague_check_rights(value->rights);
	if (!pacl_rights_cover(organization->colleague_rights, value->rights))
		pacl_grantor_check_fresh(pacl_grantor_require(organization_id,
													  PACL_ADMIN_FULL));
	value->given = organization->colleague_rights != value->rights;
	organization->colleague_rights = value->rights;
}

static int
demand_of(const char *word)
{
	for (int i = 0; i < lengthof(demands); i++)
		if (strcmp(word, demands[i]) == 0)
			return i;
	ereport(ERROR,
			(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
			 errword("unknown_word"),
			 errargument("second_factor"),
			 errmsg("\"second_factor\" in changes must be nobody, administrators or everyone")));
}

/*
 * Whoever demands a second factor of more people has one, so that it is known
 * to work here, and that there is an administrator left.
 */
static void
apply_second_factor(PaclValue *value, PaclOrganization *organization)
{
	PaclCaller *caller;
	int			before;

	if (!value->given)
		return;
	before = demand_of(organization->second_factor);
	value->given = demand_of(value->text) != before;
	organization->second_factor = value->text;
	if (!value->given)
		return;
	caller = pacl_require_caller();
	pacl_require_fresh(caller);
	if (demand_of(value->text) > before)
	{
		pacl_key_file_require();
		pacl_second_factor_require(caller);
	}
}

void
pacl_organization_update(const pg_uuid_t *organization_id, Jsonb *changes)
{
	PaclOrganization organization;
	PaclValue	values[FIELD_COUNT];

	(void) pacl_require_admin(organization_id, PACL_ADMIN_FULL);
	pacl_fields_read("changes", changes, change_fields, FIELD_COUNT, values);
	pacl_organization_lock(organization_id);
	(void) pacl_require_admin(organization_id, PACL_ADMIN_FULL);
	if (!pacl_organization_store_read(organization_id, &organization))
		pacl_raise_unknown("organization");

	pacl_value_apply_text(&values[NAME], &organization.name,
						  values[NAME].text);
	if (values[COUNTRY].given)
		pacl_value_apply_text(&values[COUNTRY], &organization.country,
							  pacl_country_check("\"country\"",
												 values[COUNTRY].text));
	if (values[TIME_ZONE].given)
		pacl_value_apply_text(&values[TIME_ZONE], &organization.time_zone,
							  pacl_time_zone_check("\"time_zone\"",
												   values[TIME_ZONE].text));
	apply_colleague_rights(&values[COLLEAGUE_RIGHTS], &organization,
						   organization_id);
	pacl_value_apply_bool(&values[HOLDER_CONSENTS],
						  &organization.holder_consents);
	apply_second_factor(&values[SECOND_FACTOR], &organization);
	if (pacl_fields_given(values, FIELD_COUNT) == 0)
		return;
	if (values[HOLDER_CONSENTS].given && organization.holder_consents)
		check_group_of_all(organization_id);
	/* Whoever takes a protection from all holders proves who they are. */
	if (values[HOLDER_CONSENTS].given && !organization.holder_consents)
		pacl_require_fresh(pacl_require_caller());
	pacl_organization_store_update(organization_id, &organization);
	record_organization(organization_id, "organization.changed",
						&organization, false);
}

void
pacl_organization_close(const pg_uuid_t *organization_id)
{
	TimestampTz now = pacl_view_time();
	PaclOrganization organization;
	PaclEntry	entry = {.act = "organization.closed", .by_operator = true};
	pg_uuid_t  *accounts;
	pg_uuid_t  *agendas;
	int			count;
	int			agenda_count;

	accounts = pacl_membership_store_accounts(organization_id, &count);
	pacl_lock_evict(accounts, count);
	pacl_organization_lock(organization_id);
	agendas = pacl_agenda_store_all(organization_id, &agenda_count);
	pacl_lock_agendas(agendas, agenda_count);
	if (!pacl_organization_store_read(organization_id, &organization))
		pacl_raise_unknown("organization");
	if (organization.closed)
		return;

	/* One moment for both, by which reopening finds whom this disabled. */
	pacl_organization_store_close(organization_id, now);
	pacl_membership_store_disable_all(organization_id, now);
	record_organization(organization_id, "organization.closed",
						&organization, true);

	/*
	 * A booking with an older snapshot, in which it is open, fails with
	 * 40001.
	 */
	entry.organization_id = organization_id;
	pacl_activity_record_agendas(&entry, agendas, NULL, agenda_count);
	accounts = pacl_membership_store_accounts(organization_id, &count);
	for (int i = 0; i < count; i++)
		pacl_membership_end_sessions(organization_id, &accounts[i]);
}

void
pacl_organization_reopen(const pg_uuid_t *organization_id)
{
	PaclOrganization organization;

	pacl_organization_lock(organization_id);
	if (!pacl_organization_store_read(organization_id, &organization))
		pacl_raise_unknown("organization");
	if (!organization.closed)
		return;
	pacl_membership_store_enable_closed(organization_id, pacl_view_time());
	pacl_organization_store_reopen(organization_id);
	record_organization(organization_id, "organization.reopened",
						&organization, true);
}
