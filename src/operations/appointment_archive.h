/*
 * appointment_archive.h
 *		Moving appointments of long ago into the archive, and back.
 */
#ifndef PACL_APPOINTMENT_ARCHIVE_H
#define PACL_APPOINTMENT_ARCHIVE_H

#include "postgres.h"
#include "datatype/timestamp.h"
#include "utils/uuid.h"

/*
 * Moves appointments that ended before then, and their parts on other agendas,
 * into the archive, by an operator; records how many, and returns it.  At most
 * max_rows appointments in one call, and those of agendas on which nobody is
 * writing at this moment.  22023 for a time less than 8 weeks ago.
 */
extern int64 pacl_appointment_archive(TimestampTz before, int max_rows);

/* Brings back those that ended at that time or later; of one agenda, or of all. */
extern int64 pacl_appointment_restore(TimestampTz ended_since,
									  const pg_uuid_t *agenda_id,
									  int max_rows);

#endif							/* PACL_APPOINTMENT_ARCHIVE_H */
