/*
 * beside.h
 *		What extensions beside the core keep about people, and write into
 *		the record.
 *
 * The core knows none of them.  One that keeps something about accounts has
 * functions that are called after it, in this schema and among its own
 * members: NAME_account_data(account_id uuid) returns a jsonb object, whose
 * keys become those of export_account(), and NAME_account_erased(account_id
 * uuid) deletes what there is; and one that writes into the record has
 * NAME_acts(), a table of act text and meaning text.  All run as the caller
 * that these have, the owner.
 */
#ifndef PACL_BESIDE_H
#define PACL_BESIDE_H

#include "postgres.h"
#include "utils/jsonb.h"
#include "utils/uuid.h"

#include "base/beside_store.h"

/* Everything about a person, with what those extensions keep. */
extern Jsonb *pacl_beside_add_data(Jsonb *all, const pg_uuid_t *account_id);

/* Has them delete what they keep about a person. */
extern void pacl_beside_erase(const pg_uuid_t *account_id);

/* Calls back for each word that they write into the record. */
extern void pacl_beside_acts(PaclActReader reader, void *state);

#endif							/* PACL_BESIDE_H */
