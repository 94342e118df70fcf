/*
 * user.c
 *		Users of an organization, and what its administrators do with them.
 */
#include "postgres.h"

#include "access/grant_store.h"
#include "access/organization_store.h"
#include "base/activity.h"
#include "base/address.h"
#include "base/authority.h"
#include "base/facts.h"
#include "base/fields.h"
#include "base/lock.h"
#include "base/outbox.h"
#include "base/outbox_store.h"
#include "base/time_zone.h"
#include "calendar/agenda_store.h"
#include "errors.h"
#include "identity/password.h"
#include "identity/session.h"
#include "people/invitation.h"
#include "people/user.h"
#include "pure/uuid.h"
#include "reader/view.h"

static void
refuse_known_address(void)
{
	ereport(ERROR,
			(errcode(ERRCODE_UNIQUE_VIOLATION),
			 errword("account_exists"),
			 errmsg("an account with this address already exists"),
			 errhint("The person can only join by accepting an invitation: use practiceacl.invite_user().")));
}

pg_uuid_t *
pacl_user_make_account(const PaclAccountRow *person, const char *password_hash)
{
	PaclAccountRow made = *person;
	pg_uuid_t  *id = palloc(sizeof(pg_uuid_t));

	if (!pacl_account_store_insert(&made))
		return NULL;
	*id = made.id;
	pacl_password_store_temporary(id, password_hash);
	return id;
}

void
pacl_user_welcome(const pg_uuid_t *by, const pg_uuid_t *organization_id,
				  const pg_uuid_t *account_id, const char *email,
				  const char *temporary_password)
{
	PaclFacts	payload;

	pacl_membership_payload(&payload, organization_id, account_id);
	if (by == NULL)
		pacl_outbox_send_secret("welcome", organization_id, account_id, email,
								pacl_facts_end(&payload), temporary_password);
	else
		pacl_outbox_send_secret_by(by, "welcome", organization_id, account_id,
								   email, pacl_facts_end(&payload),
								   temporary_password);
}

/* Whoever has the address joins by accepting only. */
static void
invite_instead(const PaclUserRequest *request, const PaclGrantor *grantor,
			   PaclNewUser *made)
{
	PaclInvited invited;

	invited = pacl_invitation_offer(request, grantor,
									PACL_INVITATION_DAYS * USECS_PER_DAY);
	made->invitation_id = palloc(sizeof(pg_uuid_t));
	*made->invitation_id = invited.id;
	made->token = invited.token;
}

PaclNewUser
pacl_user_create(PaclUserRequest *request)
{
	PaclGrantor *grantor;
	PaclNewUser made = {0};
	PaclAccountRow person = {{{0}}};
	char	   *password;
	char	   *hash;

	(void) pacl_require_admin(&request->organization_id, PACL_ADMIN_USERS);
	pacl_user_request_read(request);

	/* What takes long is done before others have to wait for us. */
	password = pacl_password_prepare_temporary(&hash);

	pacl_user_request_lock(request);
	grantor = pacl_grantor_require(&request->organization_id, PACL_ADMIN_USERS);
	pacl_user_request_check(request, grantor);
	pacl_user_request_check_address(request);
	pacl_user_request_check_absent(request);
	pacl_invitation_check_none_open(request);
	if (!pacl_user_request_person(request, &person))
		pacl_raise_unknown("organization");
	made.account_id = pacl_user_make_account(&person, hash);
	if (made.account_id == NULL)
	{
		invite_instead(request, grantor, &made);
		return made;
	}
	pacl_user_request_put_aside(request, grantor);
	made.agenda_id = pacl_user_request_apply(request, made.account_id, grantor,
											 "creation");
	pacl_user_welcome(&grantor->account_id, &request->organization_id,
					  made.account_id, request->email, password);
	made.temporary_password = pacl_outbox_returned_secret(password);
	return made;
}

static void
record_renewal(const pg_uuid_t *organization_id, const pg_uuid_t *account_id)
{
	PaclEntry	entry = {0};

	entry.act = "password.renewed";
	entry.organization_id = organization_id;
	entry.account_id = account_id;
	entry.by_operator = organization_id == NULL;
	(void) pacl_activity_record(&entry);
}

