/*
 * reach.h
 *		Whom, and which agendas, an act on a group or a profile concerns.
 *
 * What is given by a group or a profile is given on many agendas to many
 * people at once.  All such acts lock, check, record and tell in the same way.
 */
#ifndef PACL_REACH_H
#define PACL_REACH_H

#include "postgres.h"
#include "utils/uuid.h"

#include "access/membership.h"
#include "base/activity.h"
#include "base/facts.h"
#include "pure/rights.h"

typedef struct PaclReach
{
	pg_uuid_t	organization_id;
	pg_uuid_t  *agendas;		/* ascending, each once */
	int			agenda_count;
	pg_uuid_t  *people;			/* each once */
	int			people_count;
} PaclReach;

/*
 * The caller as administrator of the organization that something is of.  For
 * whoever does not belong to it, the thing ("noun") does not exist: PT404.
 */
extern PaclGrantor *pacl_reach_grantor(const pg_uuid_t *organization_id,
									   const char *noun);

/*
 * That the grantor may give to these people and take from them: 42501 if one
 * of them is an administrator whom the grantor may not touch; PA010 if the
 * grantor gains something themselves ("gains") and is not fresh.
 */
extern void pacl_reach_check(const PaclReach *reach, const PaclGrantor *grantor,
							 bool gains);

/*
 * Refuses rights that cannot be given by a group or a profile: as
 * pacl_grant_check_rights, and from owner up (PA012).
 */
extern void pacl_reach_check_rights(PaclRights rights);

/*
 * 42501 if the rights show patients in an organization whose holders consent:
 * they consent to rights of one person on their agenda, not to a group's.
 */
extern void pacl_reach_check_consent(const pg_uuid_t *organization_id,
									 PaclRights rights);

/* Makes the agendas ascending, each once. */
extern void pacl_reach_sort(pg_uuid_t *agendas, int *count);

/*
 * After rows have changed: whoever can no longer book holds nothing, is listed
 * or not by what they have, and what they had asked for and have now is asked
 * for no more.
 */
extern void pacl_reach_settle(const PaclReach *reach, const pg_uuid_t *by);

/*
 * Records the entry on the organization's chain and on those of the agendas;
 * then tells the people, the holders of the agendas and the administrators
 * with this payload.
 */
extern void pacl_reach_record(const PaclReach *reach, PaclEntry *entry);
extern void pacl_reach_tell(const PaclReach *reach, char *payload);

#endif							/* PACL_REACH_H */
