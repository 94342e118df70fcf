/*
 * agenda.c
 *		Agendas: created, changed, transferred, archived.
 */
#include "postgres.h"

#include "utils/date.h"
#include "utils/datum.h"
#include "utils/fmgrprotos.h"

#include "access/grant_store.h"
#include "access/organization_store.h"
#include "access/request_store.h"
#include "base/activity.h"
#include "base/authority.h"
#include "base/facts.h"
#include "base/fields.h"
#include "base/lock.h"
#include "base/outbox.h"
#include "base/time_zone.h"
#include "calendar/agenda.h"
#include "calendar/agenda_store.h"
#include "calendar/opening.h"
#include "calendar/reminder.h"
#include "calendar/service_offer.h"
#include "calendar/shifted_time_store.h"
#include "calendar/slot_offer.h"
#include "errors.h"
#include "identity/account_store.h"
#include "pure/uuid.h"
#include "reader/view.h"

#define HOURS(h, m) (((h) * INT64CONST(60) + (m)) * USECS_PER_MINUTE)

/* The keys of a new agenda, and of changes to one. */
enum
{
	NAME,
	DATA_CONTROLLER,
	SERVICE_OFFER,
	SLOT_MINUTES,
	DAY_START,
	DAY_SPLIT,
	DAY_END,
	TIME_ZONE,
	LOCATION,
	REMINDERS,
	OFFER_MINUTES,
	LAST_COMMON,
	OPENINGS = LAST_COMMON,		/* of a new agenda */
	PUBLIC_PROFILE = LAST_COMMON,	/* of an existing one */
	FIELD_COUNT,
	KIND = FIELD_COUNT,			/* of a new agenda */
	NEW_FIELD_COUNT
};

static const char *const kinds[] = {"person", "room", "device"};

#define COMMON_FIELDS \
	[NAME] = {"name", PACL_FIELD_TEXT, \
		PACL_FIELD_NOT_BLANK | PACL_FIELD_NAME, 200}, \
	[DATA_CONTROLLER] = {"data_controller", PACL_FIELD_TEXT, \
		PACL_FIELD_NOT_BLANK | PACL_FIELD_NAME, 300}, \
	[SERVICE_OFFER] = {"service_offer", PACL_FIELD_TEXT, \
		PACL_FIELD_NULLABLE, 63}, \
	[SLOT_MINUTES] = {"slot_minutes", PACL_FIELD_INT}, \
	[DAY_START] = {"day_start", PACL_FIELD_TIME}, \
	[DAY_SPLIT] = {"day_split", PACL_FIELD_TIME}, \
	[DAY_END] = {"day_end", PACL_FIELD_TIME}, \
	[TIME_ZONE] = {"time_zone", PACL_FIELD_TEXT, 0, 100}, \
	[LOCATION] = {"location", PACL_FIELD_JSON, PACL_FIELD_NULLABLE}, \
	[REMINDERS] = {"reminders", PACL_FIELD_JSON, PACL_FIELD_NULLABLE}, \
	[OFFER_MINUTES] = {"offer_minutes", PACL_FIELD_MINUTES, PACL_FIELD_NULLABLE}

static const PaclField new_fields[NEW_FIELD_COUNT] = {
	COMMON_FIELDS,
	[OPENINGS] = {"openings", PACL_FIELD_JSON, PACL_FIELD_NULLABLE},
	[KIND] = {"kind", PACL_FIELD_TEXT},
};

static const PaclField change_fields[FIELD_COUNT] = {
	COMMON_FIELDS,
	[PUBLIC_PROFILE] = {"public_profile", PACL_FIELD_JSON},
};

static void
check_day(int slot_minutes, int64 day_start, int64 day_split, int64 day_end)
{
	if (slot_minutes < 1 || slot_minutes > 1440)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errword("out_of_range"),
				 errargument("slot_minutes"),
				 errmsg("\"slot_minutes\" must be between 1 and 1440")));
	if (day_start >= day_split || day_split >= day_end)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errword("day_hours"),
				 errmsg("\"day_start\", \"day_split\" and \"day_end\" must follow each other")));
}

