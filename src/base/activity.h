/*
 * activity.h
 *		The record of who did what, when, on whose behalf.
 */
#ifndef PACL_ACTIVITY_H
#define PACL_ACTIVITY_H

#include "postgres.h"
#include "lib/stringinfo.h"
#include "utils/uuid.h"

#include "base/activity_store.h"

/*
 * What a rule has to say of an act.  The actor, the session, the client and
 * the time come from the caller; everything here may be null but the act.
 */
typedef struct PaclEntry
{
	const char *act;			/* noun.participle: "appointment.booked" */
	const pg_uuid_t *organization_id;	/* null: the chain of the database */
	const pg_uuid_t *agenda_id; /* null: the chain of the organization */
	const pg_uuid_t *account_id;	/* whom the act was about */
	const pg_uuid_t *subject_id;	/* what it was about: appointment, ... */
	const pg_uuid_t *actor_id;	/* overrides the caller: a log-in's account */
	bool		by_operator;	/* a database role acted, not an account */
	bool		by_nobody;		/* of many, whoever they were */
	const char *facts;			/* JSON object of ids and codes; never a name */
	const char *detail;			/* JSON object that may name people */
} PaclEntry;

/*
 * Appends an entry to its chain, in this transaction, and announces it if
 * practiceacl.notify is on.  Takes the chain's lock (the organization's, the
 * agenda's or the database's), so a rule that records on several takes them
 * in the order of lock.h first.  Returns the entry's id, palloc'd.  Raises
 * 40001 if this transaction's snapshot is older than the chain's head.
 */
extern pg_uuid_t *pacl_activity_record(const PaclEntry *entry);

/* Why somebody who is nobody yet was refused, or what they asked for. */
typedef enum PaclReason
{
	PACL_REFUSED_UNKNOWN,
	PACL_REFUSED_NO_PASSWORD,
	PACL_REFUSED_PASSWORD,
	PACL_REFUSED_LAPSED,
	PACL_REFUSED_DISABLED,
	PACL_REFUSED_AGAIN,			/* a wrong password, given again inside */
	PACL_REFUSED_CODE,			/* a wrong code of a second factor */
	PACL_RESET_REQUESTED,
	PACL_REASONS
} PaclReason;

/* The word for it in an entry's facts. */
extern const char *pacl_reason_word(PaclReason reason);

/* What makes the word as long as any other. */
extern const char *pacl_reason_padding(PaclReason reason);

/*
 * The next three are about what anybody may cause, at any rate, and roll back:
 * of each minute the first 60 are recorded one by one, and all others, with
 * those that are rolled back, as a sum for each reason, which whoever acts
 * next records (attempts in the entry's facts).
 */

/* Whether one more is recorded by itself; counts it if so. */
extern bool pacl_activity_may_record(void);

/* One that is recorded by itself: in the sum if it is rolled back. */
extern void pacl_activity_sum_if_undone(PaclReason reason);

/* One that is only in the sum. */
extern void pacl_activity_sum(PaclReason reason);

/* Records the sums, if there are any; called at the end of each entry. */
extern void pacl_activity_sum_up(void);

/*
 * The same entry on the chains of many agendas of one organization, in two
 * statements for all.  The agendas are ascending, each once; facts has one
 * object for each, or is null and the entry's own are used.  There is no
 * detail.  Takes all the chains' locks, in order.
 */
extern void pacl_activity_record_agendas(const PaclEntry *entry,
										 const pg_uuid_t *agenda_ids,
										 const char *const *facts, int count);

/*
 * What is recorded from here on is the doing of this account, which has just
 * proved who it is and has no session yet; until the second is called, or an
 * error ends the (sub)transaction.
 */
extern void pacl_activity_begin_acting(const pg_uuid_t *account_id);
extern void pacl_activity_end_acting(void);

/* One verified chain. */
typedef struct PaclChainState
{
	pg_uuid_t	chain;
	int64		entries;
	int64		first_broken;	/* its sequence number; 0 if none is */
} PaclChainState;

/*
 * Verifies every chain of an organization (the nil UUID: of the database):
 * each entry's hash, its predecessor's, the digests of the details that are
 * still there, and the head.  Calls back for each chain.
 */
typedef void (*PaclChainCallback) (void *state, const PaclChainState *chain);
extern void pacl_activity_verify(const pg_uuid_t *organization_id,
								 PaclChainCallback visit, void *state);

/* Appends what is hashed of an entry after its predecessor's hash. */
extern void pacl_activity_form(const PaclActivityRow *row, StringInfo form);

/*
 * Calls back for each entry of a stretch, in order; in the end stretch->hash is that of the last.  XX001 at one
 * that is not what was recorded.
 */
typedef void (*PaclEntryVisitor) (void *state, const PaclActivityRow *row);
extern void pacl_activity_walk(const pg_uuid_t *organization_id,
							   PaclStretch *stretch, PaclEntryVisitor visit,
							   void *state);

#endif							/* PACL_ACTIVITY_H */
