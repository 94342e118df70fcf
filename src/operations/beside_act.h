/*
 * beside_act.h
 *		The record of what extensions beside the core do.
 */
#ifndef PACL_BESIDE_ACT_H
#define PACL_BESIDE_ACT_H

#include "postgres.h"
#include "utils/uuid.h"

/*
 * Records an act on an agenda's chain, as the caller's, or as an operator's if
 * nobody is logged in.  The account that it was about, its subject and its
 * facts may be null.  PT404 for an agenda that does not exist.
 */
extern void pacl_beside_act(const char *act, const pg_uuid_t *agenda_id,
							const pg_uuid_t *account_id,
							const pg_uuid_t *subject_id, const char *facts);

#endif							/* PACL_BESIDE_ACT_H */
