/*
 * user_request.c
 *		The request to create or invite a user: parsed, checked, applied.
 */
#include "postgres.h"

#include "lib/stringinfo.h"
#include "mb/pg_wchar.h"
#include "utils/timestamp.h"

#include "access/clone.h"
#include "access/clone_store.h"
#include "access/consent.h"
#include "access/grant.h"
#include "access/grant_store.h"
#include "access/organization_store.h"
#include "access/profile.h"
#include "access/profile_store.h"
#include "access/request_store.h"
#include "base/activity.h"
#include "base/address.h"
#include "base/authority.h"
#include "base/facts.h"
#include "base/fields.h"
#include "base/lock.h"
#include "base/outbox.h"
#include "base/time_zone.h"
#include "calendar/agenda_store.h"
#include "compat.h"
#include "errors.h"
#include "identity/account_store.h"
#include "people/user_request.h"
#include "pure/phone.h"
#include "pure/uuid.h"
#include "reader/view.h"

enum
{
	AGENDA,
	RIGHTS,
	VALID_FROM,
	VALID_UNTIL,
	ACCESS_FIELDS
};

static const PaclField access_fields[ACCESS_FIELDS] = {
	[AGENDA] = {"agenda", PACL_FIELD_UUID, PACL_FIELD_REQUIRED},
	[RIGHTS] = {"rights", PACL_FIELD_RIGHTS, PACL_FIELD_REQUIRED},
	[VALID_FROM] = {"valid_from", PACL_FIELD_TIMESTAMP,
	PACL_FIELD_NULLABLE | PACL_FIELD_WALL_CLOCK},
	[VALID_UNTIL] = {"valid_until", PACL_FIELD_TIMESTAMP,
	PACL_FIELD_NULLABLE | PACL_FIELD_WALL_CLOCK},
};

enum
{
	OFFER_JOB_TITLE,
	OFFER_ADMIN,
	OFFER_AGENDA,
	OFFER_ACCESS,
	OFFER_CLONE_FROM,
	OFFER_FEATURES,
	OFFER_MOBILE,
	OFFER_COUNTRY,
	OFFER_TIME_ZONE,
	OFFER_PROFILE,
	OFFER_FIELDS
};

static const PaclField offer_fields[OFFER_FIELDS] = {
	[OFFER_JOB_TITLE] = {"job_title", PACL_FIELD_TEXT, PACL_FIELD_NULLABLE},
	[OFFER_ADMIN] = {"admin", PACL_FIELD_TEXT},
	[OFFER_AGENDA] = {"agenda", PACL_FIELD_JSON, PACL_FIELD_NULLABLE},
	[OFFER_ACCESS] = {"access", PACL_FIELD_JSON, PACL_FIELD_NULLABLE},
	[OFFER_CLONE_FROM] = {"clone_from", PACL_FIELD_UUID, PACL_FIELD_NULLABLE},
	[OFFER_FEATURES] = {"features", PACL_FIELD_RIGHTS},
	[OFFER_MOBILE] = {"mobile", PACL_FIELD_TEXT, PACL_FIELD_NULLABLE},
	[OFFER_COUNTRY] = {"country", PACL_FIELD_TEXT, PACL_FIELD_NULLABLE},
	[OFFER_TIME_ZONE] = {"time_zone", PACL_FIELD_TEXT, PACL_FIELD_NULLABLE},
	[OFFER_PROFILE] = {"profile", PACL_FIELD_UUID, PACL_FIELD_NULLABLE},
};

static void
check_words(const char *argument, const char *text, int limit)
{
	if (text == NULL)
		return;
	pacl_text_check_visible(argument, text);
	if (pg_mbstrlen(text) > limit)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errword("too_long"),
				 errargument(argument),
				 errmsg("%s is too long", argument),
				 errdetail("It may have %d characters.", limit)));
}

static char *
check_name(const char *argument, char *name)
{
	name = pacl_text_trim(name);
	check_words(argument, name, 100);
	if (name[0] == '\0')
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errword("blank"),
				 errargument(argument),
				 errmsg("%s must not be blank", argument)));
	return name;
}

/*
 * The person's, which is the organization's unless given; null if neither is.
 */
