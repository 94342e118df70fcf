/*
 * session.c
 *		Sessions: opened, entered, confirmed, ended.
 */
#include "postgres.h"

#include "access/xact.h"
#include "access/xlog.h"
#include "miscadmin.h"
#include "mb/pg_wchar.h"
#include "tcop/utility.h"
#include "utils/timestamp.h"

#include "base/activity.h"
#include "base/authority.h"
#include "base/facts.h"
#include "base/lock.h"
#include "base/statement.h"
#include "errors.h"
#include "identity/account_store.h"
#include "identity/session.h"
#include "identity/session_store.h"
#include "pure/token.h"
#include "pure/uuid.h"
#include "reader/identity.h"
#include "reader/view.h"
#include "settings.h"

/* A use is noted once a minute: else every transaction would write. */
#define TOUCH_SECS			60

#define CLIENT_CHARACTERS	500
#define LONGEST_DAYS		366

static void
raise_invalid_token(void)
{
	ereport(ERROR,
			(errcode(ERRCODE_INVALID_AUTHORIZATION_SPECIFICATION),
			 errword("session_token"),
			 errmsg("session token is not valid"),
			 errdetail("It is unknown, or its session has ended or lapsed."),
			 errhint("Log in again.")));
}

/* A browser may call itself anything, at any length: the rest is not kept. */
char *
pacl_session_client(const char *client)
{
	int			length;

	if (client == NULL)
		return NULL;
	length = (int) strlen(client);
	return pnstrdup(client, pg_mbcharcliplen(client, length,
											 CLIENT_CHARACTERS));
}

char *
pacl_session_open(const PaclSessionRequest *opening)
{
	char	   *token = palloc(PACL_TOKEN_LENGTH + 1);
	TimestampTz now = pacl_view_time();
	PaclNewSession session = {0};
	PaclEntry	entry = {0};
	PaclDigest	digest;
	pg_uuid_t	id;
	int			surplus;

	pacl_uuid_make(&id);
	pacl_token_make(PACL_TOKEN_SESSION, token, &digest);
	session.id = &id;
	session.account_id = opening->account_id;
	session.opened_at = now;
	session.expires_at = now + opening->lifetime;
	session.limited = opening->limited;
	session.factor_elsewhere = opening->factor_elsewhere;
	session.client = pacl_session_client(opening->client);
	pacl_session_store_insert(&session, &digest);
	pacl_account_store_note_log_in(opening->account_id, now);

	surplus = pacl_session_store_end_surplus(opening->account_id,
											 PACL_SESSION_MAX_OF_ACCOUNT, now);
	if (surplus > 0)
	{
		PaclFacts	facts;

		pacl_facts_begin(&facts);
		pacl_facts_int(&facts, "others_ended", surplus);
		entry.facts = pacl_facts_end(&facts);
	}
	entry.act = "session.opened";
	entry.actor_id = opening->account_id;
	entry.account_id = opening->account_id;
	entry.subject_id = &id;
	(void) pacl_activity_record(&entry);
	return token;
}

char *
pacl_session_open_for(const pg_uuid_t *account_id, int64 lifetime,
					  const char *client, bool factor_elsewhere)
{
	PaclSessionRequest opening = {0};

	if (lifetime < USECS_PER_SEC || lifetime > LONGEST_DAYS * USECS_PER_DAY)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errword("out_of_range"),
				 errargument("lifetime"),
				 errmsg("lifetime of a session must be between one second and %d days",
						LONGEST_DAYS)));
	pacl_lock_acting(account_id);
	if (!pacl_account_store_may_log_in(account_id))
		pacl_raise_unknown("account");
	opening.account_id = account_id;
	opening.lifetime = lifetime;
	opening.client = client;
	opening.factor_elsewhere = factor_elsewhere;
	return pacl_session_open(&opening);
}

TimestampTz
pacl_session_confirm(const pg_uuid_t *account_id, const pg_uuid_t *session_id)
{
	TimestampTz until = pacl_view_time() +
		PACL_SESSION_CONFIRMED_SECS * USECS_PER_SEC;
	PaclEntry	entry = {0};

	entry.act = "session.confirmed";
	entry.actor_id = account_id;
	entry.account_id = account_id;
	entry.subject_id = session_id;
	(void) pacl_activity_record(&entry);
	pacl_session_store_confirm(session_id, until);
	return until;
}

void
pacl_session_confirm_token(const char *token)
{
	PaclDigest	digest;
	pg_uuid_t  *id;
	pg_uuid_t  *account_id;

	if (!pacl_token_digest(PACL_TOKEN_SESSION, token, &digest) ||
		!pacl_session_store_of_token(&digest, pacl_view_time(), &id,
									 &account_id))
		raise_invalid_token();
	(void) pacl_session_confirm(account_id, id);
}

/*
 * Reading must stay possible where nothing can be written, and a
 * transaction with one snapshot would fail on a row that another of the same
 * session has touched.
 */
static bool
may_touch(const PaclCaller *caller)
{
	return !XactReadOnly && !RecoveryInProgress() &&
		!IsolationUsesXactSnapshot() &&
		caller->last_seen_at < pacl_view_time() - TOUCH_SECS * USECS_PER_SEC;
}

