/*
 * access_support.c
 *		Doorway: what the planner may know of can().
 *
 * can(agenda_id, required) is true for exactly the agendas in
 * agendas(required).  So an index on the column serves a policy as the
 * condition agenda_id = ANY (agendas(required)), which the executor works out
 * once a scan; the number of rows follows from the column's statistics and
 * the caller's own set; and a call costs a probe, not a query.
 */
#include "postgres.h"

#include "access/stratnum.h"
#include "access/htup_details.h"
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
#include "reader/access.h"

PG_FUNCTION_INFO_V1(practiceacl_can_support);

/*
 * Up to this share of the rows, an index pays whatever it costs; above it the
 * planner is to weigh it against a scan.
 */
#define SELECTIVE_SHARE 0.10

/* The requirement of a call, if it is known at planning time. */
static bool
known_requirement(PlannerInfo *root, Node *required, PaclRights *rights)
{
	Node	   *value = estimate_expression_value(root, required);

	if (!IsA(value, Const) || ((Const *) value)->constisnull)
		return false;
	*rights = DatumGetRights(((Const *) value)->constvalue);
	return true;
}

/*
 * The share of rows whose agenda is among the caller's: of the most common
 * values those that are, and of all others as many as the caller has beyond
 * them, each as common as the rest.
 */
static Selectivity
share_of_agendas(VariableStatData *column, PaclRights required, int count)
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
				if (pacl_access_can(DatumGetUUIDP(common.values[i]), required))
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

/*
 * What share of the rows the caller may have, by the column's statistics and
 * her own set.  False if the requirement is not known yet.
 */
static bool
estimate_share(PlannerInfo *root, List *args, int relation,
			   Selectivity *share)
{
	VariableStatData column;
	PaclRights	required;
	int			count;

	if (!known_requirement(root, lsecond(args), &required))
		return false;

	count = pacl_access_count(required);
	if (count == 0)
		*share = 0.0;
	else
	{
		examine_variable(root, linitial(args), relation, &column);
		*share = share_of_agendas(&column, required, count);
		ReleaseVariableStats(column);
	}
	return true;
}

/*
 * The call agendas(required).  To weigh a scan by it, the planner calls it
 * and looks every element up in the statistics, in each planning: with three
 * hundred agendas that costs as much as a week view.  Where the answer is
 * foreseeable, a coercion that is not immutable (and changes nothing: an
 * element is never null) keeps the planner from it.
 */
static Expr *
make_agendas_call(Node *required, bool weigh)
{
	Oid			rights_type = exprType(required);
	Expr	   *call;
	CaseTestExpr *element;
	CoalesceExpr *same;
	ArrayCoerceExpr *opaque;

	call = (Expr *) makeFuncExpr(LookupFuncName(list_make2(makeString("practiceacl"),
														   makeString("agendas")),
												1, &rights_type, false),
								 UUIDARRAYOID, list_make1(required),
								 InvalidOid, InvalidOid, COERCE_EXPLICIT_CALL);
	if (weigh)
		return call;

	element = makeNode(CaseTestExpr);
	element->typeId = UUIDOID;
	element->typeMod = -1;
	element->collation = InvalidOid;

	same = makeNode(CoalesceExpr);
	same->coalescetype = UUIDOID;
	same->coalescecollid = InvalidOid;
	same->args = list_make2(element,
							makeFuncExpr(LookupFuncName(list_make2(makeString("practiceacl"),
																   makeString("reading_account")),
														0, NULL, false),
										 UUIDOID, NIL, InvalidOid, InvalidOid,
										 COERCE_EXPLICIT_CALL));
	same->location = -1;

	opaque = makeNode(ArrayCoerceExpr);
	opaque->arg = call;
	opaque->elemexpr = (Expr *) same;
	opaque->resulttype = UUIDARRAYOID;
	opaque->resulttypmod = -1;
	opaque->resultcollid = InvalidOid;
	opaque->coerceformat = COERCE_IMPLICIT_CAST;
	opaque->location = -1;
	return (Expr *) opaque;
}

static List *
index_condition(SupportRequestIndexCondition *request)
{
	FuncExpr   *call;
	Node	   *required;
	ScalarArrayOpExpr *condition;
	Selectivity share;
	Oid			equal;

	if (!IsA(request->node, FuncExpr) || request->indexarg != 0 ||
		!request->index->amsearcharray)
		return NIL;
	call = (FuncExpr *) request->node;
	required = (Node *) lsecond(call->args);
	if (!is_pseudo_constant_for_index(request->root, required, request->index))
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
								 make_agendas_call(required,
												   !estimate_share(request->root,
																   call->args,
																   request->index->rel->relid,
																   &share) ||
												   share > SELECTIVE_SHARE));
	condition->location = -1;

	/* can() and the array agree exactly: nothing is to be rechecked. */
	request->lossy = false;
	return list_make1(condition);
}

Datum
practiceacl_can_support(PG_FUNCTION_ARGS)
{
	Node	   *request = (Node *) PG_GETARG_POINTER(0);
	Node	   *answer = NULL;

	if (IsA(request, SupportRequestIndexCondition))
		answer = (Node *) index_condition((SupportRequestIndexCondition *) request);
	else if (IsA(request, SupportRequestSelectivity))
	{
		SupportRequestSelectivity *selectivity = (SupportRequestSelectivity *) request;

		if (!selectivity->is_join &&
			estimate_share(selectivity->root, selectivity->args,
						   selectivity->varRelid, &selectivity->selectivity))
			answer = request;
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
