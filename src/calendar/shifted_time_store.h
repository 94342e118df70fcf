/*
 * shifted_time_store.h
 *		Rows that a change of a time zone's rules has shifted.
 */
#ifndef PACL_SHIFTED_TIME_STORE_H
#define PACL_SHIFTED_TIME_STORE_H

#include "postgres.h"
#include "datatype/timestamp.h"
#include "utils/uuid.h"

/* An appointment or an absence. */
typedef struct PaclShiftedTime
{
	pg_uuid_t	organization_id;
	pg_uuid_t	agenda_id;
	pg_uuid_t	id;
	const char *kind;			/* as the view shifted_times has it */
	bool		is_absence;
	TimestampTz starts_at;
	TimestampTz ends_at;
	Timestamp	local_start;	/* what the wall clock was to show */
	Timestamp	local_end;
} PaclShiftedTime;

/* The agendas that have any, or the one that is given; ascending, palloc'd. */
extern pg_uuid_t *pacl_shifted_time_store_agendas(const pg_uuid_t *agenda_id,
												  int *count);

/* The further agendas that their appointments take; palloc'd. */
extern pg_uuid_t *pacl_shifted_time_store_further(const pg_uuid_t *agenda_id,
												  int *count);

/* What an appointment has on those: agenda and id alone; palloc'd. */
extern PaclShiftedTime *pacl_shifted_time_store_parts(const PaclShiftedTime *shifted,
													  int *count);

/* Those of an agenda in order of time, palloc'd. */
extern PaclShiftedTime *pacl_shifted_time_store_list(const pg_uuid_t *agenda_id,
													 int *count);

/*
 * The first appointment that one of them, or a part of it, would overlap at
 * another time, palloc'd, or null.  What is booked over something counts only where the two did not
 * overlap on the wall clock.
 */
extern pg_uuid_t *pacl_shifted_time_store_overlap(const PaclShiftedTime *shifted,
												  TimestampTz starts_at,
												  TimestampTz ends_at);

/* Writes its instants, and those of its parts; what the wall clock was to show stays. */
extern void pacl_shifted_time_store_place(const PaclShiftedTime *shifted);

/* What has not ended on an agenda is meant to be where the wall clock has it. */
extern void pacl_shifted_time_store_accept(const pg_uuid_t *agenda_id);

#endif							/* PACL_SHIFTED_TIME_STORE_H */
