/*
 * user_request.h
 *		The request to create or invite a user: parsed, checked, applied.
 *
 * Three steps, so that an invitation can wait between them: reading (is it
 * well formed), checking (may the grantor do all of it), applying (to an
 * account that then exists).  An invitation checks when it is made, and again,
 * with its inviter as the grantor, when it is accepted.
 */
#ifndef PACL_USER_REQUEST_H
#define PACL_USER_REQUEST_H

#include "postgres.h"
#include "utils/jsonb.h"
#include "utils/uuid.h"

#include "access/membership.h"
#include "calendar/agenda.h"
#include "identity/account_store.h"
#include "pure/period.h"
#include "pure/rights.h"

/* One item of "access". */
typedef struct PaclAccessItem
{
	pg_uuid_t	agenda_id;
	PaclRights	rights;
	PaclPeriod	period;
} PaclAccessItem;

typedef struct PaclUserRequest
{
	/* As given; the optional ones may be null. */
	pg_uuid_t	organization_id;
	char	   *email;			/* folded by reading */
	char	   *first_name;
	char	   *last_name;
	char	   *job_title;
	char	   *admin_word;		/* null is none */
	Jsonb	   *agenda_json;
	Jsonb	   *access_json;
	const pg_uuid_t *clone_from;
	const pg_uuid_t *profile;
	PaclRights	features;
	char	   *mobile;
	char	   *country;
	char	   *time_zone;

	/* What reading made of it. */
	PaclAdmin	admin;
	PaclAgendaRequest *agenda;	/* null: without an agenda */
	PaclAccessItem *access;
	int			access_count;

	/* What pruning took out of it: a JSON array; null for nothing. */
	char	   *left_out;

	/* Access that becomes requests when it is applied, see consent.h. */
	PaclAccessItem *waiting;
	int			waiting_count;

	/*
	 * The agendas that somebody who comes back still holds, found by
	 * checking: a JSON array of ids; null for none.
	 */
	char	   *holds;
} PaclUserRequest;

/*
 * Checks the form of what was given, which needs no authority, and fills the
 * rest; 22023 names what is wrong.
 */
extern void pacl_user_request_read(PaclUserRequest *request);

/*
 * Takes all the locks that checking and applying want: the organization, then
 * every agenda concerned.
 */
extern void pacl_user_request_lock(const PaclUserRequest *request);

/*
 * Raises for whatever the grantor may not do: 42501, PA010, PA012, and PT404
 * for agendas and colleagues that are not the organization's.  The grantor is
 * an administrator of the organization already.  A removed member who still
 * holds an agenda is its owner again by coming back: that is given as an
 * agenda is transferred, by a full administrator who is fresh.
 */
extern void pacl_user_request_check(PaclUserRequest *request,
									const PaclGrantor *grantor);

/*
 * Takes out of an older request what can no longer be given, and notes it in
 * left_out, one object for each: access whose period is over or whose agenda
 * is gone ("lapsed", "agenda_gone"), the rights of a colleague who has left
 * ("colleague_gone"), a profile that is gone ("profile_gone"); and, with a grantor, access that they may not give
 * ("not_grantable").  With a grantor, access that waits for the holder's consent
 * ("holder_consents") is put aside as well: applying asks for it.
 */
extern void pacl_user_request_prune(PaclUserRequest *request,
									const PaclGrantor *grantor);

/* Puts aside what waits for consent if the grantor gives it. */
extern void pacl_user_request_put_aside(PaclUserRequest *request,
										const PaclGrantor *grantor);

/* PA030 if the address is one that no account may take. */
extern void pacl_user_request_check_address(const PaclUserRequest *request);

/* 23505 if the address is that of somebody who has a place here already. */
extern void pacl_user_request_check_absent(const PaclUserRequest *request);

/*
 * The person of the request, for an account that does not exist yet; country
 * and zone are the organization's unless given.  The texts stay the
 * request's.  False if the organization is gone.
 */
extern bool pacl_user_request_person(const PaclUserRequest *request,
									 PaclAccountRow *person);

/*
 * Makes the account a member with all that was asked for, records it and
 * tells holders and administrators; "source" is creation or invitation.
 * A removed or unlisted member comes back; 23505 for
 * an active one.  Returns the id of the agenda, palloc'd, or null.
 */
extern pg_uuid_t *pacl_user_request_apply(const PaclUserRequest *request,
										  const pg_uuid_t *account_id,
										  const PaclGrantor *grantor,
										  const char *source);

/*
 * What acceptance brings, as JSON text, palloc'd; and the request made of it
 * again, but for the organization, the address and the names.
 */
extern char *pacl_user_request_offer(const PaclUserRequest *request);
extern void pacl_user_request_from_offer(PaclUserRequest *request,
										 Jsonb *offer);

#endif							/* PACL_USER_REQUEST_H */
