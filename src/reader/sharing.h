/*
 * sharing.h
 *		What an account has by groups of agendas and by profiles.
 *
 * A grant names one agenda; what is here names a group of them, all of an
 * organization, or comes from a profile, and is the same for every agenda that
 * is reached.
 */
#ifndef PACL_SHARING_H
#define PACL_SHARING_H

#include "postgres.h"
#include "datatype/timestamp.h"
#include "utils/uuid.h"

#include "pure/rights.h"

typedef enum PaclShareReach
{
	PACL_SHARE_ALL,				/* every agenda of the organization */
	PACL_SHARE_GROUP,			/* the agendas of a group */
	PACL_SHARE_AGENDA			/* one agenda, by a profile */
} PaclShareReach;

typedef struct PaclShare
{
	pg_uuid_t	organization_id;
	PaclShareReach reach;
	pg_uuid_t	target;			/* the group or the agenda */
	PaclRights	rights;
	TimestampTz from;			/* in force in [from, until) */
	TimestampTz until;
} PaclShare;

/* A profile that the account has. */
typedef struct PaclProfileOf
{
	pg_uuid_t	organization_id;
	PaclRights	features;
	TimestampTz until;
} PaclProfileOf;

typedef struct PaclSharing
{
	PaclShare  *shares;
	int			share_count;
	PaclProfileOf *profiles;
	int			profile_count;
} PaclSharing;

/*
 * All that an account has by groups and profiles, in every organization: into
 * the current memory context.  "unseen" for another person's sake: then the
 * reading is counted nowhere.  Raises nothing.
 */
extern void pacl_sharing_read(const pg_uuid_t *account_id, bool unseen,
							  PaclSharing *sharing);

/*
 * The union of the features of the profiles that the account has in an
 * organization at a moment; narrows [*from, *until) as below.
 */
extern PaclRights pacl_sharing_features(const PaclSharing *sharing,
										const pg_uuid_t *organization_id,
										TimestampTz at, TimestampTz *from,
										TimestampTz *until);

/*
 * The union of what is in force at a moment on an agenda of the organization.
 * Narrows [*from, *until) to the time for which the answer holds, whichever
 * agenda of the organization is asked about.
 */
extern PaclRights pacl_sharing_rights(const PaclSharing *sharing,
									  const pg_uuid_t *organization_id,
									  const pg_uuid_t *agenda_id,
									  TimestampTz at, TimestampTz *from,
									  TimestampTz *until);

/* Whether a share is in force at a moment; narrows [*from, *until) as above. */
extern bool pacl_share_holds(const PaclShare *share, TimestampTz at,
							 TimestampTz *from, TimestampTz *until);

/* Calls back for each agenda that a share reaches. */
typedef void (*PaclShareVisitor) (void *state, const pg_uuid_t *agenda_id);
extern void pacl_share_visit(const PaclShare *share, PaclShareVisitor visit,
							 void *state);

#endif							/* PACL_SHARING_H */
