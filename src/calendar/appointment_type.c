/*
 * appointment_type.c
 *		Types of appointments: how long they take, with which pauses, where,
 *		and who may book them.
 */
#include "postgres.h"

#include "mb/pg_wchar.h"

#include "access/membership.h"
#include "base/activity.h"
#include "base/authority.h"
#include "base/facts.h"
#include "base/fields.h"
#include "base/lock.h"
#include "calendar/appointment_type.h"
#include "errors.h"
#include "pure/uuid.h"
#include "reader/view.h"

#define NAME_MAX_CHARS 200
#define MINUTES_MAX (7 * 24 * 60)
#define PAUSE_MAX (24 * 60)

enum
{
	DURATION, BUFFER_BEFORE, BUFFER_AFTER, RIGHTS, COLOR, ATTRIBUTES, SETTINGS
};

static const PaclField setting_fields[SETTINGS] = {
	[DURATION] = {"duration", PACL_FIELD_MINUTES},
	[BUFFER_BEFORE] = {"buffer_before", PACL_FIELD_MINUTES},
	[BUFFER_AFTER] = {"buffer_after", PACL_FIELD_MINUTES},
	[RIGHTS] = {"rights", PACL_FIELD_RIGHTS},
	[COLOR] = {"color", PACL_FIELD_TEXT, PACL_FIELD_NULLABLE, 7},
	[ATTRIBUTES] = {"attributes", PACL_FIELD_JSON},
};

static PaclRefusal *
refuse_unknown(void)
{
	return pacl_refuse(ERRCODE_PACL_NOT_FOUND, "not_found",
					   "appointment type does not exist or is not visible to you",
					   NULL, NULL);
}

PaclRefusal *
pacl_appointment_type_find(const PaclBookingContext *context,
						   const pg_uuid_t *type_id, PaclAppointmentType *type)
{
	if (pacl_appointment_type_store_read_on(&context->agenda.organization_id,
											&context->agenda.id, type_id,
											type))
		return NULL;
	return refuse_unknown();
}

static PaclRefusal *
check_offered(const PaclBookingContext *context, const PaclAppointmentType *type)
{
	if (type->offered)
		return NULL;
	return pacl_refuse(ERRCODE_INVALID_PARAMETER_VALUE, "type_not_offered",
					   "agenda does not offer this type of appointment", NULL,
					   "The view agenda_types tells what it offers; its owner or an administrator can add a type with practiceacl.offer_type().");
}

PaclRefusal *
pacl_appointment_type_check(const PaclBookingContext *context,
							const PaclAppointmentType *type)
{
	PaclRefusal *refusal;

	if (type->archived)
		return pacl_refuse(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE,
						   "type_archived",
						   "type of appointment is archived", NULL,
						   "An administrator can bring it back with practiceacl.restore_appointment_type().");
	refusal = check_offered(context, type);
	if (refusal == NULL)
		refusal = pacl_booking_check_rights(context, type->rights);
	return refusal;
}

PaclRefusal *
pacl_appointment_type_check_kept(const PaclBookingContext *context,
								 const pg_uuid_t *type_id, bool from_elsewhere)
{
	PaclAppointmentType type;
	PaclRefusal *refusal;

	if (type_id == NULL)
		return NULL;
	refusal = pacl_appointment_type_find(context, type_id, &type);
	if (refusal == NULL && from_elsewhere)
		refusal = check_offered(context, &type);
	if (refusal == NULL)
		refusal = pacl_booking_check_rights(context, type.rights);
	return refusal;
}

static void
check_minutes(const PaclValue *value, int setting, int least, int most)
{
	if (value->given && (value->integer < least || value->integer > most))
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errword("out_of_range"),
				 errargument(setting_fields[setting].key),
				 errmsg("\"%s\" in settings must be between %d and %d minutes",
						setting_fields[setting].key, least, most)));
}

static bool
is_color(const char *text)
{
	return strlen(text) == 7 && text[0] == '#' &&
		strspn(text + 1, "0123456789abcdefABCDEF") == 6;
}

static void
read_settings(Jsonb *settings, PaclValue *values)
{
	pacl_fields_read("settings", settings, setting_fields, SETTINGS, values);
	check_minutes(&values[DURATION], DURATION, 1, MINUTES_MAX);
	check_minutes(&values[BUFFER_BEFORE], BUFFER_BEFORE, 0, PAUSE_MAX);
	check_minutes(&values[BUFFER_AFTER], BUFFER_AFTER, 0, PAUSE_MAX);
	if (!values[COLOR].isnull && !is_color(values[COLOR].text))
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errword("color"),
				 errargument("color"),
				 errmsg("\"color\" in settings must be written as #rrggbb"),
				 errhint("As in \"#3366cc\".")));
	if (!values[COLOR].isnull)
		for (char *c = values[COLOR].text; *c != '\0'; c++)
			*c = pg_ascii_tolower((unsigned char) *c);
	if (!values[ATTRIBUTES].isnull && !JB_ROOT_IS_OBJECT(values[ATTRIBUTES].json))
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errword("not_an_object"),
				 errargument("attributes"),
				 errmsg("\"attributes\" in settings must be a JSON object")));
	/* Nobody books with less, so what is shown is what is needed. */
	if (values[RIGHTS].given)
		values[RIGHTS].rights = pacl_rights_union(values[RIGHTS].rights,
												  PACL_RIGHTS_BOOK_IN_HOURS);
}