static const char *
country_of(const PaclUserRequest *request)
{
	PaclOrganization organization;

	if (request->country != NULL)
		return request->country;
	return pacl_organization_store_read(&request->organization_id,
										&organization) ?
		organization.country : NULL;
}

/* A wall clock without a zone is the organization's. */
static TimestampTz
moment_of(const PaclUserRequest *request, const PaclValue *value,
		  TimestampTz otherwise)
{
	PaclOrganization organization;

	if (value->isnull)
		return otherwise;
	if (!value->is_local)
		return value->timestamp;
	if (!pacl_organization_store_read(&request->organization_id, &organization))
		pacl_raise_unknown("organization");
	return pacl_time_zone_moment(organization.time_zone, value->timestamp);
}

static void
read_access(PaclUserRequest *request)
{
	Jsonb	  **items = pacl_fields_items("access", request->access_json,
										  &request->access_count);

	request->access = palloc(Max(request->access_count, 1) *
							 sizeof(PaclAccessItem));
	for (int i = 0; i < request->access_count; i++)
	{
		PaclAccessItem *item = &request->access[i];
		PaclValue	values[ACCESS_FIELDS];

		pacl_fields_read("access", items[i], access_fields, ACCESS_FIELDS,
						 values);
		item->agenda_id = values[AGENDA].uuid;
		item->rights = values[RIGHTS].rights;
		item->period.from = moment_of(request, &values[VALID_FROM], DT_NOBEGIN);
		item->period.until = moment_of(request, &values[VALID_UNTIL], DT_NOEND);
		if (item->rights == PACL_RIGHTS_NONE)
			ereport(ERROR,
					(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
					 errword("no_rights"),
					 errargument("access"),
					 errmsg("\"rights\" in access must not be \"none\""),
					 errhint("Leave the agenda out.")));
		pacl_grant_check_rights(item->rights);
	}
}

void
pacl_user_request_read(PaclUserRequest *request)
{
	request->email = pacl_email_fold(request->email);
	request->first_name = check_name("first_name", request->first_name);
	request->last_name = check_name("last_name", request->last_name);
	check_words("job_title", request->job_title, 200);
	if (request->country != NULL)
		request->country = pacl_country_check("country", request->country);
	if (request->mobile != NULL)
		request->mobile = pacl_phone_fold("mobile", request->mobile,
										  country_of(request));
	if (request->time_zone != NULL)
		request->time_zone = pacl_time_zone_check("time_zone",
												  request->time_zone);
	request->admin = PACL_ADMIN_NONE;
	if (request->admin_word != NULL)
		request->admin = pacl_membership_read_admin(request->admin_word);
	request->agenda = request->agenda_json == NULL ? NULL :
		pacl_agenda_request_read(request->agenda_json, true);
	read_access(request);
	pacl_membership_check_features(request->features,
								   request->agenda != NULL);
}

static PaclClone
clone_of(const PaclUserRequest *request, const pg_uuid_t *account_id,
		 const char *source)
{
	return (PaclClone)
	{
		.organization_id = request->organization_id,
			.from_account = *request->clone_from,
			.to_account = *account_id,
			.replace = false,
			.most = PACL_RIGHTS_BELOW_OWNER,
			.source = source,
	};
}

/* The agendas that come with the colleague who is the model. */
static pg_uuid_t *
cloned_agendas(const PaclUserRequest *request, int *count)
{
	PaclClone	clone;

	*count = 0;
	if (request->clone_from == NULL)
		return NULL;
	clone = clone_of(request, &pacl_nil_uuid, "creation");
	return pacl_clone_store_agendas(&clone, pacl_view_time(), count);
}

static pg_uuid_t *
profile_agendas(const PaclUserRequest *request, int *count)
{
	PaclProfile profile;

	*count = 0;
	if (request->profile == NULL ||
		!pacl_profile_store_read(request->profile, &profile))
		return NULL;
	return pacl_profile_store_agendas(&profile, count);
}

