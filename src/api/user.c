/*
 * user.c
 *		Entry points: the people of an organization.
 */
#include "postgres.h"

#include "fmgr.h"
#include "funcapi.h"
#include "mb/pg_wchar.h"
#include "utils/builtins.h"
#include "utils/jsonb.h"
#include "utils/tuplestore.h"

#include "api/arguments.h"
#include "api/user_arguments.h"
#include "base/authority.h"
#include "people/departure.h"
#include "people/directory.h"
#include "people/user.h"

#define ADDRESS_SHOWN 100

PG_FUNCTION_INFO_V1(practiceacl_create_user);
PG_FUNCTION_INFO_V1(practiceacl_update_user);
PG_FUNCTION_INFO_V1(practiceacl_set_features);
PG_FUNCTION_INFO_V1(practiceacl_set_admin);
PG_FUNCTION_INFO_V1(practiceacl_disable_user);
PG_FUNCTION_INFO_V1(practiceacl_enable_user);
PG_FUNCTION_INFO_V1(practiceacl_remove_user);
PG_FUNCTION_INFO_V1(practiceacl_search_users);

/* Of many users that one statement creates, with whom it failed. */
static void
name_address(void *arg)
{
	const char *address = arg;

	errcontext("creating the user with the address \"%.*s\"",
			   pg_mbcliplen(address, strlen(address), ADDRESS_SHOWN), address);
}

Datum
practiceacl_create_user(PG_FUNCTION_ARGS)
{
	ErrorContextCallback failure = {error_context_stack, name_address, NULL};
	PaclUserRequest request;
	PaclNewUser made;
	Datum		values[5];
	bool		nulls[5] = {false};

	failure.arg = PG_ARGISNULL(1) ? "" : text_to_cstring(PG_GETARG_TEXT_PP(1));
	error_context_stack = &failure;
	pacl_arg_user_request(fcinfo, &request);
	request.profile = pacl_arg_uuid_or_null(fcinfo, 13);
	made = pacl_user_create(&request);
	error_context_stack = failure.previous;

	values[0] = pacl_result_uuid(made.account_id, &nulls[0]);
	values[1] = pacl_result_uuid(made.agenda_id, &nulls[1]);
	values[2] = pacl_result_text(made.temporary_password, &nulls[2]);
	values[3] = pacl_result_uuid(made.invitation_id, &nulls[3]);
	values[4] = pacl_result_text(made.token, &nulls[4]);
	return pacl_result_row(fcinfo, values, nulls);
}

Datum
practiceacl_update_user(PG_FUNCTION_ARGS)
{
	const pg_uuid_t *organization_id = pacl_arg_uuid(fcinfo, 0,
													 "organization_id");
	const pg_uuid_t *account_id = pacl_arg_uuid(fcinfo, 1, "account_id");

	ARG_REQUIRED(2, "changes");
	pacl_user_update(organization_id, account_id, PG_GETARG_JSONB_P(2));
	PG_RETURN_VOID();
}

Datum
practiceacl_set_features(PG_FUNCTION_ARGS)
{
	const pg_uuid_t *organization_id = pacl_arg_uuid(fcinfo, 0,
													 "organization_id");
	const pg_uuid_t *account_id = pacl_arg_uuid(fcinfo, 1, "account_id");

	pacl_user_set_features(organization_id, account_id,
						   pacl_arg_rights(fcinfo, 2, "features"));
	PG_RETURN_VOID();
}

Datum
practiceacl_set_admin(PG_FUNCTION_ARGS)
{
	const pg_uuid_t *organization_id = pacl_arg_uuid(fcinfo, 0,
													 "organization_id");
	const pg_uuid_t *account_id = pacl_arg_uuid(fcinfo, 1, "account_id");
	char	   *word = pacl_arg_text(fcinfo, 2, "admin");

	(void) pacl_require_caller();
	pacl_user_set_admin(organization_id, account_id,
						pacl_membership_read_admin(word));
	PG_RETURN_VOID();
}

Datum
practiceacl_disable_user(PG_FUNCTION_ARGS)
{
	const pg_uuid_t *organization_id = pacl_arg_uuid(fcinfo, 0,
													 "organization_id");

	pacl_member_disable(organization_id,
						pacl_arg_uuid(fcinfo, 1, "account_id"));
	PG_RETURN_VOID();
}

Datum
practiceacl_enable_user(PG_FUNCTION_ARGS)
{
	const pg_uuid_t *organization_id = pacl_arg_uuid(fcinfo, 0,
													 "organization_id");

	pacl_member_enable(organization_id,
					   pacl_arg_uuid(fcinfo, 1, "account_id"));
	PG_RETURN_VOID();
}

Datum
practiceacl_remove_user(PG_FUNCTION_ARGS)
{
	const pg_uuid_t *organization_id = pacl_arg_uuid(fcinfo, 0,
													 "organization_id");
	const pg_uuid_t *account_id = pacl_arg_uuid(fcinfo, 1, "account_id");
	ReturnSetInfo *result = (ReturnSetInfo *) fcinfo->resultinfo;
	PaclOrphan *orphans;
	int			count;

	InitMaterializedSRF(fcinfo, 0);
	orphans = pacl_member_remove(organization_id, account_id, &count);
	for (int i = 0; i < count; i++)
	{
		Datum		values[3];
		bool		nulls[3] = {false};

		values[0] = UUIDPGetDatum(&orphans[i].appointment_id);
		values[1] = UUIDPGetDatum(&orphans[i].agenda_id);
		values[2] = TimestampTzGetDatum(orphans[i].starts_at);
		tuplestore_putvalues(result->setResult, result->setDesc, values,
							 nulls);
	}
	return (Datum) 0;
}

Datum
practiceacl_search_users(PG_FUNCTION_ARGS)
{
	const pg_uuid_t *organization_id = pacl_arg_uuid(fcinfo, 0,
													 "organization_id");
	char	   *query = pacl_arg_text_or_null(fcinfo, 1);
	const pg_uuid_t *after = pacl_arg_uuid_or_null(fcinfo, 2);
	int			page_size = pacl_arg_int(fcinfo, 3, "page_size");
	PaclRows	rows;

	pacl_directory_search(&rows, organization_id, query == NULL ? "" : query,
						  after, page_size);
	return pacl_result_rows(fcinfo, &rows);
}