/* Rooms and devices have no holder, and everything else has one. */
static const char *
read_kind(const PaclValue *value, bool held)
{
	const char *kind = NULL;

	if (!value->given && held)
		return "person";
	for (int i = 0; value->given && i < (int) lengthof(kinds); i++)
		if (strcmp(value->text, kinds[i]) == 0)
			kind = kinds[i];
	if (kind == NULL)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errword(value->given ? "unknown_word" : "missing_key"),
				 errargument("kind"),
				 value->given ?
				 errmsg("\"kind\" in agenda must be person, room or device") :
				 errmsg("\"kind\" is missing in agenda"),
				 value->given ? 0 :
				 errdetail("An agenda without a holder is that of a room or device.")));
	if (held != (strcmp(kind, "person") == 0))
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errword("kind_and_holder"),
				 errargument("kind"),
				 held ?
				 errmsg("a %s has no holder", kind) :
				 errmsg("an agenda of a person needs a holder"),
				 held ?
				 errhint("Add it with practiceacl.add_agenda(organization_id, NULL, agenda).") :
				 errhint("Give the user in the argument account_id.")));
	return kind;
}

static void
require_key(const PaclValue *value, int field)
{
	if (!value->given)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errword("missing_key"),
				 errargument(new_fields[field].key),
				 errmsg("\"%s\" is missing in agenda", new_fields[field].key),
				 errdetail("It must be a string.")));
}

/* How long an offer lasts; 0 where none is to be made. */
static int
read_offer_minutes(const PaclValue *value)
{
	if (!value->given)
		return PACL_OFFER_MINUTES_DEFAULT;
	if (value->isnull)
		return 0;
	if (value->integer < PACL_OFFER_MINUTES_LEAST ||
		value->integer > PACL_OFFER_MINUTES_MOST)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errword("out_of_range"),
				 errargument("offer_minutes"),
				 errmsg("\"offer_minutes\" must be between %d and %d",
						PACL_OFFER_MINUTES_LEAST, PACL_OFFER_MINUTES_MOST),
				 errhint("Give null to offer no times to patients who wait.")));
	return value->integer;
}

static void
read_place_and_reminders(const PaclValue *values, PaclLocation *location,
						 ArrayType **reminders)
{
	pacl_location_read(values[LOCATION].isnull ? NULL : values[LOCATION].json,
					   location);
	*reminders = pacl_reminder_read(values[REMINDERS].isnull ? NULL :
									values[REMINDERS].json);
}

PaclAgendaRequest *
pacl_agenda_request_read(Jsonb *agenda, bool held)
{
	PaclAgendaRequest *request = palloc0(sizeof(PaclAgendaRequest));
	PaclValue	values[NEW_FIELD_COUNT];
	int			count;

	pacl_fields_read("agenda", agenda, new_fields, NEW_FIELD_COUNT, values);
	request->kind = read_kind(&values[KIND], held);
	/* Neither a room nor its organization is called as a person is. */
	require_key(&values[held ? DATA_CONTROLLER : NAME],
				held ? DATA_CONTROLLER : NAME);
	if (!values[NAME].isnull)
		request->name = values[NAME].text;
	if (!values[DATA_CONTROLLER].isnull)
		request->data_controller = values[DATA_CONTROLLER].text;
	if (!values[SERVICE_OFFER].isnull)
		request->service_offer = values[SERVICE_OFFER].text;
	request->slot_minutes = values[SLOT_MINUTES].isnull ? 15 :
		values[SLOT_MINUTES].integer;
	request->day_start = values[DAY_START].isnull ? HOURS(8, 0) :
		values[DAY_START].time;
	request->day_split = values[DAY_SPLIT].isnull ? HOURS(13, 0) :
		values[DAY_SPLIT].time;
	request->day_end = values[DAY_END].isnull ? HOURS(19, 30) :
		values[DAY_END].time;
	check_day(request->slot_minutes, request->day_start, request->day_split,
			  request->day_end);
	if (!values[TIME_ZONE].isnull)
		request->time_zone = pacl_time_zone_check("\"time_zone\"",
												  values[TIME_ZONE].text);
	if (!values[OPENINGS].isnull)
	{
		request->openings = values[OPENINGS].json;
		(void) pacl_opening_read(request->openings, &count);
	}
	read_place_and_reminders(values, &request->location, &request->reminders);
	request->offer_minutes = read_offer_minutes(&values[OFFER_MINUTES]);
	pacl_service_offer_check(request->service_offer);
	return request;
}