/* Every agenda on which the request gives something, palloc'd. */
static pg_uuid_t *
concerned_agendas(const PaclUserRequest *request, int *count)
{
	int			cloned_count;
	pg_uuid_t  *cloned = cloned_agendas(request, &cloned_count);
	int			profile_count;
	pg_uuid_t  *profile = profile_agendas(request, &profile_count);
	pg_uuid_t  *agendas;
	int			n = 0;

	*count = cloned_count + profile_count + request->access_count;
	agendas = palloc(Max(*count, 1) * sizeof(pg_uuid_t));
	for (int i = 0; i < cloned_count; i++)
		agendas[n++] = cloned[i];
	for (int i = 0; i < profile_count; i++)
		agendas[n++] = profile[i];
	for (int i = 0; i < request->access_count; i++)
		agendas[n++] = request->access[i].agenda_id;
	return agendas;
}

void
pacl_user_request_lock(const PaclUserRequest *request)
{
	int			count;
	pg_uuid_t  *agendas;

	pacl_organization_lock(&request->organization_id);
	agendas = concerned_agendas(request, &count);

	/* Others' agendas and ids of nothing are refused later, but not locked. */
	agendas = pacl_agenda_store_of(&request->organization_id, agendas, count,
								   &count);
	pacl_lock_agendas(agendas, count);
}

void
pacl_user_request_check_address(const PaclUserRequest *request)
{
	PaclAccountRow person;
	PaclDigest	digest;

	pacl_email_digest(request->email, &digest);
	if (pacl_account_store_is_blocked(&digest) ||
		(pacl_account_store_find(request->email, &person) &&
		 strcmp(person.status, "active") != 0))
		ereport(ERROR,
				(errcode(ERRCODE_PACL_ADDRESS_BLOCKED),
				 errword("address_blocked"),
				 errmsg("address is blocked"),
				 errhint("The operator can free it with practiceacl.unblock_email().")));
}

static bool
find_agenda(const PaclUserRequest *request, const pg_uuid_t *id,
			PaclAgenda *agenda)
{
	bool		found;

	pacl_view_push_latest();
	found = pacl_access_agenda(id, agenda);
	pacl_view_pop();
	return found && pacl_uuid_equal(&agenda->organization_id,
									&request->organization_id);
}

/* Why an item can no longer be given, or null. */
static const char *
find_obstacle(const PaclUserRequest *request, const PaclAccessItem *item,
			  const PaclGrantor *grantor)
{
	PaclAgenda	agenda;

	if (!find_agenda(request, &item->agenda_id, &agenda))
		return "agenda_gone";
	if (item->period.until <= pacl_view_time())
		return "lapsed";
	if (grantor != NULL &&
		!pacl_grant_may_offer(grantor, &agenda, item->rights, &item->period))
		return "not_grantable";
	return NULL;
}

static void
leave_out(PaclUserRequest *request, PaclFacts *item, const char *reason)
{
	char	   *before = request->left_out;

	pacl_facts_text(item, "reason", reason);
	if (before == NULL)
		request->left_out = psprintf("[%s]", pacl_facts_end(item));
	else
		request->left_out = psprintf("%.*s, %s]", (int) strlen(before) - 1,
									 before, pacl_facts_end(item));
}

static void
leave_access_out(PaclUserRequest *request, const PaclAccessItem *item,
				 const char *reason)
{
	PaclFacts	facts;

	pacl_facts_begin(&facts);
	pacl_facts_uuid(&facts, "agenda_id", &item->agenda_id);
	pacl_facts_rights(&facts, "rights", item->rights);
	if (!TIMESTAMP_NOT_FINITE(item->period.until))
		pacl_facts_time(&facts, "valid_until", item->period.until);
	leave_out(request, &facts, reason);
}

static PaclGrant
grant_of(const PaclUserRequest *request, const PaclAccessItem *item,
		 const pg_uuid_t *account_id, const char *source)
{
	return (PaclGrant)
	{
		.organization_id = request->organization_id,
			.agenda_id = item->agenda_id,
			.account_id = *account_id,
			.rights = item->rights,
			.period = item->period,
			.source = source,
	};
}

static bool
waits(const PaclUserRequest *request, const PaclAccessItem *item,
	  const PaclGrantor *grantor)
{
	PaclGrant	grant = grant_of(request, item, &pacl_nil_uuid, NULL);
	PaclAgenda	agenda;

	return find_agenda(request, &item->agenda_id, &agenda) &&
		pacl_consent_is_needed(&agenda, &grantor->account_id, &grant);
}

