/*
 * cells.c
 *		Entry points: organizations and people between cells.
 */
#include "postgres.h"

#include "access/htup_details.h"
#include "catalog/pg_type.h"
#include "commands/trigger.h"
#include "fmgr.h"
#include "utils/jsonb.h"
#include "utils/lsyscache.h"
#include "utils/rel.h"

#include "api/arguments.h"
#include "base/lock.h"
#include "operations/cell_directory.h"
#include "operations/cell_move.h"
#include "operations/credentials.h"
#include "operations/organization_table.h"
#include "people/account_merge.h"
#include "people/registration.h"
#include "reader/cell.h"

PG_FUNCTION_INFO_V1(practiceacl_accept_credentials);
PG_FUNCTION_INFO_V1(practiceacl_add_organization_table);
PG_FUNCTION_INFO_V1(practiceacl_adopt_organization);
PG_FUNCTION_INFO_V1(practiceacl_cancel_move);
PG_FUNCTION_INFO_V1(practiceacl_follow_directory);
PG_FUNCTION_INFO_V1(practiceacl_forget_organization);
PG_FUNCTION_INFO_V1(practiceacl_hand_over_organization);
PG_FUNCTION_INFO_V1(practiceacl_merge_account);
PG_FUNCTION_INFO_V1(practiceacl_organization_cell);
PG_FUNCTION_INFO_V1(practiceacl_organization_move);
PG_FUNCTION_INFO_V1(practiceacl_organization_parcel);
PG_FUNCTION_INFO_V1(practiceacl_organizations_here);
PG_FUNCTION_INFO_V1(practiceacl_publish_directory);
PG_FUNCTION_INFO_V1(practiceacl_publish_organization);
PG_FUNCTION_INFO_V1(practiceacl_receive_organization);
PG_FUNCTION_INFO_V1(practiceacl_register_account);
PG_FUNCTION_INFO_V1(practiceacl_release_organization);
PG_FUNCTION_INFO_V1(practiceacl_remove_organization_table);
PG_FUNCTION_INFO_V1(practiceacl_require_organization_here);
PG_FUNCTION_INFO_V1(practiceacl_seal_credentials);
PG_FUNCTION_INFO_V1(practiceacl_set_organization_cells);

static const pg_uuid_t *
organization_arg(FunctionCallInfo fcinfo)
{
	return pacl_arg_uuid(fcinfo, 0, "organization_id");
}

static Jsonb *
parcel_arg(FunctionCallInfo fcinfo, int n)
{
	ARG_REQUIRED(n, "parcel");
	return PG_GETARG_JSONB_P(n);
}

static Datum
text_or_null(FunctionCallInfo fcinfo, const char *text)
{
	if (text == NULL)
		PG_RETURN_NULL();
	PG_RETURN_TEXT_P(cstring_to_text(text));
}

Datum
practiceacl_publish_organization(PG_FUNCTION_ARGS)
{
	return text_or_null(fcinfo, pacl_cell_move_publish(organization_arg(fcinfo)));
}

Datum
practiceacl_organization_parcel(PG_FUNCTION_ARGS)
{
	PG_RETURN_JSONB_P(pacl_cell_move_parcel(organization_arg(fcinfo)));
}

Datum
practiceacl_hand_over_organization(PG_FUNCTION_ARGS)
{
	return text_or_null(fcinfo,
						pacl_cell_move_hand_over(organization_arg(fcinfo),
												 pacl_arg_text(fcinfo, 1, "moved_to")));
}

Datum
practiceacl_release_organization(PG_FUNCTION_ARGS)
{
	PG_RETURN_JSONB_P(pacl_cell_move_release(organization_arg(fcinfo)));
}

Datum
practiceacl_forget_organization(PG_FUNCTION_ARGS)
{
	PG_RETURN_INT64(pacl_cell_move_forget(organization_arg(fcinfo),
										  pacl_arg_text(fcinfo, 1, "receipt")));
}

Datum
practiceacl_adopt_organization(PG_FUNCTION_ARGS)
{
	const char *connection = pacl_arg_text(fcinfo, 1, "connection");

	return text_or_null(fcinfo,
						pacl_cell_move_adopt(organization_arg(fcinfo), connection,
											 parcel_arg(fcinfo, 2)));
}

Datum
practiceacl_receive_organization(PG_FUNCTION_ARGS)
{
	return text_or_null(fcinfo,
						pacl_cell_move_receive(organization_arg(fcinfo),
											   parcel_arg(fcinfo, 1),
											   PG_ARGISNULL(2) ? NULL : PG_GETARG_BYTEA_PP(2)));
}

Datum
practiceacl_accept_credentials(PG_FUNCTION_ARGS)
{
	PG_RETURN_BYTEA_P(pacl_credentials_accept(organization_arg(fcinfo)));
}

Datum
practiceacl_seal_credentials(PG_FUNCTION_ARGS)
{
	const pg_uuid_t *organization_id = organization_arg(fcinfo);

	ARG_REQUIRED(1, "public_key");
	PG_RETURN_BYTEA_P(pacl_credentials_seal(organization_id,
											PG_GETARG_BYTEA_PP(1)));
}

Datum
practiceacl_cancel_move(PG_FUNCTION_ARGS)
{
	return text_or_null(fcinfo,
						pacl_cell_move_cancel(organization_arg(fcinfo),
											  pacl_arg_text_or_null(fcinfo, 1)));
}