/* An agenda without a name is called as its holder is. */
static char *
name_after(const pg_uuid_t *account_id)
{
	PaclAccountRow person;
	char	   *name;

	if (!pacl_account_store_read(account_id, &person))
		pacl_raise_unknown("user");
	name = psprintf("%s %s", person.first_name, person.last_name);
	return name[strspn(name, " ")] == '\0' ? pstrdup("agenda") : name;
}

pg_uuid_t *
pacl_agenda_make(const PaclAgendaRequest *request,
				 const pg_uuid_t *organization_id,
				 const pg_uuid_t *holder_id)
{
	PaclOrganization organization;
	PaclAgendaRow agenda = {{{0}}};
	PaclFacts	facts;
	PaclEntry	entry = {0};
	pg_uuid_t  *id = palloc(sizeof(pg_uuid_t));

	if (!pacl_organization_store_read(organization_id, &organization))
		pacl_raise_unknown("organization");
	pacl_service_offer_check(request->service_offer);
	pacl_uuid_make(id);
	agenda.organization_id = *organization_id;
	agenda.id = *id;
	agenda.holder_id = holder_id != NULL ? *holder_id : pacl_nil_uuid;
	agenda.kind = pstrdup(request->kind);
	agenda.held_since = pacl_view_time();
	agenda.slot_minutes = request->slot_minutes;
	agenda.day_start = request->day_start;
	agenda.day_split = request->day_split;
	agenda.day_end = request->day_end;
	agenda.time_zone = request->time_zone != NULL ? request->time_zone :
		organization.time_zone;
	agenda.name = request->name != NULL ? request->name :
		name_after(holder_id);
	agenda.data_controller = request->data_controller != NULL ?
		request->data_controller : organization.name;
	agenda.service_offer = request->service_offer;
	agenda.public_profile =
		DatumGetJsonbP(DirectFunctionCall1(jsonb_in, CStringGetDatum("{}")));
	agenda.location = request->location;
	agenda.reminders = request->reminders;
	agenda.offer_minutes = request->offer_minutes;
	pacl_agenda_store_insert(&agenda);
	if (request->openings != NULL)
		(void) pacl_opening_replace(organization_id, id, request->openings);

	pacl_facts_begin(&facts);
	if (holder_id != NULL)
		pacl_facts_uuid(&facts, "holder_id", holder_id);
	else
		pacl_facts_text(&facts, "kind", request->kind);
	pacl_facts_text(&facts, "service_offer", request->service_offer);
	entry.act = "agenda.created";
	entry.organization_id = organization_id;
	entry.agenda_id = id;
	entry.account_id = holder_id;
	entry.facts = pacl_facts_end(&facts);
	(void) pacl_activity_record(&entry);
	return id;
}

