/*
 * grant.h
 *		Giving, changing and taking rights on an agenda.
 */
#ifndef PACL_GRANT_H
#define PACL_GRANT_H

#include "postgres.h"
#include "utils/uuid.h"

#include "access/grant_store.h"
#include "access/membership.h"
#include "pure/period.h"
#include "pure/rights.h"
#include "reader/access.h"

/*
 * The most that an administrator gives to anybody: whatever is below owner,
 * but never the holder's own flag.
 */
#define PACL_RIGHTS_BELOW_OWNER \
	PACL_RIGHTS_OF(PACL_LEVEL_OPENINGS, \
				   PACL_FLAGS_ALL & ~PACL_FLAG_PUBLIC_PROFILE)

/*
 * Refuses rights that nobody can be given: flags without a level (22023), and
 * the holder's own flag (PA012).  "none" is fine: it takes.
 */
extern void pacl_grant_check_rights(PaclRights rights);

/* Refuses a period that is empty, reversed or over (22023). */
extern void pacl_grant_check_period(const PaclPeriod *period);

/*
 * Whether the grantor may make these the rights of a member on an agenda for a
 * period.  An owner of the agenda gives what they have themselves, as long as they
 * has it, and takes from anybody but the holder; an administrator gives
 * anything below owner, to themselves only when fresh, and touches another
 * administrator only if they are a full one.  Raises 42501, PA010, PA012.
 */
extern void pacl_grant_check(const PaclGrantor *grantor, const PaclAgenda *agenda,
							 const PaclMembershipRow *target, PaclRights rights,
							 const PaclPeriod *period);

/*
 * Whether pacl_grant_check would let the grantor take all rights of another
 * member: who may do that answers the member's requests.
 */
extern bool pacl_grant_may_take(const PaclGrantor *grantor,
								const PaclAgenda *agenda,
								const PaclMembershipRow *target);

/*
 * Whether an account holds the agenda, or has the rights there from now on to
 * the end of the period by grants: without features, and not in an emergency.
 */
extern bool pacl_grant_has(const PaclAgenda *agenda,
						   const pg_uuid_t *account_id, PaclRights rights,
						   const PaclPeriod *period);

/*
 * Whether pacl_grant_check would let the grantor, an administrator, give the
 * rights to somebody who is no member yet.
 */
extern bool pacl_grant_may_offer(const PaclGrantor *grantor,
								 const PaclAgenda *agenda, PaclRights rights,
								 const PaclPeriod *period);

/*
 * Takes all that an account has in an organization by grants, groups and
 * profiles, emergency reading too.
 */
extern void pacl_grant_take_all(const pg_uuid_t *organization_id,
								const pg_uuid_t *account_id,
								const pg_uuid_t *by, TimestampTz at);

/* Ends the holds on these agendas of whoever can no longer book there. */
extern void pacl_grant_end_lost_holds(const pg_uuid_t *agendas,
									  int agenda_count);

/*
 * Adds a grant that was checked beside what its account has, records it, and
 * tells holder and administrators; the caller has the locks and tells the
 * account.
 */
extern void pacl_grant_add(const PaclGrant *grant, const PaclAgenda *agenda,
						   const pg_uuid_t *by);

/*
 * The caller makes these the rights of a member on an agenda: with a period in
 * place of what overlaps it, without one (null) of everything.  A disabled
 * member can be prepared for their return.  PT404 for anyone who is no member, 22023
 * for the holder, who has all rights.  What waits for the holder's consent
 * changes nothing yet, and a notice says so.
 */
extern void pacl_grant_set(const pg_uuid_t *agenda_id,
						   const pg_uuid_t *account_id, PaclRights rights,
						   const PaclPeriod *period);

#endif							/* PACL_GRANT_H */
