/*
 * index_guard.c
 *		Which indexes a caller's query may use on a table under a policy.
 *
 * A condition of an index decides before any policy which rows are fetched,
 * and how many these were can be counted: in EXPLAIN ANALYZE, in the
 * statistics functions, with a clock.  So a query that is under a policy of
 * can(), is_admin(), is_member() or is_me() uses an index only
 *
 * - if the policy confines the index's first column to the caller's own: then
 *   its condition is part of every scan of that index; or
 * - if the policy is an OR of such calls, one on the first column of each
 *   index: as an arm of a BitmapOr, which the policy alone decides on; or
 * - to look a row up by its id: that it exists is told to those who know it.
 *
 * The same holds for the views that run as their owner and call these
 * functions themselves.  Owners and superusers, whom no policy binds, have
 * all indexes.
 */
#include "postgres.h"

#include "access/htup_details.h"
#include "access/stratnum.h"
#include "catalog/pg_am.h"
#include "catalog/pg_attribute.h"
#include "catalog/pg_class.h"
#include "catalog/pg_index.h"
#include "catalog/pg_type.h"
#include "miscadmin.h"
#include "nodes/bitmapset.h"
#include "nodes/nodeFuncs.h"
#include "optimizer/optimizer.h"
#include "optimizer/pathnode.h"
#include "optimizer/paths.h"
#include "optimizer/plancat.h"
#include "optimizer/restrictinfo.h"
#include "utils/acl.h"
#include "utils/lsyscache.h"
#include "utils/syscache.h"

#include "compat.h"
#include "api/access_support.h"
#include "api/index_guard.h"

/* What a policy says of a table's columns. */
typedef struct Bounds
{
	bool		guarded;		/* it calls functions of ours */
	Bitmapset  *always;			/* columns that it confines */
	Bitmapset  *either;			/* columns of which one arm each confines */
} Bounds;

/* How the conditions of a query use a column. */
typedef struct Use
{
	PlannerInfo *root;			/* of the query */
	Index		table;
	AttrNumber	column;
	Oid			opfamily;
	bool		otherwise;		/* not only in equalities */
	bool		fixed;			/* it must equal something without a column */
} Use;

static get_relation_info_hook_type next_relation_info = NULL;
static set_rel_pathlist_hook_type next_rel_pathlist = NULL;

/* The column that an arm confines: by a call, or by one beside IS NULL. */
static AttrNumber
column_of_arm(PlannerInfo *root, Node *arm, Index table)
{
	AttrNumber	column = InvalidAttrNumber;
	ListCell   *cell;

	if (!is_andclause(arm))
		return pacl_support_column(root, arm, table);
	foreach(cell, ((BoolExpr *) arm)->args)
	{
		Node	   *condition = lfirst(cell);

		if (IsA(condition, RestrictInfo))
			condition = (Node *) ((RestrictInfo *) condition)->clause;
		if (IsA(condition, NullTest))
			continue;
		if (column > 0)
			return InvalidAttrNumber;
		column = pacl_support_column(root, condition, table);
		if (column <= 0)
			return InvalidAttrNumber;
	}
	return column;
}

/* The columns of an OR's arms, if each arm confines one; else null. */
static Bitmapset *
columns_of_arms(PlannerInfo *root, List *arms, Index table)
{
	Bitmapset  *columns = NULL;
	ListCell   *cell;

	foreach(cell, arms)
	{
		Node	   *arm = lfirst(cell);
		AttrNumber	column;

		if (IsA(arm, RestrictInfo))
			arm = (Node *) ((RestrictInfo *) arm)->clause;
		column = column_of_arm(root, arm, table);
		if (column <= 0)
			return NULL;
		columns = bms_add_member(columns, column);
	}
	return columns;
}

