/*
 * grants.c
 *		Entry points: giving, taking and copying rights.
 */
#include "postgres.h"

#include "fmgr.h"
#include "funcapi.h"
#include "utils/tuplestore.h"

#include "access/break_glass.h"
#include "access/clone.h"
#include "access/colleague.h"
#include "access/grant.h"
#include "access/request.h"
#include "access/substitute.h"
#include "api/arguments.h"
#include "errors.h"

PG_FUNCTION_INFO_V1(practiceacl_set_rights);
PG_FUNCTION_INFO_V1(practiceacl_set_colleague_rights);
PG_FUNCTION_INFO_V1(practiceacl_substitute);
PG_FUNCTION_INFO_V1(practiceacl_clone_rights);
PG_FUNCTION_INFO_V1(practiceacl_break_glass);
PG_FUNCTION_INFO_V1(practiceacl_request_rights);
PG_FUNCTION_INFO_V1(practiceacl_answer_request);

Datum
practiceacl_set_rights(PG_FUNCTION_ARGS)
{
	const pg_uuid_t *agenda_id = pacl_arg_uuid(fcinfo, 0, "agenda_id");
	const pg_uuid_t *account_id = pacl_arg_uuid(fcinfo, 1, "account_id");
	PaclRights	rights = pacl_arg_rights(fcinfo, 2, "rights");
	PaclPeriod	period;

	if (!PG_ARGISNULL(3))
		period = pacl_arg_period(fcinfo, 3, "valid_during");
	pacl_grant_set(agenda_id, account_id, rights,
				   PG_ARGISNULL(3) ? NULL : &period);
	PG_RETURN_VOID();
}

Datum
practiceacl_clone_rights(PG_FUNCTION_ARGS)
{
	const pg_uuid_t *organization_id = pacl_arg_uuid(fcinfo, 0,
													 "organization_id");
	const pg_uuid_t *from_account = pacl_arg_uuid(fcinfo, 1, "from_account");
	const pg_uuid_t *to_account = pacl_arg_uuid(fcinfo, 2, "to_account");
	bool		replace = pacl_arg_bool(fcinfo, 3, "replace");
	ReturnSetInfo *result = (ReturnSetInfo *) fcinfo->resultinfo;
	PaclCloned *cloned;
	int			count;

	InitMaterializedSRF(fcinfo, 0);
	cloned = pacl_clone_rights(organization_id, from_account, to_account,
							   replace, &count);
	for (int i = 0; i < count; i++)
	{
		Datum		values[3];
		bool		nulls[3] = {false};

		values[0] = UUIDPGetDatum(&cloned[i].agenda_id);
		values[1] = RightsGetDatum(cloned[i].before);
		values[2] = RightsGetDatum(cloned[i].after);
		tuplestore_putvalues(result->setResult, result->setDesc, values,
							 nulls);
	}
	return (Datum) 0;
}

Datum
practiceacl_break_glass(PG_FUNCTION_ARGS)
{
	const pg_uuid_t *agenda_id = pacl_arg_uuid(fcinfo, 0, "agenda_id");
	char	   *reason = pacl_arg_text(fcinfo, 1, "reason");

	ARG_REQUIRED(2, "duration");
	PG_RETURN_TIMESTAMPTZ(pacl_break_glass(agenda_id, reason,
										   PG_GETARG_INTERVAL_P(2)));
}

Datum
practiceacl_set_colleague_rights(PG_FUNCTION_ARGS)
{
	pacl_colleague_set_rights(pacl_arg_uuid(fcinfo, 0, "agenda_id"),
							  pacl_arg_rights(fcinfo, 1, "rights"));
	PG_RETURN_VOID();
}

Datum
practiceacl_request_rights(PG_FUNCTION_ARGS)
{
	const pg_uuid_t *agenda_id = pacl_arg_uuid(fcinfo, 0, "agenda_id");
	PaclRights	rights = pacl_arg_rights(fcinfo, 1, "rights");
	char	   *reason = pacl_arg_text(fcinfo, 2, "reason");
	PaclPeriod	period;

	if (!PG_ARGISNULL(3))
		period = pacl_arg_period(fcinfo, 3, "valid_during");
	PG_RETURN_UUID_P(pacl_request_make(agenda_id, rights, reason,
									   PG_ARGISNULL(3) ? NULL : &period));
}

Datum
practiceacl_answer_request(PG_FUNCTION_ARGS)
{
	const pg_uuid_t *request_id = pacl_arg_uuid(fcinfo, 0, "request_id");
	bool		granted = pacl_arg_bool(fcinfo, 1, "granted");
	PaclRights	rights = PACL_RIGHTS_NONE;

	if (!PG_ARGISNULL(2))
		rights = PG_GETARG_RIGHTS(2);
	pacl_request_answer(request_id, granted, PG_ARGISNULL(2) ? NULL : &rights,
						pacl_arg_text_or_null(fcinfo, 3));
	PG_RETURN_VOID();
}

Datum
practiceacl_substitute(PG_FUNCTION_ARGS)
{
	ReturnSetInfo *result = (ReturnSetInfo *) fcinfo->resultinfo;
	PaclSubstitution substitution = {
		.for_account = *pacl_arg_uuid(fcinfo, 0, "for_account"),
		.by_account = *pacl_arg_uuid(fcinfo, 1, "by_account"),
		.most = PACL_RIGHTS_BELOW_OWNER,
	};
	PaclSubstituted *substituted;
	int			count;

	substitution.period = pacl_arg_period(fcinfo, 2, "during");
	substitution.agendas = pacl_arg_uuids_or_null(fcinfo, 3, "agendas",
												  &substitution.agenda_count);
	substituted = pacl_substitute(&substitution, &count);
	InitMaterializedSRF(fcinfo, 0);
	for (int i = 0; i < count; i++)
	{
		Datum		values[2];
		bool		nulls[2] = {false};

		values[0] = UUIDPGetDatum(&substituted[i].agenda_id);
		values[1] = RightsGetDatum(substituted[i].rights);
		tuplestore_putvalues(result->setResult, result->setDesc, values,
							 nulls);
	}
	return (Datum) 0;
}
