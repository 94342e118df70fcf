/*
 * group_store.h
 *		Rows of groups of agendas, and of rights on them.
 */
#ifndef PACL_GROUP_STORE_H
#define PACL_GROUP_STORE_H

#include "postgres.h"
#include "datatype/timestamp.h"
#include "utils/uuid.h"

#include "pure/period.h"
#include "pure/rights.h"

/* The group of all agendas of an organization has no row, and its id. */
typedef struct PaclGroup
{
	pg_uuid_t	organization_id;
	pg_uuid_t	id;
	char	   *name;			/* palloc'd */
	bool		everything;
} PaclGroup;

typedef struct PaclGroupGrant
{
	const PaclGroup *group;
	pg_uuid_t	account_id;
	PaclRights	rights;
	PaclPeriod	period;
} PaclGroupGrant;

/* A group by its id, or by its organization and name; false if there is none. */
extern bool pacl_group_store_read(const pg_uuid_t *id, PaclGroup *group);
extern bool pacl_group_store_find(const pg_uuid_t *organization_id,
								  const char *name, PaclGroup *group);

/* Makes a group; sets its id.  Or gives it its name. */
extern void pacl_group_store_insert(PaclGroup *group, const pg_uuid_t *by,
									TimestampTz at);
extern void pacl_group_store_rename(const PaclGroup *group);

/* The agendas of a group, ascending; palloc'd. */
extern pg_uuid_t *pacl_group_store_agendas(const PaclGroup *group, int *count);

/*
 * The accounts that have rights on a group, by a grant or by a profile, and
 * are in the organization; palloc'd, ascending.
 */
extern pg_uuid_t *pacl_group_store_people(const PaclGroup *group, int *count);

/* The union of all rights that anybody has, or is to have, on a group. */
extern PaclRights pacl_group_store_rights(const PaclGroup *group,
										  TimestampTz at);

/*
 * Makes these the agendas of a group; those that are new to it, and those that
 * are no more of it, each ascending and palloc'd.
 */
extern void pacl_group_store_add(const PaclGroup *group,
								 const pg_uuid_t *agendas, int count,
								 const pg_uuid_t *by, TimestampTz at);
extern void pacl_group_store_drop(const PaclGroup *group,
								  const pg_uuid_t *agendas, int count,
								  const pg_uuid_t *by, TimestampTz at);

/*
 * Puts rights of an account on a group in place of what overlaps their
 * period; "none" takes.  How many rows that changed.
 */
extern int	pacl_group_store_replace(const PaclGroupGrant *grant,
									 const pg_uuid_t *by, TimestampTz at);

/* What an account has on a group by grants now and to come, united. */
extern PaclRights pacl_group_store_rights_of(const PaclGroup *group,
											 const pg_uuid_t *account_id,
											 TimestampTz at);

/*
 * Copies the grants on groups that one account has, now or to come, to
 * another that lacks them; with "replace", takes what the model does not have.
 * False if that changes nothing.
 */
extern bool pacl_group_store_copy(const pg_uuid_t *organization_id,
								  const pg_uuid_t *from_account,
								  const pg_uuid_t *to_account, bool replace,
								  const pg_uuid_t *by, TimestampTz at);

/* Takes all rights on groups from an account in an organization. */
extern void pacl_group_store_take_all(const pg_uuid_t *organization_id,
									  const pg_uuid_t *account_id,
									  const pg_uuid_t *by, TimestampTz at);

/* Removes a group, with the rights on it in grants and profiles. */
extern void pacl_group_store_delete(const PaclGroup *group,
									const pg_uuid_t *by, TimestampTz at);

#endif							/* PACL_GROUP_STORE_H */