void
pacl_user_request_put_aside(PaclUserRequest *request,
							const PaclGrantor *grantor)
{
	int			kept = 0;

	request->waiting = palloc(Max(request->access_count, 1) *
							  sizeof(PaclAccessItem));
	request->waiting_count = 0;
	for (int i = 0; i < request->access_count; i++)
	{
		const PaclAccessItem *item = &request->access[i];

		if (waits(request, item, grantor))
		{
			leave_access_out(request, item, "holder_consents");
			request->waiting[request->waiting_count++] = *item;
		}
		else
			request->access[kept++] = *item;
	}
	request->access_count = kept;
}

static void
prune_clone(PaclUserRequest *request)
{
	PaclMembershipRow model;
	PaclFacts	facts;

	if (request->clone_from == NULL ||
		(pacl_membership_store_read(&request->organization_id,
									request->clone_from, &model) &&
		 model.status != PACL_MEMBER_REMOVED))
		return;
	pacl_facts_begin(&facts);
	pacl_facts_uuid(&facts, "clone_from", request->clone_from);
	leave_out(request, &facts, "colleague_gone");
	request->clone_from = NULL;
}

static void
prune_profile(PaclUserRequest *request)
{
	const char *obstacle;
	PaclFacts	facts;

	if (request->profile == NULL)
		return;
	obstacle = pacl_profile_obstacle(&request->organization_id,
									 request->profile);
	if (obstacle == NULL)
		return;
	pacl_facts_begin(&facts);
	pacl_facts_uuid(&facts, "profile", request->profile);
	leave_out(request, &facts, obstacle);
	request->profile = NULL;
}

void
pacl_user_request_prune(PaclUserRequest *request, const PaclGrantor *grantor)
{
	int			kept = 0;

	for (int i = 0; i < request->access_count; i++)
	{
		const char *obstacle = find_obstacle(request, &request->access[i],
											 grantor);

		if (obstacle == NULL)
			request->access[kept++] = request->access[i];
		else
			leave_access_out(request, &request->access[i], obstacle);
	}
	request->access_count = kept;
	prune_clone(request);
	prune_profile(request);
	if (grantor != NULL)
		pacl_user_request_put_aside(request, grantor);
}

static char *
uuid_array(const pg_uuid_t *ids, int count)
{
	StringInfoData array;

	initStringInfo(&array);
	for (int i = 0; i < count; i++)
		appendStringInfo(&array, "%s\"%s\"", i == 0 ? "[" : ", ",
						 pacl_uuid_text(&ids[i]));
	appendStringInfoChar(&array, ']');
	return array.data;
}

/*
 * What somebody who was removed still holds counts as given by this request.
 */
static void
check_holds(PaclUserRequest *request, const PaclGrantor *grantor)
{
	PaclAccountRow person;
	PaclMembershipRow membership;
	pg_uuid_t  *ids;
	char	   *names;
	int			count;

	if (!pacl_account_store_find(request->email, &person) ||
		!pacl_membership_store_read(&request->organization_id, &person.id,
									&membership) ||
		membership.status != PACL_MEMBER_REMOVED)
		return;
	ids = pacl_agenda_store_held(&request->organization_id, &person.id, &count,
								 &names);
	if (count == 0)
		return;
	if (grantor->admin < PACL_ADMIN_FULL)
		ereport(ERROR,
				(errcode(ERRCODE_INSUFFICIENT_PRIVILEGE),
				 errword("holds_agendas"),
				 errmsg("user still holds agendas of the organization"),
				 errdetail("By coming back, the user would be the owner of %s.",
						   names),
				 errhint("Transfer them first with practiceacl.transfer_agenda(), or ask a full administrator to bring the user back.")));
	pacl_grantor_check_fresh(grantor);
	request->holds = uuid_array(ids, count);
}

void
pacl_user_request_check(PaclUserRequest *request, const PaclGrantor *grantor)
{
	PaclMembershipRow target = {.organization_id = request->organization_id};

	if (request->admin != PACL_ADMIN_NONE)
	{
		pacl_grantor_check_full(grantor, &request->organization_id);
		pacl_grantor_check_fresh(grantor);
	}
	for (int i = 0; i < request->access_count; i++)
	{
		const PaclAccessItem *item = &request->access[i];
		PaclAgenda	agenda;

		if (!find_agenda(request, &item->agenda_id, &agenda))
			pacl_raise_unknown("agenda");
		pacl_grant_check_period(&item->period);
		pacl_grant_check(grantor, &agenda, &target, item->rights,
						 &item->period);
	}
	if (request->clone_from != NULL)
	{
		PaclMembershipRow model;

		pacl_membership_require(&request->organization_id,
								request->clone_from, &model);
	}
	if (request->profile != NULL)
		pacl_profile_check_offer(&request->organization_id, request->profile);
	check_holds(request, grantor);
}

