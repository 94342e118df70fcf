/*
 * groups.c
 *		Entry points: groups of agendas, and profiles.
 */
#include "postgres.h"

#include "fmgr.h"
#include "utils/jsonb.h"

#include "access/group.h"
#include "access/profile.h"
#include "api/arguments.h"

PG_FUNCTION_INFO_V1(practiceacl_set_agenda_group);
PG_FUNCTION_INFO_V1(practiceacl_remove_agenda_group);
PG_FUNCTION_INFO_V1(practiceacl_set_group_rights);
PG_FUNCTION_INFO_V1(practiceacl_set_profile);
PG_FUNCTION_INFO_V1(practiceacl_remove_profile);
PG_FUNCTION_INFO_V1(practiceacl_give_profile);
PG_FUNCTION_INFO_V1(practiceacl_take_profile);
PG_FUNCTION_INFO_V1(practiceacl_preview_profile);

Datum
practiceacl_set_agenda_group(PG_FUNCTION_ARGS)
{
	const pg_uuid_t *organization_id = pacl_arg_uuid(fcinfo, 0,
													 "organization_id");
	int			count;
	pg_uuid_t  *agendas = pacl_arg_uuids_or_null(fcinfo, 2, "agendas", &count);

	PG_RETURN_UUID_P(pacl_group_set(organization_id,
									pacl_arg_text_or_null(fcinfo, 1), agendas,
									count, pacl_arg_uuid_or_null(fcinfo, 3)));
}

Datum
practiceacl_remove_agenda_group(PG_FUNCTION_ARGS)
{
	pacl_group_remove(pacl_arg_uuid(fcinfo, 0, "group_id"));
	PG_RETURN_VOID();
}

Datum
practiceacl_set_group_rights(PG_FUNCTION_ARGS)
{
	const pg_uuid_t *group_id = pacl_arg_uuid(fcinfo, 0, "group_id");
	const pg_uuid_t *account_id = pacl_arg_uuid(fcinfo, 1, "account_id");
	PaclRights	rights = pacl_arg_rights(fcinfo, 2, "rights");
	PaclPeriod	period;

	if (!PG_ARGISNULL(3))
		period = pacl_arg_period(fcinfo, 3, "valid_during");
	pacl_group_set_rights(group_id, account_id, rights,
						  PG_ARGISNULL(3) ? NULL : &period);
	PG_RETURN_VOID();
}

Datum
practiceacl_set_profile(PG_FUNCTION_ARGS)
{
	const pg_uuid_t *organization_id = pacl_arg_uuid(fcinfo, 0,
													 "organization_id");

	ARG_REQUIRED(2, "settings");
	PG_RETURN_UUID_P(pacl_profile_set(organization_id,
									  pacl_arg_text_or_null(fcinfo, 1),
									  PG_GETARG_JSONB_P(2),
									  pacl_arg_uuid_or_null(fcinfo, 3)));
}

Datum
practiceacl_remove_profile(PG_FUNCTION_ARGS)
{
	pacl_profile_remove(pacl_arg_uuid(fcinfo, 0, "profile_id"));
	PG_RETURN_VOID();
}

Datum
practiceacl_give_profile(PG_FUNCTION_ARGS)
{
	pacl_profile_give(pacl_arg_uuid(fcinfo, 0, "organization_id"),
					  pacl_arg_uuid(fcinfo, 1, "account_id"),
					  pacl_arg_uuid(fcinfo, 2, "profile"));
	PG_RETURN_VOID();
}

Datum
practiceacl_take_profile(PG_FUNCTION_ARGS)
{
	pacl_profile_take(pacl_arg_uuid(fcinfo, 0, "organization_id"),
					  pacl_arg_uuid(fcinfo, 1, "account_id"),
					  pacl_arg_uuid(fcinfo, 2, "profile"));
	PG_RETURN_VOID();
}

Datum
practiceacl_preview_profile(PG_FUNCTION_ARGS)
{
	const pg_uuid_t *profile_id = pacl_arg_uuid(fcinfo, 0, "profile");
	PaclRows	rows;

	ARG_REQUIRED(1, "settings");
	pacl_profile_preview(&rows, profile_id, PG_GETARG_JSONB_P(1));
	return pacl_result_rows(fcinfo, &rows);
}
