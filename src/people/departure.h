/*
 * departure.h
 *		Departures: members are disabled, enabled again, removed.
 */
#ifndef PACL_DEPARTURE_H
#define PACL_DEPARTURE_H

#include "postgres.h"
#include "datatype/timestamp.h"
#include "utils/uuid.h"

/* An appointment that nobody is there for any more. */
typedef struct PaclOrphan
{
	pg_uuid_t	appointment_id;
	pg_uuid_t	agenda_id;
	TimestampTz starts_at;
} PaclOrphan;

/*
 * An administrator disables a member: rights stay as they are and allow
 * nothing, sessions end if no other organization is left, open invitations
 * are revoked.  Disabling somebody twice is nothing.
 */
extern void pacl_member_disable(const pg_uuid_t *organization_id,
								const pg_uuid_t *account_id);

/* And enables them again. */
extern void pacl_member_enable(const pg_uuid_t *organization_id,
							   const pg_uuid_t *account_id);

/*
 * An administrator removes a member: every right, the administrator level and
 * the features are taken, open invitations revoked.  Their agendas stay
 * theirs in name, for somebody to take over; what is booked there from now on
 * is returned, in order of time, palloc'd.
 */
extern PaclOrphan *pacl_member_remove(const pg_uuid_t *organization_id,
									  const pg_uuid_t *account_id,
									  int *count);

#endif							/* PACL_DEPARTURE_H */
