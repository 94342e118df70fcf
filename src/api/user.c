/*
 * user.c
 *		Doorway: the people of an organization.
 */
#include "postgres.h"

#include "fmgr.h"
#include "utils/jsonb.h"

#include "api/arguments.h"
#include "api/user_arguments.h"
#include "domain/user.h"

PG_FUNCTION_INFO_V1(practiceacl_create_user);
PG_FUNCTION_INFO_V1(practiceacl_update_user);
PG_FUNCTION_INFO_V1(practiceacl_set_features);
PG_FUNCTION_INFO_V1(practiceacl_set_admin);

Datum
practiceacl_create_user(PG_FUNCTION_ARGS)
{
	PaclUserRequest request;
	PaclNewUser made;
	Datum		values[5];
	bool		nulls[5] = {false};

	pacl_arg_user_request(fcinfo, &request);
	made = pacl_user_create(&request);

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
	pacl_user_change(organization_id, account_id, PG_GETARG_JSONB_P(2));
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

	pacl_user_set_admin(organization_id, account_id,
						pacl_membership_read_admin(word));
	PG_RETURN_VOID();
}
