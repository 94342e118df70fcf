/*
 * find_slots_store.h
 *		Where a type of appointment is offered.
 */
#ifndef PACL_FIND_SLOTS_STORE_H
#define PACL_FIND_SLOTS_STORE_H

#include "postgres.h"
#include "utils/uuid.h"

#include "pure/rights.h"

typedef struct PaclOffer
{
	pg_uuid_t	agenda_id;
	int			minutes;		/* that it takes there */
} PaclOffer;

/* A type of appointment, and those of some agendas that offer it. */
typedef struct PaclOffers
{
	pg_uuid_t	organization_id;
	int			minutes_before;
	int			minutes_after;
	PaclRights	rights;
	bool		archived;
	PaclOffer  *offers;			/* by agenda */
	int			count;
} PaclOffers;

/* False if there is no such type.  Sees what the statement sees; palloc'd. */
extern bool pacl_find_slots_store_offers(const pg_uuid_t *type_id,
										 const pg_uuid_t *agenda_ids,
										 int agenda_count, PaclOffers *offers);

#endif							/* PACL_FIND_SLOTS_STORE_H */
