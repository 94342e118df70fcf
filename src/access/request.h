/*
 * request.h
 *		Requests for rights: made, answered, withdrawn.
 *
 * A member asks for rights that they lack; whoever could give them with
 * set_rights() answers, within the same limits.  A request lapses with its
 * time, with its period, with the asker's departure, with the agenda, and when
 * the rights were given otherwise.
 */
#ifndef PACL_REQUEST_H
#define PACL_REQUEST_H

#include "postgres.h"
#include "utils/uuid.h"

#include "access/request_store.h"
#include "reader/access.h"

/* How long a request waits for an answer. */
#define PACL_REQUEST_DAYS		14

/* How many an account makes within a day. */
#define PACL_REQUESTS_A_DAY		20

/*
 * The caller asks for rights on an agenda of an organization to which they
 * belong; without a period (null) for good.  Replaces what they have asked
 * for there before.  Returns the id, palloc'd.  PT404 for others' agendas,
 * 22023 for rights that they have or that nobody can be given, PA040 after
 * too many.
 */
extern pg_uuid_t *pacl_request_make(const pg_uuid_t *agenda_id,
									PaclRights rights, const char *reason,
									const PaclPeriod *period);

/*
 * The caller grants a request, with less than was asked for if rights are
 * given, or declines it; the one who made it withdraws it by declining.
 * Raises PT404 for whoever may not know of it, 55000 if it is no longer
 * pending, and what pacl_grant_check raises.
 */
extern void pacl_request_answer(const pg_uuid_t *id, bool granted,
								const PaclRights *rights, const char *answer);

/*
 * Writes, records and announces a request that was checked; sets its id and
 * until when it waits.  Returns how many people can answer.
 */
extern int	pacl_request_submit(PaclRightsRequest *request,
								const PaclAgenda *agenda);

#endif							/* PACL_REQUEST_H */
