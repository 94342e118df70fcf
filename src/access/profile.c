/*
 * profile.c
 *		Profiles: named rights that people have as the profile has them.
 */
#include "postgres.h"

#include "access/consent.h"
#include "access/group.h"
#include "access/group_store.h"
#include "access/profile.h"
#include "access/profile_store.h"
#include "access/reach.h"
#include "base/authority.h"
#include "base/fields.h"
#include "base/lock.h"
#include "errors.h"
#include "pure/uuid.h"
#include "reader/view.h"

enum
{
	RIGHTS,
	FEATURES,
	SETTINGS
};

static const PaclField setting_fields[SETTINGS] = {
	[RIGHTS] = {"rights", PACL_FIELD_JSON},
	[FEATURES] = {"features", PACL_FIELD_RIGHTS},
};

enum
{
	ITEM_GROUP,
	ITEM_AGENDA,
	ITEM_RIGHTS,
	ITEM_FIELDS
};

static const PaclField item_fields[ITEM_FIELDS] = {
	[ITEM_GROUP] = {"group", PACL_FIELD_UUID, PACL_FIELD_NULLABLE},
	[ITEM_AGENDA] = {"agenda", PACL_FIELD_UUID, PACL_FIELD_NULLABLE},
	[ITEM_RIGHTS] = {"rights", PACL_FIELD_RIGHTS, PACL_FIELD_REQUIRED},
};

/* What settings say; null and false for what they leave out. */
typedef struct Settings
{
	char	   *rights;			/* as profile_store.h has them */
	bool		has_features;
	PaclRights	features;
} Settings;

/* What a profile gives on one group or agenda; nil for all agendas. */
typedef struct ProfileItem
{
	pg_uuid_t	group_id;
	pg_uuid_t	agenda_id;
	PaclRights	rights;
} ProfileItem;

static void
read_target(const pg_uuid_t *organization_id, const PaclValue *values,
			ProfileItem *item)
{
	PaclGroup	group;
	PaclAgenda	agenda;
	bool		found;

	memset(item, 0, sizeof(ProfileItem));
	if (values[ITEM_GROUP].isnull == values[ITEM_AGENDA].isnull)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errword("group_or_agenda"),
				 errargument("rights"),
				 errmsg("each of the rights of a profile is on a group or on an agenda"),
				 errhint("Give it one of the keys \"group\" and \"agenda\"; the organization's id is the group of all agendas.")));
	if (!values[ITEM_GROUP].isnull)
	{
		if (!pacl_group_store_read(&values[ITEM_GROUP].uuid, &group) ||
			!pacl_uuid_equal(&group.organization_id, organization_id))
			pacl_raise_unknown("group");
		if (!group.everything)
			item->group_id = group.id;
		return;
	}
	pacl_view_push_latest();
	found = pacl_access_agenda(&values[ITEM_AGENDA].uuid, &agenda);
	pacl_view_pop();
	if (!found || !pacl_uuid_equal(&agenda.organization_id, organization_id))
		pacl_raise_unknown("agenda");
	item->agenda_id = agenda.id;
}

static void
check_named_once(const ProfileItem *items, int count)
{
	for (int i = 0; i + 1 < count; i++)
		if (pacl_uuid_equal(&items[i].group_id, &items[count - 1].group_id) &&
			pacl_uuid_equal(&items[i].agenda_id,
							&items[count - 1].agenda_id))
			ereport(ERROR,
					(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
					 errword("named_twice"),
					 errargument("rights"),
					 errmsg("\"rights\" in settings names a group or an agenda twice"),
					 errhint("Give the union of both.")));
}

static char *
write_items(const ProfileItem *items, int count)
{
	StringInfoData list;

	initStringInfo(&list);
	appendStringInfoChar(&list, '[');
	for (int i = 0; i < count; i++)
	{
		const ProfileItem *item = &items[i];
		PaclFacts	facts;

		pacl_facts_begin(&facts);
		pacl_facts_uuid(&facts, "group_id",
						pacl_uuid_is_nil(&item->group_id) ? NULL :
						&item->group_id);
		pacl_facts_uuid(&facts, "agenda_id",
						pacl_uuid_is_nil(&item->agenda_id) ? NULL :
						&item->agenda_id);
		pacl_facts_rights(&facts, "rights", item->rights);
		appendStringInfo(&list, "%s%s", i > 0 ? ", " : "",
						 pacl_facts_end(&facts));
	}
	appendStringInfoChar(&list, ']');
	return list.data;
}

