/*
 * memberships.c
 *		The organizations to which an account belongs.
 *
 * Who the caller is depends on them (an organization may demand a second
 * factor), and so does what they may do: both ask here, and the rows are read
 * once.
 */
#include "postgres.h"

#include "utils/builtins.h"
#include "utils/memutils.h"

#include "pure/uuid.h"
#include "reader/cell.h"
#include "reader/memberships.h"
#include "reader/relation.h"
#include "reader/view.h"

/* What is remembered, of the last account. */
typedef struct Memo
{
	PaclView	view;
	pg_uuid_t	account_id;
	int			count;
	int			room;
	PaclMembership *members;
} Memo;

static Memo memo;

static const char *const admin_names[] = {
	[PACL_ADMIN_NONE] = "none",
	[PACL_ADMIN_USERS] = "users",
	[PACL_ADMIN_FULL] = "full",
};

const char *
pacl_admin_name(PaclAdmin admin)
{
	return admin_names[admin];
}

bool
pacl_admin_parse(const char *word, PaclAdmin *admin)
{
	for (int i = 0; i < (int) lengthof(admin_names); i++)
		if (strcmp(word, admin_names[i]) == 0)
		{
			*admin = (PaclAdmin) i;
			return true;
		}
	return false;
}

static void
read_row(const PaclScan *scan, HeapTuple row, PaclMembership *member)
{
	member->organization_id = *DatumGetUUIDP(pacl_scan_value(scan, row,
															 Anum_membership_organization_id));
	member->features = DatumGetRights(pacl_scan_value(scan, row,
													  Anum_membership_features));
	member->shares = DatumGetBool(pacl_scan_value(scan, row,
												  Anum_membership_shares));
	member->listed = pacl_scan_text_is(scan, row, Anum_membership_status,
									   "active");
	member->active = member->listed || pacl_scan_text_is(scan, row, Anum_membership_status, "unlisted");
	member->away = member->active &&
		pacl_cell_state(&member->organization_id, NULL) == PACL_CELL_AWAY;
	if (member->away)
		member->active = member->listed = false;
	member->admin = pacl_scan_text_is(scan, row, Anum_membership_admin,
									  "full") ? PACL_ADMIN_FULL :
		pacl_scan_text_is(scan, row, Anum_membership_admin, "users") ?
		PACL_ADMIN_USERS : PACL_ADMIN_NONE;
}

/* Room for one more; memory is kept for the next account. */
static PaclMembership *
next_member(void)
{
	if (memo.count == memo.room)
	{
		int			room = Max(memo.room * 2, 4);

		memo.members = memo.members == NULL ?
			MemoryContextAlloc(TopMemoryContext, room * sizeof(PaclMembership)) :
			repalloc(memo.members, room * sizeof(PaclMembership));
		memo.room = room;
	}
	return &memo.members[memo.count++];
}

static void
read_all(const pg_uuid_t *account_id)
{
	Datum		key = UUIDPGetDatum(account_id);
	PaclScan	scan;
	HeapTuple	row;

	memo.view.taken = false;
	memo.account_id = *account_id;
	memo.count = 0;
	pacl_scan_begin(&scan, PACL_MEMBERSHIP_BY_ACCOUNT, 1, &key);
	while ((row = pacl_scan_next(&scan)) != NULL)
		read_row(&scan, row, next_member());
	pacl_scan_end(&scan);
	if (memo.count > 1)
		qsort(memo.members, memo.count, sizeof(PaclMembership),
			  pacl_uuid_qsort_compare);
	pacl_view_take(&memo.view);
}

const PaclMembership *
pacl_memberships_of(const pg_uuid_t *account_id, int *count)
{
	if (!pacl_view_is_current(&memo.view) ||
		!pacl_uuid_equal(account_id, &memo.account_id))
		read_all(account_id);
	*count = memo.count;
	return memo.members;
}

bool
pacl_memberships_find(const pg_uuid_t *account_id,
					  const pg_uuid_t *organization_id, PaclMembership *member)
{
	Datum		keys[2] = {UUIDPGetDatum(organization_id),
	UUIDPGetDatum(account_id)};
	PaclScan	scan;
	HeapTuple	row;
	bool		found;

	pacl_scan_begin(&scan, PACL_MEMBERSHIP_BY_KEY, 2, keys);
	row = pacl_scan_next(&scan);
	found = row != NULL;
	if (found)
		read_row(&scan, row, member);
	pacl_scan_end(&scan);
	return found;
}
