/*
 * pretence.h
 *		Work of which nobody may see whether it was done.
 */
#ifndef PACL_PRETENCE_H
#define PACL_PRETENCE_H

#include "postgres.h"

typedef void (*PaclWork) (void *state);

/*
 * Does the work, or does the same for nothing: in a subtransaction that is
 * rolled back.  Time, rows, locks, transaction numbers and counters are the
 * same; what the work returns must not matter.
 */
extern void pacl_do_or_pretend(PaclWork work, void *state, bool really);

/* Does the work; no counter tells of what it read or wrote. */
extern void pacl_do_uncounted(PaclWork work, void *state);

#endif							/* PACL_PRETENCE_H */