static void
check_absent(const PaclMembershipRow *membership)
{
	if (membership->status == PACL_MEMBER_REMOVED ||
		membership->status == PACL_MEMBER_UNLISTED)
		return;
	ereport(ERROR,
			(errcode(ERRCODE_UNIQUE_VIOLATION),
			 errword("member_already"),
			 errmsg("user is already a member of the organization"),
			 membership->status == PACL_MEMBER_DISABLED ?
			 errhint("Enable the user with practiceacl.enable_user().") :
			 errhint("Give rights with practiceacl.set_rights() and an agenda with practiceacl.add_agenda().")));
}

void
pacl_user_request_check_absent(const PaclUserRequest *request)
{
	PaclAccountRow person;
	PaclMembershipRow membership;

	if (pacl_account_store_find(request->email, &person) &&
		pacl_membership_store_read(&request->organization_id, &person.id,
								   &membership))
		check_absent(&membership);
}

static void
make_member(const PaclUserRequest *request, const pg_uuid_t *account_id,
			const pg_uuid_t *by)
{
	TimestampTz now = pacl_view_time();
	PaclMembershipRow membership;

	if (!pacl_membership_store_read(&request->organization_id, account_id,
									&membership))
	{
		membership.organization_id = request->organization_id;
		membership.account_id = *account_id;
		membership.features = request->features;
		membership.status = PACL_MEMBER_ACTIVE;
		membership.admin = request->admin;
		membership.job_title = request->job_title;
		membership.work_mobile = NULL;
		pacl_membership_store_insert(&membership, now);
		return;
	}
	check_absent(&membership);
	membership.features = request->features;
	membership.status = PACL_MEMBER_ACTIVE;
	membership.admin = request->admin;
	membership.job_title = request->job_title;
	pacl_membership_store_update(&membership, by, now);
	pacl_membership_store_describe(&membership);
}

static void
record_member(const PaclUserRequest *request, const pg_uuid_t *account_id,
			  const pg_uuid_t *agenda_id, const PaclGrantor *grantor,
			  const char *source)
{
	PaclFacts	facts;
	PaclFacts	detail;
	PaclEntry	entry = {0};

	pacl_facts_begin(&facts);
	pacl_facts_text(&facts, "source", source);
	pacl_facts_text(&facts, "admin", pacl_admin_name(request->admin));
	pacl_facts_rights(&facts, "features", request->features);
	pacl_facts_uuid(&facts, "agenda_id", agenda_id);
	pacl_facts_uuid(&facts, "clone_from", request->clone_from);
	if (request->profile != NULL)
		pacl_facts_uuid(&facts, "profile", request->profile);
	pacl_facts_int(&facts, "access", request->access_count);
	pacl_facts_uuid(&facts, "given_by", &grantor->account_id);
	if (request->left_out != NULL)
		pacl_facts_json(&facts, "left_out", request->left_out);
	if (request->holds != NULL)
		pacl_facts_json(&facts, "holds", request->holds);
	pacl_facts_begin(&detail);
	pacl_facts_text(&detail, "email", request->email);
	pacl_facts_text(&detail, "first_name", request->first_name);
	pacl_facts_text(&detail, "last_name", request->last_name);
	entry.act = "user.added";
	entry.organization_id = &request->organization_id;
	entry.account_id = account_id;
	entry.facts = pacl_facts_end(&facts);
	entry.detail = pacl_facts_end(&detail);
	(void) pacl_activity_record(&entry);
}

