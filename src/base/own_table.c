/*
 * own_table.c
 *		Tables of an application, by OID.
 */
#include "postgres.h"

#include "catalog/dependency.h"
#include "catalog/pg_class.h"
#include "catalog/pg_extension.h"
#include "commands/extension.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"

#include "base/own_table.h"
#include "errors.h"

void
pacl_own_table_require(Oid table)
{
	if (get_rel_name(table) == NULL)
		ereport(ERROR,
				(errcode(ERRCODE_UNDEFINED_TABLE),
				 errword("table_unknown"),
				 errargument("target"),
				 errmsg("relation with OID %u does not exist", table)));
}

char *
pacl_own_table_name(Oid table)
{
	return quote_qualified_identifier(get_namespace_name(get_rel_namespace(table)),
									  get_rel_name(table));
}

bool
pacl_own_table_is_ours(Oid table)
{
	Oid			extension = getExtensionOfObject(RelationRelationId, table);

	return OidIsValid(extension) &&
		extension == get_extension_oid("practiceacl", true);
}
