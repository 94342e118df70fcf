/*
 * activity.c
 *		Entry points: reading the record onwards, and its proof.
 */
#include "postgres.h"

#include "fmgr.h"
#include "funcapi.h"
#include "utils/jsonb.h"

#include "api/arguments.h"
#include "base/beside.h"
#include "compat.h"
#include "operations/activity_since.h"
#include "operations/beside_act.h"
#include "operations/changes.h"
#include "pure/uuid.h"

PG_FUNCTION_INFO_V1(practiceacl_activity_horizon);
PG_FUNCTION_INFO_V1(practiceacl_activity_since);
PG_FUNCTION_INFO_V1(practiceacl_changes_since);
PG_FUNCTION_INFO_V1(practiceacl_announce_agendas);
PG_FUNCTION_INFO_V1(practiceacl_verify_activity);
PG_FUNCTION_INFO_V1(practiceacl_beside_acts);
PG_FUNCTION_INFO_V1(practiceacl_record_act);

Datum
practiceacl_activity_horizon(PG_FUNCTION_ARGS)
{
	pg_uuid_t  *horizon = palloc(sizeof(pg_uuid_t));

	pacl_activity_horizon(horizon);
	PG_RETURN_UUID_P(horizon);
}

Datum
practiceacl_activity_since(PG_FUNCTION_ARGS)
{
	PaclRows	rows;

	pacl_activity_since(&rows, pacl_arg_uuid_or_null(fcinfo, 0),
						pacl_arg_int(fcinfo, 1, "max_rows"));
	return pacl_result_rows(fcinfo, &rows);
}

static void
put_change(void *state, const PaclChange *change)
{
	ReturnSetInfo *result = state;
	Datum		values[5];
	bool		nulls[5] = {false};

	values[0] = CStringGetTextDatum(change->cursor);
	values[1] = pacl_result_uuid(change->agenda_id, &nulls[1]);
	values[2] = pacl_result_uuid(change->appointment_id, &nulls[2]);
	values[3] = CStringGetTextDatum(change->change);
	values[4] = TimestampTzGetDatum(change->at);
	tuplestore_putvalues(result->setResult, result->setDesc, values, nulls);
}

Datum
practiceacl_changes_since(PG_FUNCTION_ARGS)
{
	InitMaterializedSRF(fcinfo, 0);
	pacl_changes_since(pacl_arg_text_or_null(fcinfo, 0),
					   pacl_arg_int(fcinfo, 1, "max_rows"), put_change,
					   fcinfo->resultinfo);
	return (Datum) 0;
}

Datum
practiceacl_announce_agendas(PG_FUNCTION_ARGS)
{
	pacl_changes_announce_agendas(pacl_arg_bool(fcinfo, 0, "enabled"));
	PG_RETURN_VOID();
}

static void
put_chain(void *state, const PaclChainState *chain)
{
	ReturnSetInfo *result = state;
	Datum		values[3];
	bool		nulls[3] = {false, false, chain->first_broken == 0};

	values[0] = UUIDPGetDatum(&chain->chain);
	values[1] = Int64GetDatum(chain->entries);
	values[2] = Int64GetDatum(chain->first_broken);
	tuplestore_putvalues(result->setResult, result->setDesc, values, nulls);
}

Datum
practiceacl_verify_activity(PG_FUNCTION_ARGS)
{
	InitMaterializedSRF(fcinfo, 0);
	pacl_activity_verify_for_caller(PG_ARGISNULL(0) ? &pacl_nil_uuid : PG_GETARG_UUID_P(0),
									put_chain, fcinfo->resultinfo);
	return (Datum) 0;
}

Datum
practiceacl_record_act(PG_FUNCTION_ARGS)
{
	const char *facts = NULL;

	if (!PG_ARGISNULL(4))
	{
		Jsonb	   *given = PG_GETARG_JSONB_P(4);

		facts = JsonbToCString(NULL, &given->root, VARSIZE(given));
	}
	pacl_beside_act(pacl_arg_text(fcinfo, 0, "act"),
					pacl_arg_uuid(fcinfo, 1, "agenda_id"),
					pacl_arg_uuid_or_null(fcinfo, 2),
					pacl_arg_uuid_or_null(fcinfo, 3), facts);
	PG_RETURN_VOID();
}

static void
put_act(void *state, Datum *values, bool *nulls)
{
	ReturnSetInfo *result = state;

	tuplestore_putvalues(result->setResult, result->setDesc, values, nulls);
}

Datum
practiceacl_beside_acts(PG_FUNCTION_ARGS)
{
	InitMaterializedSRF(fcinfo, 0);
	pacl_beside_acts(put_act, fcinfo->resultinfo);
	return (Datum) 0;
}
