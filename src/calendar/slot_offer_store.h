/*
 * slot_offer_store.h
 *		Rows of offers, and of the times that became free.
 */
#ifndef PACL_SLOT_OFFER_STORE_H
#define PACL_SLOT_OFFER_STORE_H

#include "postgres.h"
#include "datatype/timestamp.h"
#include "utils/date.h"
#include "utils/uuid.h"

/* A time that became free on an agenda. */
typedef struct PaclFreed
{
	TimestampTz from;
	TimestampTz until;
	TimestampTz freed_at;		/* the last time */
} PaclFreed;

typedef struct PaclSlotOffer
{
	pg_uuid_t	organization_id;
	pg_uuid_t	agenda_id;
	pg_uuid_t	id;
	pg_uuid_t	entry_id;
	TimestampTz starts_at;
	TimestampTz ends_at;
	TimestampTz occupied_from;	/* with the pauses of the entry's type */
	TimestampTz occupied_until;
	TimestampTz expires_at;
	bool		stands;			/* neither lapsed nor declined nor withdrawn */
	bool		withdrawn;
	TimestampTz ended_at;		/* if it does not */
	const pg_uuid_t *appointment_type;	/* of the entry; or null */
} PaclSlotOffer;

/* An entry of the waiting list that can be reached. */
typedef struct PaclWaiting
{
	pg_uuid_t	id;
	DateADT		from_date;
	DateADT		until_date;
	const pg_uuid_t *appointment_type;
	const char *contact;
	int			weekdays;		/* bits 1 (Monday) to 7; 0 is any day */
	TimeADT		day_from;
	TimeADT		day_until;
	bool		offered;		/* has an offer, here or elsewhere */
} PaclWaiting;

/* Under which terms an agenda offers. */
typedef struct PaclOfferTerms
{
	int			minutes;		/* until an offer lapses; 0: none is made */
	const char *country;
} PaclOfferTerms;

extern void pacl_slot_offer_store_terms(const pg_uuid_t *agenda_id,
										PaclOfferTerms *terms);

/*
 * From when until when anybody waits there who can be reached, at the most;
 * false if nobody does.
 */
extern bool pacl_slot_offer_store_awaited(const pg_uuid_t *agenda_id,
										  TimestampTz *from,
										  TimestampTz *until);

/*
 * Notes what became free, to be looked at now.  False if nobody waits there who
 * can be reached, or the agenda offers nothing.
 */
extern bool pacl_slot_offer_store_free(const pg_uuid_t *organization_id,
									   const pg_uuid_t *agenda_id,
									   TimestampTz from, TimestampTz until,
									   TimestampTz now);
extern void pacl_slot_offer_store_free_all(const pg_uuid_t *organization_id,
										   TimestampTz from,
										   TimestampTz until,
										   TimestampTz now);

/* What became free there is to be looked at now. */
extern void pacl_slot_offer_store_look(const pg_uuid_t *agenda_id,
									   TimestampTz now);
extern void pacl_slot_offer_store_look_at_all(const pg_uuid_t *organization_id,
											  TimestampTz now);

/*
 * What became free on an agenda and is to be looked at by now, in order of
 * time; palloc'd.
 */
extern PaclFreed *pacl_slot_offer_store_freed(const pg_uuid_t *agenda_id,
											  TimestampTz now, int *count);

/* When that is to be looked at again; what is over is deleted, or all of it. */
extern void pacl_slot_offer_store_due(const pg_uuid_t *agenda_id,
									  TimestampTz now, TimestampTz due);
extern void pacl_slot_offer_store_forget(const pg_uuid_t *agenda_id);

/* The agendas of organizations that are open here that are to be looked at. */
extern pg_uuid_t *pacl_slot_offer_store_due_agendas(TimestampTz now, int most,
													int *count);

/* All offers of an agenda of times that have not begun; palloc'd. */
extern PaclSlotOffer *pacl_slot_offer_store_of(const pg_uuid_t *agenda_id,
											   TimestampTz now, int *count);
extern bool pacl_slot_offer_store_read(const pg_uuid_t *id,
									   PaclSlotOffer *offer);

/*
 * Who waits on an agenda and can be reached: who has let the fewest offers lapse
 * first, and in the order of joining.
 */
extern PaclWaiting *pacl_slot_offer_store_waiting(const pg_uuid_t *agenda_id,
												  int *count);

/*
 * Inserts an offer, if nobody does something with the entry at this moment and
 * it has no other.
 */
extern bool pacl_slot_offer_store_insert(const PaclSlotOffer *offer,
										 TimestampTz now);

/* False if somebody books or deletes its entry at this moment. */
extern bool pacl_slot_offer_store_lock(const PaclSlotOffer *offer);

/* Ends it as "lapsed", "declined" or "withdrawn". */
extern void pacl_slot_offer_store_end(const PaclSlotOffer *offer,
									  const char *state, TimestampTz now);

/* Takes back its message; false if a sender has had it. */
extern bool pacl_slot_offer_store_withdraw(const PaclSlotOffer *offer,
										   TimestampTz now);

/* Takes back the messages of an entry that goes, and has its agendas looked at. */
extern void pacl_slot_offer_store_leave(const pg_uuid_t *organization_id,
										const pg_uuid_t *entry_id,
										TimestampTz now);

#endif							/* PACL_SLOT_OFFER_STORE_H */