pg_uuid_t *
pacl_agenda_add(const pg_uuid_t *organization_id,
				const pg_uuid_t *account_id, Jsonb *agenda)
{
	PaclGrantor *grantor = pacl_grantor_require(organization_id, PACL_ADMIN_USERS);
	PaclAgendaRequest *request = pacl_agenda_request_read(agenda,
														  account_id != NULL);
	PaclMembershipRow target;
	PaclFacts	payload;
	pg_uuid_t  *id;

	pacl_organization_lock(organization_id);
	grantor = pacl_grantor_require(organization_id, PACL_ADMIN_USERS);
	if (account_id == NULL)
		return pacl_agenda_make(request, organization_id, NULL);
	pacl_membership_require(organization_id, account_id, &target);
	if (!pacl_uuid_equal(&grantor->account_id, account_id))
		pacl_membership_check_touch(grantor, &target);

	id = pacl_agenda_make(request, organization_id, account_id);
	pacl_membership_settle(organization_id, account_id, &grantor->account_id);
	pacl_membership_payload(&payload, organization_id, account_id);
	pacl_facts_uuid(&payload, "agenda_id", id);
	pacl_facts_text(&payload, "agenda", request->name);
	pacl_outbox_tell_administrators("rights_changed", organization_id,
									account_id, 1, pacl_facts_end(&payload));
	return id;
}

/* What needs more than a level on the agenda. */
static void
check_changes(const PaclValue *values, PaclRights rights,
			  const PaclAgenda *agenda, bool administrator)
{
	static const int administrators_own[] = {
		DATA_CONTROLLER, SERVICE_OFFER, TIME_ZONE
	};

	if (values[PUBLIC_PROFILE].given)
	{
		pacl_check_rights(rights,
						  pacl_rights_make(PACL_LEVEL_OWNER,
										   PACL_FLAG_PUBLIC_PROFILE));
		if (!JB_ROOT_IS_OBJECT(values[PUBLIC_PROFILE].json))
			ereport(ERROR,
					(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
					 errword("not_an_object"),
					 errargument("public_profile"),
					 errmsg("\"public_profile\" in changes must be a JSON object")));
	}
	if (administrator)
		return;
	for (int i = 0; i < (int) lengthof(administrators_own); i++)
		if (values[administrators_own[i]].given)
			pacl_raise_not_admin(&agenda->organization_id, PACL_ADMIN_USERS);
	for (int i = 0; i < LAST_COMMON; i++)
		if (values[i].given)
			pacl_check_rights(rights, pacl_rights_make(PACL_LEVEL_OWNER, 0));
}

/* As pacl_value_apply_text and its like. */
static void
apply_place_and_reminders(PaclValue *values, PaclAgendaRow *row)
{
	PaclLocation location;
	ArrayType  *reminders;

	read_place_and_reminders(values, &location, &reminders);
	if (values[LOCATION].given)
	{
		values[LOCATION].given =
			!pacl_text_same(location.name, row->location.name) ||
			!pacl_text_same(location.address, row->location.address);
		row->location = location;
	}
	if (values[REMINDERS].given)
	{
		values[REMINDERS].given =
			!datumIsEqual(PointerGetDatum(reminders),
						  PointerGetDatum(row->reminders), false, -1);
		row->reminders = reminders;
	}
}

static void
apply_changes(PaclValue *values, PaclAgendaRow *row)
{
	static const int texts[] = {NAME, DATA_CONTROLLER, SERVICE_OFFER};
	char	  **columns[] = {
		&row->name, &row->data_controller, &row->service_offer
	};

	for (int i = 0; i < (int) lengthof(texts); i++)
		pacl_value_apply_text(&values[texts[i]], columns[i],
							  pacl_value_text(&values[texts[i]], NULL));
	pacl_value_apply_int(&values[SLOT_MINUTES], &row->slot_minutes);
	pacl_value_apply_time(&values[DAY_START], &row->day_start);
	pacl_value_apply_time(&values[DAY_SPLIT], &row->day_split);
	pacl_value_apply_time(&values[DAY_END], &row->day_end);
	if (values[TIME_ZONE].given)
		pacl_value_apply_text(&values[TIME_ZONE], &row->time_zone,
							  pacl_time_zone_check("\"time_zone\"",
												   values[TIME_ZONE].text));
	pacl_value_apply_json(&values[PUBLIC_PROFILE], &row->public_profile);
	apply_place_and_reminders(values, row);
	if (values[OFFER_MINUTES].given)
	{
		int			minutes = read_offer_minutes(&values[OFFER_MINUTES]);

		values[OFFER_MINUTES].given = minutes != row->offer_minutes;
		row->offer_minutes = minutes;
	}
	check_day(row->slot_minutes, row->day_start, row->day_split,
			  row->day_end);
	pacl_service_offer_check(row->service_offer);
}

