/*
 * prospect.h
 *		What a membership promises: now, to come, or over.
 *
 * A colleague is a member with access now or to come, or who never had any;
 * somebody whose last access has ended by the clock is a former colleague,
 * although nobody has said so.
 */
#ifndef PACL_PROSPECT_H
#define PACL_PROSPECT_H

#include "postgres.h"
#include "datatype/timestamp.h"
#include "utils/uuid.h"

#include "reader/access.h"
#include "reader/relation.h"
#include "reader/sharing.h"

/* What a membership has, beside its row. */
typedef struct PaclProspect
{
	bool		ended;			/* a grant that has ended */
	bool		stays;			/* an agenda, or a grant now or to come */
	TimestampTz until;			/* when the last of these ends */
} PaclProspect;

/*
 * Whether a period (tstzrange) has begun and not ended at a moment; narrows
 * [*from, *until) to the time for which that answer holds.
 */
extern bool pacl_period_holds(Datum period, TimestampTz at, TimestampTz *from,
							  TimestampTz *until);

/* Something that lasts until a moment. */
extern void pacl_prospect_note_staying(PaclProspect *prospect,
									   TimestampTz until);

/*
 * Whether a grant is in force; notes what it promises, and narrows
 * [*from, *until) to the time for which the answer holds.  When an emergency
 * ends, nobody is less of a colleague than before.
 */
extern bool pacl_prospect_note_grant(PaclProspect *prospect,
									 const PaclScan *scan, HeapTuple row,
									 TimestampTz *from, TimestampTz *until);

/*
 * What groups and profiles promise in an organization: who has a profile
 * belongs to it, whatever the profile gives.
 */
extern void pacl_prospect_note_sharing(PaclProspect *prospect,
									   const PaclSharing *sharing,
									   const pg_uuid_t *organization_id);

/* Without an agenda or a grant, one who never had one stays a colleague. */
extern bool pacl_prospect_is_current(const PaclProspect *prospect);

/*
 * Whether any account's membership makes a colleague now; *until is when that
 * ends by the clock.
 */
extern bool pacl_prospect_is_colleague(const pg_uuid_t *account_id,
									   const PaclMembership *member,
									   const PaclSharing *sharing,
									   TimestampTz *until);

#endif							/* PACL_PROSPECT_H */
