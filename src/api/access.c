/*
 * access.c
 *		Entry points: the questions that row security and back ends ask.
 */
#include "postgres.h"

#include "catalog/pg_type.h"
#include "fmgr.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/fmgrprotos.h"
#include "utils/uuid.h"

#include "access/membership.h"
#include "api/arguments.h"
#include "api/reading_watch.h"
#include "base/time_zone.h"
#include "base/wallclock.h"
#include "pure/uuid.h"
#include "reader/access.h"
#include "reader/identity.h"
#include "reader/reading_note.h"
#include "reader/view.h"

PG_FUNCTION_INFO_V1(practiceacl_can);
PG_FUNCTION_INFO_V1(practiceacl_agendas);
PG_FUNCTION_INFO_V1(practiceacl_rights_on);
PG_FUNCTION_INFO_V1(practiceacl_is_admin);
PG_FUNCTION_INFO_V1(practiceacl_is_member);
PG_FUNCTION_INFO_V1(practiceacl_features_in);
PG_FUNCTION_INFO_V1(practiceacl_is_colleague);
PG_FUNCTION_INFO_V1(practiceacl_organizations);
PG_FUNCTION_INFO_V1(practiceacl_is_me);
PG_FUNCTION_INFO_V1(practiceacl_reads_notice);
PG_FUNCTION_INFO_V1(practiceacl_reads_service_offer);
PG_FUNCTION_INFO_V1(practiceacl_reading_account);
PG_FUNCTION_INFO_V1(practiceacl_reading_time);
PG_FUNCTION_INFO_V1(practiceacl_known_zone);
PG_FUNCTION_INFO_V1(practiceacl_reports_on);
PG_FUNCTION_INFO_V1(practiceacl_wall_clock);
PG_FUNCTION_INFO_V1(practiceacl_read_as);

/*
 * What a policy asks of null.  Nobody may do anything there, but that it was
 * asked costs what any other answer of no costs: that a hidden row's column is
 * null is not to be seen in what was read, or locked.
 */
static bool
refuse_null(void)
{
	(void) pacl_access_can(&pacl_nil_uuid, PACL_RIGHTS_ALL);
	return false;
}

/* A null agenda or requirement is something that nobody may do. */
Datum
practiceacl_can(PG_FUNCTION_ARGS)
{
	if (PG_ARGISNULL(0) || PG_ARGISNULL(1))
		PG_RETURN_BOOL(refuse_null());
	PG_RETURN_BOOL(pacl_access_can(PG_GETARG_UUID_P(0), PG_GETARG_RIGHTS(1)));
}

static Datum
uuid_array(const pg_uuid_t *ids, int count)
{
	Datum	   *items;

	if (count == 0)
		return PointerGetDatum(construct_empty_array(UUIDOID));
	items = palloc(count * sizeof(Datum));
	for (int i = 0; i < count; i++)
		items[i] = UUIDPGetDatum(&ids[i]);
	return PointerGetDatum(construct_array(items, count, UUIDOID, UUID_LEN,
										   false, TYPALIGN_CHAR));
}

Datum
practiceacl_agendas(PG_FUNCTION_ARGS)
{
	pg_uuid_t  *agendas = NULL;
	int			count = 0;

	pacl_reading_watch_agendas(fcinfo->flinfo->fn_oid);
	pacl_reading_asked();
	if (!PG_ARGISNULL(0))
		agendas = pacl_access_agendas(PG_GETARG_RIGHTS(0), &count);
	PG_RETURN_DATUM(uuid_array(agendas, count));
}

Datum
practiceacl_rights_on(PG_FUNCTION_ARGS)
{
	if (PG_ARGISNULL(0))
		PG_RETURN_RIGHTS(PACL_RIGHTS_NONE);
	PG_RETURN_RIGHTS(pacl_access_rights(PG_GETARG_UUID_P(0)));
}

Datum
practiceacl_is_admin(PG_FUNCTION_ARGS)
{
	PaclAdmin	level;

	if (PG_ARGISNULL(0) || PG_ARGISNULL(1))
		PG_RETURN_BOOL(pacl_access_member(&pacl_nil_uuid) != NULL);
	level = pacl_membership_read_admin(text_to_cstring(PG_GETARG_TEXT_PP(1)));
	/* "none" asks for nothing, so every member would be one. */
	PG_RETURN_BOOL(level != PACL_ADMIN_NONE &&
				   pacl_access_is_admin(PG_GETARG_UUID_P(0), level));
}

/*
 * For views: an array makes an index condition, a question per row does not.
 */