/* Conditions that are all to hold. */
static void
read_conditions(PlannerInfo *root, List *conditions, Index table,
				Bounds *bounds)
{
	ListCell   *cell;

	foreach(cell, conditions)
	{
		Node	   *condition = lfirst(cell);
		AttrNumber	column = pacl_support_column(root, condition, table);

		if (column > 0)
			bounds->always = bms_add_member(bounds->always, column);
		else if (is_orclause(condition) && bounds->either == NULL)
			bounds->either = columns_of_arms(root,
											 ((BoolExpr *) condition)->args,
											 table);
	}
}

/* Whether a condition asks of this table, as a view's own do. */
static bool
asks_of_table(PlannerInfo *root, Node *condition, Index table)
{
	return bms_is_member(table, pull_varnos(root, condition)) &&
		pacl_support_is_asked(condition);
}

/* Whether the table is in a join tree, and no outer join makes its rows null. */
static bool
gives_rows_of(Node *node, Index table)
{
	JoinExpr   *join = (JoinExpr *) node;
	ListCell   *cell;

	if (IsA(node, RangeTblRef))
		return ((RangeTblRef *) node)->rtindex == (int) table;
	if (IsA(node, FromExpr))
	{
		foreach(cell, ((FromExpr *) node)->fromlist)
		{
			if (gives_rows_of(lfirst(cell), table))
				return true;
		}
		return false;
	}
	return (join->jointype != JOIN_RIGHT && join->jointype != JOIN_FULL &&
			gives_rows_of(join->larg, table)) ||
		((join->jointype == JOIN_INNER || join->jointype == JOIN_RIGHT) &&
		 gives_rows_of(join->rarg, table));
}

/* What is asked of a table at one place of the join tree; "of" it selects. */
static void
read_place(PlannerInfo *root, Node *quals, Node *of, Index table,
		   Bounds *bounds)
{
	List	   *conditions = (List *) quals;
	bool		asked = false;
	ListCell   *cell;

	foreach(cell, conditions)
		asked = asked || asks_of_table(root, lfirst(cell), table);
	if (!asked)
		return;
	bounds->guarded = true;
	if (gives_rows_of(of, table))
		read_conditions(root, conditions, table, bounds);
}

/*
 * A view of the owner's: the policies do not bind it, and what it asks itself
 * stands among the conditions of its query, or of the one that the planner has
 * taken it into.
 */
static void
read_view(PlannerInfo *root, Node *node, Index table, Bounds *bounds)
{
	JoinExpr   *join = (JoinExpr *) node;
	ListCell   *cell;

	check_stack_depth();
	if (IsA(node, FromExpr))
	{
		foreach(cell, ((FromExpr *) node)->fromlist)
			read_view(root, lfirst(cell), table, bounds);
		read_place(root, ((FromExpr *) node)->quals, node, table, bounds);
	}
	else if (IsA(node, JoinExpr))
	{
		read_view(root, join->larg, table, bounds);
		read_view(root, join->rarg, table, bounds);
		read_place(root, join->quals,
				   join->jointype == JOIN_LEFT ? join->rarg : node,
				   table, bounds);
	}
}

static bool
has_row_security(Oid table)
{
	HeapTuple	row = SearchSysCache1(RELOID, ObjectIdGetDatum(table));
	bool		enabled;

	if (!HeapTupleIsValid(row))
		return false;
	enabled = ((Form_pg_class) GETSTRUCT(row))->relrowsecurity;
	ReleaseSysCache(row);
	return enabled;
}

static bool
user_is_bound(Oid table)
{
	return !has_bypassrls_privilege(GetUserId()) &&
		!object_ownercheck(RelationRelationId, table, GetUserId());
}

/*
 * Policies of ours come first, as one, whatever another, restrictive one says:
 * conditions of the query run before all but the first.  An UPDATE has two, of
 * what may be written and of what may be read.  Each is a list of conditions
 * that are all to hold.
 */
static void
put_ours_first(RangeTblEntry *table)
{
	List	   *ours = NIL;
	List	   *others = NIL;
	ListCell   *cell;

	foreach(cell, table->securityQuals)
	{
		if (pacl_support_is_asked(lfirst(cell)))
			ours = list_concat(ours, castNode(List, lfirst(cell)));
		else
			others = lappend(others, lfirst(cell));
	}
	table->securityQuals = ours == NIL ? others : lcons(ours, others);
}

