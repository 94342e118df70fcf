/*
 * reading_watch.c
 *		Notes of which agenda a scan gives rows.
 *
 * A scan that can() or agendas() confines, by a policy or in a view, has one
 * condition more: it is always true, and notes the row's agenda.  It stands
 * behind the policy, and before the first condition of the query that could
 * tell somebody what is in the row although it then refuses it: a function
 * that raises an error, or that was written to pass on what it is shown.
 * Conditions that cannot are evaluated first, so that who looks for a patient
 * is noted where the patient is found.
 *
 * Statements whose readings are noted run without parallel workers, whose
 * notes nobody would write.
 */
#include "postgres.h"

#include "access/parallel.h"
#include "executor/execExpr.h"
#include "executor/executor.h"
#include "nodes/makefuncs.h"
#include "nodes/nodeFuncs.h"
#include "nodes/params.h"
#include "utils/fmgroids.h"
#include "utils/lsyscache.h"
#include "utils/memutils.h"
#include "utils/rel.h"
#include "utils/syscache.h"
#include "utils/uuid.h"

#include "api/reading_watch.h"
#include "pure/rights.h"
#include "pure/uuid.h"
#include "reader/reading_note.h"
#include "settings.h"

typedef struct KnownFunction
{
	Oid			oid;
	uint32		hash;			/* by which a plan lists it */
} KnownFunction;

/* The agendas of which a scan has given rows. */
typedef struct GivenAgenda
{
	pg_uuid_t	agenda_id;
	uint32		status;			/* simplehash's */
} GivenAgenda;

#define SH_PREFIX given
#define SH_ELEMENT_TYPE GivenAgenda
#define SH_KEY_TYPE pg_uuid_t
#define SH_KEY agenda_id
#define SH_HASH_KEY(tb, key) ((uint32) (pacl_uuid_hash(&(key)) >> 32))
#define SH_EQUAL(tb, a, b) pacl_uuid_equal(&(a), &(b))
#define SH_SCOPE static inline
#define SH_DECLARE
#define SH_DEFINE
#include "lib/simplehash.h"

/* A watched scan; in the memory of its query. */
typedef struct Watch
{
	AttrNumber	column;			/* of the agenda, in the scan's rows */
	given_hash *given;			/* null before the first row */
	uint64		token_changes;	/* at that time */
	Param	   *marker;			/* that stands for the condition */
	ParamListInfo others;		/* the query's own parameters */
} Watch;

/* Where the agenda stands among the columns that a condition names. */
typedef struct Search
{
	AttrNumber	column;
	bool		content;		/* more than when it is busy */
} Search;

static KnownFunction can;
static KnownFunction agendas;
static Oid	our_schema = InvalidOid;
static ExecutorStart_hook_type next_executor_start = NULL;

static void
know(KnownFunction *known, Oid function)
{
	if (known->oid == function)
		return;
	known->oid = function;
	known->hash = GetSysCacheHashValue1(PROCOID, ObjectIdGetDatum(function));
	our_schema = get_func_namespace(function);
}

void
pacl_reading_watch_can(Oid function)
{
	know(&can, function);
}

void
pacl_reading_watch_agendas(Oid function)
{
	know(&agendas, function);
}

/* What a plan depends on is listed in it: most speak of nothing of ours. */
static bool
mentions_access(const PlannedStmt *statement)
{
	ListCell   *cell;

	foreach(cell, statement->invalItems)
	{
		PlanInvalItem *item = lfirst_node(PlanInvalItem, cell);

		if (item->cacheId == PROCOID &&
			((OidIsValid(can.oid) && item->hashValue == can.hash) ||
			 (OidIsValid(agendas.oid) && item->hashValue == agendas.hash)))
			return true;
	}
	return false;
}

static void
found_column(Node *node, Node *required, Search *search)
{
	if (node != NULL && IsA(node, RelabelType))
		node = (Node *) ((RelabelType *) node)->arg;
	if (node == NULL || !IsA(node, Var) || ((Var *) node)->varattno <= 0 ||
		search->column > 0)
		return;
	search->column = ((Var *) node)->varattno;
	search->content = required == NULL || !IsA(required, Const) ||
		((Const *) required)->constisnull ||
		pacl_rights_level(pacl_rights_required(DatumGetRights(((Const *) required)->constvalue))) >= PACL_LEVEL_READ;
}

/* The argument of agendas() within an array's expression. */
static bool
find_required(Node *node, void *context)
{
	if (node == NULL)
		return false;
	if (IsA(node, FuncExpr) && ((FuncExpr *) node)->funcid == agendas.oid)
	{
		*(Node **) context = linitial(((FuncExpr *) node)->args);
		return true;
	}
	return expression_tree_walker(node, find_required, context);
}

