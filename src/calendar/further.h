/*
 * further.h
 *		The further agendas that an appointment takes: a second doctor, a room,
 *		a device.
 *
 * Each has a row of its own that is part of the appointment: its time, under
 * the same constraint, and its status, but nothing of the patient.
 */
#ifndef PACL_FURTHER_H
#define PACL_FURTHER_H

#include "postgres.h"
#include "utils/uuid.h"

#include "calendar/appointment.h"
#include "calendar/booking.h"

/* How many an appointment may take, and among how many one may be chosen. */
#define PACL_ALSO_MAX 20
#define PACL_ALSO_ANY_MAX 100

/* One of them. */
typedef struct PaclFurtherAgenda
{
	PaclBookingContext context;
	bool		taken;			/* by the booking that was checked last */
	bool		overbooked;
	bool		held;			/* the caller's own holds are to be used up */
	pg_uuid_t	part_id;		/* the row there */
	int			booked;			/* how many rows were inserted there */
} PaclFurtherAgenda;

typedef struct PaclFurther
{
	PaclFurtherAgenda *agendas;
	int			count;
	int			required;		/* the first ones are all taken, and of the
								 * others the first that is free */
} PaclFurther;

/*
 * As pacl_booking_open, with those that the booking names, locked in one
 * order with the agenda; null if there are none.  PT404 for one that the
 * caller may not see or that is another organization's.
 */
extern PaclFurther *pacl_further_open(const pg_uuid_t *agenda_id,
									  const PaclBooking *booking,
									  PaclBookingContext *context);

/* The same without locks, for whoever writes nothing. */
extern PaclFurther *pacl_further_look(const pg_uuid_t *agenda_id,
									  const PaclBooking *booking,
									  PaclBookingContext *context);

/*
 * Why the booking, which is complete, cannot take them all, or null: then
 * it is settled which ones it takes.
 */
extern PaclRefusal *pacl_further_check(PaclFurther *further,
									   const PaclBooking *booking);

/* The ids of the agendas that it takes, as a JSON array. */
extern char *pacl_further_ids(const PaclFurther *further);

/* Records the booking on each chain; the ids of the rows are made. */
extern void pacl_further_record(PaclFurther *further,
								const PaclBooking *booking,
								const pg_uuid_t *whole_id);

/* Inserts the rows. */
extern void pacl_further_insert(PaclFurther *further,
								const PaclBooking *booking,
								const pg_uuid_t *whole_id);

/* Tells the holders. */
extern void pacl_further_tell(const PaclFurther *further,
							  const PaclBooking *booking);

/* Whether an appointment takes what the booking names. */
extern bool pacl_further_same(const PaclBooking *booking,
							  const PaclAppointment *appointment);

#endif							/* PACL_FURTHER_H */
