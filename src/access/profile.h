/*
 * profile.h
 *		Profiles: named rights that people have as the profile has them.
 *
 * A profile gives rights on groups and agendas, and features.  It is live: who
 * has it has what it says now.  Administrators make, change and give profiles,
 * within what they may give to each of the people: below owner, to themselves
 * only when fresh, and in an organization with holder_consents nothing that
 * shows patients.
 */
#ifndef PACL_PROFILE_H
#define PACL_PROFILE_H

#include "postgres.h"
#include "utils/jsonb.h"
#include "utils/uuid.h"

#include "access/membership.h"
#include "base/statement.h"

/*
 * Makes a profile, or changes the one of this id or name: what its settings
 * have, and what they leave out stays.  Returns its id, palloc'd.  Raises
 * PT404 for a profile, a group or an agenda that is not the organization's,
 * 23505 for a name that is taken, 22023.
 */
extern pg_uuid_t *pacl_profile_set(const pg_uuid_t *organization_id,
								   char *name, Jsonb *settings,
								   const pg_uuid_t *profile_id);

/* Removes a profile from the organization and from all who have it. */
extern void pacl_profile_remove(const pg_uuid_t *profile_id);

/* Gives a profile to a member, or takes it. */
extern void pacl_profile_give(const pg_uuid_t *organization_id,
							  const pg_uuid_t *account_id,
							  const pg_uuid_t *profile_id);
extern void pacl_profile_take(const pg_uuid_t *organization_id,
							  const pg_uuid_t *account_id,
							  const pg_uuid_t *profile_id);

/*
 * Who would gain and lose what by these settings; the columns are those of the
 * function.  Close with pacl_done.
 */
extern void pacl_profile_preview(PaclRows *rows, const pg_uuid_t *profile_id,
								 Jsonb *settings);

/*
 * For somebody who is about to become a member: raises what giving them the
 * profile would raise; or says why not ("profile_gone", "holder_consents",
 * null); and gives it, with the organization and its agendas locked, without
 * telling of it.
 */
extern void pacl_profile_check_offer(const pg_uuid_t *organization_id,
									 const pg_uuid_t *profile_id);
extern const char *pacl_profile_obstacle(const pg_uuid_t *organization_id,
										 const pg_uuid_t *profile_id);
extern void pacl_profile_apply(const pg_uuid_t *organization_id,
							   const pg_uuid_t *account_id,
							   const pg_uuid_t *profile_id,
							   const pg_uuid_t *by);

#endif							/* PACL_PROFILE_H */
