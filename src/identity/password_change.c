/*
 * password_change.c
 *		New passwords: with the old one, or with a token sent by mail.
 */
#include "postgres.h"

#include "utils/timestamp.h"

#include "base/activity.h"
#include "base/authority.h"
#include "base/facts.h"
#include "base/lock.h"
#include "base/outbox.h"
#include "base/pretence.h"
#include "errors.h"
#include "identity/account_store.h"
#include "identity/log_in.h"
#include "identity/password.h"
#include "identity/password_change.h"
#include "identity/session.h"
#include "identity/session_store.h"
#include "identity/throttle.h"
#include "pure/email.h"
#include "pure/token.h"
#include "pure/uuid.h"
#include "reader/view.h"
#include "settings.h"

/* Long enough to find the mail, too short to find it in an old mailbox. */
#define RESET_HOURS		1

/* What anybody was sent before the password changed is worth nothing now. */
static void
set_password(const pg_uuid_t *account_id, const char *hash)
{
	pacl_password_store(account_id, hash);
	pacl_account_store_drop_tokens(account_id, PACL_TOKEN_FOR_PASSWORD_RESET);
	pacl_account_store_drop_tokens(account_id, PACL_TOKEN_FOR_EMAIL_CHANGE);
}

static void
record(const char *act, const pg_uuid_t *actor_id,
	   const pg_uuid_t *account_id, int sessions_ended)
{
	PaclEntry	entry = {0};
	PaclFacts	facts;

	pacl_facts_begin(&facts);
	pacl_facts_int(&facts, "sessions_ended", sessions_ended);
	entry.act = act;
	entry.actor_id = actor_id;
	entry.account_id = account_id;
	entry.facts = pacl_facts_end(&facts);
	(void) pacl_activity_record(&entry);
}

void
pacl_password_change(const char *old_password, const char *new_password)
{
	PaclCaller *caller = pacl_require_caller_for(PACL_MISSING_PASSWORD);
	const pg_uuid_t *mine = caller->has_session ? &caller->session_id : NULL;
	char	   *old_hash;
	char	   *new_hash;
	int			ended;

	pacl_password_check_new(new_password);
	if (strcmp(old_password, new_password) == 0)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errword("same_password"),
				 errargument("new_password"),
				 errmsg("new password must differ from the old one")));
	old_hash = pacl_log_in_verify_own(&caller->account_id, old_password);
	new_hash = pacl_password_hash(new_password);

	pacl_lock_account(&caller->account_id);
	pacl_log_in_still(&caller->account_id, old_hash);
	set_password(&caller->account_id, new_hash);
	ended = pacl_session_end_all(&caller->account_id, mine);
	record("password.changed", NULL, &caller->account_id, ended);
	if (mine != NULL)
		pacl_session_store_unlimit(mine);
}

static void
send_token(void *account)
{
	const PaclAccountRow *person = account;
	TimestampTz now = pacl_view_time();
	TimestampTz until = now + RESET_HOURS * USECS_PER_HOUR;
	char		token[PACL_TOKEN_LENGTH + 1];
	PaclDigest	digest;
	PaclFacts	payload;

	pacl_token_make(PACL_TOKEN_PASSWORD_RESET, token, &digest);
	pacl_account_store_keep_token(&person->id, PACL_TOKEN_FOR_PASSWORD_RESET,
								  &digest, NULL, now, until);
	pacl_facts_begin(&payload);
	pacl_facts_text(&payload, "first_name", person->first_name);
	pacl_facts_time(&payload, "expires_at", until);
	pacl_outbox_send_secret("password_reset", NULL, &person->id,
							person->email, pacl_facts_end(&payload), token);
}

void
pacl_password_request_reset(const char *email)
{
	char		address[PACL_EMAIL_LENGTH + 1];
	PaclAccountRow person;
	PaclEntry	entry = {0};
	bool		known;
	bool		recorded;

	/* Asked whoever asks, so it tells nothing of the address. */
	bool		can_send = pacl_outbox_can_send();

	if (!pacl_email_parse(email, address, NULL))
		return;
	recorded = pacl_activity_may_record();
	if (!pacl_throttle_message("password_reset", address, recorded))
		return;
	if (pacl_account_store_find_nearest(address, &person, &known) && can_send)
	{
		known = known && strcmp(person.status, "active") == 0;
		if (person.email != NULL)
			pacl_do_or_pretend(send_token, &person, known);
	}
	if (!recorded)
	{
		pacl_activity_sum(PACL_RESET_REQUESTED);
		return;
	}
	pacl_activity_sum_if_undone(PACL_RESET_REQUESTED);
	entry.act = "password_reset.requested";
	/* As large a row, whoever it is about: see log_in.c. */
	entry.account_id = known ? &person.id : &pacl_nil_uuid;
	(void) pacl_activity_record(&entry);
}

static void
raise_invalid_token(void)
{
	ereport(ERROR,
			(errcode(ERRCODE_INVALID_AUTHORIZATION_SPECIFICATION),
			 errword("token"),
			 errargument("token"),
			 errmsg("token is not valid"),
			 errdetail("It is unknown, or has been used, or has lapsed."),
			 errhint("Ask for a new one.")));
}

char *
pacl_password_reset(const char *token, const char *new_password)
{
	TimestampTz now = pacl_view_time();
	PaclSessionRequest opening = {0};
	PaclDigest	digest;
	PaclAccountRow person;
	pg_uuid_t  *account_id = NULL;
	char	   *hash;
	int			ended;

	pacl_password_check_new(new_password);
	if (pacl_token_digest(PACL_TOKEN_PASSWORD_RESET, token, &digest))
		account_id = pacl_account_store_token_account(PACL_TOKEN_FOR_PASSWORD_RESET,
													  &digest, now);
	if (account_id == NULL)
		raise_invalid_token();
	hash = pacl_password_hash(new_password);

	pacl_lock_account(account_id);
	pacl_lock_database_chain();
	if (!pacl_account_store_use_token(PACL_TOKEN_FOR_PASSWORD_RESET, &digest,
									  now, NULL) ||
		!pacl_account_store_may_log_in(account_id))
		raise_invalid_token();
	set_password(account_id, hash);
	ended = pacl_session_end_all(account_id, NULL);
	record("password.reset", account_id, account_id, ended);
	if (pacl_account_store_read(account_id, &person) && person.email != NULL)
		pacl_throttle_forget(person.email);

	opening.account_id = account_id;
	opening.lifetime = pacl_session_lifetime * USECS_PER_SEC;
	return pacl_session_open(&opening);
}
