/*
 * access.h
 *		What the caller, or any account, may do on an agenda.
 *
 * Effective rights are the union of the grants in force, of what comes by
 * groups of agendas and by profiles, of what the agenda has for every
 * colleague, and of the features of the member and their profiles, if the
 * membership is active; a holder has all rights.
 */
#ifndef PACL_ACCESS_H
#define PACL_ACCESS_H

#include "postgres.h"
#include "datatype/timestamp.h"
#include "utils/uuid.h"

#include "pure/rights.h"
#include "pure/uuid.h"
#include "reader/memberships.h"

/*
 * Whether the caller belongs to the organization as a colleague: listed, and
 * not somebody whose last grant there has ended by the clock, who is a former
 * colleague although nobody has said so.  Somebody who never had one, or has
 * one to come, is a colleague.
 */
extern bool pacl_access_is_colleague(const pg_uuid_t *organization_id);

/* The same of any account. */
extern bool pacl_access_is_colleague_of(const pg_uuid_t *account_id,
										const pg_uuid_t *organization_id);

/* What an agenda's row says. */
typedef struct PaclAgenda
{
	pg_uuid_t	organization_id;
	pg_uuid_t	id;
	pg_uuid_t	holder_id;		/* nil of a room or device */
	int			slot_minutes;
	bool		archived;
	PaclRights	colleague_rights;	/* of every colleague, without a grant */
} PaclAgenda;

static inline bool
pacl_access_has_holder(const PaclAgenda *agenda)
{
	return !pacl_uuid_is_nil(&agenda->holder_id);
}

/*
 * Rights of the caller on an agenda, as the statement's snapshot and the
 * clock have them; none for strangers.  This is the function that row
 * security asks for every row.  Raises nothing.
 */
extern PaclRights pacl_access_rights(const pg_uuid_t *agenda_id);

/* Whether the caller's rights cover what is required; see rights.h. */
extern bool pacl_access_can(const pg_uuid_t *agenda_id, PaclRights required);

/*
 * The agendas on which the caller's rights cover what is required, in
 * ascending order: an array in the current memory context, its length into
 * *count.
 */
extern pg_uuid_t *pacl_access_agendas(PaclRights required, int *count);

/* How many they are, without making the array. */
extern int	pacl_access_count(PaclRights required);

/* The caller's place in an organization; null for strangers. */
extern const PaclMembership *pacl_access_member(const pg_uuid_t *organization_id);

/* Whether they would have one, and the organization is in another cell. */
extern bool pacl_access_is_away(const pg_uuid_t *organization_id);

/* Whether the caller is an administrator of at least this level. */
extern bool pacl_access_is_admin(const pg_uuid_t *organization_id,
								 PaclAdmin level);

/*
 * The organizations in which the caller is active, listed or not, and an
 * administrator of at least this level, in ascending order: an array in the
 * current memory context, its length into *count.
 */
extern pg_uuid_t *pacl_access_organizations(PaclAdmin level, int *count);

/*
 * Rights of any account on an agenda at a moment.  *until, unless null, is
 * set to when they next may change by the clock alone.
 */
extern PaclRights pacl_access_rights_of(const pg_uuid_t *account_id,
										const pg_uuid_t *agenda_id,
										TimestampTz at, TimestampTz *until);

/* Any account's place in an organization; false if it has none. */
extern bool pacl_access_member_of(const pg_uuid_t *account_id,
								  const pg_uuid_t *organization_id,
								  PaclMembership *member);

/* An agenda's row, whoever asks; false if there is none. */
extern bool pacl_access_agenda(const pg_uuid_t *agenda_id,
							   PaclAgenda *agenda);

#endif							/* PACL_ACCESS_H */
