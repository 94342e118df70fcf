/*
 * substitute.h
 *		Standing in for somebody who is away.
 */
#ifndef PACL_SUBSTITUTE_H
#define PACL_SUBSTITUTE_H

#include "postgres.h"
#include "utils/uuid.h"

#include "access/substitute_store.h"

/* What the substitute may do on an agenda during the period. */
typedef struct PaclSubstituted
{
	pg_uuid_t	agenda_id;
	PaclRights	rights;
} PaclSubstituted;

/*
 * Gives by_account for a period, which must have an end, what for_account may
 * do then: on agendas that for_account holds all below owner, on others what
 * their grants say, owner coming down to openings.  An administrator does so in
 * their organizations, somebody who is away on the agendas that they hold or
 * own.  What the substitute has already is not given twice; what an
 * administrator gives may wait for the holder's consent, and is then told in a
 * notice and not returned.  Returns what the substitute has on each agenda,
 * ascending, palloc'd.  Raises PT404 for anyone who is
 * no colleague of the caller and for an agenda that it cannot be about, 42501,
 * PA010 for an administrator who gives it to themselves, 22023.
 */
extern PaclSubstituted *pacl_substitute(const PaclSubstitution *substitution,
										int *count);

#endif							/* PACL_SUBSTITUTE_H */
