/*
 * account_lock.c
 *		Everything in which an account has a part, locked.
 */
#include "postgres.h"

#include "access/membership.h"
#include "base/lock.h"
#include "people/account_lock.h"
#include "people/erasure_store.h"
#include "pure/uuid.h"

/* A set of ids that grows. */
typedef struct Ids
{
	pg_uuid_t  *ids;
	int			count;
} Ids;

static void
add(Ids *all, const pg_uuid_t *ids, int count)
{
	all->ids = all->ids == NULL ? palloc((count + 1) * sizeof(pg_uuid_t)) :
		repalloc(all->ids, (all->count + count + 1) * sizeof(pg_uuid_t));
	if (count > 0)
		memcpy(all->ids + all->count, ids, count * sizeof(pg_uuid_t));
	all->count += count;
}

/* Ascending, each once. */
static void
put_in_order(Ids *all)
{
	int			kept = 0;

	qsort(all->ids, all->count, sizeof(pg_uuid_t), pacl_uuid_qsort_compare);
	for (int i = 0; i < all->count; i++)
		if (kept == 0 || pacl_uuid_compare(&all->ids[kept - 1], &all->ids[i]) != 0)
			all->ids[kept++] = all->ids[i];
	all->count = kept;
}

/* In the order of lock.h; whoever locks looks again. */
pg_uuid_t *
pacl_account_lock_several(const pg_uuid_t *account_ids, int account_count,
						  int *organization_count)
{
	Ids			accounts = {0};
	Ids			organizations = {0};
	Ids			agendas = {0};
	int			count;

	add(&accounts, account_ids, account_count);
	put_in_order(&accounts);
	pacl_lock_evict(accounts.ids, accounts.count);
	for (int i = 0; i < accounts.count; i++)
		pacl_lock_account(&accounts.ids[i]);
	for (int i = 0; i < accounts.count; i++)
	{
		pg_uuid_t  *ids = pacl_erasure_store_organizations(&accounts.ids[i], &count);

		add(&organizations, ids, count);
	}
	put_in_order(&organizations);
	for (int i = 0; i < organizations.count; i++)
		pacl_organization_lock(&organizations.ids[i]);
	for (int i = 0; i < organizations.count * accounts.count; i++)
	{
		pg_uuid_t  *ids = pacl_membership_store_agendas(&organizations.ids[i / accounts.count],
														&accounts.ids[i % accounts.count],
														&count);

		add(&agendas, ids, count);
	}
	add(&agendas, NULL, 0);
	put_in_order(&agendas);
	pacl_lock_agendas(agendas.ids, agendas.count);
	pacl_lock_database_chain();
	*organization_count = organizations.count;
	return organizations.ids;
}

pg_uuid_t *
pacl_account_lock_all(const pg_uuid_t *account_id, int *organization_count)
{
	return pacl_account_lock_several(account_id, 1, organization_count);
}
