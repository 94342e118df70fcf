/*
 * block.c
 *		Accounts that support keeps out.
 *
 * As with a member who is disabled, each act is recorded on the chains of all
 * agendas that the account holds or works on, too: somebody who books there
 * with an older snapshot gets 40001.
 */
#include "postgres.h"

#include "access/membership_store.h"
#include "base/activity.h"
#include "base/authority.h"
#include "base/facts.h"
#include "base/fields.h"
#include "errors.h"
#include "identity/account_store.h"
#include "identity/session.h"
#include "people/account_lock.h"
#include "people/block.h"

static char *
check_reason(const char *reason)
{
	char	   *text = pacl_text_trim(pstrdup(reason));

	if (text[0] == '\0')
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errword("reason_blank"),
				 errmsg("reason must not be blank"),
				 errhint("It stands in the record beside the act.")));
	return text;
}

/* Raises PT404 unless there is an account that was not deleted. */
static void
require_account(const pg_uuid_t *account_id)
{
	PaclAccountRow person;

	if (!pacl_account_store_read(account_id, &person) || person.email == NULL)
		pacl_raise_unknown("account");
}

/* An operator's own words may name somebody, and are not the organizations'. */
static void
record(const char *act, const pg_uuid_t *account_id, const char *reason,
	   const pg_uuid_t *organizations, int organization_count)
{
	PaclEntry	entry = {
		.act = act,
		.account_id = account_id,
		.by_operator = true,
	};
	PaclFacts	detail;

	for (int i = 0; i < organization_count; i++)
	{
		int			count;
		pg_uuid_t  *agendas = pacl_membership_store_agendas(&organizations[i],
															account_id, &count);

		entry.organization_id = &organizations[i];
		(void) pacl_activity_record(&entry);
		pacl_activity_record_agendas(&entry, agendas, NULL, count);
	}
	entry.organization_id = NULL;
	if (reason != NULL)
	{
		pacl_facts_begin(&detail);
		pacl_facts_text(&detail, "reason", reason);
		entry.detail = pacl_facts_end(&detail);
	}
	(void) pacl_activity_record(&entry);
}

void
pacl_block_account(const pg_uuid_t *account_id, const char *reason)
{
	char	   *words = check_reason(reason);
	pg_uuid_t  *organizations;
	int			count;

	require_account(account_id);
	organizations = pacl_account_lock_all(account_id, &count);
	if (!pacl_account_store_set_status(account_id, "active", "blocked"))
	{
		require_account(account_id);
		return;
	}
	(void) pacl_session_end_all(account_id, NULL);
	pacl_account_store_drop_tokens(account_id, PACL_TOKEN_FOR_PASSWORD_RESET);
	pacl_account_store_drop_tokens(account_id, PACL_TOKEN_FOR_EMAIL_CHANGE);
	record("account.blocked", account_id, words, organizations, count);
}

void
pacl_block_lift(const pg_uuid_t *account_id)
{
	pg_uuid_t  *organizations;
	int			count;

	require_account(account_id);
	organizations = pacl_account_lock_all(account_id, &count);
	if (!pacl_account_store_set_status(account_id, "blocked", "active"))
	{
		require_account(account_id);
		ereport(ERROR,
				(errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
				 errword("account_not_blocked"),
				 errmsg("account is not blocked"),
				 errhint("An address is unblocked with practiceacl.unblock_email(), a member enabled with practiceacl.enable_user().")));
	}
	/* Whoever wrote by hand meanwhile has opened none either. */
	(void) pacl_session_end_all(account_id, NULL);
	record("account.unblocked", account_id, NULL, organizations, count);
}