static char *
checked_name(char *name)
{
	if (name == NULL)
		return NULL;
	name = pacl_text_trim(name);
	pacl_text_check_visible("name", name);
	if (name[0] == '\0')
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errword("blank"),
				 errargument("name"),
				 errmsg("name must not be blank")));
	if (pg_mbstrlen(name) > NAME_MAX_CHARS)
		ereport(ERROR,
				(errcode(ERRCODE_STRING_DATA_RIGHT_TRUNCATION),
				 errword("too_long"),
				 errargument("name"),
				 errmsg("name is longer than %d characters", NAME_MAX_CHARS)));
	return name;
}

/* Two of one name would be one too many on every list. */
static void
check_named(const PaclAppointmentType *type)
{
	if (pacl_appointment_type_store_is_named(type))
		ereport(ERROR,
				(errcode(ERRCODE_UNIQUE_VIOLATION),
				 errword("type_exists"),
				 errargument("name"),
				 errmsg("organization has a type of appointment with this name already"),
				 errhint("Change that one, or choose another name.")));
}

static void
record(const char *act, const PaclAppointmentType *type,
	   const pg_uuid_t *agenda_id, char *facts)
{
	PaclEntry	entry = {0};

	entry.act = act;
	entry.organization_id = &type->organization_id;
	entry.agenda_id = agenda_id;
	entry.subject_id = &type->id;
	entry.facts = facts;
	(void) pacl_activity_record(&entry);
}

static char *
settings_facts(const PaclAppointmentType *type)
{
	PaclFacts	facts;

	pacl_facts_begin(&facts);
	pacl_facts_int(&facts, "minutes", type->minutes);
	pacl_facts_int(&facts, "minutes_before", type->minutes_before);
	pacl_facts_int(&facts, "minutes_after", type->minutes_after);
	pacl_facts_rights(&facts, "rights", type->rights);
	return pacl_facts_end(&facts);
}

static void
make(PaclAppointmentType *type, const PaclValue *values)
{
	if (type->name == NULL)
		ereport(ERROR,
				(errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED),
				 errword("null_argument"),
				 errargument("name"),
				 errmsg("name must not be null")));
	if (!values[DURATION].given)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errword("missing_key"),
				 errargument("duration"),
				 errmsg("\"duration\" is missing in settings")));
	type->minutes = values[DURATION].integer;
	type->minutes_before = values[BUFFER_BEFORE].given ?
		values[BUFFER_BEFORE].integer : 0;
	type->minutes_after = values[BUFFER_AFTER].given ?
		values[BUFFER_AFTER].integer : 0;
	type->rights = values[RIGHTS].given ? values[RIGHTS].rights :
		PACL_RIGHTS_BOOK_IN_HOURS;
	type->color = values[COLOR].isnull ? NULL : values[COLOR].text;
	type->attributes = values[ATTRIBUTES].given ? values[ATTRIBUTES].json :
		NULL;
	pacl_uuid_make(&type->id);
	check_named(type);
	record("appointment_type.created", type, NULL, settings_facts(type));
	pacl_appointment_type_store_insert(type);
}

/* What says what there is already changes nothing, and is not recorded. */
static void
change(PaclAppointmentType *type, char *name, PaclValue *values)
{
	bool		renamed = name != NULL && strcmp(name, type->name) != 0;

	pacl_value_apply_int(&values[DURATION], &type->minutes);
	pacl_value_apply_int(&values[BUFFER_BEFORE], &type->minutes_before);
	pacl_value_apply_int(&values[BUFFER_AFTER], &type->minutes_after);
	pacl_value_apply_text(&values[COLOR], &type->color,
						  pacl_value_text(&values[COLOR], NULL));
	pacl_value_apply_json(&values[ATTRIBUTES], &type->attributes);
	values[RIGHTS].given = values[RIGHTS].given &&
		values[RIGHTS].rights != type->rights;
	if (values[RIGHTS].given)
		type->rights = values[RIGHTS].rights;
	if (!renamed && pacl_fields_given(values, SETTINGS) == 0)
		return;
	if (renamed)
		type->name = name;
	if (!type->archived)
		check_named(type);
	record("appointment_type.changed", type, NULL, settings_facts(type));
	pacl_appointment_type_store_update(type);
}