static char *
read_rights(const pg_uuid_t *organization_id, Jsonb *json)
{
	int			count;
	Jsonb	  **list = pacl_fields_items("rights", json, &count);
	ProfileItem *items = palloc(Max(count, 1) * sizeof(ProfileItem));

	for (int i = 0; i < count; i++)
	{
		PaclValue	values[ITEM_FIELDS];

		CHECK_FOR_INTERRUPTS();
		pacl_fields_read("rights", list[i], item_fields, ITEM_FIELDS, values);
		read_target(organization_id, values, &items[i]);
		items[i].rights = values[ITEM_RIGHTS].rights;
		if (items[i].rights == PACL_RIGHTS_NONE)
			ereport(ERROR,
					(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
					 errword("no_rights"),
					 errargument("rights"),
					 errmsg("\"rights\" of a profile must not be \"none\""),
					 errhint("Leave the group or the agenda out.")));
		pacl_reach_check_rights(items[i].rights);
		check_named_once(items, i + 1);
	}
	return write_items(items, count);
}

static Settings
read_settings(const pg_uuid_t *organization_id, Jsonb *json)
{
	PaclValue	values[SETTINGS];
	Settings	settings = {0};

	pacl_fields_read("settings", json, setting_fields, SETTINGS, values);
	if (!values[RIGHTS].isnull)
		settings.rights = read_rights(organization_id, values[RIGHTS].json);
	settings.has_features = values[FEATURES].given;
	if (settings.has_features)
	{
		settings.features = values[FEATURES].rights;
		pacl_membership_check_features(settings.features, false);
	}
	return settings;
}

/* A profile of an organization whose administrator the caller is. */
static PaclGrantor *
require_profile(const pg_uuid_t *profile_id, PaclProfile *profile)
{
	(void) pacl_require_caller();
	if (!pacl_profile_store_read(profile_id, profile))
		pacl_raise_unknown("profile");
	return pacl_reach_grantor(&profile->organization_id, "profile");
}

/* The same of the organization that is named with it. */
static PaclGrantor *
require_profile_of(const pg_uuid_t *organization_id,
				   const pg_uuid_t *profile_id, PaclProfile *profile)
{
	PaclGrantor *grantor = pacl_reach_grantor(organization_id,
											  "organization");

	if (!pacl_profile_store_read(profile_id, profile) ||
		!pacl_uuid_equal(&profile->organization_id, organization_id))
		pacl_raise_unknown("profile");
	return grantor;
}

static PaclReach
reach_of(const PaclProfile *profile)
{
	PaclReach	reach = {.organization_id = profile->organization_id};

	reach.people = pacl_profile_store_people(profile, pacl_view_time(),
											 &reach.people_count);
	return reach;
}

/* Adds the agendas that the profile reaches now. */
static void
add_agendas(PaclReach *reach, const PaclProfile *profile)
{
	int			count;
	pg_uuid_t  *agendas = pacl_profile_store_agendas(profile, &count);

	reach->agendas = reach->agendas == NULL ?
		palloc(Max(count, 1) * sizeof(pg_uuid_t)) :
		repalloc(reach->agendas,
				 Max(reach->agenda_count + count, 1) * sizeof(pg_uuid_t));
	memcpy(reach->agendas + reach->agenda_count, agendas,
		   count * sizeof(pg_uuid_t));
	reach->agenda_count += count;
	pacl_reach_sort(reach->agendas, &reach->agenda_count);
}

static void
begin_facts(PaclFacts *facts, const PaclProfile *profile)
{
	pacl_facts_begin(facts);
	pacl_facts_uuid(facts, "profile_id", &profile->id);
}

static void
record(const PaclReach *reach, const PaclProfile *profile,
	   const pg_uuid_t *account_id, const char *act, PaclFacts *facts)
{
	PaclEntry	entry = {
		.act = act,
		.account_id = account_id,
		.subject_id = &profile->id,
		.facts = pacl_facts_end(facts),
	};

	pacl_reach_record(reach, &entry);
}