/* What anybody was sent or has opened before is worth nothing now. */
static const char *
renew_password(const pg_uuid_t *by, const pg_uuid_t *organization_id,
			   const PaclAccountRow *person, const char *password,
			   const char *hash)
{
	pacl_password_store_temporary(&person->id, hash);
	pacl_account_store_drop_tokens(&person->id, PACL_TOKEN_FOR_PASSWORD_RESET);
	pacl_account_store_drop_tokens(&person->id, PACL_TOKEN_FOR_EMAIL_CHANGE);
	(void) pacl_session_end_all(&person->id, NULL);
	record_renewal(organization_id, &person->id);
	pacl_user_welcome(by, organization_id, &person->id, person->email,
					  password);
	return pacl_outbox_returned_secret(password);
}

/*
 * An organization that the account shares with the caller, as administrator.
 */
static const pg_uuid_t *
require_common_organization(const pg_uuid_t *account_id)
{
	const pg_uuid_t *common = NULL;
	bool		administrator = false;
	int			count;
	pg_uuid_t  *ids;

	(void) pacl_require_caller();
	ids = pacl_membership_store_organizations(account_id, &count);
	pacl_view_push_latest();
	for (int i = 0; i < count && !administrator; i++)
	{
		const PaclMembership *own = pacl_access_member(&ids[i]);

		if (own == NULL)
			continue;
		administrator = own->admin >= PACL_ADMIN_USERS;
		if (common == NULL || administrator)
			common = &ids[i];
	}
	pacl_view_pop();
	if (common == NULL)
		pacl_raise_unknown("user");
	return common;
}

static void
check_never_used(const PaclAccountRow *person, const pg_uuid_t *organization_id)
{
	if (!person->used &&
		!pacl_membership_store_known_elsewhere(&person->id, organization_id))
		return;
	ereport(ERROR,
			(errcode(ERRCODE_INSUFFICIENT_PRIVILEGE),
			 errword("account_used"),
			 errmsg("account has been used"),
			 errdetail("Its password is the person's own, or it belongs to another organization too."),
			 errhint("The person can have a new one sent with practiceacl.request_password_reset().")));
}

/*
 * Whoever has the password of an account is that person: an administrator to
 * the organization, a holder to their patients.  So it is handed over as the
 * place of an administrator, and as an agenda that is in use, is.
 */
static void
check_may_impersonate(const PaclGrantor *grantor,
					  const PaclMembershipRow *target)
{
	bool		holds = pacl_agenda_store_holds_booked(&target->organization_id,
													   &target->account_id);

	if (target->admin == PACL_ADMIN_NONE && !holds)
		return;
	pacl_grantor_check_full(grantor, &target->organization_id);
	pacl_grantor_check_fresh(grantor);
}

const char *
pacl_user_renew_password(const pg_uuid_t *account_id)
{
	const pg_uuid_t *organization_id = require_common_organization(account_id);
	PaclGrantor *grantor = pacl_grantor_require(organization_id,
												PACL_ADMIN_USERS);
	PaclMembershipRow target;
	PaclAccountRow person;
	char	   *hash;
	char	   *password = pacl_password_prepare_temporary(&hash);

	pacl_lock_account(account_id);
	pacl_organization_lock(organization_id);
	grantor = pacl_grantor_require(organization_id, PACL_ADMIN_USERS);
	pacl_membership_require(organization_id, account_id, &target);
	pacl_membership_check_touch(grantor, &target);
	if (!pacl_account_store_read(account_id, &person) || person.email == NULL)
		pacl_raise_unknown("user");
	check_never_used(&person, organization_id);
	check_may_impersonate(grantor, &target);
	return renew_password(&grantor->account_id, organization_id, &person,
						  password, hash);
}

const char *
pacl_user_renew_password_by_operator(const pg_uuid_t *account_id)
{
	PaclAccountRow person;
	char	   *hash;
	char	   *password = pacl_password_prepare_temporary(&hash);

	pacl_lock_account(account_id);
	if (!pacl_account_store_read(account_id, &person) || person.email == NULL)
		pacl_raise_unknown("account");
	return renew_password(NULL, NULL, &person, password, hash);
}

/* What update_user may be told. */
enum
{
	JOB_TITLE,
	WORK_MOBILE,
	FIRST_PERSONAL,
	FIRST_NAME = FIRST_PERSONAL,
	LAST_NAME,
	EMAIL,
	MOBILE,
	COUNTRY,
	TIME_ZONE,
	FIELD_COUNT
};

