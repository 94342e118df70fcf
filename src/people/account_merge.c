/*
 * account_merge.c
 *		Two accounts of one person become one.
 *
 * What is hashed into the chains of the record keeps the id that it was hashed
 * with.  The former id stays as a deleted account that says whose it was, so
 * that nobody else can have it.
 */
#include "postgres.h"

#include "access/membership_store.h"
#include "base/activity.h"
#include "base/authority.h"
#include "errors.h"
#include "identity/account_store.h"
#include "identity/second_factor.h"
#include "identity/session.h"
#include "identity/throttle.h"
#include "people/account_lock.h"
#include "people/account_merge.h"
#include "people/account_merge_store.h"
#include "pure/uuid.h"
#include "reader/view.h"

/* Who becomes whom. */
typedef struct Merge
{
	pg_uuid_t	accounts[2];	/* the one that ends, and the one that stays */
	PaclAccountRow ending;
	PaclAccountRow staying;
	bool		both_exist;		/* or the id that stays is new */
} Merge;

#define ENDING(merge) (&(merge)->accounts[0])
#define STAYING(merge) (&(merge)->accounts[1])

static void
read_both(Merge *merge)
{
	if (!pacl_account_store_read(ENDING(merge), &merge->ending) ||
		merge->ending.email == NULL)
		pacl_raise_unknown("account");
	merge->both_exist = pacl_account_store_read(STAYING(merge), &merge->staying);
	if (!merge->both_exist || merge->staying.email != NULL)
		return;
	/* An id that was theirs before they can have again. */
	if (!pacl_account_merge_store_drop_alias(STAYING(merge), ENDING(merge)))
		pacl_raise_unknown("account");
	merge->both_exist = false;
}

/* Rows on their way would arrive under the former id. */
static void
check_no_moves(const Merge *merge)
{
	char	   *moving = pacl_account_merge_store_moving(merge->accounts);

	if (moving == NULL)
		return;
	ereport(ERROR,
			(errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
			 errword("move_unfinished"),
			 errmsg("organizations of the accounts are moving to or from another cell"),
			 errdetail("Organizations: %s.", moving),
			 errhint("Finish or cancel the moves first.")));
}

/*
 * What support or an administrator has taken from one account must not come
 * back by the other.
 */
static void
check_mergeable(const Merge *merge)
{
	char	   *differ;

	if (strcmp(merge->ending.status, "active") != 0 ||
		strcmp(merge->staying.status, "active") != 0)
		ereport(ERROR,
				(errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
				 errword("account_blocked"),
				 errmsg("one of the accounts is blocked"),
				 errhint("Unblock it with practiceacl.unblock_account() first, or leave them apart.")));
	differ = pacl_account_merge_store_differ(merge->accounts);
	if (differ == NULL)
		return;
	ereport(ERROR,
			(errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
			 errword("memberships_differ"),
			 errtablename("membership"),
			 errmsg("one of the accounts is disabled where the other one works"),
			 errdetail("Organizations: %s.", differ),
			 errhint("Their administrators enable or remove one of the two.")));
}

/* As when somebody is blocked: a stale view of those agendas ends in 40001. */
static void
record(const Merge *merge, const pg_uuid_t *organizations, int organization_count)
{
	PaclEntry	entry = {.act = "account.merged", .by_operator = true};

	entry.account_id = STAYING(merge);
	entry.subject_id = ENDING(merge);
	for (int i = 0; i < organization_count; i++)
	{
		int			count;
		pg_uuid_t  *agendas = pacl_membership_store_agendas(&organizations[i],
															ENDING(merge), &count);

		entry.organization_id = &organizations[i];
		(void) pacl_activity_record(&entry);
		pacl_activity_record_agendas(&entry, agendas, NULL, count);
	}
	entry.organization_id = NULL;
	(void) pacl_activity_record(&entry);
}

static int64
unite(const Merge *merge)
{
	pacl_throttle_forget(merge->ending.email);
	(void) pacl_session_end_all(ENDING(merge), NULL);
	(void) pacl_session_end_all(STAYING(merge), NULL);
	pacl_second_factor_hand_on(ENDING(merge), STAYING(merge));
	return pacl_account_merge_store_unite(merge->accounts, merge->ending.email,
										  merge->staying.email,
										  pacl_view_time());
}

static int64
give_new_id(const Merge *merge)
{
	pacl_account_merge_store_copy(merge->accounts);
	pacl_second_factor_hand_on(ENDING(merge), STAYING(merge));
	return pacl_account_merge_store_rename(merge->accounts);
}

int64
pacl_account_merge(const pg_uuid_t *from_account, const pg_uuid_t *into_account)
{
	Merge		merge = {{*from_account, *into_account}};
	pg_uuid_t  *organizations;
	int			organization_count;

	if (pacl_uuid_compare(from_account, into_account) == 0)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errword("same_account"),
				 errargument("into_account"),
				 errmsg("an account cannot be merged into itself")));
	check_no_moves(&merge);
	organizations = pacl_account_lock_several(merge.accounts, 2,
											  &organization_count);
	read_both(&merge);
	check_no_moves(&merge);
	if (merge.both_exist)
		check_mergeable(&merge);
	record(&merge, organizations, organization_count);
	return merge.both_exist ? unite(&merge) : give_new_id(&merge);
}
