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
#include "catalog/pg_am.h"
#include "catalog/pg_type.h"
#include "fmgr.h"
#include "nodes/makefuncs.h"
#include "nodes/nodeFuncs.h"
#include "nodes/supportnodes.h"
#include "optimizer/cost.h"
#include "optimizer/optimizer.h"
#include "parser/parse_func.h"
#include "utils/array.h"
#include "utils/fmgroids.h"
#include "utils/lsyscache.h"
#include "utils/selfuncs.h"
#include "utils/typcache.h"

#include "api/arguments.h"
#include "reader/access.h"

PG_FUNCTION_INFO_V1(practiceacl_can_support);

/*
 * Statistics are looked up for so many of the caller's agendas; the rest is
 * taken to be alike.  Planning must not cost more than it saves.
 */
#define SAMPLED_AGENDAS 200

/* The call agendas(required), planned like any expression of the query. */
static Expr *
make_agendas_call(Node *required)
{
	Oid			rights_type = exprType(required);
	Oid			function;

	function = LookupFuncName(list_make2(makeString("practiceacl"),
										 makeString("agendas")),
							  1, &rights_type, false);
	return (Expr *) makeFuncExpr(function, UUIDARRAYOID,
								 list_make1(required), InvalidOid, InvalidOid,
								 COERCE_EXPLICIT_CALL);
}

static List *
index_condition(SupportRequestIndexCondition *request)
{
	FuncExpr   *call;
	Node	   *required;
	ScalarArrayOpExpr *condition;
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
								 make_agendas_call(required));
	condition->location = -1;

	/* can() and the array agree exactly: nothing is to be rechecked. */
	request->lossy = false;
	return list_make1(condition);
}

/* The caller's rights at planning time, if the requirement is known then. */
static bool
known_requirement(PlannerInfo *root, Node *required, PaclRights *rights)
{
	Node	   *value = estimate_expression_value(root, required);

	if (!IsA(value, Const) || ((Const *) value)->constisnull)
		return false;
	*rights = DatumGetRights(((Const *) value)->constvalue);
	return true;
}

static bool
estimate_selectivity(SupportRequestSelectivity *request)
{
	pg_uuid_t  *agendas;
	int			count;
	int			sampled;
	PaclRights	required;
	Datum	   *items;
	Const	   *array;
	ScalarArrayOpExpr *condition;
	Selectivity selectivity;

	if (request->is_join ||
		!known_requirement(request->root, lsecond(request->args), &required))
		return false;

	agendas = pacl_access_agendas(required, &count);
	if (count == 0)
	{
		request->selectivity = 0.0;
		return true;
	}

	/* An even sample, since neighbours were made by the same practice. */
	sampled = Min(count, SAMPLED_AGENDAS);
	items = palloc(sampled * sizeof(Datum));
	for (int i = 0; i < sampled; i++)
		items[i] = UUIDPGetDatum(&agendas[(int64) i * count / sampled]);
	array = makeConst(UUIDARRAYOID, -1, InvalidOid, -1,
					  PointerGetDatum(construct_array(items, sampled, UUIDOID,
													  UUID_LEN, false,
													  TYPALIGN_CHAR)),
					  false, false);

	condition = makeNode(ScalarArrayOpExpr);
	condition->opno = lookup_type_cache(UUIDOID, TYPECACHE_EQ_OPR)->eq_opr;
	condition->opfuncid = F_UUID_EQ;
	condition->useOr = true;
	condition->inputcollid = InvalidOid;
	condition->args = list_make2(linitial(request->args), array);
	condition->location = -1;

	selectivity = scalararraysel(request->root, condition, false,
								 request->varRelid, JOIN_INNER, NULL);
	selectivity *= (double) count / sampled;
	CLAMP_PROBABILITY(selectivity);
	request->selectivity = selectivity;
	return true;
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
		if (estimate_selectivity((SupportRequestSelectivity *) request))
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
