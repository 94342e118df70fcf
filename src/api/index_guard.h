/*
 * index_guard.h
 *		Which indexes a caller's query may use on a table under a policy.
 */
#ifndef PACL_INDEX_GUARD_H
#define PACL_INDEX_GUARD_H

/* Installs the planner's hooks; once, at load. */
extern void pacl_index_guard_startup(void);

#endif							/* PACL_INDEX_GUARD_H */