/* Of a partition or child, in its own numbers of columns. */
static void
translate_bounds(const AppendRelInfo *child, const Bitmapset *parent,
				 Bitmapset **own)
{
	int			column = -1;

	while ((column = bms_next_member(parent, column)) >= 0)
	{
		Var		   *var = list_nth(child->translated_vars, column - 1);

		if (var != NULL && IsA(var, Var))
			*own = bms_add_member(*own, var->varattno);
	}
}

static const AppendRelInfo *
parent_of(PlannerInfo *root, Index table)
{
	return root->append_rel_array == NULL ? NULL :
		root->append_rel_array[table];
}

static void
find_bounds(PlannerInfo *root, Index table, Bounds *bounds)
{
	RangeTblEntry *entry = root->simple_rte_array[table];
	const AppendRelInfo *child = parent_of(root, table);
	ListCell   *cell;

	memset(bounds, 0, sizeof(*bounds));
	if (child != NULL &&
		root->simple_rte_array[child->parent_relid]->rtekind == RTE_RELATION)
	{
		Bounds		inherited;

		find_bounds(root, child->parent_relid, &inherited);
		bounds->guarded = inherited.guarded;
		translate_bounds(child, inherited.always, &bounds->always);
		translate_bounds(child, inherited.either, &bounds->either);
		return;
	}
	foreach(cell, entry->securityQuals)
	{
		if (!pacl_support_is_asked(lfirst(cell)))
			continue;
		bounds->guarded = true;
		read_conditions(root, lfirst(cell), table, bounds);
	}
	if (entry->securityQuals == NIL &&
		has_row_security(entry->relid) && user_is_bound(entry->relid))
		read_view(root, (Node *) root->parse->jointree, table, bounds);
}

static bool
is_column(Node *node, const Use *use)
{
	Var		   *var = (Var *) node;

	return node != NULL && IsA(node, Var) && var->varno == use->table &&
		var->varattno == use->column && var->varlevelsup == 0;
}

static bool
is_equality(Oid operator, const Use *use)
{
	return get_op_opfamily_strategy(operator, use->opfamily) ==
		BTEqualStrategyNumber;
}

/* Sets use->otherwise where the column stands in anything but an equality. */
static bool
find_use(Node *node, void *context)
{
	Use		   *use = context;
	List	   *args = NIL;
	ListCell   *cell;

	if (node == NULL)
		return false;
	if (is_column(node, use))
	{
		use->otherwise = true;
		return true;
	}
	if (IsA(node, OpExpr) && is_equality(((OpExpr *) node)->opno, use))
		args = ((OpExpr *) node)->args;
	else if (IsA(node, ScalarArrayOpExpr) &&
			 ((ScalarArrayOpExpr *) node)->useOr &&
			 is_equality(((ScalarArrayOpExpr *) node)->opno, use))
		args = ((ScalarArrayOpExpr *) node)->args;
	else if (pacl_support_is_call(node))
		return false;
	if (args == NIL)
		return expression_tree_walker(node, find_use, context);
	foreach(cell, args)
	{
		if (!is_column(lfirst(cell), use) && find_use(lfirst(cell), context))
			return true;
	}
	return false;
}

/* Whether a condition that must hold fixes the column for the whole scan. */
static bool
fixes(Node *condition, const Use *use)
{
	Node	   *left;
	Node	   *right;

	if (!IsA(condition, OpExpr) ||
		!is_equality(((OpExpr *) condition)->opno, use))
		return false;
	left = linitial(((OpExpr *) condition)->args);
	right = lsecond(((OpExpr *) condition)->args);
	if (is_column(right, use))
	{
		right = left;
		left = lsecond(((OpExpr *) condition)->args);
	}
	return is_column(left, use) && !contain_var_clause(right) &&
		!contain_volatile_functions(right);
}

/*
 * A child's conditions are its parent's, of which it is some column: of a
 * UNION ALL perhaps more than one.
 */
