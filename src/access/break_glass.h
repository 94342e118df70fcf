/*
 * break_glass.h
 *		Emergency access (break-glass): at once, for a while, never in secret.
 */
#ifndef PACL_BREAK_GLASS_H
#define PACL_BREAK_GLASS_H

#include "postgres.h"
#include "utils/timestamp.h"
#include "utils/uuid.h"

#define PACL_BREAK_GLASS_MAX_HOURS 4
#define PACL_BREAK_GLASS_A_DAY 3

/*
 * Gives the caller, who must be a member of the agenda's organization,
 * read+private+patient_file on it, and returns until when.  Tells the holder
 * and the administrators, and stands out in the activity.  Raises PT404 for
 * agendas of other organizations, 22023 for a missing reason or a duration
 * that is none or too long, PA040 after the third in 24 hours.
 */
extern TimestampTz pacl_break_glass(const pg_uuid_t *agenda_id,
									const char *reason,
									const Interval *duration);

#endif							/* PACL_BREAK_GLASS_H */
