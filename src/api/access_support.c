/*
 * access_support.c
 *		Entry points: what the planner may know of the functions that policies
 *		call.
 *
 * can(agenda_id, required) is true for exactly the agendas in
 * agendas(required), is_admin(organization_id, level) for exactly the
 * organizations in organizations(level), is_me(account_id) for
 * reading_account().  So an index on the column serves a policy as the
 * condition column = ANY (the caller's own), which the executor works out once
 * a scan; the number of rows follows from the column's statistics and the
 * caller's set.
 */
#include "postgres.h"

#include "access/htup_details.h"
#include "access/stratnum.h"
#include "catalog/pg_am.h"
#include "catalog/pg_collation.h"
#include "catalog/pg_statistic.h"
#include "catalog/pg_type.h"
#include "fmgr.h"
#include "nodes/makefuncs.h"
#include "nodes/nodeFuncs.h"
#include "nodes/supportnodes.h"
#include "optimizer/cost.h"
#include "optimizer/optimizer.h"
#include "parser/parse_func.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"
#include "utils/selfuncs.h"

#include "api/access_support.h"
#include "api/arguments.h"
#include "api/reading_watch.h"
#include "reader/access.h"
#include "reader/identity.h"

PG_FUNCTION_INFO_V1(practiceacl_access_support);

/* The entry points that have this support; see access.c. */
extern Datum practiceacl_can(PG_FUNCTION_ARGS);
extern Datum practiceacl_is_admin(PG_FUNCTION_ARGS);
extern Datum practiceacl_is_member(PG_FUNCTION_ARGS);
extern Datum practiceacl_is_me(PG_FUNCTION_ARGS);

/*
 * Up to this share of the rows, an index pays whatever it costs; above it the
 * planner is to weigh it against a scan.
 */
#define SELECTIVE_SHARE 0.10

/* An array that is longer is kept from the planner then. */
#define SHORT_ARRAY 8

/*
 * What a call costs a row: less than nothing, and too little to change a sum.
 * The conditions of one security level are evaluated in order of their cost,
 * and a leakproof condition of the query counts as of the policy's level; it
 * may cost nothing (a boolean column, IS NULL, anything while
 * cpu_operator_cost is 0).  Whether a policy was evaluated at all shows, so it
 * has to come first: a policy of nothing but such calls, boolean columns,
 * IS NULL, AND, OR and NOT does.
 */
#define COST_OF_FIRST (-1e-100)

typedef enum Subject
{
	ANY_ROW,					/* the answer does not follow from the column */
	AGENDA,
	ADMINISTERED,				/* an organization */
	JOINED,						/* an organization */
	ACCOUNT
} Subject;

/* What a call asks of its first argument. */
typedef struct Question
{
	Subject		subject;
	PaclRights	required;
	PaclAdmin	level;
} Question;

static Subject
subject_of(Oid function)
{
	FmgrInfo	info;

	fmgr_info(function, &info);
	if (info.fn_addr == practiceacl_can)
	{
		pacl_reading_watch_can(function);
		return AGENDA;
	}
	if (info.fn_addr == practiceacl_is_admin)
		return ADMINISTERED;
	if (info.fn_addr == practiceacl_is_member)
		return JOINED;
	if (info.fn_addr == practiceacl_is_me)
		return ACCOUNT;
	return ANY_ROW;
}

/* False if the second argument is not known at planning time, or is wrong. */
static bool
read_question(PlannerInfo *root, Oid function, List *args, Question *question)
{
	Node	   *value;

	question->subject = subject_of(function);
	question->required = PACL_RIGHTS_NONE;
	question->level = PACL_ADMIN_NONE;
	if (question->subject != AGENDA && question->subject != ADMINISTERED)
		return question->subject != ANY_ROW;

	value = estimate_expression_value(root, lsecond(args));
	if (!IsA(value, Const) || ((Const *) value)->constisnull)
		return false;
	if (question->subject == AGENDA)
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

	if (question->subject == AGENDA)
		return pacl_access_count(question->required);
	if (question->subject == ACCOUNT)
		return pacl_identity_reader(NULL) != NULL ? 1 : 0;
	(void) pacl_access_organizations(question->level, &count);
	return count;
}

