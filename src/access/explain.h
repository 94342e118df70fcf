/*
 * explain.h
 *		Who may do what on an agenda, why, and since when.
 *
 * Asked by an owner of the agenda or an administrator of its organization;
 * anybody else learns about themselves alone.
 */
#ifndef PACL_EXPLAIN_H
#define PACL_EXPLAIN_H

#include "postgres.h"
#include "datatype/timestamp.h"
#include "utils/uuid.h"

#include "base/statement.h"
#include "pure/rights.h"

/* Somebody who can: strings palloc'd. */
typedef struct PaclHolding
{
	pg_uuid_t	account_id;
	char	   *name;
	PaclRights	rights;
	TimestampTz until;			/* next change by the clock, or infinity */
} PaclHolding;

/*
 * Who has the required rights on an agenda now, by name; palloc'd, the length
 * into *count.  The rights are those that can() goes by.  Raises PT404.
 */
extern PaclHolding *pacl_explain_who_can(const pg_uuid_t *agenda_id,
										 PaclRights required, int *count);

/*
 * Every source of an account's rights on an agenda; the columns are those of
 * the function.  Close with pacl_done.  Raises PT404 for what the caller
 * may not know of, 42501 if they ask about somebody else.
 */
extern void pacl_explain_access(PaclRows *rows, const pg_uuid_t *account_id,
								const pg_uuid_t *agenda_id);

/*
 * Who had which rights on an agenda at a moment; the columns are those of
 * the function.  Close with pacl_done.  Raises PT404.
 */
extern void pacl_explain_at(PaclRows *rows, TimestampTz at,
							const pg_uuid_t *agenda_id);

#endif							/* PACL_EXPLAIN_H */
