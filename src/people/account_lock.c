/*
 * account_lock.c
 *		Everything in which an account has a part, locked.
 */
#include "postgres.h"

#include "access/membership.h"
#include "base/lock.h"
#include "people/account_lock.h"
#include "people/erasure_store.h"

/* In the order of lock.h; whoever locks looks again. */
pg_uuid_t *
pacl_account_lock_all(const pg_uuid_t *account_id, int *organization_count)
{
	pg_uuid_t  *agendas = palloc(sizeof(pg_uuid_t));
	pg_uuid_t  *organizations;
	int			total = 0;

	pacl_lock_evict(account_id, 1);
	pacl_lock_account(account_id);
	organizations = pacl_erasure_store_organizations(account_id,
													 organization_count);
	for (int i = 0; i < *organization_count; i++)
		pacl_organization_lock(&organizations[i]);
	for (int i = 0; i < *organization_count; i++)
	{
		int			count;
		pg_uuid_t  *ids = pacl_membership_store_agendas(&organizations[i],
														account_id, &count);

		agendas = repalloc(agendas, (total + count + 1) * sizeof(pg_uuid_t));
		memcpy(agendas + total, ids, count * sizeof(pg_uuid_t));
		total += count;
	}
	pacl_lock_agendas(agendas, total);
	pacl_lock_database_chain();
	return organizations;
}
