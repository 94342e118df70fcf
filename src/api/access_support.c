/*
 * access_support.c
 *		Entry points: what the planner may know of can() and is_admin().
 *
 * can(agenda_id, required) is true for exactly the agendas in
 * agendas(required), and is_admin(organization_id, level) for exactly the
 * organizations in organizations(level).  So an index on the column serves a
 * policy as the condition column = ANY (the caller's own), which the executor
 * works out once a scan; the number of rows follows from the column's
 * statistics and the caller's set; and a call costs a probe, not a query.
 */
#include "postgres.h"

#include "access/htup_details.h"
#include "access/stratnum.h"
#include "catalog/pg_am.h"
#include "catalog/pg_statistic.h"
#include "catalog/pg_type.h"
#include "fmgr.h"
#include "nodes/makefuncs.h"
#include "nodes/nodeFuncs.h"
#include "nodes/supportnodes.h"
#include "optimizer/cost.h"
#include "optimizer/optimizer.h"
#include "parser/parse_func.h"
#include "utils/lsyscache.h"
#include "utils/selfuncs.h"

#include "api/arguments.h"
#include "compat.h"
#include "reader/access.h"

PG_FUNCTION_INFO_V1(practiceacl_access_support);

/*
 * Up to this share of the rows, an index pays whatever it costs; above it the
 * planner is to weigh it against a scan.
 */
#define SELECTIVE_SHARE 0.10

/* What a call asks of its first argument. */
typedef struct Question
{
	bool		of_agendas;		/* can(); else is_admin() */
	PaclRights	required;
	PaclAdmin	level;
	const char *set;			/* the function that returns the caller's own */
} Question;

/* False if the second argument is not known at planning time, or is wrong. */
static bool
read_question(PlannerInfo *root, List *args, Question *question)
{
	Node	   *argument = lsecond(args);
	Node	   *value = estimate_expression_value(root, argument);

	question->of_agendas = exprType(argument) != TEXTOID;
	question->set = question->of_agendas ? "agendas" : "organizations";
	if (!IsA(value, Const) || ((Const *) value)->constisnull)
		return false;
	if (question->of_agendas)
	{
		question->required = DatumGetRights(((Const *) value)->constvalue);
		return true;
	}
	/* Nobody is an administrator of the level none, but all belong to it. */
	return pacl_admin_parse(TextDatumGetCString(((Const *) value)->constvalue),
							&question->level) &&
		question->level != PACL_ADMIN_NONE;
}

static int
count_own(const Question *question)
{
	int			count;

	if (question->of_agendas)
		return pacl_access_count(question->required);
	(void) pacl_access_organizations(question->level, &count);
	return count;
}

static bool
is_own(const Question *question, const pg_uuid_t *id)
{
	return question->of_agendas ?
		pacl_access_can(id, question->required) :
		pacl_access_is_admin(id, question->level);
}

/*
 * The share of rows whose value is among the caller's own: of the most common
 * values those that are, and of all others as many as the caller has beyond
 * them, each as common as the rest.
 */
static Selectivity
share_of_own(VariableStatData *column, const Question *question, int count)
{
	AttStatsSlot common;
	double		known_share = 0.0;
	double		share = 0.0;
	double		null_share = 0.0;
	int			known = 0;
	int			matched = 0;
	bool		guessed;
	double		distinct = get_variable_numdistinct(column, &guessed);

	if (HeapTupleIsValid(column->statsTuple))
	{
		null_share = ((Form_pg_statistic) GETSTRUCT(column->statsTuple))->stanullfrac;
		if (get_attstatsslot(&common, column->statsTuple,
							 STATISTIC_KIND_MCV, InvalidOid,
							 ATTSTATSSLOT_VALUES | ATTSTATSSLOT_NUMBERS))
		{
			known = common.nvalues;
			for (int i = 0; i < common.nvalues; i++)
			{
				known_share += common.numbers[i];
				if (is_own(question, DatumGetUUIDP(common.values[i])))
				{
					share += common.numbers[i];
					matched++;
				}
			}
			free_attstatsslot(&common);
		}
	}
	if (distinct > known)
		share += (count - matched) * Max(1.0 - known_share - null_share, 0.0) /
			(distinct - known);
	CLAMP_PROBABILITY(share);
	return share;
}

static Selectivity
estimate_share(PlannerInfo *root, List *args, int relation,
			   const Question *question)
{
	VariableStatData column;
	Selectivity share;
	int			count = count_own(question);

	if (count == 0)
		return 0.0;
	examine_variable(root, linitial(args), relation, &column);
	share = share_of_own(&column, question, count);
	ReleaseVariableStats(column);
	return share;
}

static Expr *
make_call(const char *name, Oid result_type, Expr *argument)
{
	Oid			argument_type = exprType((Node *) argument);
	List	   *full_name = list_make2(makeString("practiceacl"),
									   makeString(pstrdup(name)));

	return (Expr *) makeFuncExpr(LookupFuncName(full_name, 1, &argument_type,
												false),
								 result_type, list_make1(argument),
								 InvalidOid, InvalidOid, COERCE_EXPLICIT_CALL);
}