static void
look_for_use(Use *use)
{
	FromExpr   *from = use->root->parse->jointree;
	const AppendRelInfo *child = parent_of(use->root, use->table);
	int			number = 0;
	ListCell   *cell;

	(void) find_use((Node *) from, use);
	foreach(cell, (List *) from->quals)
		use->fixed = use->fixed || fixes(lfirst(cell), use);
	if (child == NULL)
		return;
	foreach(cell, child->translated_vars)
	{
		Use			above = *use;

		number++;
		if (!is_column(lfirst(cell), use))
			continue;
		above.table = child->parent_relid;
		above.column = number;
		look_for_use(&above);
		use->otherwise = use->otherwise || above.otherwise;
		use->fixed = use->fixed || above.fixed;
	}
}

/* A surrogate key: no value of it means anything but its row. */
static bool
is_row_id(Oid table, AttrNumber column, bool primary)
{
	HeapTuple	row = SearchSysCache2(ATTNUM, ObjectIdGetDatum(table),
									  Int16GetDatum(column));
	Form_pg_attribute attribute;
	bool		generated;
	bool		found;

	if (!HeapTupleIsValid(row))
		return false;
	attribute = (Form_pg_attribute) GETSTRUCT(row);
	generated = attribute->atthasdef || attribute->attidentity != '\0';
	found = (attribute->atttypid == UUIDOID ||
			 attribute->atttypid == INT4OID ||
			 attribute->atttypid == INT8OID) &&
		(strcmp(NameStr(attribute->attname), "id") == 0 ||
		 (primary && generated));
	ReleaseSysCache(row);
	return found;
}

static bool
is_primary(Oid index)
{
	HeapTuple	row = SearchSysCache1(INDEXRELID, ObjectIdGetDatum(index));
	bool		primary;

	if (!HeapTupleIsValid(row))
		return false;
	primary = ((Form_pg_index) GETSTRUCT(row))->indisprimary;
	ReleaseSysCache(row);
	return primary;
}

/*
 * Whether an index can only be used to look rows up by their id.  Of a primary
 * key with more columns all must be fixed, so that none is left out; any other
 * index with more would tell what else belongs to an id that one knows.
 */
static bool
looks_up_by_id(PlannerInfo *root, Oid table, IndexOptInfo *index)
{
	bool		primary = is_primary(index->indexoid);
	bool		has_id = false;

	if (index->relam != BTREE_AM_OID || index->indpred != NIL ||
		(index->nkeycolumns > 1 && !primary))
		return false;
	for (int i = 0; i < index->nkeycolumns; i++)
	{
		Use			use = {root, index->rel->relid, index->indexkeys[i],
		index->opfamily[i], false, false};

		if (use.column <= 0)
			return false;
		look_for_use(&use);
		if (use.otherwise || (index->nkeycolumns > 1 && !use.fixed))
			return false;
		has_id = has_id || is_row_id(table, use.column, primary);
	}
	return has_id;
}

static bool
is_confined(const IndexOptInfo *index, const Bitmapset *columns)
{
	return index->relam == BTREE_AM_OID && index->indexkeys[0] > 0 &&
		bms_is_member(index->indexkeys[0], columns) &&
		OidIsValid(get_opfamily_member(index->opfamily[0], UUIDOID, UUIDOID,
									   BTEqualStrategyNumber));
}

/*
 * A forbidden index stays in the list, where it proves that its columns are
 * unique; but no scan can use it.  That it is hypothetical keeps the planner
 * from looking up the greatest and the smallest value in it.
 */
static void
guard_index(PlannerInfo *root, Oid table, IndexOptInfo *index,
			const Bounds *bounds)
{
	index->hypothetical = true;
	if (is_confined(index, bounds->always))
		return;
	if (looks_up_by_id(root, table, index))
	{
		/* Nor may it serve to read rows in its order. */
		index->sortopfamily = NULL;
		return;
	}
	index->amhasgettuple = false;
	index->amhasgetbitmap = false;
	index->amcanparallel = false;
}