const pg_uuid_t *
pacl_appointment_type_set(const pg_uuid_t *organization_id, char *name,
						  Jsonb *settings, const pg_uuid_t *type_id)
{
	PaclAppointmentType *type = palloc0(sizeof(PaclAppointmentType));
	PaclValue	values[SETTINGS];

	(void) pacl_require_admin(organization_id, PACL_ADMIN_USERS);
	read_settings(settings, values);
	name = checked_name(name);
	pacl_organization_lock(organization_id);
	(void) pacl_require_admin(organization_id, PACL_ADMIN_USERS);
	if (type_id == NULL)
	{
		type->organization_id = *organization_id;
		type->name = name;
		make(type, values);
	}
	else if (!pacl_appointment_type_store_read(type_id, type) ||
			 !pacl_uuid_equal(&type->organization_id, organization_id))
		pacl_raise_unknown("appointment type");
	else
		change(type, name, values);
	return &type->id;
}

/* Of an organization that the caller belongs to: nobody learns of others'. */
static void
require_type(const pg_uuid_t *type_id, PaclAppointmentType *type)
{
	const PaclMembership *member = NULL;

	(void) pacl_require_caller();
	if (pacl_appointment_type_store_read(type_id, type))
	{
		pacl_view_push_latest();
		member = pacl_access_member(&type->organization_id);
		pacl_view_pop();
	}
	if (member == NULL || !member->active)
		pacl_raise_unknown("appointment type");
}

void
pacl_appointment_type_archive(const pg_uuid_t *type_id, bool archived)
{
	PaclAppointmentType type;

	require_type(type_id, &type);
	(void) pacl_require_admin(&type.organization_id, PACL_ADMIN_USERS);
	pacl_organization_lock(&type.organization_id);
	require_type(type_id, &type);
	(void) pacl_require_admin(&type.organization_id, PACL_ADMIN_USERS);
	if (type.archived == archived)
		return;
	if (!archived)
		check_named(&type);
	record(archived ? "appointment_type.archived" : "appointment_type.restored",
		   &type, NULL, NULL);
	pacl_appointment_type_store_archive(&type, archived, pacl_view_time());
}

static bool
may_offer(const pg_uuid_t *agenda_id, PaclAgenda *agenda)
{
	PaclRights	rights = pacl_require_agenda(agenda_id, agenda);

	if (pacl_rights_level(rights) == PACL_LEVEL_OWNER)
		return true;
	(void) pacl_require_admin(&agenda->organization_id, PACL_ADMIN_USERS);
	return false;
}

/*
 * Locks the agenda for an owner of it, or for an administrator, whose level
 * stands still with the organization; finds the type.
 */
static void
open_offer(const pg_uuid_t *agenda_id, const pg_uuid_t *type_id,
		   PaclAgenda *agenda, PaclAppointmentType *type)
{
	(void) pacl_require_caller();
	if (!may_offer(agenda_id, agenda))
		pacl_organization_lock(&agenda->organization_id);
	pacl_lock_agenda(agenda_id);
	(void) may_offer(agenda_id, agenda);
	if (!pacl_appointment_type_store_read_on(&agenda->organization_id,
											 agenda_id, type_id, type))
		pacl_raise_unknown("appointment type");
}

static int
checked_duration(int64 duration)
{
	if (duration % USECS_PER_MINUTE != 0)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errword("out_of_range"),
				 errargument("duration"),
				 errmsg("duration must be whole minutes")));
	if (duration < USECS_PER_MINUTE || duration > MINUTES_MAX * USECS_PER_MINUTE)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errword("out_of_range"),
				 errargument("duration"),
				 errmsg("duration must be between %d and %d minutes", 1,
						MINUTES_MAX)));
	return duration / USECS_PER_MINUTE;
}

void
pacl_appointment_type_offer(const pg_uuid_t *agenda_id,
							const pg_uuid_t *type_id, bool has_duration,
							int64 duration)
{
	int			minutes = has_duration ? checked_duration(duration) : 0;
	PaclAgenda	agenda;
	PaclAppointmentType type;
	PaclFacts	facts;

	open_offer(agenda_id, type_id, &agenda, &type);
	if (type.archived)
		ereport(ERROR,
				(errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
				 errword("type_archived"),
				 errmsg("type of appointment is archived"),
				 errhint("Bring it back with practiceacl.restore_appointment_type() first.")));
	if (!pacl_appointment_type_store_offer(&type, agenda_id,
										   has_duration ? &minutes : NULL))
		return;
	pacl_facts_begin(&facts);
	if (has_duration)
		pacl_facts_int(&facts, "minutes", minutes);
	record("appointment_type.offered", &type, agenda_id,
		   pacl_facts_end(&facts));
}

void
pacl_appointment_type_withdraw(const pg_uuid_t *agenda_id,
							   const pg_uuid_t *type_id)
{
	PaclAgenda	agenda;
	PaclAppointmentType type;

	open_offer(agenda_id, type_id, &agenda, &type);
	if (pacl_appointment_type_store_withdraw(&type, agenda_id))
		record("appointment_type.withdrawn", &type, agenda_id, NULL);
}
