/*
 * request_store.h
 *		Rows of requests for rights.
 */
#ifndef PACL_REQUEST_STORE_H
#define PACL_REQUEST_STORE_H

#include "postgres.h"
#include "datatype/timestamp.h"
#include "utils/uuid.h"

#include "access/grant_store.h"
#include "pure/period.h"
#include "pure/rights.h"

/* The source of a request that the account itself has made. */
#define PACL_REQUEST_ASKED	"request"

/* That of rights for every colleague; its account is who gave them. */
#define PACL_REQUEST_FOR_COLLEAGUES	"colleague"

/* Rights on an agenda that an account does not have yet. */
typedef struct PaclRightsRequest
{
	pg_uuid_t	id;
	pg_uuid_t	requested_by;	/* the account, or who gave the rights */
	PaclGrant	grant;			/* its source: by which act it was made */
	bool		consent;		/* waits for the holder, see consent.h */
	const char *reason;			/* or null */
	TimestampTz expires_at;
	const char *status;
} PaclRightsRequest;

extern void pacl_request_store_insert(const PaclRightsRequest *request,
									  TimestampTz at);

/* Whatever its status; false if there is none. */
extern bool pacl_request_store_read(const pg_uuid_t *id,
									PaclRightsRequest *request);

/*
 * Gives a pending request its last status, and what was granted (none for
 * nothing).
 */
extern void pacl_request_store_settle(const pg_uuid_t *id, const char *status,
									  const pg_uuid_t *by, PaclRights granted,
									  const char *answer, TimestampTz at);

/* Leaves it pending, for these rights, until the holder consents. */
extern void pacl_request_store_await_consent(const pg_uuid_t *id,
											 PaclRights rights);

/* The pending request that the account itself has made is replaced. */
extern void pacl_request_store_replace(const PaclGrant *grant, TimestampTz at);

/* The same of pending ones that wait for consent and overlap the period. */
extern void pacl_request_store_replace_consents(const PaclGrant *grant,
												TimestampTz at);

/* The same of what waits for every colleague, whoever gave it. */
extern void pacl_request_store_replace_for_colleagues(const PaclGrant *grant,
													  TimestampTz at);

/* What an account was given otherwise needs no answer any more. */
extern void pacl_request_store_lapse_given(const pg_uuid_t *organization_id,
										   const pg_uuid_t *account_id,
										   TimestampTz at);

/* All pending requests of a member, or on an agenda. */
extern void pacl_request_store_lapse_of_member(const pg_uuid_t *organization_id,
											   const pg_uuid_t *account_id,
											   TimestampTz at);
extern void pacl_request_store_lapse_of_agenda(const pg_uuid_t *organization_id,
											   const pg_uuid_t *agenda_id,
											   TimestampTz at);

/* How many an account has made since a moment, whatever became of them. */
extern int	pacl_request_store_count(const pg_uuid_t *account_id,
									 TimestampTz since);

/*
 * The holder of an agenda and the accounts with a grant of owner on it that
 * has not lapsed, palloc'd.
 */
extern pg_uuid_t *pacl_request_store_owners(const pg_uuid_t *agenda_id,
											TimestampTz at, int *count);

#endif							/* PACL_REQUEST_STORE_H */
