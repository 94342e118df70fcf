/*
 * elsewhere.h
 *		Whether the holder of an agenda is to be in another place.
 *
 * A doctor who works in two places has an agenda in each.  That both are booked
 * for one time is no error that a constraint could forbid: it would have to lock
 * agendas of other organizations, and to tell of them.  So it is a warning, to
 * those who may see that the other agenda is busy, and nobody else learns, waits
 * or is refused for it.
 */
#ifndef PACL_ELSEWHERE_H
#define PACL_ELSEWHERE_H

#include "postgres.h"
#include "datatype/timestamp.h"
#include "utils/uuid.h"

#include "base/refusal.h"
#include "reader/access.h"

/* Where they are to be, and when. */
typedef struct PaclElsewhere
{
	pg_uuid_t	agenda_id;
	char	   *agenda;			/* its name */
	TimestampTz from;
	TimestampTz until;
} PaclElsewhere;

/*
 * Whether another agenda of the same holder, in another place (both have a
 * location, and another one), is booked at that time, as far as the caller
 * may see when it is busy.  Two agendas in one place may be meant to be booked
 * side by side.  For book() and whatever explains what it will say.
 */
extern bool pacl_elsewhere_find(const PaclAgenda *agenda, TimestampTz starts_at,
								TimestampTz ends_at, PaclElsewhere *found);

/* The same as a warning with its facts, or null. */
extern PaclRefusal *pacl_elsewhere_check(const PaclAgenda *agenda,
										 TimestampTz starts_at,
										 TimestampTz ends_at);

/* The warning, if so. */
extern void pacl_elsewhere_warn(const PaclAgenda *agenda,
								TimestampTz starts_at, TimestampTz ends_at);

#endif							/* PACL_ELSEWHERE_H */
