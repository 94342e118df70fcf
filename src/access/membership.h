/*
 * membership.h
 *		Memberships: what every act on an organization's people needs.
 */
#ifndef PACL_MEMBERSHIP_H
#define PACL_MEMBERSHIP_H

#include "postgres.h"
#include "utils/uuid.h"

#include "access/membership_store.h"
#include "base/facts.h"
#include "reader/access.h"

/*
 * On whose authority something is given: the caller's, or, when an invitation
 * is accepted, the inviter's.
 */
typedef struct PaclGrantor
{
	pg_uuid_t	account_id;
	PaclAdmin	admin;			/* in the organization concerned */
	bool		fresh;			/* has reauthenticated within the last minutes */
} PaclGrantor;

/*
 * The organization's lock, for whoever changes its people or their rights.
 * In REPEATABLE READ it is 40001 if anybody else has done so since the
 * snapshot was taken: what was decided from it might be wrong.
 */
extern void pacl_organization_lock(const pg_uuid_t *organization_id);

/* The caller as administrator; raises as pacl_require_admin does. */
extern PaclGrantor *pacl_grantor_require(const pg_uuid_t *organization_id,
										 PaclAdmin level);

/*
 * Any account with its place in the organization now, palloc'd, as fresh as
 * it was when it decided; null if it is no active member.
 */
extern PaclGrantor *pacl_grantor_of(const pg_uuid_t *organization_id,
									const pg_uuid_t *account_id);

/* PA010 unless the grantor is fresh. */
extern void pacl_grantor_check_fresh(const PaclGrantor *grantor);

/* 42501 unless the grantor is a full administrator. */
extern void pacl_grantor_check_full(const PaclGrantor *grantor,
									const pg_uuid_t *organization_id);

/*
 * A member, whatever their status; PT404 for anyone who is none, or no
 * longer.
 */
extern void pacl_membership_require(const pg_uuid_t *organization_id,
									const pg_uuid_t *account_id,
									PaclMembershipRow *membership);

/* Nobody but a full administrator touches an administrator. */
extern bool pacl_membership_may_touch(const PaclGrantor *grantor,
									  const PaclMembershipRow *membership);

/* 42501 if it is an administrator and the grantor is not a full one. */
extern void pacl_membership_check_touch(const PaclGrantor *grantor,
										const PaclMembershipRow *membership);

/*
 * The same of the caller and a member, before anything is locked: a
 * transaction of the member that is in the way loses its connection.  It is
 * checked again under the locks.
 */
extern void pacl_membership_require_touch(const pg_uuid_t *organization_id,
										  const pg_uuid_t *account_id);

/* PA011 if nobody else is a full administrator who can act. */
extern void pacl_membership_check_not_last(const PaclMembershipRow *membership);

/*
 * After something was given or taken: a member without any access who is
 * no administrator is no longer listed; one who has some is listed again.
 * Records that on the organization's chain.  The organization is locked.
 */
extern void pacl_membership_settle(const pg_uuid_t *organization_id,
								   const pg_uuid_t *account_id,
								   const pg_uuid_t *by);

/* Ends the sessions of an account without an active membership. */
extern void pacl_membership_end_sessions(const pg_uuid_t *organization_id,
										 const pg_uuid_t *account_id);

/* An administrator level from its word; 22023 for another. */
extern PaclAdmin pacl_membership_read_admin(const char *word);

/* Refuses flags that are no features: a level, or the holder's own flag. */
extern void pacl_membership_check_features(PaclRights features, bool holder);

/*
 * Begins a message about a person: their id and name, and the organization's.
 */
extern void pacl_membership_payload(PaclFacts *facts,
									const pg_uuid_t *organization_id,
									const pg_uuid_t *account_id);

#endif							/* PACL_MEMBERSHIP_H */
