/*
 * consent.h
 *		The holder's consent to rights that others give on their agenda.
 *
 * In an organization with holder_consents on, rights that show patients, given
 * by somebody who does not have them, become a request that waits for the
 * holder of the agenda, or for an owner of it who has the rights.
 */
#ifndef PACL_CONSENT_H
#define PACL_CONSENT_H

#include "postgres.h"
#include "utils/uuid.h"

#include "access/grant_store.h"
#include "access/request_store.h"
#include "reader/access.h"

/* What waits of one act, for pacl_consent_tell. */
typedef struct PaclConsents
{
	int			waiting;		/* how many requests were made */
	int			unanswerable;	/* of them, those that nobody can consent to */
} PaclConsents;

/* Whether the organization has holder_consents on. */
extern bool pacl_consent_is_on(const pg_uuid_t *organization_id);

/*
 * Whether these rights wait if this account gives them.  What the one who gets
 * them has already, and what is below read, does not.  Emergency reading and
 * features do not count as having a right: both can be had without the
 * holder.
 */
extern bool pacl_consent_is_needed(const PaclAgenda *agenda,
								   const pg_uuid_t *grantor,
								   const PaclGrant *grant);

/*
 * Makes a request of a grant to a member, instead of giving it; records it and
 * tells those who can consent.  The agenda is locked.
 */
extern void pacl_consent_ask(const PaclAgenda *agenda, const pg_uuid_t *grantor,
							 const PaclGrant *grant, PaclConsents *consents);

/* Tells the caller what waits, in a notice; nothing if nothing does. */
extern void pacl_consent_tell(const PaclConsents *consents);

#endif							/* PACL_CONSENT_H */
