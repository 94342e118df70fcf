/*
 * arrival.c
 *		Entry point: what another cell sends, looked at as it arrives.
 *
 * A subscription writes what its publisher sends, as a superuser and with no
 * foreign key checked.  A move's may bring rows of its organization, until that
 * is open here; of nobody else's, and none about an agenda of another one, for
 * rights and appointments are found by their agenda alone.  Subscriptions that
 * are not ours, a whole server's replica say, are their owner's business.
 */
#include "postgres.h"

#include "catalog/pg_type.h"
#include "commands/trigger.h"
#include "fmgr.h"
#include "replication/logicalworker.h"
#include "replication/worker_internal.h"
#include "utils/lsyscache.h"
#include "utils/rel.h"

#include "errors.h"
#include "operations/cell_move.h"
#include "pure/uuid.h"
#include "reader/cell.h"

#define OUR_SUBSCRIPTIONS "practiceacl_"
#define DIRECTORY "practiceacl_directory"

PG_FUNCTION_INFO_V1(practiceacl_check_arrival);

/* What the trigger was made with: sql/arrival.sql. */
enum
{
	ARGUMENT_ON_MOVE,
	ARGUMENT_COMPARED,
	ARGUMENT_COLUMN,			/* of a table beside the core's */
	ARGUMENTS
};

static bool
is_table(Relation relation, const char *name)
{
	return strcmp(RelationGetRelationName(relation), name) == 0;
}

/* The id that a row has in a column, or null. */
static const pg_uuid_t *
id_in(Relation relation, HeapTuple row, const char *column)
{
	AttrNumber	number = get_attnum(RelationGetRelid(relation), column);
	bool		isnull;
	Datum		value;

	if (number == InvalidAttrNumber ||
		TupleDescAttr(RelationGetDescr(relation), number - 1)->atttypid != UUIDOID)
		return NULL;
	value = heap_getattr(row, number, RelationGetDescr(relation), &isnull);
	return isnull ? NULL : DatumGetUUIDP(value);
}

/* Whether a row is the moving organization's, and about nobody else's agenda. */
static bool
is_its_own(const TriggerData *trigger, HeapTuple row)
{
	Relation	relation = trigger->tg_relation;
	bool		is_beside = trigger->tg_trigger->tgnargs == ARGUMENTS;
	const pg_uuid_t *organization_id =
		id_in(relation, row, is_beside ? trigger->tg_trigger->tgargs[ARGUMENT_COLUMN] :
			  is_table(relation, "organization") ? "id" : "organization_id");
	const pg_uuid_t *agenda_id =
		id_in(relation, row, !is_beside && is_table(relation, "agenda") ? "id" : "agenda_id");

	return organization_id != NULL &&
		strcmp(pacl_cell_move_name(organization_id), MySubscription->name) == 0 &&
		(strcmp(trigger->tg_trigger->tgargs[ARGUMENT_COMPARED], "f") == 0 ||
		 pacl_cell_state(organization_id, NULL) == PACL_CELL_AWAY) &&
		(agenda_id == NULL ||
		 !pacl_cell_agenda_is_of_another(agenda_id, organization_id));
}

static bool
may_arrive(const TriggerData *trigger)
{
	if (strcmp(MySubscription->name, DIRECTORY) == 0)
		return is_table(trigger->tg_relation, "organization_cell");
	if (strcmp(trigger->tg_trigger->tgargs[ARGUMENT_ON_MOVE], "replicated") != 0 ||
		TRIGGER_FIRED_BY_TRUNCATE(trigger->tg_event))
		return false;
	return is_its_own(trigger, trigger->tg_trigtuple) &&
		(!TRIGGER_FIRED_BY_UPDATE(trigger->tg_event) ||
		 is_its_own(trigger, trigger->tg_newtuple));
}

static bool
is_ours(void)
{
	return IsLogicalWorker() && MySubscription != NULL &&
		strncmp(MySubscription->name, OUR_SUBSCRIPTIONS,
				strlen(OUR_SUBSCRIPTIONS)) == 0;
}

Datum
practiceacl_check_arrival(PG_FUNCTION_ARGS)
{
	const TriggerData *trigger = (TriggerData *) fcinfo->context;

	if (!CALLED_AS_TRIGGER(fcinfo) || trigger->tg_trigger->tgnargs < ARGUMENT_COLUMN)
		ereport(ERROR,
				(errcode(ERRCODE_FEATURE_NOT_SUPPORTED),
				 errword("no_trigger"),
				 errmsg("practiceacl.check_arrival() is called by its triggers")));
	if (is_ours() && !may_arrive(trigger))
		ereport(ERROR,
				(errcode(ERRCODE_INSUFFICIENT_PRIVILEGE),
				 errword("not_of_the_move"),
				 errtable(trigger->tg_relation),
				 errmsg("the other cell sent what it may not write in \"%s\"",
						RelationGetRelationName(trigger->tg_relation)),
				 errdetail("A move brings rows of its organization, until this is open here."),
				 errhint("Call the move off, and ask who runs the other cell.")));
	return PointerGetDatum(NULL);
}