/* can(column, …), or column = ANY (agendas(…)), anywhere in a condition. */
static bool
find_column(Node *node, void *context)
{
	Search	   *search = context;
	Node	   *required;

	if (node == NULL)
		return false;
	if (IsA(node, FuncExpr) && ((FuncExpr *) node)->funcid == can.oid)
		found_column(linitial(((FuncExpr *) node)->args),
					 lsecond(((FuncExpr *) node)->args), search);
	else if (IsA(node, ScalarArrayOpExpr) &&
			 find_required(lsecond(((ScalarArrayOpExpr *) node)->args),
						   &required))
		found_column(linitial(((ScalarArrayOpExpr *) node)->args), required,
					 search);
	if (search->column > 0)
		return true;
	return expression_tree_walker(node, find_column, context);
}

static List *
index_conditions(Plan *plan)
{
	switch (nodeTag(plan))
	{
		case T_IndexScan:
			return ((IndexScan *) plan)->indexqualorig;
		case T_IndexOnlyScan:
			return ((IndexOnlyScan *) plan)->indexqual;
		case T_BitmapHeapScan:
			return ((BitmapHeapScan *) plan)->bitmapqualorig;
		default:
			return NIL;
	}
}

/*
 * Of our own tables those that a calendar consists of; of others whatever needs
 * more than freebusy.
 */
static bool
is_content(Relation table, const Search *search)
{
	const char *name = RelationGetRelationName(table);

	if (RelationGetNamespace(table) != our_schema)
		return search->content;
	return strcmp(name, "appointment") == 0 ||
		strcmp(name, "appointment_archive") == 0 ||
		strcmp(name, "absence") == 0 || strcmp(name, "slot_hold") == 0;
}

/*
 * Whether a function may show its arguments to somebody.  Ours do not, nor do
 * those that are leakproof or, though they may fail, never say of what.
 */
static bool
is_indiscreet(Oid function, void *context)
{
	switch (function)
	{
		case F_TEXTLIKE:
		case F_TEXTNLIKE:
		case F_TEXTICLIKE:
		case F_TEXTICNLIKE:
		case F_TEXTREGEXEQ:
		case F_TEXTREGEXNE:
		case F_TEXTICREGEXEQ:
		case F_TEXTICREGEXNE:
		case F_STARTS_WITH:
		case F_LOWER_TEXT:
		case F_UPPER_TEXT:
		case F_BTRIM_TEXT:
		case F_STRPOS:
		case F_TEXTCAT:
		case F_JSONB_CONTAINS:
		case F_JSONB_EXISTS:
		case F_JSONB_OBJECT_FIELD:
		case F_JSONB_OBJECT_FIELD_TEXT:
		case F_TSTZRANGE_TIMESTAMPTZ_TIMESTAMPTZ:
		case F_RANGE_OVERLAPS:
		case F_RANGE_CONTAINS_ELEM:
		case F_TIMESTAMPTZ_PL_INTERVAL:
		case F_TIMESTAMPTZ_MI_INTERVAL:
			return false;
		default:
			return !get_func_leakproof(function) &&
				get_func_namespace(function) != our_schema;
	}
}

static bool
is_of_row(Node *node, void *context)
{
	if (node == NULL)
		return false;
	return IsA(node, Var) || IsA(node, CaseTestExpr) ||
		expression_tree_walker(node, is_of_row, context);
}

/* Whether a condition could tell what is in a row that it refuses. */
static bool
may_tell(Node *node, void *context)
{
	if (node == NULL)
		return false;
	switch (nodeTag(node))
	{
		case T_List:
		case T_Var:
		case T_Const:
		case T_Param:
		case T_BoolExpr:
		case T_NullTest:
		case T_BooleanTest:
		case T_RelabelType:
		case T_CaseExpr:
		case T_CaseWhen:
		case T_CaseTestExpr:
		case T_CoalesceExpr:
		case T_ArrayExpr:
			break;
		case T_FuncExpr:
		case T_OpExpr:
		case T_DistinctExpr:
		case T_NullIfExpr:
		case T_ScalarArrayOpExpr:
			if (check_functions_in_node(node, is_indiscreet, NULL) &&
				is_of_row(node, NULL))
				return true;
			break;
		default:
			return true;
	}
	return expression_tree_walker(node, may_tell, context);
}

/* Whether the scan gave rows of it already, to the same caller. */
static bool
was_given(Watch *watch, const pg_uuid_t *agenda_id)
{
	bool		found;

	if (watch->given == NULL)
		watch->given = given_create(GetMemoryChunkContext(watch), 16, NULL);
	else if (watch->token_changes != pacl_session_token_changes)
		given_reset(watch->given);
	watch->token_changes = pacl_session_token_changes;
	(void) given_insert(watch->given, *agenda_id, &found);
	return found;
}

static void
note_row(ExprState *state, ExprEvalStep *step, ExprContext *context)
{
	Watch	   *watch = step->d.cparam.paramarg;
	Datum		value = slot_getattr(context->ecxt_scantuple, watch->column,
									 step->resnull);

	if (!*step->resnull && !was_given(watch, DatumGetUUIDP(value)))
		pacl_reading_note(DatumGetUUIDP(value));
	*step->resvalue = BoolGetDatum(true);
	*step->resnull = false;
}