static void
touch(const PaclCaller *caller)
{
	PaclOwnerScope scope;

	pacl_lock_acting(&caller->account_id);
	pacl_owner_begin(&scope);
	pacl_session_store_touch(&caller->session_id, pacl_view_time());
	pacl_owner_end(&scope);
}

/* Whose session the token is; false if it is none that lasts. */
static bool
read_session(const char *token, PaclCaller *entered)
{
	const PaclCaller *caller;
	bool		found;

	pacl_settings_enter(token);

	/* The session may have been opened a moment ago, in this statement. */
	pacl_view_push_latest();
	caller = pacl_identity_caller();
	found = caller != NULL && caller->has_session;
	if (found)
		*entered = *caller;
	pacl_view_pop();
	return found;
}

pg_uuid_t *
pacl_session_enter(const char *token, bool strict)
{
	PaclCaller	entered;
	pg_uuid_t  *account_id;

	if (token == NULL || token[0] == '\0' || !read_session(token, &entered))
	{
		if (strict)
			raise_invalid_token();
		pacl_settings_enter("");
		return NULL;
	}
	if (may_touch(&entered))
		touch(&entered);

	if (!IsTransactionBlock() && !IsSubTransaction())
		ereport(WARNING,
				(errcode(ERRCODE_NO_ACTIVE_SQL_TRANSACTION),
				 errmsg("enter() has no effect outside a transaction block"),
				 errdetail("It lasts until the end of the transaction, and there is no transaction block."),
				 errhint("Begin a transaction first.")));

	account_id = palloc(sizeof(pg_uuid_t));
	*account_id = entered.account_id;
	return account_id;
}

void
pacl_session_require(const PaclCaller *caller)
{
	if (!caller->has_session)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_AUTHORIZATION_SPECIFICATION),
				 errword("no_session"),
				 errmsg("no session in use"),
				 errdetail("You are known by your database role.")));
}

TimestampTz
pacl_session_keep(void)
{
	PaclCaller	caller = *pacl_require_caller();
	TimestampTz until;

	pacl_session_require(&caller);
	PreventCommandIfReadOnly("practiceacl.keep_session()");
	PreventCommandDuringRecovery("practiceacl.keep_session()");
	if (caller.last_seen_at < pacl_view_time() - TOUCH_SECS * USECS_PER_SEC)
		touch(&caller);

	pacl_view_push_latest();
	(void) pacl_identity_reader(&until);
	pacl_view_pop();
	return until;
}

static void
record_end(const pg_uuid_t *account_id, const pg_uuid_t *session_id)
{
	PaclEntry	entry = {0};

	entry.act = "session.ended";
	entry.account_id = account_id;
	entry.subject_id = session_id;
	(void) pacl_activity_record(&entry);
}

void
pacl_session_log_out(void)
{
	PaclCaller *caller = pacl_require_limited_caller();

	pacl_session_require(caller);
	record_end(&caller->account_id, &caller->session_id);
	(void) pacl_session_store_end(&caller->account_id, &caller->session_id,
								  pacl_view_time());
}

void
pacl_session_close(const pg_uuid_t *session_id)
{
	PaclCaller *caller = pacl_require_caller();

	record_end(&caller->account_id, session_id);
	if (!pacl_session_store_end(&caller->account_id, session_id,
								pacl_view_time()))
		pacl_raise_unknown("session");
}

void
pacl_session_close_others(void)
{
	PaclCaller *caller = pacl_require_caller();
	PaclFacts	facts;
	PaclEntry	entry = {0};
	int			ended;

	ended = pacl_session_end_all(&caller->account_id, caller->has_session ?
								 &caller->session_id : NULL);
	pacl_facts_begin(&facts);
	pacl_facts_int(&facts, "sessions", ended);
	entry.act = "session.others_ended";
	entry.account_id = &caller->account_id;
	entry.facts = pacl_facts_end(&facts);
	(void) pacl_activity_record(&entry);
}

void
pacl_session_choose_agenda(const pg_uuid_t *agenda_id)
{
	PaclCaller *caller = pacl_require_caller();
	PaclAgenda	agenda;
	PaclEntry	entry = {0};
	TimestampTz opened_at;

	pacl_session_require(caller);
	if (pacl_rights_level(pacl_require_locked_agenda(agenda_id, &agenda)) <
		PACL_LEVEL_FREEBUSY)
		pacl_raise_unknown("agenda");
	if (caller->has_agenda && pacl_uuid_equal(&caller->agenda_id, agenda_id))
		return;

	entry.act = "agenda.chosen";
	entry.organization_id = &agenda.organization_id;
	entry.agenda_id = agenda_id;
	entry.account_id = &caller->account_id;
	(void) pacl_activity_record(&entry);
	opened_at = pacl_session_store_choose(&caller->session_id, agenda_id);
	pacl_account_store_note_log_in_there(&caller->account_id,
										 &agenda.organization_id, opened_at);
}

const pg_uuid_t *
pacl_session_current_agenda(void)
{
	const PaclCaller *caller = pacl_identity_reader(NULL);

	if (caller == NULL || !caller->has_agenda ||
		!pacl_access_can(&caller->agenda_id,
						 pacl_rights_make(PACL_LEVEL_FREEBUSY, 0)))
		return NULL;
	return &caller->agenda_id;
}

int
pacl_session_end_all(const pg_uuid_t *account_id, const pg_uuid_t *except)
{
	return pacl_session_store_end_all(account_id, except, pacl_view_time());
}
