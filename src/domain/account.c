/*
 * account.c
 *		Accounts as persons: what only the person herself, or an operator,
 *		may do with one.
 */
#include "postgres.h"

#include "miscadmin.h"

#include "domain/account.h"
#include "domain/activity.h"
#include "domain/authority.h"
#include "domain/facts.h"
#include "reader/view.h"
#include "store/account_store.h"

/* The role's name may be a person's: it stands in the detail. */
static void
record_role(const char *act, Oid role, const char *role_name,
			const pg_uuid_t *account_id)
{
	PaclEntry	entry = {0};
	PaclFacts	facts;

	pacl_facts_begin(&facts);
	pacl_facts_int(&facts, "role", role);
	entry.facts = pacl_facts_end(&facts);
	if (role_name != NULL)
	{
		pacl_facts_begin(&facts);
		pacl_facts_text(&facts, "role_name", role_name);
		entry.detail = pacl_facts_end(&facts);
	}
	entry.act = act;
	entry.account_id = account_id;
	entry.by_operator = true;
	(void) pacl_activity_record(&entry);
}

void
pacl_account_map_role(Oid role, const pg_uuid_t *account_id)
{
	char	   *role_name = GetUserNameFromId(role, true);

	if (role_name == NULL)
		ereport(ERROR,
				(errcode(ERRCODE_UNDEFINED_OBJECT),
				 errmsg("there is no role with OID %u", role)));
	if (!pacl_account_store_is_active(account_id))
		pacl_raise_unknown("account");
	pacl_account_store_map_role(role, role_name, account_id,
								pacl_view_time());
	record_role("role.mapped", role, role_name, account_id);
}

void
pacl_account_unmap_role(Oid role)
{
	pg_uuid_t  *account_id = pacl_account_store_unmap_role(role);

	if (account_id == NULL)
		ereport(ERROR,
				(errcode(ERRCODE_NO_DATA_FOUND),
				 errmsg("this role is nobody's account")));
	record_role("role.unmapped", role, GetUserNameFromId(role, true),
				account_id);
}
