/*
 * authority.h
 *		Guards: whether the caller may do what a rule is about to do.
 *
 * Each looks with the latest snapshot that the isolation level allows, so a
 * rule first takes its locks and then asks.  What a stranger asks for and
 * what does not exist are the same error (PT404).
 */
#ifndef PACL_AUTHORITY_H
#define PACL_AUTHORITY_H

#include "postgres.h"
#include "compat.h"
#include "utils/uuid.h"

#include "base/refusal.h"
#include "pure/rights.h"
#include "reader/access.h"
#include "reader/identity.h"

/*
 * The caller; raises 28000 for nobody, and for whoever lacks a step PA031 (a
 * temporary password to change) or PA032 (a second factor to give, or to
 * enrol).  A copy, palloc'd.
 */
extern PaclCaller *pacl_require_caller(void);

/* The same, for the step itself: that it is missing is no obstacle. */
extern PaclCaller *pacl_require_caller_for(PaclMissing step);

/* The same, whatever the caller lacks. */
extern PaclCaller *pacl_require_limited_caller(void);

/* The word for what a caller lacks; null for nothing. */
extern const char *pacl_missing_word(PaclMissing missing);

/*
 * Whether the caller may know of an agenda: they have any right on it, or
 * administer its organization.  Then also its row and their rights.
 */
extern bool pacl_find_agenda(const pg_uuid_t *agenda_id, PaclAgenda *agenda,
							 PaclRights *rights);

/*
 * The caller's rights on an agenda that they may know of, and its row: raises
 * PT404 unless they have any right on it or administer its organization.
 */
extern PaclRights pacl_require_agenda(const pg_uuid_t *agenda_id,
									  PaclAgenda *agenda);

/*
 * The same, with the agenda locked.  It is asked before the lock, so that
 * nobody makes others wait for an agenda that is not theirs to see, or learns
 * from waiting that it is there; and again once it stands still.
 */
extern PaclRights pacl_require_locked_agenda(const pg_uuid_t *agenda_id,
											 PaclAgenda *agenda);

/* As pacl_require_agenda; and 42501 unless the rights cover what is needed. */
extern PaclRights pacl_require_rights(const pg_uuid_t *agenda_id,
									  PaclRights needed, PaclAgenda *agenda);

/* Why rights that were obtained do not suffice (42501), or null. */
extern PaclRefusal *pacl_refuse_rights(PaclRights rights, PaclRights needed);

/*
 * 42501 unless rights that were obtained cover what is needed; for a rule
 * that asks several questions of one agenda.
 */
extern void pacl_check_rights(PaclRights rights, PaclRights needed);

/*
 * The caller as administrator: PT404 if they do not belong to the
 * organization, 42501 with the administrators to ask if their level is lower.
 */
extern PaclMembership *pacl_require_admin(const pg_uuid_t *organization_id,
										  PaclAdmin level);

/* PA010 unless the caller has reauthenticated within the last minutes. */
extern void pacl_require_fresh(const PaclCaller *caller);

/* The error of pacl_require_fresh (PA010). */
pg_noreturn extern void pacl_raise_not_fresh(void);

/*
 * The error for anything that does not exist or that the caller may not see.
 */
pg_noreturn extern void pacl_raise_unknown(const char *noun);

/* The error for lack of administrator rights, with whom to ask. */
pg_noreturn extern void pacl_raise_not_admin(const pg_uuid_t *organization_id,
											 PaclAdmin level);

#endif							/* PACL_AUTHORITY_H */
