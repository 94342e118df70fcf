/*
 * organization_store.c
 *		Rows of organizations, and of the service offers they may buy.
 */
#include "postgres.h"

#include "access/xact.h"

#include "access/organization_store.h"
#include "base/statement.h"

static PaclStatement select_organization = {
	"SELECT name, country, time_zone, closed_at IS NOT NULL, colleague_rights,"
	"   holder_consents, second_factor"
	" FROM practiceacl.organization WHERE id = $1"
};

static PaclStatement insert_organization = {
	"INSERT INTO practiceacl.organization (id, name, country, time_zone)"
	" VALUES ($1, $2, $3, $4)"
};

static PaclStatement update_organization = {
	"UPDATE practiceacl.organization"
	" SET name = $2, country = $3, time_zone = $4,"
	"   colleague_rights = $5::practiceacl.rights, holder_consents = $6,"
	"   second_factor = $7"
	" WHERE id = $1"
};

static PaclStatement close_organization = {
	"UPDATE practiceacl.organization SET closed_at = $2"
	" WHERE id = $1 AND closed_at IS NULL"
};

static PaclStatement reopen_organization = {
	"UPDATE practiceacl.organization SET closed_at = NULL WHERE id = $1"
};

bool
pacl_organization_store_read(const pg_uuid_t *id,
							 PaclOrganization *organization)
{
	PaclRows	rows;
	bool		found = pacl_query_row(&rows, &select_organization,
									   PACL_ARGS(pacl_uuid(id)));

	if (found)
	{
		organization->name = pacl_column_text(&rows, 1);
		organization->country = pacl_column_text(&rows, 2);
		organization->time_zone = pacl_column_text(&rows, 3);
		organization->closed = pacl_column_bool(&rows, 4);
		organization->colleague_rights = pacl_column_rights(&rows, 5);
		organization->holder_consents = pacl_column_bool(&rows, 6);
		organization->second_factor = pacl_column_text(&rows, 7);
	}
	pacl_done(&rows);
	return found;
}

void
pacl_organization_store_insert(const pg_uuid_t *id,
							   const PaclOrganization *organization)
{
	pacl_run(&insert_organization,
			 PACL_ARGS(pacl_uuid(id), pacl_text(organization->name),
					   pacl_text(organization->country),
					   pacl_text(organization->time_zone)));
}

void
pacl_organization_store_update(const pg_uuid_t *id,
							   const PaclOrganization *organization)
{
	pacl_run(&update_organization,
			 PACL_ARGS(pacl_uuid(id), pacl_text(organization->name),
					   pacl_text(organization->country),
					   pacl_text(organization->time_zone),
					   pacl_rights(organization->colleague_rights),
					   pacl_bool(organization->holder_consents),
					   pacl_text(organization->second_factor)));
}

void
pacl_organization_store_close(const pg_uuid_t *id, TimestampTz at)
{
	pacl_run(&close_organization, PACL_ARGS(pacl_uuid(id), pacl_time(at)));
}

void
pacl_organization_store_reopen(const pg_uuid_t *id)
{
	pacl_run(&reopen_organization, PACL_ARGS(pacl_uuid(id)));
}

PACL_STATEMENTS(organization,
	PACL_ONE(select_organization),
	PACL_ONE(insert_organization),
	PACL_ONE(update_organization),
	PACL_ONE(close_organization),
	PACL_ONE(reopen_organization));