static void
guard_relation(PlannerInfo *root, Oid table, bool inhparent, RelOptInfo *rel)
{
	RangeTblEntry *entry = root->simple_rte_array[rel->relid];
	Bounds		bounds;
	ListCell   *cell;

	if (next_relation_info != NULL)
		next_relation_info(root, table, inhparent, rel);
	if (list_length(entry->securityQuals) > 1)
		put_ours_first(entry);
	if (rel->indexlist == NIL)
		return;
	find_bounds(root, rel->relid, &bounds);
	if (!bounds.guarded)
		return;
	foreach(cell, rel->indexlist)
		guard_index(root, table, lfirst(cell), &bounds);
}

/* Whether guard_index() has forbidden it. */
static bool
is_forbidden(const IndexOptInfo *index)
{
	return index->hypothetical && !index->amhasgettuple &&
		!index->amhasgetbitmap;
}

/* Whether each arm with IS NULL confines this column. */
static bool
arms_of_nulls_confine(PlannerInfo *root, const RelOptInfo *rel,
					  AttrNumber column)
{
	ListCell   *cell;
	ListCell   *arm_cell;

	foreach(cell, rel->baserestrictinfo)
	{
		RestrictInfo *condition = lfirst(cell);

		if (!restriction_is_or_clause(condition))
			continue;
		foreach(arm_cell, ((BoolExpr *) condition->orclause)->args)
		{
			Node	   *arm = lfirst(arm_cell);

			if (is_andclause(arm) &&
				column_of_arm(root, arm, rel->relid) != column)
				return false;
		}
	}
	return true;
}

/*
 * Whether an index is of all rows, or of those where columns are null.  The
 * planner takes a partial index for an arm that implies its predicate, whatever
 * the index then looks up: so that has to be what the arm confines.
 */
static bool
serves_arms(PlannerInfo *root, const RelOptInfo *rel,
			const IndexOptInfo *index)
{
	ListCell   *cell;

	foreach(cell, index->indpred)
	{
		if (!IsA(lfirst(cell), NullTest) ||
			!IsA(((NullTest *) lfirst(cell))->arg, Var))
			return false;
	}
	return index->indpred == NIL ||
		arms_of_nulls_confine(root, rel, index->indexkeys[0]);
}

/* Forbidden indexes that an arm of the policy confines, for bitmaps alone. */
static List *
indexes_of_arms(PlannerInfo *root, const RelOptInfo *rel,
				const Bitmapset *columns)
{
	List	   *indexes = NIL;
	ListCell   *cell;

	foreach(cell, rel->indexlist)
	{
		IndexOptInfo *index = lfirst(cell);
		IndexOptInfo *arm;

		if (!is_forbidden(index) || !is_confined(index, columns) ||
			!serves_arms(root, rel, index))
			continue;
		arm = makeNode(IndexOptInfo);
		*arm = *index;
		arm->amhasgetbitmap = true;
		arm->amoptionalkey = false;
		arm->amsearchnulls = false;
		arm->indrestrictinfo = NIL;
		indexes = lappend(indexes, arm);
	}
	return indexes;
}

/*
 * An OR of the policy's as a BitmapOr of indexes.  The planner makes its paths
 * once more, and sees nothing that could choose one of these indexes but the
 * arms of the policy: no condition for the index itself, no join, no other OR.
 * Within an arm further conditions may narrow what it selects.
 */