/* What the executor calls for each parameter in the conditions of a watch. */
static void
compile_param(ParamListInfo params, Param *param, ExprState *state,
			  Datum *value, bool *isnull)
{
	Watch	   *watch = params->paramCompileArg;
	ExprEvalStep step = {0};

	if (param != watch->marker && watch->others != NULL &&
		watch->others->paramCompile != NULL)
	{
		watch->others->paramCompile(watch->others, param, state, value, isnull);
		return;
	}
	step.resvalue = value;
	step.resnull = isnull;
	if (param == watch->marker)
	{
		step.opcode = EEOP_PARAM_CALLBACK;
		step.d.cparam.paramfunc = note_row;
		step.d.cparam.paramarg = watch;
		step.d.cparam.paramid = param->paramid;
		step.d.cparam.paramtype = param->paramtype;
	}
	else
	{
		step.opcode = EEOP_PARAM_EXTERN;
		step.d.param.paramid = param->paramid;
		step.d.param.paramtype = param->paramtype;
	}
	ExprEvalPushStep(state, &step);
}

static Param *
make_marker(void)
{
	Param	   *marker = makeNode(Param);

	marker->paramkind = PARAM_EXTERN;
	marker->paramid = 1;
	marker->paramtype = BOOLOID;
	marker->paramtypmod = -1;
	marker->location = -1;
	return marker;
}

/* The conditions in their order, with the marker before the first that may tell. */
static List *
with_marker(List *conditions, Param *marker)
{
	List	   *all = NIL;
	bool		placed = false;
	ListCell   *cell;

	foreach(cell, conditions)
	{
		if (!placed && may_tell(lfirst(cell), NULL))
		{
			all = lappend(all, marker);
			placed = true;
		}
		all = lappend(all, lfirst(cell));
	}
	return placed ? all : lappend(all, marker);
}

static void
watch_column(ScanState *scan, AttrNumber column)
{
	EState	   *estate = scan->ps.state;
	Watch	   *watch = palloc0(sizeof(Watch));
	ParamListInfo params = makeParamList(0);

	watch->column = column;
	watch->marker = make_marker();
	watch->others = estate->es_param_list_info;
	params->paramCompile = compile_param;
	params->paramCompileArg = watch;

	estate->es_param_list_info = params;
	scan->ps.qual = ExecInitQual(with_marker(scan->ps.plan->qual,
											 watch->marker),
								 &scan->ps);
	estate->es_param_list_info = watch->others;
}

/* The scans that read a table's rows, and evaluate conditions on them. */
static bool
is_scan(PlanState *node)
{
	switch (nodeTag(node))
	{
		case T_SeqScanState:
		case T_SampleScanState:
		case T_IndexScanState:
		case T_IndexOnlyScanState:
		case T_BitmapHeapScanState:
		case T_TidScanState:
		case T_TidRangeScanState:
			return ((ScanState *) node)->ss_currentRelation != NULL;
		default:
			return false;
	}
}

/* Looks at each scan once, although a subplan may be reached in two ways. */
static bool
watch_node(PlanState *node, void *context)
{
	List	  **seen = context;
	Search		search = {0};

	if (node == NULL)
		return false;
	if (is_scan(node) && !list_member_ptr(*seen, node))
	{
		*seen = lappend(*seen, node);
		if ((find_column((Node *) node->plan->qual, &search) ||
			 find_column((Node *) index_conditions(node->plan), &search)) &&
			is_content(((ScanState *) node)->ss_currentRelation, &search))
			watch_column((ScanState *) node, search.column);
	}
	return planstate_tree_walker(node, watch_node, context);
}

static void
watch_query(QueryDesc *query)
{
	MemoryContext outer = MemoryContextSwitchTo(query->estate->es_query_cxt);
	List	   *seen = NIL;

	(void) watch_node(query->planstate, &seen);
	MemoryContextSwitchTo(outer);
}

/* The same statement, but its Gather nodes start nobody. */
static PlannedStmt *
without_workers(QueryDesc *query)
{
	PlannedStmt *alone = MemoryContextAlloc(GetMemoryChunkContext(query),
											sizeof(PlannedStmt));

	*alone = *query->plannedstmt;
	alone->parallelModeNeeded = false;
	return alone;
}

static void
executor_start(QueryDesc *query, int flags)
{
	if (query->plannedstmt->parallelModeNeeded && !IsParallelWorker() &&
		pacl_reading_is_noted())
		query->plannedstmt = without_workers(query);
	if (next_executor_start != NULL)
		next_executor_start(query, flags);
	else
		standard_ExecutorStart(query, flags);
	if (!(flags & EXEC_FLAG_EXPLAIN_ONLY) &&
		mentions_access(query->plannedstmt))
		watch_query(query);
}

void
pacl_reading_watch_startup(void)
{
	next_executor_start = ExecutorStart_hook;
	ExecutorStart_hook = executor_start;
}
