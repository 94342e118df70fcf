/*
 * decision.h
 *		Whether a booking can be made, and all that stands in its way.
 */
#ifndef PACL_DECISION_H
#define PACL_DECISION_H

#include "postgres.h"
#include "datatype/timestamp.h"
#include "utils/uuid.h"

#include "base/refusal.h"
#include "calendar/appointment.h"
#include "calendar/booking.h"
#include "calendar/further.h"

/* A booking that is complete, and what its checks find out. */
typedef struct PaclDecision
{
	const PaclBookingContext *context;
	PaclFurther *further;		/* null for none */
	const PaclBooking *booking;
	TimestampTz from;			/* with its pauses */
	TimestampTz until;
	bool		overbooked;
	bool		retried;
	bool		held;
} PaclDecision;

extern void pacl_decision_begin(PaclDecision *d,
								const PaclBookingContext *context,
								PaclFurther *further,
								const PaclBooking *booking);

/*
 * Why the booking cannot be made, or null; without writing anything.  It is
 * settled then whether it is a retry, books over something and uses a hold up.
 */
extern PaclRefusal *pacl_decision_make(PaclDecision *d);

/*
 * Calls back for all that stands in the way of the booking for this caller
 * ("refused"), in the order in which it would be refused, and for what they
 * should know of ("warning").  Takes no lock and writes nothing.  Raises 28000, and
 * PT404 for agendas that they may not see.
 */
typedef void (*PaclExplanation) (void *state, const char *severity,
								 const PaclRefusal *refusal);
extern void pacl_decision_explain(const pg_uuid_t *agenda_id,
								  const PaclBooking *asked,
								  PaclExplanation visit, void *state);

#endif							/* PACL_DECISION_H */