/* Which fields were changed, and what the agenda costs before and after. */
static char *
describe_changes(const PaclValue *values, const PaclAgendaRow *before,
				 const PaclAgendaRow *after)
{
	PaclFacts	facts;

	pacl_facts_begin(&facts);
	pacl_facts_json(&facts, "changed",
					pacl_fields_given_keys(change_fields, values,
										   FIELD_COUNT));
	if (values[SERVICE_OFFER].given)
	{
		pacl_facts_text(&facts, "service_offer_before",
						before->service_offer);
		pacl_facts_text(&facts, "service_offer_after", after->service_offer);
	}
	if (values[SLOT_MINUTES].given)
	{
		pacl_facts_int(&facts, "slot_minutes_before", before->slot_minutes);
		pacl_facts_int(&facts, "slot_minutes_after", after->slot_minutes);
	}
	return pacl_facts_end(&facts);
}

void
pacl_agenda_update(const pg_uuid_t *agenda_id, Jsonb *changes)
{
	PaclAgenda	agenda;
	PaclRights	rights;
	PaclValue	values[FIELD_COUNT];
	PaclAgendaRow before;
	PaclAgendaRow after;
	PaclEntry	entry = {0};
	bool		administrator;

	(void) pacl_require_agenda(agenda_id, &agenda);
	pacl_fields_read("changes", changes, change_fields, FIELD_COUNT, values);

	/* Administrator levels are decided on the organization's chain. */
	pacl_organization_lock(&agenda.organization_id);
	rights = pacl_require_locked_agenda(agenda_id, &agenda);
	pacl_view_push_latest();
	administrator = pacl_access_is_admin(&agenda.organization_id,
										 PACL_ADMIN_USERS);
	pacl_view_pop();
	check_changes(values, rights, &agenda, administrator);
	if (!pacl_agenda_store_read(agenda_id, &before))
		pacl_raise_unknown("agenda");
	after = before;
	apply_changes(values, &after);
	if (pacl_fields_given(values, FIELD_COUNT) == 0)
		return;
	pacl_agenda_store_update(&after);
	/* The moments stay, and nobody means what the old clock would show. */
	if (values[TIME_ZONE].given)
		pacl_shifted_time_store_accept(agenda_id);
	if (values[TIME_ZONE].given || values[REMINDERS].given)
		pacl_reminder_settle_agenda(&agenda.organization_id, agenda_id);

	entry.act = "agenda.changed";
	entry.organization_id = &agenda.organization_id;
	entry.agenda_id = agenda_id;
	entry.account_id = &agenda.holder_id;
	entry.facts = describe_changes(values, &before, &after);
	(void) pacl_activity_record(&entry);
	pacl_slot_offer_changed(agenda_id);
	pacl_slot_offer_settle();
}

