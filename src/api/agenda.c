/*
 * agenda.c
 *		Entry points: agendas.
 */
#include "postgres.h"

#include "fmgr.h"
#include "utils/jsonb.h"

#include "api/arguments.h"
#include "calendar/agenda.h"

PG_FUNCTION_INFO_V1(practiceacl_add_agenda);
PG_FUNCTION_INFO_V1(practiceacl_update_agenda);
PG_FUNCTION_INFO_V1(practiceacl_transfer_agenda);
PG_FUNCTION_INFO_V1(practiceacl_reclaim_agenda);
PG_FUNCTION_INFO_V1(practiceacl_archive_agenda);
PG_FUNCTION_INFO_V1(practiceacl_restore_agenda);

Datum
practiceacl_add_agenda(PG_FUNCTION_ARGS)
{
	const pg_uuid_t *organization_id = pacl_arg_uuid(fcinfo, 0,
													 "organization_id");

	ARG_REQUIRED(2, "agenda");
	PG_RETURN_UUID_P(pacl_agenda_add(organization_id,
									 pacl_arg_uuid_or_null(fcinfo, 1),
									 PG_GETARG_JSONB_P(2)));
}

Datum
practiceacl_update_agenda(PG_FUNCTION_ARGS)
{
	const pg_uuid_t *agenda_id = pacl_arg_uuid(fcinfo, 0, "agenda_id");

	ARG_REQUIRED(1, "changes");
	pacl_agenda_update(agenda_id, PG_GETARG_JSONB_P(1));
	PG_RETURN_VOID();
}

Datum
practiceacl_transfer_agenda(PG_FUNCTION_ARGS)
{
	const pg_uuid_t *agenda_id = pacl_arg_uuid(fcinfo, 0, "agenda_id");

	pacl_agenda_transfer(agenda_id, pacl_arg_uuid(fcinfo, 1, "to_account"));
	PG_RETURN_VOID();
}

Datum
practiceacl_reclaim_agenda(PG_FUNCTION_ARGS)
{
	pacl_agenda_reclaim(pacl_arg_uuid(fcinfo, 0, "agenda_id"));
	PG_RETURN_VOID();
}

Datum
practiceacl_archive_agenda(PG_FUNCTION_ARGS)
{
	pacl_agenda_archive(pacl_arg_uuid(fcinfo, 0, "agenda_id"), true);
	PG_RETURN_VOID();
}

Datum
practiceacl_restore_agenda(PG_FUNCTION_ARGS)
{
	pacl_agenda_archive(pacl_arg_uuid(fcinfo, 0, "agenda_id"), false);
	PG_RETURN_VOID();
}