/* Of whom the message is: who gets or loses the profile, or who changed it. */
static void
tell(const PaclReach *reach, const PaclProfile *profile,
	 const pg_uuid_t *about, const char *what)
{
	PaclFacts	facts;

	pacl_membership_payload(&facts, &profile->organization_id, about);
	pacl_facts_text(&facts, "profile", profile->name);
	pacl_facts_text(&facts, "what", what);
	pacl_reach_tell(reach, pacl_facts_end(&facts));
}

static void
lock_organization(const PaclReach *reach)
{
	pacl_lock_begin_taking(reach->people, reach->people_count);
	pacl_organization_lock(&reach->organization_id);
}

static void
check_free(const PaclProfile *profile, const char *name)
{
	PaclProfile other;

	if (pacl_profile_store_find(&profile->organization_id, name, &other) &&
		!pacl_uuid_equal(&other.id, &profile->id))
		ereport(ERROR,
				(errcode(ERRCODE_UNIQUE_VIOLATION),
				 errword("profile_name_key"),
				 errargument("name"),
				 errmsg("there is a profile \"%s\" already", name)));
}

/*
 * The profile that set_profile means: by its id, or by its name; one without
 * an id is to be made.
 */
static void
find_profile(const pg_uuid_t *organization_id, char *name,
			 const pg_uuid_t *profile_id, PaclProfile *profile)
{
	memset(profile, 0, sizeof(PaclProfile));
	profile->organization_id = *organization_id;
	if (profile_id != NULL)
	{
		if (!pacl_profile_store_read(profile_id, profile) ||
			!pacl_uuid_equal(&profile->organization_id, organization_id))
			pacl_raise_unknown("profile");
		if (name != NULL)
			check_free(profile, name);
		return;
	}
	if (name == NULL)
		ereport(ERROR,
				(errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED),
				 errword("null_argument"),
				 errargument("name"),
				 errmsg("name must not be null")));
	(void) pacl_profile_store_find(organization_id, name, profile);
}

static void
make(PaclProfile *profile, char *name, const pg_uuid_t *by)
{
	PaclReach	reach = {.organization_id = profile->organization_id};
	PaclFacts	facts;

	profile->name = name;
	pacl_profile_store_insert(profile, by, pacl_view_time());
	begin_facts(&facts, profile);
	record(&reach, profile, NULL, "profile.created", &facts);
}

/* Whether the settings give what the profile does not give yet. */
static bool
gives_more(const PaclProfile *profile, const Settings *settings,
		   PaclRights *more)
{
	*more = settings->rights == NULL ? PACL_RIGHTS_NONE :
		pacl_profile_store_new(profile, settings->rights);
	return *more != PACL_RIGHTS_NONE ||
		(settings->has_features &&
		 pacl_rights_without(settings->features, profile->features) !=
		 PACL_RIGHTS_NONE);
}

/* That the caller may change the profile for all who have it. */
static void
check_change(const PaclProfile *profile, const Settings *settings,
			 const PaclReach *reach, const PaclGrantor *grantor)
{
	PaclRights	more;
	bool		gains = gives_more(profile, settings, &more);

	pacl_reach_check(reach, grantor, gains);
	if (reach->people_count > 0)
		pacl_reach_check_consent(&profile->organization_id, more);
}

static bool
apply_settings(PaclProfile *profile, const Settings *settings,
			   const pg_uuid_t *by)
{
	TimestampTz now = pacl_view_time();
	bool		changed = false;

	if (settings->rights != NULL)
		changed = pacl_profile_store_set_rights(profile, settings->rights,
												by, now) > 0;
	if (settings->has_features && settings->features != profile->features)
	{
		profile->features = settings->features;
		pacl_profile_store_set_features(profile, by, now);
		changed = true;
	}
	return changed;
}

