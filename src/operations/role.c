/*
 * role.c
 *		Privilege sets of database roles, granted and revoked as a whole.
 */
#include "postgres.h"

#include "lib/stringinfo.h"
#include "miscadmin.h"
#include "utils/acl.h"
#include "utils/builtins.h"

#include "base/statement.h"
#include "errors.h"
#include "operations/role.h"
#include "operations/role_store.h"

/* The role's name, quoted; after the check that the caller may give at all. */
static const char *
require_role(Oid role)
{
	char	   *name;

	if (!pacl_role_store_is_owner())
		ereport(ERROR,
				(errcode(ERRCODE_INSUFFICIENT_PRIVILEGE),
				 errword("not_owner_of_extension"),
				 errmsg("only the owner of the extension may give or take its privileges"),
				 errhint("Connect as the owner of the extension or as a superuser.")));
	name = GetUserNameFromId(role, true);
	if (name == NULL)
		ereport(ERROR,
				(errcode(ERRCODE_UNDEFINED_OBJECT),
				 errword("role_unknown"),
				 errargument("role"),
				 errmsg("role with OID %u does not exist", role)));
	return quote_identifier(name);
}

static void
change(const char *verb, const char *kind, const char *objects,
	   const char *direction, const char *role)
{
	if (objects != NULL)
		pacl_run_text(psprintf("%s ON %s %s %s %s",
							   verb, kind, objects, direction, role));
}

void
pacl_role_grant(const char *audience, Oid role)
{
	const char *name = require_role(role);
	char	   *functions;
	char	   *relations;

	pacl_role_store_needs(audience, &functions, &relations);
	change("GRANT EXECUTE", "ROUTINE", functions, "TO", name);
	change("GRANT SELECT", "TABLE", relations, "TO", name);

	if (strcmp(audience, "application") == 0 &&
		has_bypassrls_privilege(role))
		ereport(WARNING,
				(errmsg("row security does not bind role %s", name),
				 errdetail("It is a superuser or has BYPASSRLS, so it reads the rows of everybody."),
				 errhint("Let the application connect with a plain role.")));
}

void
pacl_role_revoke(const char *audience, Oid role)
{
	const char *name = require_role(role);
	char	   *functions;
	char	   *relations;

	pacl_role_store_needs_alone(audience, role, &functions, &relations);
	change("REVOKE EXECUTE", "ROUTINE", functions, "FROM", name);
	change("REVOKE SELECT", "TABLE", relations, "FROM", name);
}

bool
pacl_role_is_operator(void)
{
	return pacl_role_store_may_run(GetOuterUserId(),
								   "practiceacl.close_organization(uuid)");
}

bool
pacl_role_is_monitor(void)
{
	return pacl_role_store_may_run(GetOuterUserId(),
								   "practiceacl.activity_heads()");
}