Datum
practiceacl_organization_move(PG_FUNCTION_ARGS)
{
	PaclMove	move;
	PaclMoveProgress progress;
	TimestampTz since;
	char	   *problem;
	Datum		values[10];
	bool		nulls[10] = {false};
	char	   *proof = pacl_cell_move_look(organization_arg(fcinfo), &move, &since,
											&progress, &problem);

	values[0] = pacl_result_text(move.state, &nulls[0]);
	values[1] = pacl_result_text(move.moved_to, &nulls[1]);
	values[2] = TimestampTzGetDatum(since);
	nulls[2] = move.state == NULL;
	values[3] = Int64GetDatum(progress.chains);
	values[4] = Int64GetDatum(progress.entries);
	values[5] = Int64GetDatum(progress.tables_ready);
	values[6] = Int64GetDatum(progress.tables);
	values[7] = Int64GetDatum(progress.lag_bytes);
	nulls[7] = !progress.has_slot;
	values[8] = pacl_result_text(proof, &nulls[8]);
	values[9] = pacl_result_text(problem, &nulls[9]);
	return pacl_result_row(fcinfo, values, nulls);
}

Datum
practiceacl_organization_cell(PG_FUNCTION_ARGS)
{
	char	   *moved_to;

	(void) pacl_cell_state(organization_arg(fcinfo), &moved_to);
	if (moved_to == NULL)
		moved_to = pacl_cell_directory_look(organization_arg(fcinfo));
	return text_or_null(fcinfo, moved_to);
}

Datum
practiceacl_publish_directory(PG_FUNCTION_ARGS)
{
	return text_or_null(fcinfo, pacl_cell_directory_publish());
}

Datum
practiceacl_follow_directory(PG_FUNCTION_ARGS)
{
	return text_or_null(fcinfo,
						pacl_cell_directory_follow(pacl_arg_text(fcinfo, 0, "connection")));
}

Datum
practiceacl_organizations_here(PG_FUNCTION_ARGS)
{
	PG_RETURN_JSONB_P(pacl_cell_directory_here(pacl_arg_uuid_or_null(fcinfo, 0)));
}

Datum
practiceacl_set_organization_cells(PG_FUNCTION_ARGS)
{
	const char *cell = pacl_arg_text(fcinfo, 0, "cell");

	ARG_REQUIRED(1, "organizations");
	PG_RETURN_INT64(pacl_cell_directory_set(cell, PG_GETARG_JSONB_P(1)));
}

Datum
practiceacl_register_account(PG_FUNCTION_ARGS)
{
	PaclAccountRow person = {{{0}}};

	person.id = *pacl_arg_uuid(fcinfo, 0, "account_id");
	person.email = pacl_arg_text(fcinfo, 1, "email");
	person.first_name = pacl_arg_text(fcinfo, 2, "first_name");
	person.last_name = pacl_arg_text(fcinfo, 3, "last_name");
	person.mobile = pacl_arg_text_or_null(fcinfo, 4);
	person.country = pacl_arg_text(fcinfo, 5, "country");
	person.time_zone = pacl_arg_text(fcinfo, 6, "time_zone");
	pacl_registration_register(&person);
	PG_RETURN_VOID();
}

Datum
practiceacl_merge_account(PG_FUNCTION_ARGS)
{
	PG_RETURN_INT64(pacl_account_merge(pacl_arg_uuid(fcinfo, 0, "from_account"),
									   pacl_arg_uuid(fcinfo, 1, "into_account")));
}

Datum
practiceacl_add_organization_table(PG_FUNCTION_ARGS)
{
	ARG_REQUIRED(0, "target");
	ARG_REQUIRED(1, "organization_column");
	pacl_organization_table_add(PG_GETARG_OID(0), NameStr(*PG_GETARG_NAME(1)));
	PG_RETURN_VOID();
}

Datum
practiceacl_remove_organization_table(PG_FUNCTION_ARGS)
{
	ARG_REQUIRED(0, "target");
	pacl_organization_table_remove(PG_GETARG_OID(0));
	PG_RETURN_VOID();
}

/* A column that is not there any more is health()'s to tell, and keeps nobody from writing. */
static void
require_row_here(const TriggerData *trigger, HeapTuple row)
{
	Relation	relation = trigger->tg_relation;
	AttrNumber	column = get_attnum(RelationGetRelid(relation),
									trigger->tg_trigger->tgargs[0]);
	Datum		organization;
	bool		isnull;

	if (row == NULL || column <= 0 || get_atttype(RelationGetRelid(relation), column) != UUIDOID)
		return;
	organization = heap_getattr(row, column, RelationGetDescr(relation), &isnull);
	if (!isnull)
		pacl_lock_organization_rows(DatumGetUUIDP(organization));
}

Datum
practiceacl_require_organization_here(PG_FUNCTION_ARGS)
{
	TriggerData *trigger = (TriggerData *) fcinfo->context;

	if (!CALLED_AS_TRIGGER(fcinfo) || trigger->tg_trigger->tgnargs != 1 ||
		!TRIGGER_FIRED_AFTER(trigger->tg_event) || !TRIGGER_FIRED_FOR_ROW(trigger->tg_event))
		elog(ERROR, "require_organization_here() is called by the trigger that add_organization_table() makes");
	require_row_here(trigger, trigger->tg_trigtuple);
	if (TRIGGER_FIRED_BY_UPDATE(trigger->tg_event))
		require_row_here(trigger, trigger->tg_newtuple);
	return PointerGetDatum(NULL);
}