/* The former holder is told until when they may take it back. */
static void
record_transfer(const PaclAgendaRow *agenda, const pg_uuid_t *to_account,
				bool by_holder)
{
	PaclFacts	facts;
	PaclEntry	entry = {0};
	pg_uuid_t	both[2] = {agenda->holder_id, *to_account};
	char	   *payload;

	pacl_facts_begin(&facts);
	pacl_facts_uuid(&facts, "holder_before", &agenda->holder_id);
	pacl_facts_uuid(&facts, "holder_after", to_account);
	entry.act = "agenda.transferred";
	entry.organization_id = &agenda->organization_id;
	entry.agenda_id = &agenda->id;
	entry.account_id = to_account;
	entry.facts = pacl_facts_end(&facts);
	(void) pacl_activity_record(&entry);

	pacl_membership_payload(&facts, &agenda->organization_id, to_account);
	pacl_facts_uuid(&facts, "agenda_id", &agenda->id);
	pacl_facts_text(&facts, "agenda", agenda->name);
	pacl_facts_uuid(&facts, "holder_before", &agenda->holder_id);
	pacl_facts_uuid(&facts, "holder_after", to_account);
	if (!by_holder)
		pacl_facts_time(&facts, "reclaim_until",
						pacl_view_time() + PACL_RECLAIM_DAYS * USECS_PER_DAY);
	payload = pacl_facts_end(&facts);
	pacl_outbox_tell_administrators("rights_changed",
									&agenda->organization_id, both, 2,
									payload);
}

/*
 * The new holder needs no grant on the agenda, and the former one keeps none
 * from before: all that they have there was the ownership.
 */
static void
drop_grants(const PaclAgendaRow *agenda, const pg_uuid_t *account_id,
			const pg_uuid_t *by)
{
	PaclGrant	none = {
		.organization_id = agenda->organization_id,
		.agenda_id = agenda->id,
		.account_id = *account_id,
		.rights = PACL_RIGHTS_NONE,
		.period = pacl_period_always(),
	};

	(void) pacl_grant_store_replace(&none, by, pacl_view_time());
}

/* The flag of a holder goes with the last agenda. */
static void
drop_holder_features(const PaclAgendaRow *agenda, const pg_uuid_t *by)
{
	PaclMembershipRow former;

	if (pacl_agenda_store_is_holder(&agenda->organization_id,
									&agenda->holder_id) ||
		!pacl_membership_store_read(&agenda->organization_id,
									&agenda->holder_id, &former))
		return;
	former.features = pacl_rights_without(former.features,
										  PACL_FLAG_PUBLIC_PROFILE);
	pacl_membership_store_update(&former, by, pacl_view_time());
}

/* The agenda's holder becomes another; the caller has all locks. */
static void
change_holder(const PaclAgendaRow *agenda, const pg_uuid_t *to_account,
			  const pg_uuid_t *by)
{
	pacl_agenda_store_transfer(agenda, to_account, by, pacl_view_time());
	drop_grants(agenda, &agenda->holder_id, by);
	drop_grants(agenda, to_account, by);
	pacl_request_store_lapse_given(&agenda->organization_id, to_account,
								   pacl_view_time());
	drop_holder_features(agenda, by);
	record_transfer(agenda, to_account,
					pacl_uuid_equal(by, &agenda->holder_id));
	pacl_membership_settle(&agenda->organization_id, to_account, by);
	pacl_membership_settle(&agenda->organization_id, &agenda->holder_id, by);
}

static void
require_may_transfer(const pg_uuid_t *organization_id, const pg_uuid_t *holder_id)
{
	if (!pacl_uuid_equal(&pacl_require_caller()->account_id, holder_id))
		(void) pacl_require_admin(organization_id, PACL_ADMIN_FULL);
}

