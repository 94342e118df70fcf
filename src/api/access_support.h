/*
 * access_support.h
 *		What the planner may know of the functions that policies call.
 */
#ifndef PACL_ACCESS_SUPPORT_H
#define PACL_ACCESS_SUPPORT_H

#include "postgres.h"
#include "access/attnum.h"
#include "nodes/pathnodes.h"

/* Whether an expression is a call of one of these functions. */
extern bool pacl_support_is_call(Node *expression);

/* Whether a condition calls one of these functions anywhere. */
extern bool pacl_support_is_asked(Node *condition);

/*
 * The column of a table that a call confines to the caller's own, as an index
 * on it can tell; InvalidAttrNumber if the expression is no such call.
 */
extern AttrNumber pacl_support_column(PlannerInfo *root, Node *expression,
									  Index table);

#endif							/* PACL_ACCESS_SUPPORT_H */
