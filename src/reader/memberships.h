/*
 * memberships.h
 *		The organizations to which an account belongs.
 */
#ifndef PACL_MEMBERSHIPS_H
#define PACL_MEMBERSHIPS_H

#include "postgres.h"
#include "utils/uuid.h"

#include "pure/rights.h"

typedef enum PaclAdmin
{
	PACL_ADMIN_NONE,
	PACL_ADMIN_USERS,
	PACL_ADMIN_FULL
} PaclAdmin;

typedef struct PaclMembership
{
	pg_uuid_t	organization_id;
	PaclAdmin	admin;
	PaclRights	features;		/* the member's own; access.c adds their
								 * profiles' */
	bool		active;			/* neither disabled nor removed */
	bool		listed;			/* active, and the last access was not taken */
	bool		shares;			/* something by groups or profiles, perhaps */
	bool		away;			/* would be active, and the organization is in
								 * another cell */
} PaclMembership;

/*
 * In SQL, after an alias of the membership: somebody who belongs to the
 * organization now.
 */
#define PACL_SQL_IS_ACTIVE "status IN ('active', 'unlisted')"

/*
 * All memberships of an account, also those that have ended, as the statement's
 * snapshot has them; sorted by organization, their number in *count.  They are
 * remembered for the view, of one account at a time: valid until the next call.
 * Raises nothing.
 */
extern const PaclMembership *pacl_memberships_of(const pg_uuid_t *account_id,
												 int *count);

/* The one in an organization; false if there is none. */
extern bool pacl_memberships_find(const pg_uuid_t *account_id,
								  const pg_uuid_t *organization_id,
								  PaclMembership *member);

/* The word of an administrator level, and back; false for another word. */
extern const char *pacl_admin_name(PaclAdmin admin);
extern bool pacl_admin_parse(const char *word, PaclAdmin *admin);

#endif							/* PACL_MEMBERSHIPS_H */
