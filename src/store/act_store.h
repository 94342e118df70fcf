/*
 * act_store.h
 *		How often something was done: for the acts that have a limit.
 */
#ifndef PACL_ACT_STORE_H
#define PACL_ACT_STORE_H

#include "postgres.h"
#include "datatype/timestamp.h"
#include "utils/uuid.h"

/* How many entries of an act there are of an account since a moment. */
extern int	pacl_act_store_count_by_actor(const char *act,
										  const pg_uuid_t *actor_id,
										  TimestampTz since);

/* The same on an agenda, whoever acted. */
extern int	pacl_act_store_count_on_agenda(const char *act,
										   const pg_uuid_t *agenda_id,
										   TimestampTz since);

#endif							/* PACL_ACT_STORE_H */
