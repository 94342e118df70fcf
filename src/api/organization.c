/*
 * organization.c
 *		Entry points: organizations and service offers.
 */
#include "postgres.h"

#include "fmgr.h"
#include "utils/jsonb.h"
#include "utils/numeric.h"

#include "api/arguments.h"
#include "calendar/service_offer.h"
#include "people/organization.h"

PG_FUNCTION_INFO_V1(practiceacl_create_organization);
PG_FUNCTION_INFO_V1(practiceacl_update_organization);
PG_FUNCTION_INFO_V1(practiceacl_close_organization);
PG_FUNCTION_INFO_V1(practiceacl_reopen_organization);
PG_FUNCTION_INFO_V1(practiceacl_set_service_offer);

Datum
practiceacl_create_organization(PG_FUNCTION_ARGS)
{
	PaclOrganizationRequest request;
	PaclNewOrganization made;
	Datum		values[3];
	bool		nulls[3] = {false};

	request.name = pacl_arg_text(fcinfo, 0, "name");
	request.admin_email = pacl_arg_text(fcinfo, 1, "admin_email");
	request.admin_first_name = pacl_arg_text(fcinfo, 2, "admin_first_name");
	request.admin_last_name = pacl_arg_text(fcinfo, 3, "admin_last_name");
	request.country = pacl_arg_text(fcinfo, 4, "country");
	request.time_zone = pacl_arg_text(fcinfo, 5, "time_zone");
	made = pacl_organization_create(&request);

	values[0] = UUIDPGetDatum(&made.organization_id);
	values[1] = UUIDPGetDatum(&made.account_id);
	values[2] = pacl_result_text(made.temporary_password, &nulls[2]);
	return pacl_result_row(fcinfo, values, nulls);
}

Datum
practiceacl_update_organization(PG_FUNCTION_ARGS)
{
	const pg_uuid_t *organization_id = pacl_arg_uuid(fcinfo, 0,
													 "organization_id");

	ARG_REQUIRED(1, "changes");
	pacl_organization_update(organization_id, PG_GETARG_JSONB_P(1));
	PG_RETURN_VOID();
}

Datum
practiceacl_close_organization(PG_FUNCTION_ARGS)
{
	pacl_organization_close(pacl_arg_uuid(fcinfo, 0, "organization_id"));
	PG_RETURN_VOID();
}

Datum
practiceacl_reopen_organization(PG_FUNCTION_ARGS)
{
	pacl_organization_reopen(pacl_arg_uuid(fcinfo, 0, "organization_id"));
	PG_RETURN_VOID();
}

Datum
practiceacl_set_service_offer(PG_FUNCTION_ARGS)
{
	const char *code = pacl_arg_text(fcinfo, 0, "code");
	const char *name = pacl_arg_text(fcinfo, 1, "name");

	ARG_REQUIRED(2, "monthly_price");
	pacl_service_offer_set(code, name, PG_GETARG_NUMERIC(2));
	PG_RETURN_VOID();
}
