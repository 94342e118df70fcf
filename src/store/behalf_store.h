/*
 * behalf_store.h
 *		Names for a message: whose agenda it is, and who acts upon it.
 */
#ifndef PACL_BEHALF_STORE_H
#define PACL_BEHALF_STORE_H

#include "postgres.h"
#include "utils/uuid.h"

typedef struct PaclBehalf
{
	char	   *agenda;			/* its name */
	char	   *holder;			/* first and last name */
	char	   *actor;			/* the same of who acts */
} PaclBehalf;

/* All palloc'd; null where there is no such agenda or account. */
extern void pacl_behalf_store_names(const pg_uuid_t *agenda_id,
									const pg_uuid_t *actor_id,
									PaclBehalf *behalf);

#endif							/* PACL_BEHALF_STORE_H */
