/*
 * cell_directory.c
 *		The directory: which organization is in which cell.
 */
#include "postgres.h"

#include "base/activity.h"
#include "base/facts.h"
#include "base/lock.h"
#include "errors.h"
#include "operations/cell_directory.h"
#include "operations/cell_directory_store.h"
#include "operations/cell_move.h"
#include "operations/cell_store.h"

/* The publication where it is kept, the subscription where it is followed. */
#define DIRECTORY "practiceacl_directory"

static void
require_not_followed(void)
{
	if (pacl_cell_store_has_subscription(DIRECTORY))
		ereport(ERROR,
				(errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
				 errword("directory_elsewhere"),
				 errmsg("another cell keeps the directory"),
				 errdetail("This one follows it, by the subscription \"%s\".", DIRECTORY),
				 errhint("Ask there, or drop the subscription if that cell is gone.")));
}

char *
pacl_cell_directory_publish(void)
{
	pacl_require_primary();
	pacl_cell_move_require_logical();
	require_not_followed();
	if (!pacl_directory_store_is_published(DIRECTORY))
		pacl_directory_store_publish(DIRECTORY);
	return DIRECTORY;
}

char *
pacl_cell_directory_follow(const char *connection)
{
	pacl_require_primary();
	if (pacl_directory_store_is_published(DIRECTORY))
		ereport(ERROR,
				(errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
				 errword("directory_here"),
				 errmsg("this cell keeps the directory"),
				 errdetail("By the publication \"%s\".", DIRECTORY),
				 errhint("Drop the publication first if another cell is to keep it.")));
	if (pacl_cell_store_has_subscription(DIRECTORY))
		return NULL;
	pacl_directory_store_clear();
	return pacl_directory_store_subscription(DIRECTORY, connection);
}

Jsonb *
pacl_cell_directory_here(const pg_uuid_t *organization_id)
{
	return pacl_directory_store_here(organization_id);
}

static void
record_change(const char *cell, int64 count)
{
	PaclFacts	facts;
	PaclEntry	entry = {.act = "directory.changed", .by_operator = true};

	pacl_facts_begin(&facts);
	pacl_facts_text(&facts, "cell", cell);
	pacl_facts_int(&facts, "organizations", count);
	entry.facts = pacl_facts_end(&facts);
	(void) pacl_activity_record(&entry);
}

int64
pacl_cell_directory_set(const char *cell, Jsonb *organizations)
{
	const char *name = pacl_cell_move_check_name("cell", cell);
	int64		count;

	pacl_require_primary();
	require_not_followed();
	count = pacl_directory_store_set(name, organizations);
	if (count > 0)
		record_change(name, count);
	return count;
}

char *
pacl_cell_directory_look(const pg_uuid_t *organization_id)
{
	return pacl_directory_store_look(organization_id);
}
