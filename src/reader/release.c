/*
 * release.c
 *		Whether the module and the objects of this database are of one release.
 */
#include "postgres.h"

#include "access/genam.h"
#include "access/htup_details.h"
#include "access/table.h"
#include "catalog/pg_extension.h"
#include "utils/builtins.h"
#include "utils/fmgroids.h"
#include "utils/rel.h"

#include "compat.h"
#include "errors.h"
#include "reader/release.h"

/* The release of the extension's objects, or null without an extension. */
static char *
release_of_objects(void)
{
	Relation	extensions = table_open(ExtensionRelationId, AccessShareLock);
	ScanKeyData key;
	SysScanDesc scan;
	HeapTuple	row;
	char	   *release = NULL;

	ScanKeyInit(&key, Anum_pg_extension_extname, BTEqualStrategyNumber,
				F_NAMEEQ, CStringGetDatum("practiceacl"));
	scan = systable_beginscan(extensions, ExtensionNameIndexId, true,
							  NULL, 1, &key);
	row = systable_getnext(scan);
	if (HeapTupleIsValid(row))
	{
		bool		isnull;
		Datum		version = heap_getattr(row, Anum_pg_extension_extversion,
										   RelationGetDescr(extensions),
										   &isnull);

		if (!isnull)
			release = TextDatumGetCString(version);
	}
	systable_endscan(scan);
	table_close(extensions, AccessShareLock);
	return release;
}

void
pacl_check_release(void)
{
	char	   *objects = release_of_objects();

	if (objects == NULL || strcmp(objects, PACL_VERSION) == 0)
		return;
	ereport(ERROR,
			(errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
			 errword("version"),
			 errmsg("practiceacl is of version %s in this database, its module of version %s",
					objects, PACL_VERSION),
			 errhint("Run ALTER EXTENSION practiceacl UPDATE in this database; if that finds nothing to do, install the module of version %s.",
					 objects)));
}
