/*
 * appointment_archive_store.h
 *		Rows of appointments, on their way into the archive or back.
 */
#ifndef PACL_APPOINTMENT_ARCHIVE_STORE_H
#define PACL_APPOINTMENT_ARCHIVE_STORE_H

#include "postgres.h"
#include "datatype/timestamp.h"
#include "utils/uuid.h"

/* Into the archive what ended before a time; back what ended then or later. */
typedef enum PaclArchiveWay
{
	PACL_ARCHIVE_AWAY,
	PACL_ARCHIVE_BACK,
	PACL_ARCHIVE_WAYS
} PaclArchiveWay;

typedef struct PaclArchiveAgenda
{
	pg_uuid_t	organization_id;
	pg_uuid_t	id;
} PaclArchiveAgenda;

/*
 * The agendas that have some to move, or the one that is named if it has; of
 * organizations that are open here.  palloc'd, *count of them.
 */
extern PaclArchiveAgenda *pacl_appointment_archive_store_agendas(PaclArchiveWay way,
																 TimestampTz time,
																 const pg_uuid_t *agenda_id,
																 int *count);

/* Which other agendas the first max_rows of an agenda take; palloc'd. */
extern pg_uuid_t *pacl_appointment_archive_store_further(PaclArchiveWay way,
														 const PaclArchiveAgenda *agenda,
														 TimestampTz time,
														 int max_rows,
														 int *count);

/*
 * Moves at most max_rows appointments, with their parts, that take no other
 * agenda than these.  Returns how many rows.
 */
extern int64 pacl_appointment_archive_store_move(PaclArchiveWay way,
												 const PaclArchiveAgenda *agenda,
												 TimestampTz time,
												 int max_rows,
												 const pg_uuid_t *further,
												 int count);

#endif							/* PACL_APPOINTMENT_ARCHIVE_STORE_H */
