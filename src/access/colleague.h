/*
 * colleague.h
 *		What every colleague may do on an agenda without a grant.
 */
#ifndef PACL_COLLEAGUE_H
#define PACL_COLLEAGUE_H

#include "postgres.h"
#include "utils/uuid.h"

#include "pure/rights.h"
#include "reader/access.h"

/*
 * Refuses rights that not every colleague can have: flags without a level
 * (22023), the level owner and the holder's own flag (PA012).
 */
extern void pacl_colleague_check_rights(PaclRights rights);

/*
 * The caller makes these the rights of every colleague on an agenda, in place
 * of what they were: an owner of the agenda within their own rights, an
 * administrator when fresh, since they give them to themselves too; the holder
 * is told.  Whoever thereby can no longer book loses their holds there.
 * What waits for the holder's consent changes nothing yet, and a notice says so.
 * Raises PT404, 42501, PA010, PA012, 22023.
 */
extern void pacl_colleague_set_rights(const pg_uuid_t *agenda_id,
									  PaclRights rights);

/*
 * The same of rights that were checked, by an account; the caller has the
 * locks.
 */
extern void pacl_colleague_apply(const PaclAgenda *agenda, PaclRights rights,
								 const pg_uuid_t *by);

#endif							/* PACL_COLLEAGUE_H */