static void
change(PaclProfile *profile, const Settings *settings, bool renamed,
	   const PaclGrantor *grantor)
{
	PaclReach	reach = reach_of(profile);
	PaclFacts	facts;
	bool		changed;

	add_agendas(&reach, profile);
	pacl_lock_agendas(reach.agendas, reach.agenda_count);
	check_change(profile, settings, &reach, grantor);
	changed = apply_settings(profile, settings, &grantor->account_id);
	if (!changed && !renamed)
		return;
	add_agendas(&reach, profile);
	begin_facts(&facts, profile);
	if (renamed)
		pacl_facts_bool(&facts, "renamed", true);
	if (settings->rights != NULL)
		pacl_facts_json(&facts, "rights", settings->rights);
	pacl_facts_rights(&facts, "features", profile->features);
	pacl_facts_int(&facts, "people", reach.people_count);
	record(&reach, profile, NULL, "profile.changed", &facts);
	if (!changed || reach.people_count == 0)
		return;
	pacl_reach_settle(&reach, &grantor->account_id);
	tell(&reach, profile, &grantor->account_id, "changed");
}

pg_uuid_t *
pacl_profile_set(const pg_uuid_t *organization_id, char *name,
				 Jsonb *settings, const pg_uuid_t *profile_id)
{
	PaclGrantor *grantor = pacl_reach_grantor(organization_id,
											  "organization");
	PaclProfile *profile = palloc(sizeof(PaclProfile));
	Settings	read;
	PaclReach	reach;
	bool		renamed = false;

	if (name != NULL)
		name = pacl_group_check_name(name);
	find_profile(organization_id, name, profile_id, profile);
	read = read_settings(organization_id, settings);
	reach = reach_of(profile);
	check_change(profile, &read, &reach, grantor);

	lock_organization(&reach);
	grantor = pacl_reach_grantor(organization_id, "organization");
	find_profile(organization_id, name, profile_id, profile);
	read = read_settings(organization_id, settings);
	if (pacl_uuid_is_nil(&profile->id))
		make(profile, name, &grantor->account_id);
	else if (name != NULL && strcmp(name, profile->name) != 0)
	{
		profile->name = name;
		pacl_profile_store_rename(profile);
		renamed = true;
	}
	change(profile, &read, renamed, grantor);
	pacl_lock_end_taking();
	return &profile->id;
}

void
pacl_profile_remove(const pg_uuid_t *profile_id)
{
	PaclProfile profile;
	PaclGrantor *grantor = require_profile(profile_id, &profile);
	PaclReach	reach = reach_of(&profile);
	PaclFacts	facts;

	lock_organization(&reach);
	grantor = require_profile(profile_id, &profile);
	reach = reach_of(&profile);
	add_agendas(&reach, &profile);
	pacl_lock_agendas(reach.agendas, reach.agenda_count);
	pacl_lock_end_taking();
	pacl_reach_check(&reach, grantor, false);

	pacl_profile_store_delete(&profile, &grantor->account_id,
							  pacl_view_time());
	begin_facts(&facts, &profile);
	pacl_facts_int(&facts, "people", reach.people_count);
	record(&reach, &profile, NULL, "profile.removed", &facts);
	pacl_reach_settle(&reach, &grantor->account_id);
	if (reach.people_count > 0)
		tell(&reach, &profile, &grantor->account_id, "removed");
}

/* Whether having the profile shows patients to somebody whom it was not given. */
static void
check_consent(const PaclProfile *profile)
{
	pacl_reach_check_consent(&profile->organization_id,
							 pacl_profile_store_most(profile));
}

/*
 * One person gets or loses a profile.  The caller is asked before anything is
 * locked, since a transaction in the way then loses its connection, and again
 * when it is.
 */
static PaclGrantor *
begin_for_one(const pg_uuid_t *organization_id, const pg_uuid_t *profile_id,
			  bool gains, PaclProfile *profile, PaclReach *reach)
{
	PaclGrantor *grantor = require_profile_of(organization_id, profile_id,
											  profile);
	PaclMembershipRow member;

	pacl_membership_require(organization_id, &reach->people[0], &member);
	pacl_reach_check(reach, grantor, gains);
	return grantor;
}

