/*
 * explain_store.h
 *		Who has which access, where from, and since when.
 *
 * The queries see what their caller's statement sees.  Whoever asks must have
 * been let in before: nothing here looks at the caller.
 */
#ifndef PACL_EXPLAIN_STORE_H
#define PACL_EXPLAIN_STORE_H

#include "postgres.h"
#include "datatype/timestamp.h"
#include "utils/uuid.h"

#include "base/statement.h"

/*
 * The accounts that may have rights on an agenda now, be it that their
 * membership allows none: (account_id uuid, name text), by name.  If "only"
 * is not null, that account alone.  Close with pacl_done.
 */
extern void pacl_explain_store_candidates(PaclRows *rows,
										  const pg_uuid_t *agenda_id,
										  const pg_uuid_t *only);

/*
 * Every source of an account's rights on an agenda, those not in force too,
 * at a moment: source, rights, valid_during, in_force, granted_by,
 * granted_by_name, granted_at, act, reason, why_not.  At least one row.
 * Close with pacl_done.
 */
extern void pacl_explain_store_sources(PaclRows *rows,
									   const pg_uuid_t *account_id,
									   const pg_uuid_t *agenda_id,
									   TimestampTz at);

/*
 * Whether there is or was anything of this account on this agenda: a grant,
 * in force or not, or the holding of it.
 */
extern bool pacl_explain_store_concerns(const pg_uuid_t *account_id,
										const pg_uuid_t *agenda_id);

/*
 * Who had which rights on an agenda at a moment, as it stood then:
 * (account_id, name, rights, sources text[]), by name.  If "only" is not
 * null, that account alone.  Close with pacl_done.
 */
extern void pacl_explain_store_at(PaclRows *rows, TimestampTz at,
								  const pg_uuid_t *agenda_id,
								  TimestampTz now, const pg_uuid_t *only);

#endif							/* PACL_EXPLAIN_STORE_H */