static void
add_paths_of_arms(PlannerInfo *root, RelOptInfo *rel)
{
	RelOptInfo	saved = *rel;
	Bitmapset  *columns = NULL;
	List	   *conditions = NIL;
	List	   *indexes;
	ListCell   *cell;

	foreach(cell, rel->baserestrictinfo)
	{
		RestrictInfo *condition = lfirst(cell);

		if (restriction_is_or_clause(condition))
		{
			Bitmapset  *arms = condition->security_level >
				rel->baserestrict_min_security ? NULL :
				columns_of_arms(root, ((BoolExpr *) condition->orclause)->args,
								rel->relid);

			if (arms == NULL)
				continue;
			columns = bms_add_members(columns, arms);
		}
		conditions = lappend(conditions, condition);
	}
	indexes = columns == NULL ? NIL : indexes_of_arms(root, rel, columns);
	if (indexes == NIL)
		return;

	rel->indexlist = indexes;
	rel->baserestrictinfo = conditions;
	rel->joininfo = NIL;
	rel->has_eclass_joins = false;
	create_index_paths(root, rel);
	rel->indexlist = saved.indexlist;
	rel->baserestrictinfo = saved.baserestrictinfo;
	rel->joininfo = saved.joininfo;
	rel->has_eclass_joins = saved.has_eclass_joins;
}

/*
 * The policy's condition of an index, as another node that says the same: the
 * planner leaves out of the recheck what it finds again in the filter.
 */
static IndexClause *
make_separate(const IndexClause *clause)
{
	IndexClause *separate = makeNode(IndexClause);
	RestrictInfo *condition = makeNode(RestrictInfo);

	*condition = *clause->rinfo;
	condition->clause = copyObject(clause->rinfo->clause);
	*separate = *clause;
	separate->rinfo = condition;
	return separate;
}

/*
 * Where a bitmap knows only the page, all its rows are rechecked, hidden ones
 * too, and how many that removes is told apart from what the filter removes.
 * So the policy comes first there as well.
 */
static Path *
recheck_policy(Path *path)
{
	IndexPath  *scan;
	List	   *ours = NIL;
	List	   *others = NIL;
	ListCell   *cell;

	if (IsA(path, BitmapAndPath))
	{
		foreach(cell, ((BitmapAndPath *) path)->bitmapquals)
			lfirst(cell) = recheck_policy(lfirst(cell));
		return path;
	}
	if (IsA(path, BitmapOrPath))
	{
		foreach(cell, ((BitmapOrPath *) path)->bitmapquals)
			lfirst(cell) = recheck_policy(lfirst(cell));
		return path;
	}
	if (!IsA(path, IndexPath))
		return path;
	scan = makeNode(IndexPath);
	*scan = *(IndexPath *) path;
	foreach(cell, scan->indexclauses)
	{
		IndexClause *clause = lfirst(cell);

		if (clause->indexcol == 0 &&
			pacl_support_is_call((Node *) clause->rinfo->clause))
			ours = lappend(ours, make_separate(clause));
		else
			others = lappend(others, clause);
	}
	scan->indexclauses = list_concat(ours, others);
	return (Path *) scan;
}

static void
recheck_policies(List *paths)
{
	ListCell   *cell;

	foreach(cell, paths)
	{
		BitmapHeapPath *path = lfirst(cell);

		if (IsA(path, BitmapHeapPath))
			path->bitmapqual = recheck_policy(path->bitmapqual);
	}
}

static void
guard_paths(PlannerInfo *root, RelOptInfo *rel, Index table,
			RangeTblEntry *entry)
{
	bool		guarded = false;
	bool		forbidden = false;
	ListCell   *cell;

	if (next_rel_pathlist != NULL)
		next_rel_pathlist(root, rel, table, entry);
	if (entry->rtekind != RTE_RELATION || entry->inh ||
		entry->tablesample != NULL || IS_DUMMY_REL(rel))
		return;
	foreach(cell, rel->indexlist)
	{
		guarded = guarded || ((IndexOptInfo *) lfirst(cell))->hypothetical;
		forbidden = forbidden || is_forbidden(lfirst(cell));
	}
	if (forbidden)
		add_paths_of_arms(root, rel);
	if (!guarded)
		return;
	recheck_policies(rel->pathlist);
	recheck_policies(rel->partial_pathlist);
}

void
pacl_index_guard_startup(void)
{
	next_relation_info = get_relation_info_hook;
	get_relation_info_hook = guard_relation;
	next_rel_pathlist = set_rel_pathlist_hook;
	set_rel_pathlist_hook = guard_paths;
}