Datum
practiceacl_organizations(PG_FUNCTION_ARGS)
{
	pg_uuid_t  *organizations = NULL;
	int			count = 0;

	if (!PG_ARGISNULL(0))
	{
		char	   *word = text_to_cstring(PG_GETARG_TEXT_PP(0));

		organizations =
			pacl_access_organizations(pacl_membership_read_admin(word),
									  &count);
	}
	PG_RETURN_DATUM(uuid_array(organizations, count));
}

/* For views: the caller's features, with those of their profiles. */
Datum
practiceacl_features_in(PG_FUNCTION_ARGS)
{
	const PaclMembership *member =
		pacl_access_member(PG_GETARG_UUID_P(0));

	PG_RETURN_RIGHTS(member == NULL ? PACL_RIGHTS_NONE : member->features);
}

/* For policies: whether the caller belongs to the organization. */
Datum
practiceacl_is_member(PG_FUNCTION_ARGS)
{
	PG_RETURN_BOOL(pacl_access_is_colleague(PG_ARGISNULL(0) ? &pacl_nil_uuid :
											PG_GETARG_UUID_P(0)));
}

/* For views; false for a caller who is no colleague themselves. */
Datum
practiceacl_is_colleague(PG_FUNCTION_ARGS)
{
	const pg_uuid_t *organization_id = PG_GETARG_UUID_P(0);

	PG_RETURN_BOOL(pacl_access_is_colleague(organization_id) &&
				   pacl_access_is_colleague_of(PG_GETARG_UUID_P(1),
											   organization_id));
}

/* For policies: whether the account is the caller's own. */
Datum
practiceacl_is_me(PG_FUNCTION_ARGS)
{
	const PaclCaller *caller = pacl_identity_reader(NULL);

	PG_RETURN_BOOL(caller != NULL && !PG_ARGISNULL(0) &&
				   pacl_uuid_equal(&caller->account_id, PG_GETARG_UUID_P(0)));
}

/*
 * Which notice it is does not matter; see COST_OF_FIRST in access_support.c.
 */
Datum
practiceacl_reads_notice(PG_FUNCTION_ARGS)
{
	PG_RETURN_BOOL(pacl_identity_reader(NULL) != NULL);
}

/* People, and the operators whose list it is. */
Datum
practiceacl_reads_service_offer(PG_FUNCTION_ARGS)
{
	if (pacl_identity_reader(NULL) != NULL)
		PG_RETURN_BOOL(true);
	PG_RETURN_DATUM(DirectFunctionCall2(has_function_privilege_name,
										CStringGetTextDatum("practiceacl.set_service_offer(text, text, numeric)"),
										CStringGetTextDatum("EXECUTE")));
}

/* For policies: the account whose own rows may be read, or null. */
Datum
practiceacl_reading_time(PG_FUNCTION_ARGS)
{
	PG_RETURN_TIMESTAMPTZ(pacl_view_time());
}

/* For views: the name of a zone, or UTC where the server knows it no more. */
Datum
practiceacl_known_zone(PG_FUNCTION_ARGS)
{
	text	   *name = PG_GETARG_TEXT_PP(0);

	if (pacl_time_zone_find(text_to_cstring(name)) == NULL)
		name = cstring_to_text("UTC");
	PG_RETURN_TEXT_P(name);
}

Datum
practiceacl_wall_clock(PG_FUNCTION_ARGS)
{
	TimestampTz at = PG_GETARG_TIMESTAMPTZ(0);
	pg_tz	   *zone = pacl_time_zone_find(text_to_cstring(PG_GETARG_TEXT_PP(1)));

	if (zone == NULL || TIMESTAMP_NOT_FINITE(at))
		PG_RETURN_NULL();
	PG_RETURN_TIMESTAMP(pacl_wallclock_shown(zone, at));
}

Datum
practiceacl_reading_account(PG_FUNCTION_ARGS)
{
	const PaclCaller *caller = pacl_identity_reader(NULL);
	pg_uuid_t  *account_id;

	if (caller == NULL)
		PG_RETURN_NULL();
	account_id = palloc(sizeof(pg_uuid_t));
	*account_id = caller->account_id;
	PG_RETURN_UUID_P(account_id);
}

/*
 * For the reports: all organizations, unless the statement claims to be
 * somebody's.
 */
Datum
practiceacl_reports_on(PG_FUNCTION_ARGS)
{
	if (PG_ARGISNULL(0))
		PG_RETURN_BOOL(false);
	if (!pacl_identity_is_claimed())
		PG_RETURN_BOOL(true);
	PG_RETURN_BOOL(pacl_access_is_colleague(PG_GETARG_UUID_P(0)));
}

Datum
practiceacl_read_as(PG_FUNCTION_ARGS)
{
	PG_RETURN_BOOL(pacl_identity_read_as(pacl_arg_uuid(fcinfo, 0, "account_id")));
}
