/*
 * clone.h
 *		Cloning: granting one colleague the rights of another.
 */
#ifndef PACL_CLONE_H
#define PACL_CLONE_H

#include "postgres.h"
#include "utils/uuid.h"

#include "access/clone_store.h"
#include "access/membership.h"
#include "pure/rights.h"

/* What changed on one agenda; before and after unite all periods to come. */
typedef struct PaclCloned
{
	pg_uuid_t	agenda_id;
	PaclRights	before;
	PaclRights	after;
} PaclCloned;

/*
 * An administrator gives to_account what from_account has been granted, on
 * every agenda of the organization, with groups and profiles as such; with
 * replace, exactly that.  What is held, not granted, is not copied, and owner comes down to openings.
 * Returns what changed, by agenda, palloc'd; a notice tells what waits for the
 * holders' consent.
 */
extern PaclCloned *pacl_clone_rights(const pg_uuid_t *organization_id,
									 const pg_uuid_t *from_account,
									 const pg_uuid_t *to_account,
									 bool replace, int *count);

/*
 * The copy itself, without guards, locks and messages, but recorded on every
 * agenda's chain: a part of making a user.
 */
extern PaclCloned *pacl_clone_apply(PaclClone *clone,
									const pg_uuid_t *by, int *count);

#endif							/* PACL_CLONE_H */