static PaclGrantor *
lock_for_one(const pg_uuid_t *organization_id, const pg_uuid_t *profile_id,
			 bool gains, PaclProfile *profile, PaclReach *reach)
{
	(void) begin_for_one(organization_id, profile_id, gains, profile, reach);
	lock_organization(reach);
	if (pacl_profile_store_read(profile_id, profile))
		add_agendas(reach, profile);
	pacl_lock_agendas(reach->agendas, reach->agenda_count);
	pacl_lock_end_taking();
	return begin_for_one(organization_id, profile_id, gains, profile, reach);
}

/* False if they have it already. */
static bool
give(const PaclProfile *profile, const PaclReach *reach, const pg_uuid_t *by)
{
	PaclFacts	facts;

	if (!pacl_profile_store_give(profile, &reach->people[0], by,
								 pacl_view_time()))
		return false;
	begin_facts(&facts, profile);
	record(reach, profile, &reach->people[0], "profile.given", &facts);
	pacl_reach_settle(reach, by);
	return true;
}

void
pacl_profile_give(const pg_uuid_t *organization_id,
				  const pg_uuid_t *account_id, const pg_uuid_t *profile_id)
{
	pg_uuid_t	person = *account_id;
	PaclReach	reach = {
		.organization_id = *organization_id,
		.people = &person,
		.people_count = 1,
	};
	PaclProfile profile;
	PaclGrantor *grantor = lock_for_one(organization_id, profile_id, true,
										&profile, &reach);

	check_consent(&profile);
	if (give(&profile, &reach, &grantor->account_id))
		tell(&reach, &profile, account_id, "given");
}

void
pacl_profile_take(const pg_uuid_t *organization_id,
				  const pg_uuid_t *account_id, const pg_uuid_t *profile_id)
{
	pg_uuid_t	person = *account_id;
	PaclReach	reach = {
		.organization_id = *organization_id,
		.people = &person,
		.people_count = 1,
	};
	PaclProfile profile;
	PaclGrantor *grantor = lock_for_one(organization_id, profile_id, false,
										&profile, &reach);
	PaclFacts	facts;

	if (!pacl_profile_store_take(&profile, account_id, &grantor->account_id,
								 pacl_view_time()))
		return;
	begin_facts(&facts, &profile);
	record(&reach, &profile, account_id, "profile.taken", &facts);
	pacl_reach_settle(&reach, &grantor->account_id);
	tell(&reach, &profile, account_id, "taken");
}

void
pacl_profile_preview(PaclRows *rows, const pg_uuid_t *profile_id,
					 Jsonb *settings)
{
	PaclProfile profile;
	Settings	read;

	(void) require_profile(profile_id, &profile);
	read = read_settings(&profile.organization_id, settings);
	pacl_profile_store_preview(rows, &profile, read.rights,
							   read.has_features ? read.features :
							   profile.features, pacl_view_time());
}

void
pacl_profile_check_offer(const pg_uuid_t *organization_id,
						 const pg_uuid_t *profile_id)
{
	PaclProfile profile;

	if (!pacl_profile_store_read(profile_id, &profile) ||
		!pacl_uuid_equal(&profile.organization_id, organization_id))
		pacl_raise_unknown("profile");
	check_consent(&profile);
}

const char *
pacl_profile_obstacle(const pg_uuid_t *organization_id,
					  const pg_uuid_t *profile_id)
{
	PaclProfile profile;

	if (!pacl_profile_store_read(profile_id, &profile) ||
		!pacl_uuid_equal(&profile.organization_id, organization_id))
		return "profile_gone";
	if (pacl_rights_level(pacl_profile_store_most(&profile)) >=
		PACL_LEVEL_READ && pacl_consent_is_on(organization_id))
		return "holder_consents";
	return NULL;
}

void
pacl_profile_apply(const pg_uuid_t *organization_id,
				   const pg_uuid_t *account_id, const pg_uuid_t *profile_id,
				   const pg_uuid_t *by)
{
	pg_uuid_t	person = *account_id;
	PaclReach	reach = {
		.organization_id = *organization_id,
		.people = &person,
		.people_count = 1,
	};
	PaclProfile profile;

	if (!pacl_profile_store_read(profile_id, &profile))
		return;
	add_agendas(&reach, &profile);
	(void) give(&profile, &reach, by);
}
