/*
 * break_glass_store.c
 *		Rows of emergency access.
 */
#include "postgres.h"

#include "access/break_glass_store.h"
#include "base/statement.h"

static PaclStatement insert_grant = {
	"INSERT INTO practiceacl.access_grant (organization_id, agenda_id,"
	"   account_id, rights, granted_at, granted_by, valid_during, source,"
	"   reason)"
	" VALUES ($1, $2, $3, $4::practiceacl.rights, $5, $3,"
	"   tstzrange($5, $6), 'break_glass', $7)"
};

void
pacl_break_glass_store_grant(const pg_uuid_t *organization_id,
							 const pg_uuid_t *agenda_id,
							 const pg_uuid_t *account_id, PaclRights rights,
							 TimestampTz from, TimestampTz until,
							 const char *reason)
{
	pacl_run(&insert_grant,
			 PACL_ARGS(pacl_uuid(organization_id), pacl_uuid(agenda_id),
					   pacl_uuid(account_id), pacl_rights(rights),
					   pacl_time(from), pacl_time(until), pacl_text(reason)));
}

PACL_STATEMENTS(break_glass,
	PACL_ONE(insert_grant));