static const PaclField change_fields[FIELD_COUNT] = {
	[JOB_TITLE] = {"job_title", PACL_FIELD_TEXT,
	PACL_FIELD_NULLABLE | PACL_FIELD_NAME, 200},
	[WORK_MOBILE] = {"work_mobile", PACL_FIELD_TEXT, PACL_FIELD_NULLABLE},
	[FIRST_NAME] = {"first_name", PACL_FIELD_TEXT,
	PACL_FIELD_NOT_BLANK | PACL_FIELD_NAME, 100},
	[LAST_NAME] = {"last_name", PACL_FIELD_TEXT,
	PACL_FIELD_NOT_BLANK | PACL_FIELD_NAME, 100},
	[EMAIL] = {"email", PACL_FIELD_TEXT, PACL_FIELD_NOT_BLANK},
	[MOBILE] = {"mobile", PACL_FIELD_TEXT, PACL_FIELD_NULLABLE},
	[COUNTRY] = {"country", PACL_FIELD_TEXT},
	[TIME_ZONE] = {"time_zone", PACL_FIELD_TEXT},
};

/* Whether any key is about the person, and not about their place here. */
static bool
is_personal(const PaclValue *values)
{
	return pacl_fields_given(values + FIRST_PERSONAL,
							 FIELD_COUNT - FIRST_PERSONAL) > 0;
}

/* Somebody who has used an account, or is known elsewhere, owns it. */
static void
check_correctable(const PaclAccountRow *person, const pg_uuid_t *organization_id)
{
	if (!person->used &&
		!pacl_membership_store_known_elsewhere(&person->id, organization_id))
		return;
	ereport(ERROR,
			(errcode(ERRCODE_INSUFFICIENT_PRIVILEGE),
			 errword("own_data"),
			 errmsg("only the user can change their personal data"),
			 errdetail("The account is in use, or belongs to another organization too."),
			 errhint("The person can do it with practiceacl.update_my_account() and practiceacl.request_email_change().")));
}

/*
 * What an administrator sees of anybody; a form sends it back as it was.  The
 * rest they could only guess.
 */
static void
correct_visible(PaclValue *values, PaclAccountRow *person)
{
	pacl_value_apply_text(&values[FIRST_NAME], &person->first_name,
						  values[FIRST_NAME].text);
	pacl_value_apply_text(&values[LAST_NAME], &person->last_name,
						  values[LAST_NAME].text);
	if (values[EMAIL].given)
		pacl_value_apply_text(&values[EMAIL], &person->email,
							  pacl_email_fold(values[EMAIL].text));
}

static void
correct_person(PaclValue *values, PaclAccountRow *person)
{
	PaclDigest	digest;

	correct_visible(values, person);
	if (values[COUNTRY].given)
		pacl_value_apply_text(&values[COUNTRY], &person->country,
							  pacl_country_check("\"country\"",
												 values[COUNTRY].text));
	if (values[MOBILE].given)
		pacl_value_apply_text(&values[MOBILE], &person->mobile,
							  pacl_phone_fold("\"mobile\" in changes",
											  pacl_value_text(&values[MOBILE], NULL),
											  person->country));
	if (values[TIME_ZONE].given)
		pacl_value_apply_text(&values[TIME_ZONE], &person->time_zone,
							  pacl_time_zone_check("\"time_zone\"",
												   values[TIME_ZONE].text));
	if (values[EMAIL].given)
	{
		pacl_email_digest(person->email, &digest);
		if (pacl_account_store_is_blocked(&digest))
			ereport(ERROR,
					(errcode(ERRCODE_PACL_ADDRESS_BLOCKED),
					 errword("address_blocked"),
					 errmsg("address is blocked"),
					 errhint("The operator can free it with practiceacl.unblock_email().")));
	}
	if (is_personal(values) && !pacl_account_store_update(person))
		refuse_known_address();
}

static const char *
country_of(const pg_uuid_t *organization_id)
{
	PaclOrganization organization;

	return pacl_organization_store_read(organization_id, &organization) ?
		organization.country : NULL;
}

/* What the organization has of its member. */
static void
describe_member(PaclValue *values, PaclMembershipRow *target)
{
	pacl_value_apply_text(&values[JOB_TITLE], &target->job_title,
						  pacl_value_text(&values[JOB_TITLE], NULL));
	if (values[WORK_MOBILE].given)
		pacl_value_apply_text(&values[WORK_MOBILE], &target->work_mobile,
							  pacl_phone_fold("\"work_mobile\" in changes",
											  pacl_value_text(&values[WORK_MOBILE],
															  NULL),
											  country_of(&target->organization_id)));
	if (pacl_fields_given(values, FIRST_PERSONAL) > 0)
		pacl_membership_store_describe(target);
}

