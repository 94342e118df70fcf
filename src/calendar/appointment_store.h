/*
 * appointment_store.h
 *		Rows of appointments.
 */
#ifndef PACL_APPOINTMENT_STORE_H
#define PACL_APPOINTMENT_STORE_H

#include "postgres.h"
#include "datatype/timestamp.h"
#include "utils/jsonb.h"
#include "utils/uuid.h"

typedef struct PaclAppointment
{
	pg_uuid_t	organization_id;
	pg_uuid_t	agenda_id;
	pg_uuid_t	id;
	TimestampTz starts_at;
	TimestampTz ends_at;
	pg_uuid_t	created_by;
	bool		private;
	bool		overbooked;
	const char *status;
	const char *patient;		/* or null */
	const char *note;			/* or null */
	Jsonb	   *attributes;		/* null means an empty object */
	const pg_uuid_t *series_id; /* or null */
	const char *patient_ref;	/* or null */
	const char *contact;		/* or null */
	int			minutes_before; /* the pauses that are kept around it */
	int			minutes_after;
	const pg_uuid_t *appointment_type;	/* or null */
	int			version;		/* from 1; of a row that was read */
	TimestampTz updated_at;
	const pg_uuid_t *part_of;	/* the appointment that takes this agenda as
								 * well, or null */
	bool		archived;		/* in the archive, until it is opened */

	/* Of one that was opened (appointment_guard.h): all that it takes. */
	struct PaclAppointment *parts;	/* on the other agendas */
	int			part_count;
	int			named;			/* the part by which it was named, or -1 */
} PaclAppointment;

/*
 * What of a row is written, and not worked out: the same of appointment and of
 * appointment_archive.
 */
#define PACL_APPOINTMENT_COLUMNS \
	"organization_id, agenda_id, id, starts_at, ends_at, created_at," \
	" created_by, private, overbooked, status, cancelled_at, series_id," \
	" patient, note, attributes, version, updated_at, status_since," \
	" patient_ref, contact, local_start, local_end, minutes_before," \
	" minutes_after, appointment_type, part_of"

/* Since when and until when it takes its agenda, if it begins or ends then. */
static inline TimestampTz
pacl_occupied_from(TimestampTz starts_at, int minutes_before)
{
	return starts_at - minutes_before * USECS_PER_MINUTE;
}

static inline TimestampTz
pacl_occupied_until(TimestampTz ends_at, int minutes_after)
{
	return ends_at + minutes_after * USECS_PER_MINUTE;
}

/*
 * Out of the archive, with its parts: whoever changes one of long ago finds it
 * where the others are.  Under the locks of their agendas.
 */
extern void pacl_appointment_store_bring_back(PaclAppointment *whole);

/*
 * The appointments with an id, archived ones too, one of each organization that has it (ids that
 * clients make may meet); palloc'd, *count of them.
 */
extern PaclAppointment *pacl_appointment_store_find(const pg_uuid_t *id,
													int *count);

/* Those that are part of one, in the order of their agendas; palloc'd. */
extern PaclAppointment *pacl_appointment_store_parts(const PaclAppointment *whole,
													 int *count);

/* The one of an organization; null if there is none. */
extern PaclAppointment *pacl_appointment_store_read(const pg_uuid_t *organization_id,
													const pg_uuid_t *id);

/*
 * Inserts it.  An overlap that only the constraint could see raises 23P01
 * without telling with what.
 */
extern void pacl_appointment_store_insert(const PaclAppointment *appointment);

/*
 * Writes what a move or a change of status may alter: agenda, times,
 * overbooked, status.
 */
extern void pacl_appointment_store_place(const PaclAppointment *appointment);

/*
 * Lifts the claim of an appointment on its time, until it is placed again:
 * two can then change places, one after the other.
 */
extern void pacl_appointment_store_lift(const PaclAppointment *appointment);

/*
 * The appointments of a series that begin at a moment or later, cancelled
 * ones only if asked for: their ids in order of time, palloc'd.
 */
extern pg_uuid_t *pacl_appointment_store_series(const pg_uuid_t *series_id,
												TimestampTz from,
												bool cancelled, int *count);

/*
 * Which columns were changed since a version, as the record of an agenda has
 * it: their names, joined; null if it does not say.
 */
extern char *pacl_appointment_store_changes(const PaclAppointment *appointment,
											int since_version);

/*
 * Writes what an update may alter: patient, note, private, attributes,
 * patient_ref, contact, appointment_type and its pauses.
 */
extern void pacl_appointment_store_describe(const PaclAppointment *appointment);

/*
 * An appointment of a patient that overlaps a time and that the caller may read;
 * false if there is none.
 */
extern bool pacl_appointment_store_find_patient(const pg_uuid_t *organization_id,
												const char *patient_ref,
												TimestampTz starts_at,
												TimestampTz ends_at,
												pg_uuid_t *agenda_id,
												pg_uuid_t *appointment_id);

#endif							/* PACL_APPOINTMENT_STORE_H */
