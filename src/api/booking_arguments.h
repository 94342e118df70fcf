/*
 * booking_arguments.h
 *		The arguments that every way to book takes.
 */
#ifndef PACL_BOOKING_ARGUMENTS_H
#define PACL_BOOKING_ARGUMENTS_H

#include "postgres.h"
#include "fmgr.h"

#include "calendar/appointment.h"

/*
 * Reads patient, note, private, overbook, reason, attributes, appointment_id,
 * duration, patient_ref, contact, appointment_type, also and also_any, of
 * which patient has this number.
 */
extern void pacl_arg_booking(FunctionCallInfo fcinfo, int patient,
							 PaclBooking *booking);

#endif							/* PACL_BOOKING_ARGUMENTS_H */