/*
 * Whoever reads the wrong address was sent a temporary password, or asked for
 * a reset: all of it is worth nothing any more, and what is still queued does
 * not go there.  Without a mailer's key the back end itself hands passwords
 * over, so there is nothing to send the new one with.
 */
static void
end_at_old_address(const pg_uuid_t *by, const pg_uuid_t *organization_id,
				   const PaclAccountRow *person, const char *old_email,
				   const char *password, const char *hash)
{
	pacl_account_store_drop_tokens(&person->id, PACL_TOKEN_FOR_PASSWORD_RESET);
	pacl_account_store_drop_tokens(&person->id, PACL_TOKEN_FOR_EMAIL_CHANGE);
	pacl_outbox_store_withdraw(&person->id, old_email);
	pacl_password_store_temporary(&person->id, hash);
	if (pacl_outbox_store_key() != NULL)
		pacl_user_welcome(by, organization_id, &person->id, person->email,
						  password);
	else
		ereport(NOTICE,
				(errword("temporary_password_ended"),
				 errmsg("the temporary password no longer works"),
				 errdetail("It was handed over for the address that has been corrected."),
				 errhint("Make another one with practiceacl.renew_temporary_password().")));
}

static void
record_change(const PaclMembershipRow *target, const PaclAccountRow *person,
			  const PaclValue *values)
{
	PaclFacts	facts;
	PaclFacts	detail;
	PaclEntry	entry = {0};

	pacl_facts_begin(&facts);
	pacl_facts_json(&facts, "changed",
					pacl_fields_given_keys(change_fields, values,
										   FIELD_COUNT));
	pacl_facts_begin(&detail);
	pacl_facts_text(&detail, "job_title", target->job_title);
	pacl_facts_text(&detail, "work_mobile", target->work_mobile);
	pacl_facts_text(&detail, "email", person->email);
	pacl_facts_text(&detail, "first_name", person->first_name);
	pacl_facts_text(&detail, "last_name", person->last_name);
	entry.act = "user.changed";
	entry.organization_id = &target->organization_id;
	entry.account_id = &target->account_id;
	entry.facts = pacl_facts_end(&facts);
	entry.detail = pacl_facts_end(&detail);
	(void) pacl_activity_record(&entry);
}

void
pacl_user_update(const pg_uuid_t *organization_id,
				 const pg_uuid_t *account_id, Jsonb *changes)
{
	PaclGrantor *grantor;
	PaclMembershipRow target;
	PaclAccountRow person;
	PaclAccountRow visible;
	PaclValue	values[FIELD_COUNT];
	char	   *password = NULL;
	char	   *hash = NULL;

	(void) pacl_require_admin(organization_id, PACL_ADMIN_USERS);
	pacl_fields_read("changes", changes, change_fields, FIELD_COUNT, values);
	if (values[EMAIL].given)
		password = pacl_password_prepare_temporary(&hash);

	if (is_personal(values))
		pacl_lock_account(account_id);
	pacl_organization_lock(organization_id);
	grantor = pacl_grantor_require(organization_id, PACL_ADMIN_USERS);
	pacl_membership_require(organization_id, account_id, &target);
	if (!pacl_uuid_equal(&grantor->account_id, account_id))
		pacl_membership_check_touch(grantor, &target);
	if (!pacl_account_store_read(account_id, &person))
		pacl_raise_unknown("user");

	describe_member(values, &target);
	visible = person;
	correct_visible(values, &visible);
	if (is_personal(values))
	{
		char	   *old_email = person.email;

		check_correctable(&person, organization_id);
		if (values[EMAIL].given)
			check_may_impersonate(grantor, &target);
		correct_person(values, &person);
		if (values[EMAIL].given)
			end_at_old_address(&grantor->account_id, organization_id,
							   &person, old_email, password, hash);
	}
	if (pacl_fields_given(values, FIELD_COUNT) > 0)
		record_change(&target, &person, values);
}

/*
 * Writes another state of a member and records it: on the organization's
 * chain, and on those of the agendas that they work on, where it decides
 * what they may do.  The organization and the agendas are locked.
 */