static void
give_access(const PaclUserRequest *request, const pg_uuid_t *account_id,
			const pg_uuid_t *by, const char *source)
{
	for (int i = 0; i < request->access_count; i++)
	{
		const PaclAccessItem *item = &request->access[i];
		PaclGrant	grant = grant_of(request, item, account_id, source);
		PaclFacts	facts;
		PaclEntry	entry = {0};

		pacl_grant_store_insert(&grant, by, pacl_view_time());
		pacl_facts_begin(&facts);
		pacl_facts_rights(&facts, "rights", item->rights);
		if (!TIMESTAMP_NOT_FINITE(item->period.from))
			pacl_facts_time(&facts, "valid_from", item->period.from);
		if (!TIMESTAMP_NOT_FINITE(item->period.until))
			pacl_facts_time(&facts, "valid_until", item->period.until);
		entry.act = "rights.set";
		entry.organization_id = &request->organization_id;
		entry.agenda_id = &item->agenda_id;
		entry.account_id = account_id;
		entry.facts = pacl_facts_end(&facts);
		(void) pacl_activity_record(&entry);
	}
	pacl_request_store_lapse_given(&request->organization_id, account_id,
								   pacl_view_time());
}

/* What waits for consent; it can be asked for once there is a member. */
static void
ask_for_waiting(const PaclUserRequest *request, const pg_uuid_t *account_id,
				const pg_uuid_t *by, const char *source)
{
	PaclConsents consents = {0};

	for (int i = 0; i < request->waiting_count; i++)
	{
		PaclGrant	grant = grant_of(request, &request->waiting[i],
									 account_id, source);
		PaclAgenda	agenda;

		if (find_agenda(request, &grant.agenda_id, &agenda))
			pacl_consent_ask(&agenda, by, &grant, &consents);
	}
	pacl_consent_tell(&consents);
}

static void
tell_of_member(const PaclUserRequest *request, const pg_uuid_t *account_id)
{
	int			agenda_count;
	int			holder_count;
	pg_uuid_t  *agendas = concerned_agendas(request, &agenda_count);
	pg_uuid_t  *holders = pacl_grant_store_holders(agendas, agenda_count,
												   &holder_count);
	PaclFacts	payload;

	pacl_membership_payload(&payload, &request->organization_id, account_id);
	pacl_facts_text(&payload, "job_title", request->job_title);
	pacl_facts_text(&payload, "admin", pacl_admin_name(request->admin));
	if (request->left_out != NULL)
		pacl_facts_json(&payload, "left_out", request->left_out);
	if (request->holds != NULL)
		pacl_facts_json(&payload, "holds", request->holds);
	pacl_outbox_tell_administrators("user_added", &request->organization_id,
									holders, holder_count,
									pacl_facts_end(&payload));
}

bool
pacl_user_request_person(const PaclUserRequest *request, PaclAccountRow *person)
{
	PaclOrganization organization;

	if (!pacl_organization_store_read(&request->organization_id,
									  &organization))
		return false;
	memset(person, 0, sizeof(PaclAccountRow));
	person->email = request->email;
	person->first_name = request->first_name;
	person->last_name = request->last_name;
	person->mobile = request->mobile;
	person->country = request->country != NULL ? request->country :
		organization.country;
	person->time_zone = request->time_zone != NULL ? request->time_zone :
		organization.time_zone;
	return true;
}

pg_uuid_t *
pacl_user_request_apply(const PaclUserRequest *request,
						const pg_uuid_t *account_id, const PaclGrantor *grantor,
						const char *source)
{
	pg_uuid_t  *agenda_id = NULL;

	make_member(request, account_id, &grantor->account_id);
	if (request->agenda != NULL)
		agenda_id = pacl_agenda_make(request->agenda,
									 &request->organization_id, account_id);
	give_access(request, account_id, &grantor->account_id, source);
	if (request->clone_from != NULL)
	{
		PaclClone	clone = clone_of(request, account_id, source);
		int			count;

		(void) pacl_clone_apply(&clone, &grantor->account_id, &count);
	}
	if (request->profile != NULL)
		pacl_profile_apply(&request->organization_id, account_id,
						   request->profile, &grantor->account_id);
	/* After the copy, which replaces what waits on its agendas. */
	ask_for_waiting(request, account_id, &grantor->account_id, source);
	record_member(request, account_id, agenda_id, grantor, source);

	/* Somebody of whose rights nothing is left, or to come, is not listed. */
	if (request->left_out != NULL && request->waiting_count == 0)
		pacl_membership_settle(&request->organization_id, account_id,
							   &grantor->account_id);
	tell_of_member(request, account_id);
	return agenda_id;
}

