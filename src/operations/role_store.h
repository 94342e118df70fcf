/*
 * role_store.h
 *		What the catalog says of privileges on the extension's objects.
 */
#ifndef PACL_ROLE_STORE_H
#define PACL_ROLE_STORE_H

#include "postgres.h"

/* Whether the current user acts for the owner of the extension. */
extern bool pacl_role_store_is_owner(void);

/* Whether a role may execute a function, given as for regprocedure. */
extern bool pacl_role_store_may_run(Oid role, const char *function);

/*
 * The objects that an audience needs, as two lists for GRANT, each palloc'd
 * and null if empty: functions with their argument types, and relations.
 */
extern void pacl_role_store_needs(const char *audience,
								  char **functions, char **relations);

/*
 * The same without what the role needs for another audience that it has
 * whole.  An audience that is part of this one does not count: it came with
 * this one.
 */
extern void pacl_role_store_needs_alone(const char *audience, Oid role,
										char **functions, char **relations);

#endif							/* PACL_ROLE_STORE_H */
