/*
 * colleague_store.c
 *		The columns of an agenda that say what every colleague may do.
 */
#include "postgres.h"

#include "access/colleague_store.h"
#include "base/statement.h"

/* What began and ended in one moment was never anybody's. */
static PaclStatement set_rights = {
	"WITH before AS ("
	"  INSERT INTO practiceacl.access_history (organization_id, agenda_id,"
	"    kind, rights, granted_by, ended_by, recorded_during)"
	"  SELECT organization_id, id, 'colleagues', colleague_rights,"
	"    colleague_rights_by, $4, tstzrange(colleague_rights_since, $5)"
	"  FROM practiceacl.agenda"
	"  WHERE organization_id = $1 AND id = $2 AND colleague_rights_since < $5"
	"    AND colleague_rights OPERATOR(practiceacl.<>) 'none'::practiceacl.rights)"
	" UPDATE practiceacl.agenda SET colleague_rights = $3::practiceacl.rights,"
	"   colleague_rights_by = $4,"
	"   colleague_rights_since = greatest(colleague_rights_since, $5)"
	" WHERE organization_id = $1 AND id = $2"
};

void
pacl_colleague_store_set(const pg_uuid_t *organization_id,
						 const pg_uuid_t *agenda_id, PaclRights rights,
						 const pg_uuid_t *by, TimestampTz at)
{
	pacl_run(&set_rights,
			 PACL_ARGS(pacl_uuid(organization_id), pacl_uuid(agenda_id),
					   pacl_rights(rights), pacl_uuid(by), pacl_time(at)));
}

PACL_STATEMENTS(colleague,
	PACL_ONE(set_rights));
