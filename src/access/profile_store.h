/*
 * profile_store.h
 *		Rows of profiles, of what they give, and of who has them.
 */
#ifndef PACL_PROFILE_STORE_H
#define PACL_PROFILE_STORE_H

#include "postgres.h"
#include "datatype/timestamp.h"
#include "utils/uuid.h"

#include "base/statement.h"
#include "pure/rights.h"

typedef struct PaclProfile
{
	pg_uuid_t	organization_id;
	pg_uuid_t	id;
	char	   *name;			/* palloc'd */
	PaclRights	features;
} PaclProfile;

/* A profile by its id, or by its organization and name; false if there is none. */
extern bool pacl_profile_store_read(const pg_uuid_t *id, PaclProfile *profile);
extern bool pacl_profile_store_find(const pg_uuid_t *organization_id,
									const char *name, PaclProfile *profile);

/* Makes a profile; sets its id.  Or gives it its name, or its features. */
extern void pacl_profile_store_insert(PaclProfile *profile,
									  const pg_uuid_t *by, TimestampTz at);
extern void pacl_profile_store_rename(const PaclProfile *profile);
extern void pacl_profile_store_set_features(const PaclProfile *profile,
											const pg_uuid_t *by,
											TimestampTz at);

/*
 * Makes these the rights that a profile gives: a JSON array of objects with
 * rights and, of which one or none is not null, group_id and agenda_id; without
 * both, on all agendas.  How many rows that changed.
 */
extern int	pacl_profile_store_set_rights(const PaclProfile *profile,
										  const char *rights,
										  const pg_uuid_t *by,
										  TimestampTz at);

/*
 * The union of what it gives anywhere; and of those of these rights (as
 * above) that it does not give yet.
 */
extern PaclRights pacl_profile_store_most(const PaclProfile *profile);
extern PaclRights pacl_profile_store_new(const PaclProfile *profile,
										 const char *rights);

/* The agendas on which it gives something, ascending; palloc'd. */
extern pg_uuid_t *pacl_profile_store_agendas(const PaclProfile *profile,
											 int *count);

/* Who has it at a moment, ascending; palloc'd. */
extern pg_uuid_t *pacl_profile_store_people(const PaclProfile *profile,
											TimestampTz at, int *count);

/* Gives it to, or takes it from, an account; false if that changes nothing. */
extern bool pacl_profile_store_give(const PaclProfile *profile,
									const pg_uuid_t *account_id,
									const pg_uuid_t *by, TimestampTz at);
extern bool pacl_profile_store_take(const PaclProfile *profile,
									const pg_uuid_t *account_id,
									const pg_uuid_t *by, TimestampTz at);

/*
 * Gives an account the profiles of another; with "replace", takes those that
 * the model does not have.
 * False if that changes nothing.
 */
extern bool pacl_profile_store_copy(const pg_uuid_t *organization_id,
									const pg_uuid_t *from_account,
									const pg_uuid_t *to_account, bool replace,
									const pg_uuid_t *by, TimestampTz at);

/* Takes all profiles from an account in an organization. */
extern void pacl_profile_store_take_all(const pg_uuid_t *organization_id,
										const pg_uuid_t *account_id,
										const pg_uuid_t *by, TimestampTz at);

/* Removes a profile from everybody. */
extern void pacl_profile_store_delete(const PaclProfile *profile,
									  const pg_uuid_t *by, TimestampTz at);

/*
 * Account, agenda, rights before and after, where they differ, if these were
 * its rights (as above; null: as they are) and its features.
 */
extern void pacl_profile_store_preview(PaclRows *rows,
									   const PaclProfile *profile,
									   const char *rights,
									   PaclRights features, TimestampTz at);

#endif							/* PACL_PROFILE_STORE_H */
