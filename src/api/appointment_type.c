/*
 * appointment_type.c
 *		Entry points: types of appointments.
 */
#include "postgres.h"

#include "fmgr.h"
#include "utils/jsonb.h"

#include "api/arguments.h"
#include "calendar/appointment_type.h"

PG_FUNCTION_INFO_V1(practiceacl_set_appointment_type);
PG_FUNCTION_INFO_V1(practiceacl_archive_appointment_type);
PG_FUNCTION_INFO_V1(practiceacl_restore_appointment_type);
PG_FUNCTION_INFO_V1(practiceacl_offer_type);
PG_FUNCTION_INFO_V1(practiceacl_withdraw_type);

Datum
practiceacl_set_appointment_type(PG_FUNCTION_ARGS)
{
	const pg_uuid_t *organization_id = pacl_arg_uuid(fcinfo, 0,
													 "organization_id");
	Jsonb	   *settings = PG_ARGISNULL(2) ? NULL : PG_GETARG_JSONB_P(2);

	PG_RETURN_UUID_P(pacl_appointment_type_set(organization_id,
											   pacl_arg_text_or_null(fcinfo, 1),
											   settings,
											   pacl_arg_uuid_or_null(fcinfo, 3)));
}

Datum
practiceacl_archive_appointment_type(PG_FUNCTION_ARGS)
{
	pacl_appointment_type_archive(pacl_arg_uuid(fcinfo, 0, "type_id"), true);
	PG_RETURN_VOID();
}

Datum
practiceacl_restore_appointment_type(PG_FUNCTION_ARGS)
{
	pacl_appointment_type_archive(pacl_arg_uuid(fcinfo, 0, "type_id"), false);
	PG_RETURN_VOID();
}

Datum
practiceacl_offer_type(PG_FUNCTION_ARGS)
{
	const pg_uuid_t *agenda_id = pacl_arg_uuid(fcinfo, 0, "agenda_id");
	const pg_uuid_t *type_id = pacl_arg_uuid(fcinfo, 1, "type_id");
	bool		has_duration = !PG_ARGISNULL(2);

	pacl_appointment_type_offer(agenda_id, type_id, has_duration,
								has_duration ? pacl_arg_duration(fcinfo, 2,
																 "duration") : 0);
	PG_RETURN_VOID();
}

Datum
practiceacl_withdraw_type(PG_FUNCTION_ARGS)
{
	const pg_uuid_t *agenda_id = pacl_arg_uuid(fcinfo, 0, "agenda_id");

	pacl_appointment_type_withdraw(agenda_id,
								   pacl_arg_uuid(fcinfo, 1, "type_id"));
	PG_RETURN_VOID();
}