static char *
json_text(Jsonb *json)
{
	return json == NULL ? NULL :
		JsonbToCString(NULL, &json->root, VARSIZE(json));
}

/*
 * The items as they were understood: what they say does not change any more.
 */
static char *
offered_access(const PaclUserRequest *request)
{
	StringInfoData list;

	if (request->access_json == NULL)
		return NULL;
	initStringInfo(&list);
	appendStringInfoChar(&list, '[');
	for (int i = 0; i < request->access_count; i++)
	{
		const PaclAccessItem *item = &request->access[i];
		PaclFacts	facts;

		pacl_facts_begin(&facts);
		pacl_facts_uuid(&facts, "agenda", &item->agenda_id);
		pacl_facts_rights(&facts, "rights", item->rights);
		if (!TIMESTAMP_NOT_FINITE(item->period.from))
			pacl_facts_time(&facts, "valid_from", item->period.from);
		if (!TIMESTAMP_NOT_FINITE(item->period.until))
			pacl_facts_time(&facts, "valid_until", item->period.until);
		appendStringInfo(&list, "%s%s", i > 0 ? ", " : "",
						 pacl_facts_end(&facts));
	}
	appendStringInfoChar(&list, ']');
	return list.data;
}

char *
pacl_user_request_offer(const PaclUserRequest *request)
{
	PaclFacts	facts;

	pacl_facts_begin(&facts);
	pacl_facts_text(&facts, "job_title", request->job_title);
	pacl_facts_text(&facts, "admin", pacl_admin_name(request->admin));
	pacl_facts_json(&facts, "agenda", json_text(request->agenda_json));
	pacl_facts_json(&facts, "access", offered_access(request));
	pacl_facts_uuid(&facts, "clone_from", request->clone_from);
	pacl_facts_uuid(&facts, "profile", request->profile);
	pacl_facts_rights(&facts, "features", request->features);
	pacl_facts_text(&facts, "mobile", request->mobile);
	pacl_facts_text(&facts, "country", request->country);
	pacl_facts_text(&facts, "time_zone", request->time_zone);
	return pacl_facts_end(&facts);
}

/* An offer of 0.1.0 may have anything for a number. */
static void
read_offered_mobile(PaclUserRequest *request, const char *mobile)
{
	char	   *number = palloc(PACL_PHONE_LENGTH + 1);
	PaclFacts	facts;

	request->mobile = NULL;
	if (mobile == NULL)
		return;
	if (pacl_phone_parse(mobile, country_of(request), number, NULL))
	{
		request->mobile = number;
		return;
	}
	pacl_facts_begin(&facts);
	leave_out(request, &facts, "mobile_not_a_number");
}

static const pg_uuid_t *
offered_id(const PaclValue *value)
{
	pg_uuid_t  *id;

	if (value->isnull)
		return NULL;
	id = palloc(sizeof(pg_uuid_t));
	*id = value->uuid;
	return id;
}

void
pacl_user_request_from_offer(PaclUserRequest *request, Jsonb *offer)
{
	PaclValue	values[OFFER_FIELDS];

	pacl_fields_read("offer", offer, offer_fields, OFFER_FIELDS, values);
	request->job_title = (char *) pacl_value_text(&values[OFFER_JOB_TITLE], NULL);
	request->admin_word = (char *) pacl_value_text(&values[OFFER_ADMIN], NULL);
	request->agenda_json = values[OFFER_AGENDA].isnull ? NULL :
		values[OFFER_AGENDA].json;
	request->access_json = values[OFFER_ACCESS].isnull ? NULL :
		values[OFFER_ACCESS].json;
	request->clone_from = offered_id(&values[OFFER_CLONE_FROM]);
	request->profile = offered_id(&values[OFFER_PROFILE]);
	request->features = values[OFFER_FEATURES].isnull ? PACL_RIGHTS_NONE :
		values[OFFER_FEATURES].rights;
	request->country = (char *) pacl_value_text(&values[OFFER_COUNTRY], NULL);
	request->time_zone = (char *) pacl_value_text(&values[OFFER_TIME_ZONE],
												  NULL);
	read_offered_mobile(request, pacl_value_text(&values[OFFER_MOBILE], NULL));
}
