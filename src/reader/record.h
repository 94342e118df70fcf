/*
 * record.h
 *		The newest end of the record, with what is not committed yet.
 */
#ifndef PACL_RECORD_H
#define PACL_RECORD_H

#include "postgres.h"
#include "utils/uuid.h"

/*
 * The greatest id of any entry, also of one that is not committed or never
 * will be.  False if there is none.
 */
extern bool pacl_record_newest(pg_uuid_t *id);

/* Whose entry it is; actor_id is null for an operator or somebody unknown. */
typedef bool (*PaclRecordFilter) (const pg_uuid_t *organization_id,
								  const pg_uuid_t *actor_id);

/*
 * The first entry above one id and not above another that a transaction which
 * still runs or is prepared has written, among those that the filter takes.
 * False if there is none.
 */
extern bool pacl_record_first_pending(const pg_uuid_t *above,
									  const pg_uuid_t *last,
									  PaclRecordFilter filter,
									  pg_uuid_t *id);

/*
 * The same of the entries on one agenda, and of those about all calendars of
 * one organization; nothing else is looked at.
 */
extern bool pacl_record_first_pending_on(const pg_uuid_t *agenda_id,
										 const pg_uuid_t *above,
										 const pg_uuid_t *last,
										 pg_uuid_t *id);
extern bool pacl_record_first_pending_in(const pg_uuid_t *organization_id,
										 const pg_uuid_t *above,
										 const pg_uuid_t *last,
										 pg_uuid_t *id);

/* Whether row security keeps some of the record from the current user. */
extern bool pacl_record_is_partial(void);

#endif							/* PACL_RECORD_H */
