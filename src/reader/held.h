/*
 * held.h
 *		The agendas that somebody holds.
 */
#ifndef PACL_HELD_H
#define PACL_HELD_H

#include "postgres.h"
#include "utils/uuid.h"

/*
 * The agendas that an account holds, in whatever organization: an array in the
 * current memory context, its length into *count.  What is read is counted
 * nowhere: it is nobody's to know how many they are.
 */
extern pg_uuid_t *pacl_held_agendas(const pg_uuid_t *holder_id, int *count);

#endif							/* PACL_HELD_H */
