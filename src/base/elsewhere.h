/*
 * elsewhere.h
 *		Refusing to write for an organization that another cell has.
 */
#ifndef PACL_ELSEWHERE_H
#define PACL_ELSEWHERE_H

#include "postgres.h"
#include "utils/uuid.h"

/*
 * PA050 unless the organization is open here now.  Asked once the lock is
 * held that hand_over_organization() takes, so the answer stands until the end
 * of the transaction.
 */
extern void pacl_require_here(const pg_uuid_t *organization_id);

/*
 * PA050 if the caller cannot see the organization because it is away, and
 * would otherwise: before they are told that there is no such thing.
 */
extern void pacl_tell_elsewhere(const pg_uuid_t *organization_id);

#endif							/* PACL_ELSEWHERE_H */