static bool
is_own(const Question *question, const pg_uuid_t *id)
{
	const PaclCaller *caller;

	switch (question->subject)
	{
		case AGENDA:
			return pacl_access_can(id, question->required);
		case ACCOUNT:
			caller = pacl_identity_reader(NULL);
			return caller != NULL &&
				memcmp(&caller->account_id, id, UUID_LEN) == 0;
		default:
			return pacl_access_is_admin(id, question->level);
	}
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
	List	   *arguments = argument == NULL ? NIL : list_make1(argument);

	return (Expr *) makeFuncExpr(LookupFuncName(full_name,
												list_length(arguments),
												&argument_type, false),
								 result_type, arguments,
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

static Expr *
make_own(const Question *question, List *args)
{
	if (question->subject == ACCOUNT)
		return make_call("reading_account", UUIDOID, NULL);
	if (question->subject == JOINED)
		return make_call("organizations", UUIDARRAYOID,
						 (Expr *) makeConst(TEXTOID, -1, DEFAULT_COLLATION_OID,
											-1, CStringGetTextDatum("none"),
											false, false));
	return make_call(question->subject == AGENDA ? "agendas" : "organizations",
					 UUIDARRAYOID, lsecond(args));
}

/*
 * The array of the caller's own.  To weigh a scan by it, the planner calls
 * agendas() and looks every element up in the statistics, in each planning:
 * with three hundred agendas that costs a good part of a week view.  Where
 * the answer is foreseeable it is kept from that, unless they are few: of an
 * array that it does not know it takes ten elements for granted.
 */
static Expr *
make_array(PlannerInfo *root, RelOptInfo *relation, List *args,
		   const Question *question, bool known)
{
	Expr	   *array = make_own(question, args);

	if (known && count_own(question) > SHORT_ARRAY &&
		estimate_share(root, args, relation->relid,
					   question) <= SELECTIVE_SHARE)
		return make_opaque(array);
	return array;
}

static Expr *
make_condition(SupportRequestIndexCondition *request, List *args, Oid equal,
			   const Question *question, bool known)
{
	ScalarArrayOpExpr *condition;

	if (question->subject == ACCOUNT)
		return make_opclause(equal, BOOLOID, false, linitial(args),
							 make_own(question, args), InvalidOid, InvalidOid);

	condition = makeNode(ScalarArrayOpExpr);
	condition->opno = equal;
	condition->opfuncid = get_opcode(equal);
	condition->useOr = true;
	condition->inputcollid = InvalidOid;
	condition->args = list_make2(linitial(args),
								 make_array(request->root, request->index->rel,
											args, question, known));
	condition->location = -1;
	return (Expr *) condition;
}

/*
 * On the first column only.  An array on a lower one makes an index scan return
 * rows out of the index's order, which the planner takes into account for arrays
 * that stand in the query, not for one that is derived (until 17, which keeps the
 * order); and conditions of the query on the columns above it would decide how
 * much of the index is read.
 */
static List *
index_condition(SupportRequestIndexCondition *request)
{
	FuncExpr   *call;
	Question	question;
	Oid			equal;
	bool		known;

	if (!IsA(request->node, FuncExpr) || request->indexarg != 0 ||
		request->indexcol != 0 || request->index->relam != BTREE_AM_OID ||
		!request->index->amsearcharray)
		return NIL;
	call = (FuncExpr *) request->node;
	if (list_length(call->args) > 1 &&
		!is_pseudo_constant_for_index(request->root, lsecond(call->args),
									  request->index))
		return NIL;
	known = read_question(request->root, call->funcid, call->args, &question);
	if (!known && question.subject != AGENDA)
		return NIL;
	equal = get_opfamily_member(request->opfamily, UUIDOID, UUIDOID,
								BTEqualStrategyNumber);
	if (!OidIsValid(equal))
		return NIL;

	/*
	 * The call and the condition agree exactly, and nothing is to be
	 * rechecked; but organizations() has those, too, in which the last access
	 * was taken.
	 */
	request->lossy = question.subject == JOINED;
	return list_make1(make_condition(request, call->args, equal, &question,
									 known));
}

static bool
has_support(Oid function)
{
	Oid			support = get_func_support(function);
	FmgrInfo	info;

	if (!OidIsValid(support))
		return false;
	fmgr_info(support, &info);
	return info.fn_addr == practiceacl_access_support;
}

bool
pacl_support_is_call(Node *expression)
{
	return IsA(expression, FuncExpr) &&
		has_support(((FuncExpr *) expression)->funcid);
}

static bool
is_asked(Node *node, void *context)
{
	if (node == NULL)
		return false;
	if (pacl_support_is_call(node))
		return true;
	return expression_tree_walker(node, is_asked, context);
}

bool
pacl_support_is_asked(Node *condition)
{
	return is_asked(condition, NULL);
}

AttrNumber
pacl_support_column(PlannerInfo *root, Node *expression, Index table)
{
	FuncExpr   *call = (FuncExpr *) expression;
	Question	question;
	Var		   *column;

	if (!pacl_support_is_call(expression))
		return InvalidAttrNumber;
	column = linitial(call->args);
	if (!IsA(column, Var) || column->varno != table ||
		column->varlevelsup != 0 ||
		!read_question(root, call->funcid, call->args, &question) ||
		(list_length(call->args) > 1 && !IsA(lsecond(call->args), Const)))
		return InvalidAttrNumber;
	return column->varattno;
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
			read_question(asked->root, asked->funcid, asked->args, &question))
		{
			asked->selectivity = estimate_share(asked->root, asked->args,
												asked->varRelid, &question);
			answer = request;
		}
	}
	else if (IsA(request, SupportRequestCost))
	{
		SupportRequestCost *cost = (SupportRequestCost *) request;

		/*
		 * Without a column a call is leakproof to the planner, and could be
		 * added to a condition until that is cheaper than the policy.
		 */
		cost->startup = 0;
		cost->per_tuple = contain_var_clause(cost->node) ? COST_OF_FIRST : 0;
		answer = request;
	}
	PG_RETURN_POINTER(answer);
}
