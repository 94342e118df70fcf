/*
 * erasure.h
 *		A person's right to be erased, and to know what is held about them.
 */
#ifndef PACL_ERASURE_H
#define PACL_ERASURE_H

#include "postgres.h"
#include "utils/jsonb.h"
#include "utils/uuid.h"

/*
 * The caller's account, or, by an operator, any: what it says of the person
 * is erased, their rights and memberships end, their address stays blocked.  The
 * record keeps their id, which is nobody's name any more, and still verifies.
 * Calendars that they held stay, with all that is in them.
 *
 * PA011 for the last full administrator of an organization; PT404 for an
 * account that is none, or deleted already.
 */
extern void pacl_erasure_delete_own(void);
extern void pacl_erasure_delete(const pg_uuid_t *account_id);

/*
 * All that is held about the person, from every table that refers to them, as
 * one object; that it was asked for is recorded.  PT404 for an unknown account.
 */
extern Jsonb *pacl_erasure_export_own(void);
extern Jsonb *pacl_erasure_export(const pg_uuid_t *account_id);

#endif							/* PACL_ERASURE_H */