void
pacl_agenda_transfer(const pg_uuid_t *agenda_id, const pg_uuid_t *to_account)
{
	PaclAgenda	agenda;
	PaclAgendaRow row;
	PaclMembershipRow to;
	pg_uuid_t	by;

	(void) pacl_require_agenda(agenda_id, &agenda);
	require_may_transfer(&agenda.organization_id, &agenda.holder_id);
	if (!pacl_access_has_holder(&agenda))
		ereport(ERROR,
				(errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
				 errword("no_holder"),
				 errmsg("agenda of a room or device has no holder"),
				 errhint("Give rights on it with practiceacl.set_rights().")));
	pacl_organization_lock(&agenda.organization_id);
	pacl_lock_agenda(agenda_id);
	if (!pacl_agenda_store_read(agenda_id, &row))
		pacl_raise_unknown("agenda");
	require_may_transfer(&agenda.organization_id, &row.holder_id);
	by = pacl_require_caller()->account_id;

	pacl_membership_require(&agenda.organization_id, to_account, &to);
	if (to.status == PACL_MEMBER_DISABLED)
		ereport(ERROR,
				(errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
				 errword("user_disabled"),
				 errmsg("user is disabled"),
				 errhint("Enable the user first, with practiceacl.enable_user().")));
	if (pacl_uuid_equal(&row.holder_id, to_account))
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errword("same_account"),
				 errargument("to_account"),
				 errmsg("user already holds this agenda")));
	if (!pacl_uuid_equal(&by, &row.holder_id))
		pacl_require_fresh(pacl_require_caller());
	change_holder(&row, to_account, &by);
}

/* Whoever belongs to its organization may have held it. */
static void
require_colleague(const pg_uuid_t *agenda_id, PaclAgenda *agenda)
{
	const PaclMembership *member = NULL;
	bool		belongs;

	pacl_view_push_latest();
	if (pacl_access_agenda(agenda_id, agenda))
		member = pacl_access_member(&agenda->organization_id);
	belongs = member != NULL && member->active;
	pacl_view_pop();
	if (!belongs)
		pacl_raise_unknown("agenda");
}

void
pacl_agenda_reclaim(const pg_uuid_t *agenda_id)
{
	pg_uuid_t	caller = pacl_require_caller()->account_id;
	PaclAgenda	agenda;
	PaclAgendaRow row;

	require_colleague(agenda_id, &agenda);
	pacl_organization_lock(&agenda.organization_id);
	pacl_lock_agenda(agenda_id);
	require_colleague(agenda_id, &agenda);
	if (!pacl_agenda_store_read(agenda_id, &row) ||
		!pacl_agenda_store_was_taken(agenda_id, &caller,
									 pacl_view_time() - PACL_RECLAIM_DAYS * USECS_PER_DAY))
		pacl_raise_unknown("agenda");
	if (pacl_uuid_equal(&row.holder_id, &caller))
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errword("same_account"),
				 errmsg("user already holds this agenda")));
	change_holder(&row, &caller, &caller);
}

void
pacl_agenda_archive(const pg_uuid_t *agenda_id, bool archived)
{
	PaclAgenda	agenda;
	PaclAgendaRow row;
	PaclGrantor *grantor;
	PaclMembershipRow holder;
	PaclEntry	entry = {0};

	(void) pacl_require_agenda(agenda_id, &agenda);
	(void) pacl_require_admin(&agenda.organization_id, PACL_ADMIN_USERS);
	pacl_organization_lock(&agenda.organization_id);
	pacl_lock_agenda(agenda_id);
	grantor = pacl_grantor_require(&agenda.organization_id, PACL_ADMIN_USERS);
	if (!pacl_agenda_store_read(agenda_id, &row))
		pacl_raise_unknown("agenda");
	if (pacl_membership_store_read(&agenda.organization_id, &row.holder_id,
								   &holder) &&
		!pacl_uuid_equal(&grantor->account_id, &row.holder_id))
		pacl_membership_check_touch(grantor, &holder);
	if (row.archived == archived)
		return;

	entry.act = archived ? "agenda.archived" : "agenda.restored";
	entry.organization_id = &agenda.organization_id;
	entry.agenda_id = agenda_id;
	entry.account_id = &row.holder_id;
	(void) pacl_activity_record(&entry);
	pacl_agenda_store_archive(&row, archived, pacl_view_time());
	pacl_reminder_settle_agenda(&agenda.organization_id, agenda_id);
	pacl_request_store_lapse_of_agenda(&agenda.organization_id, agenda_id,
									   pacl_view_time());
	pacl_slot_offer_changed(agenda_id);
	pacl_slot_offer_settle();
}
