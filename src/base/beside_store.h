/*
 * beside_store.h
 *		Which functions extensions beside the core have for the core to call.
 */
#ifndef PACL_BESIDE_STORE_H
#define PACL_BESIDE_STORE_H

#include "postgres.h"
#include "utils/jsonb.h"
#include "utils/uuid.h"

#include "base/statement.h"

/*
 * The functions of one uuid that are called after their extension, with this
 * ending and this type of result, in the order of the extensions' names;
 * palloc'd.
 */
extern Oid *pacl_beside_store_functions(const char *ending, const char *result,
										int *count);

/* An act and its meaning, either of which may be null. */
typedef void (*PaclActReader) (void *state, Datum *values,
							   bool *nulls);

/* Of all extensions' NAME_acts(), in the order of their names. */
extern void pacl_beside_store_acts(PaclActReader reader, void *state);

/* Two objects as one. */
extern Jsonb *pacl_beside_store_join(Jsonb *one, Jsonb *other);

#endif							/* PACL_BESIDE_STORE_H */
