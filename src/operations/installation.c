/*
 * installation.c
 *		Checks that the install and update scripts make.
 *
 * A schema of the extension's name that somebody else made first, or may
 * create in, is a trap: a function in it with better fitting arguments is
 * called instead of ours, by the script and by applications.
 */
#include "postgres.h"

#include "errors.h"
#include "operations/installation.h"
#include "operations/installation_store.h"

static void
check_owner(const PaclSchema *schema)
{
	if (!schema->trusted)
		ereport(ERROR,
				(errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
				 errword("schema_owner"),
				 errmsg("schema \"practiceacl\" belongs to role \"%s\"",
						schema->owner),
				 errdetail("Its owner could change every object of the extension."),
				 errhint("Drop the schema, so that it is created with the extension.")));
}

static void
check_creators(const PaclSchema *schema)
{
	if (schema->creators != NULL)
		ereport(ERROR,
				(errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
				 errword("schema_open"),
				 errmsg("others may create objects in schema \"practiceacl\""),
				 errdetail("CREATE is granted to %s.", schema->creators),
				 errhint("REVOKE CREATE ON SCHEMA practiceacl from them, and look at what the schema holds.")));
}

static void
check_contents(const PaclSchema *schema)
{
	if (schema->strangers != NULL)
		ereport(ERROR,
				(errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
				 errword("schema_in_use"),
				 errmsg("schema \"practiceacl\" is not empty"),
				 errdetail("It holds objects that are not the extension's: %s.",
						   schema->strangers),
				 errhint("Find out whose they are and what they do, and drop them first.")));
}

void
pacl_installation_check_schema(void)
{
	PaclSchema	schema;

	pacl_installation_store_schema(&schema);
	check_owner(&schema);
	check_creators(&schema);
	check_contents(&schema);
}

void
pacl_installation_seal(void)
{
	int			count;
	char	  **statements = pacl_installation_store_revokes(&count);

	for (int i = 0; i < count; i++)
		pacl_installation_store_run(statements[i]);
}