static void
write_state(PaclMembershipRow *target, const PaclGrantor *grantor, const char *act,
			const char *facts, const pg_uuid_t *agendas, int agenda_count)
{
	PaclEntry	entry = {0};

	entry.act = act;
	entry.organization_id = &target->organization_id;
	entry.account_id = &target->account_id;
	entry.facts = facts;
	(void) pacl_activity_record(&entry);
	pacl_activity_record_agendas(&entry, agendas, NULL, agenda_count);
	pacl_membership_store_update(target, &grantor->account_id,
								 pacl_view_time());
}

/* The member, the administrators, and the holders of the agendas concerned. */
static void
tell_state(const PaclMembershipRow *target, const char *key, const char *before,
		   const char *after, const pg_uuid_t *agendas, int agenda_count)
{
	PaclFacts	payload;
	int			count;
	pg_uuid_t  *told = pacl_grant_store_holders(agendas, agenda_count,
												&count);

	told = repalloc(told, (count + 1) * sizeof(pg_uuid_t));
	told[count++] = target->account_id;
	pacl_membership_payload(&payload, &target->organization_id,
							&target->account_id);
	pacl_facts_text(&payload, "changed", key);
	pacl_facts_text(&payload, "before", before);
	pacl_facts_text(&payload, "after", after);
	pacl_outbox_tell_administrators("rights_changed",
									&target->organization_id, told, count,
									pacl_facts_end(&payload));
}

static char *
before_and_after(const char *before, const char *after)
{
	PaclFacts	facts;

	pacl_facts_begin(&facts);
	pacl_facts_text(&facts, "before", before);
	pacl_facts_text(&facts, "after", after);
	return pacl_facts_end(&facts);
}

void
pacl_user_set_features(const pg_uuid_t *organization_id,
					   const pg_uuid_t *account_id, PaclRights features)
{
	PaclGrantor *grantor;
	PaclMembershipRow target;
	char		before[PACL_RIGHTS_TEXT_MAX];
	char		after[PACL_RIGHTS_TEXT_MAX];
	pg_uuid_t  *agendas;
	int			count;

	pacl_membership_require_touch(organization_id, account_id);
	pacl_lock_begin_taking(account_id, 1);
	pacl_organization_lock(organization_id);
	agendas = pacl_membership_store_agendas(organization_id, account_id,
											&count);
	pacl_lock_agendas(agendas, count);
	pacl_lock_end_taking();
	grantor = pacl_grantor_require(organization_id, PACL_ADMIN_USERS);
	pacl_membership_require(organization_id, account_id, &target);
	if (!pacl_uuid_equal(&grantor->account_id, account_id))
		pacl_membership_check_touch(grantor, &target);
	else if (!pacl_rights_cover(target.features, features))
		pacl_grantor_check_fresh(grantor);
	pacl_membership_check_features(features,
								   pacl_agenda_store_is_holder(organization_id,
															   account_id));
	if (features == target.features)
		return;

	pacl_rights_format(target.features, before);
	pacl_rights_format(features, after);
	target.features = features;
	write_state(&target, grantor, "features.set",
				before_and_after(before, after), agendas, count);
	tell_state(&target, "features", before, after, agendas, count);
}

void
pacl_user_set_admin(const pg_uuid_t *organization_id,
					const pg_uuid_t *account_id, PaclAdmin admin)
{
	PaclGrantor *grantor;
	PaclMembershipRow target;
	PaclAdmin	before;

	pacl_membership_require_touch(organization_id, account_id);
	pacl_lock_begin_taking(account_id, 1);
	pacl_organization_lock(organization_id);
	pacl_lock_end_taking();
	grantor = pacl_grantor_require(organization_id, PACL_ADMIN_USERS);
	pacl_membership_require(organization_id, account_id, &target);
	pacl_grantor_check_full(grantor, organization_id);
	before = target.admin;
	if (admin != PACL_ADMIN_NONE)
		pacl_grantor_check_fresh(grantor);
	if (admin == before)
		return;
	if (admin > before && target.status == PACL_MEMBER_DISABLED)
		ereport(ERROR,
				(errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
				 errword("user_disabled"),
				 errmsg("user is disabled"),
				 errhint("Enable the user first, with practiceacl.enable_user().")));
	if (admin < PACL_ADMIN_FULL)
		pacl_membership_check_not_last(&target);

	target.admin = admin;
	write_state(&target, grantor, "admin.set",
				before_and_after(pacl_admin_name(before),
								 pacl_admin_name(admin)), NULL, 0);
	pacl_membership_settle(organization_id, account_id, &grantor->account_id);
	tell_state(&target, "admin", pacl_admin_name(before),
			   pacl_admin_name(admin), NULL, 0);
}
