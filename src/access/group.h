/*
 * group.h
 *		Groups of agendas: a site, a speciality, all of an organization.
 *
 * Whoever has rights on a group has them on each of its agendas, those that
 * join later included.  Administrators make groups and give rights on them:
 * below owner, to themselves only when fresh, and in an organization with
 * holder_consents nothing that shows patients.
 */
#ifndef PACL_GROUP_H
#define PACL_GROUP_H

#include "postgres.h"
#include "utils/uuid.h"

#include "pure/period.h"
#include "pure/rights.h"

/*
 * Makes a group, or changes the one of this id: its name and its agendas; null
 * leaves either as it is.  Returns its id, palloc'd.  Raises PT404 for a group
 * or an agenda that is not the organization's, 23505 for a name that is taken,
 * 22023 for one that cannot be used or for the group of all agendas.
 */
extern pg_uuid_t *pacl_group_set(const pg_uuid_t *organization_id,
								 char *name, const pg_uuid_t *agendas,
								 int agenda_count, const pg_uuid_t *group_id);

/* Removes a group and the rights on it. */
extern void pacl_group_remove(const pg_uuid_t *group_id);

/*
 * Makes these the rights of a member on a group: with a period in place of
 * what overlaps it, without one (null) of everything.
 */
extern void pacl_group_set_rights(const pg_uuid_t *group_id,
								  const pg_uuid_t *account_id,
								  PaclRights rights, const PaclPeriod *period);

/* A name of a group or a profile, without the blanks around it; 22023. */
extern char *pacl_group_check_name(char *name);

#endif							/* PACL_GROUP_H */