/*
 * The same array, but the planner cannot know it.  Each element is taken as
 * CASE WHEN element IS NULL AND is_member(element) THEN element ELSE element
 * END: itself, and not immutable; no element is null, so nothing is called.
 */
static Expr *
make_opaque(Expr *array)
{
	CaseTestExpr *element = makeNode(CaseTestExpr);
	NullTest   *is_null = makeNode(NullTest);
	CaseWhen   *when = makeNode(CaseWhen);
	CaseExpr   *same = makeNode(CaseExpr);
	ArrayCoerceExpr *opaque = makeNode(ArrayCoerceExpr);

	element->typeId = UUIDOID;
	element->typeMod = -1;
	element->collation = InvalidOid;

	is_null->arg = (Expr *) element;
	is_null->nulltesttype = IS_NULL;
	is_null->argisrow = false;
	is_null->location = -1;

	when->expr = makeBoolExpr(AND_EXPR,
							  list_make2(is_null,
										 make_call("is_member", BOOLOID,
												   (Expr *) element)),
							  -1);
	when->result = (Expr *) element;
	when->location = -1;

	same->casetype = UUIDOID;
	same->casecollid = InvalidOid;
	same->arg = NULL;
	same->args = list_make1(when);
	same->defresult = (Expr *) element;
	same->location = -1;

	opaque->arg = array;
	opaque->elemexpr = (Expr *) same;
	opaque->resulttype = UUIDARRAYOID;
	opaque->resulttypmod = -1;
	opaque->resultcollid = InvalidOid;
	opaque->coerceformat = COERCE_IMPLICIT_CAST;
	opaque->location = -1;
	return (Expr *) opaque;
}

/*
 * The array of the caller's own.  To weigh a scan by it, the planner calls
 * agendas() and looks every element up in the statistics, in each planning:
 * with three hundred agendas that costs a good part of a week view.  Where
 * the answer is foreseeable it is kept from that.
 */
static Expr *
make_array(PlannerInfo *root, RelOptInfo *relation, List *args)
{
	Question	question;
	bool		known = read_question(root, args, &question);
	Expr	   *array = make_call(question.set, UUIDARRAYOID, lsecond(args));

	if (known && estimate_share(root, args, relation->relid,
								&question) <= SELECTIVE_SHARE)
		return make_opaque(array);
	return array;
}

/*
 * An array on a lower column makes an index scan return rows out of the
 * index's order, which the planner takes into account for arrays that stand
 * in the query, not for one that is derived: until 17, which keeps the order.
 */
static bool
keeps_order(const SupportRequestIndexCondition *request)
{
	return request->indexcol == 0 || PACL_ARRAYS_KEEP_ORDER;
}

static List *
index_condition(SupportRequestIndexCondition *request)
{
	FuncExpr   *call;
	Node	   *argument;
	Question	question;
	ScalarArrayOpExpr *condition;
	Oid			equal;

	if (!IsA(request->node, FuncExpr) || request->indexarg != 0 ||
		!request->index->amsearcharray || !keeps_order(request))
		return NIL;
	call = (FuncExpr *) request->node;
	argument = (Node *) lsecond(call->args);
	if (!is_pseudo_constant_for_index(request->root, argument, request->index))
		return NIL;
	if (!read_question(request->root, call->args, &question) &&
		!question.of_agendas)
		return NIL;
	equal = get_opfamily_member(request->opfamily, UUIDOID, UUIDOID,
								BTEqualStrategyNumber);
	if (!OidIsValid(equal) || request->index->relam != BTREE_AM_OID)
		return NIL;

	condition = makeNode(ScalarArrayOpExpr);
	condition->opno = equal;
	condition->opfuncid = get_opcode(equal);
	condition->useOr = true;
	condition->inputcollid = InvalidOid;
	condition->args = list_make2(linitial(call->args),
								 make_array(request->root,
											request->index->rel, call->args));
	condition->location = -1;

	/* The call and the array agree exactly: nothing is to be rechecked. */
	request->lossy = false;
	return list_make1(condition);
}

Datum
practiceacl_access_support(PG_FUNCTION_ARGS)
{
	Node	   *request = (Node *) PG_GETARG_POINTER(0);
	Node	   *answer = NULL;

	if (IsA(request, SupportRequestIndexCondition))
		answer = (Node *) index_condition((SupportRequestIndexCondition *) request);
	else if (IsA(request, SupportRequestSelectivity))
	{
		SupportRequestSelectivity *asked = (SupportRequestSelectivity *) request;
		Question	question;

		if (!asked->is_join &&
			read_question(asked->root, asked->args, &question))
		{
			asked->selectivity = estimate_share(asked->root, asked->args,
												asked->varRelid, &question);
			answer = request;
		}
	}
	else if (IsA(request, SupportRequestCost))
	{
		SupportRequestCost *cost = (SupportRequestCost *) request;

		/* The first calls look rows up; after that each is a hash probe. */
		cost->startup = 10 * cpu_tuple_cost;
		cost->per_tuple = cpu_operator_cost;
		answer = request;
	}
	PG_RETURN_POINTER(answer);
}
