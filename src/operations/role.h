/*
 * role.h
 *		Privilege sets of database roles, granted and revoked as a whole.
 */
#ifndef PACL_ROLE_H
#define PACL_ROLE_H

#include "postgres.h"

/*
 * Gives a role all that an audience of practiceacl.role_privileges needs, or
 * takes it, except what the role also needs for another audience that it
 * has.  Either may be repeated.  For the extension's owner only: raises 42501
 * for others, 42704 for a role that does not exist.  Warns if row security
 * does not bind a role that is to read under it.
 */
extern void pacl_role_grant(const char *audience, Oid role);
extern void pacl_role_revoke(const char *audience, Oid role);

/*
 * Whether the role behind the call (as SET ROLE has it, beneath every
 * function that runs with its owner's rights) is an operator: it may close an
 * organization.
 */
extern bool pacl_role_is_operator(void);

/*
 * Whether it watches: it may read the heads of all chains, as operators and
 * monitors do.
 */
extern bool pacl_role_is_monitor(void);

#endif							/* PACL_ROLE_H */
