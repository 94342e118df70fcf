/*
 * sharing.c
 *		What an account has by groups of agendas and by profiles.
 */
#include "postgres.h"

#include "catalog/pg_type.h"
#include "miscadmin.h"
#include "utils/rangetypes.h"
#include "utils/timestamp.h"
#include "utils/typcache.h"

#include "pure/uuid.h"
#include "reader/relation.h"
#include "reader/sharing.h"

/* What grows by doubling while rows are read. */
typedef struct Reading
{
	PaclSharing *sharing;
	int			share_room;
	int			profile_room;
	bool		unseen;
} Reading;

static void
begin(const Reading *reading, PaclScan *scan, PaclLookup lookup, int nkeys,
	  const Datum *keys)
{
	if (reading->unseen)
		pacl_scan_begin_unseen(scan, lookup, nkeys, keys);
	else
		pacl_scan_begin(scan, lookup, nkeys, keys);
}

static PaclShare *
add_share(Reading *reading)
{
	PaclSharing *sharing = reading->sharing;

	if (sharing->share_count == reading->share_room)
	{
		reading->share_room = Max(4, reading->share_room * 2);
		sharing->shares = sharing->shares == NULL ?
			palloc(reading->share_room * sizeof(PaclShare)) :
			repalloc(sharing->shares, reading->share_room * sizeof(PaclShare));
	}
	return &sharing->shares[sharing->share_count++];
}

static PaclProfileOf *
add_profile(Reading *reading)
{
	PaclSharing *sharing = reading->sharing;

	if (sharing->profile_count == reading->profile_room)
	{
		reading->profile_room = Max(4, reading->profile_room * 2);
		sharing->profiles = sharing->profiles == NULL ?
			palloc(reading->profile_room * sizeof(PaclProfileOf)) :
			repalloc(sharing->profiles,
					 reading->profile_room * sizeof(PaclProfileOf));
	}
	return &sharing->profiles[sharing->profile_count++];
}

static void
read_period(Datum period, PaclShare *share)
{
	RangeBound	lower;
	RangeBound	upper;
	bool		empty;

	range_deserialize(lookup_type_cache(TSTZRANGEOID, TYPECACHE_RANGE_INFO),
					  DatumGetRangeTypeP(period), &lower, &upper, &empty);
	share->from = empty || lower.infinite ? DT_NOBEGIN :
		DatumGetTimestampTz(lower.val);
	share->until = empty ? DT_NOBEGIN : upper.infinite ? DT_NOEND :
		DatumGetTimestampTz(upper.val);
}

static void
read_group_grants(Reading *reading, const pg_uuid_t *account_id)
{
	Datum		key = UUIDPGetDatum(account_id);
	PaclScan	scan;
	HeapTuple	row;

	begin(reading, &scan, PACL_GROUP_GRANT_BY_ACCOUNT, 1, &key);
	while ((row = pacl_scan_next(&scan)) != NULL)
	{
		PaclShare  *share = add_share(reading);
		bool		all;
		Datum		group_id = pacl_scan_column(&scan, row,
												Anum_group_grant_group_id,
												&all);

		share->organization_id = *DatumGetUUIDP(pacl_scan_value(&scan, row,
																Anum_group_grant_organization_id));
		share->reach = all ? PACL_SHARE_ALL : PACL_SHARE_GROUP;
		share->target = all ? pacl_nil_uuid : *DatumGetUUIDP(group_id);
		share->rights = DatumGetRights(pacl_scan_value(&scan, row,
													   Anum_group_grant_rights));
		read_period(pacl_scan_value(&scan, row,
									Anum_group_grant_valid_during), share);
	}
	pacl_scan_end(&scan);
}

/* What a profile gives, to somebody who has it until a moment. */
static void
read_profile_rights(Reading *reading, const pg_uuid_t *profile_id,
					TimestampTz until)
{
	Datum		key = UUIDPGetDatum(profile_id);
	PaclScan	scan;
	HeapTuple	row;

	begin(reading, &scan, PACL_PROFILE_RIGHT_BY_PROFILE, 1, &key);
	while ((row = pacl_scan_next(&scan)) != NULL)
	{
		PaclShare  *share = add_share(reading);
		bool		no_group;
		bool		no_agenda;
		Datum		group_id = pacl_scan_column(&scan, row,
												Anum_profile_right_group_id,
												&no_group);
		Datum		agenda_id = pacl_scan_column(&scan, row,
												 Anum_profile_right_agenda_id,
												 &no_agenda);

		share->organization_id = *DatumGetUUIDP(pacl_scan_value(&scan, row,
																Anum_profile_right_organization_id));
		share->reach = !no_agenda ? PACL_SHARE_AGENDA :
			no_group ? PACL_SHARE_ALL : PACL_SHARE_GROUP;
		share->target = !no_agenda ? *DatumGetUUIDP(agenda_id) :
			no_group ? pacl_nil_uuid : *DatumGetUUIDP(group_id);
		share->rights = DatumGetRights(pacl_scan_value(&scan, row,
													   Anum_profile_right_rights));
		share->from = DT_NOBEGIN;
		share->until = until;
	}
	pacl_scan_end(&scan);
}

static PaclRights
profile_features(const Reading *reading, const pg_uuid_t *organization_id,
				 const pg_uuid_t *profile_id)
{
	Datum		keys[2] = {UUIDPGetDatum(organization_id),
	UUIDPGetDatum(profile_id)};
	PaclRights	features = PACL_RIGHTS_NONE;
	PaclScan	scan;
	HeapTuple	row;

	begin(reading, &scan, PACL_PROFILE_BY_KEY, 2, keys);
	if ((row = pacl_scan_next(&scan)) != NULL)
		features = DatumGetRights(pacl_scan_value(&scan, row,
												  Anum_profile_features));
	pacl_scan_end(&scan);
	return features;
}

static TimestampTz
end_of(const PaclScan *scan, HeapTuple row)
{
	bool		isnull;
	Datum		until = pacl_scan_column(scan, row,
										 Anum_profile_member_valid_until,
										 &isnull);

	return isnull ? DT_NOEND : DatumGetTimestampTz(until);
}

static void
read_profiles(Reading *reading, const pg_uuid_t *account_id)
{
	Datum		key = UUIDPGetDatum(account_id);
	PaclScan	scan;
	HeapTuple	row;

	begin(reading, &scan, PACL_PROFILE_MEMBER_BY_ACCOUNT, 1, &key);
	while ((row = pacl_scan_next(&scan)) != NULL)
	{
		PaclProfileOf *profile = add_profile(reading);
		const pg_uuid_t *profile_id =
			DatumGetUUIDP(pacl_scan_value(&scan, row,
										  Anum_profile_member_profile_id));

		profile->organization_id = *DatumGetUUIDP(pacl_scan_value(&scan, row,
																  Anum_profile_member_organization_id));
		profile->features = profile_features(reading,
											 &profile->organization_id,
											 profile_id);
		profile->until = end_of(&scan, row);
		read_profile_rights(reading, profile_id, profile->until);
	}
	pacl_scan_end(&scan);
}

void
pacl_sharing_read(const pg_uuid_t *account_id, bool unseen,
				  PaclSharing *sharing)
{
	Reading		reading = {.sharing = sharing, .unseen = unseen};

	memset(sharing, 0, sizeof(PaclSharing));
	read_group_grants(&reading, account_id);
	read_profiles(&reading, account_id);
}

PaclRights
pacl_sharing_features(const PaclSharing *sharing,
					  const pg_uuid_t *organization_id, TimestampTz at,
					  TimestampTz *from, TimestampTz *until)
{
	PaclRights	features = PACL_RIGHTS_NONE;

	for (int i = 0; i < sharing->profile_count; i++)
	{
		const PaclProfileOf *profile = &sharing->profiles[i];

		if (!pacl_uuid_equal(&profile->organization_id, organization_id))
			continue;
		if (at < profile->until)
		{
			*until = Min(*until, profile->until);
			features = pacl_rights_union(features, profile->features);
		}
		else
			*from = Max(*from, profile->until);
	}
	return features;
}

bool
pacl_share_holds(const PaclShare *share, TimestampTz at, TimestampTz *from,
				 TimestampTz *until)
{
	if (at < share->from)
	{
		*until = Min(*until, share->from);
		return false;
	}
	if (at >= share->until)
	{
		*from = Max(*from, share->until);
		return false;
	}
	*from = Max(*from, share->from);
	*until = Min(*until, share->until);
	return true;
}

/* Adds what is given on one group of the agenda. */
static PaclRights
group_rights(const PaclSharing *sharing, const pg_uuid_t *organization_id,
			 const pg_uuid_t *group_id, TimestampTz at, TimestampTz *from,
			 TimestampTz *until)
{
	PaclRights	rights = PACL_RIGHTS_NONE;

	for (int i = 0; i < sharing->share_count; i++)
	{
		const PaclShare *share = &sharing->shares[i];

		if (share->reach == PACL_SHARE_GROUP &&
			pacl_uuid_equal(&share->organization_id, organization_id) &&
			pacl_uuid_equal(&share->target, group_id) &&
			pacl_share_holds(share, at, from, until))
			rights = pacl_rights_union(rights, share->rights);
	}
	return rights;
}

PaclRights
pacl_sharing_rights(const PaclSharing *sharing,
					const pg_uuid_t *organization_id,
					const pg_uuid_t *agenda_id, TimestampTz at,
					TimestampTz *from, TimestampTz *until)
{
	Datum		key = UUIDPGetDatum(agenda_id);
	PaclRights	rights = PACL_RIGHTS_NONE;
	bool		groups = false;
	PaclScan	scan;
	HeapTuple	row;

	for (int i = 0; i < sharing->share_count; i++)
	{
		const PaclShare *share = &sharing->shares[i];

		if (!pacl_uuid_equal(&share->organization_id, organization_id))
			continue;
		if (share->reach == PACL_SHARE_GROUP)
			groups = true;
		else if ((share->reach == PACL_SHARE_ALL ||
				  pacl_uuid_equal(&share->target, agenda_id)) &&
				 pacl_share_holds(share, at, from, until))
			rights = pacl_rights_union(rights, share->rights);
	}
	if (!groups)
		return rights;

	pacl_scan_begin_unseen(&scan, PACL_GROUP_MEMBER_BY_AGENDA, 1, &key);
	while ((row = pacl_scan_next(&scan)) != NULL)
		rights = pacl_rights_union(rights,
								   group_rights(sharing, organization_id,
												DatumGetUUIDP(pacl_scan_value(&scan, row,
																			  Anum_agenda_group_member_group_id)),
												at, from, until));
	pacl_scan_end(&scan);
	return rights;
}

void
pacl_share_visit(const PaclShare *share, PaclShareVisitor visit, void *state)
{
	Datum		keys[2] = {UUIDPGetDatum(&share->organization_id),
	UUIDPGetDatum(&share->target)};
	bool		all = share->reach == PACL_SHARE_ALL;
	PaclScan	scan;
	HeapTuple	row;

	if (share->reach == PACL_SHARE_AGENDA)
	{
		visit(state, &share->target);
		return;
	}
	pacl_scan_begin(&scan, all ? PACL_AGENDA_OF_ORGANIZATION :
					PACL_GROUP_MEMBER_BY_GROUP, all ? 1 : 2, keys);
	while ((row = pacl_scan_next(&scan)) != NULL)
	{
		CHECK_FOR_INTERRUPTS();
		visit(state,
			  DatumGetUUIDP(pacl_scan_value(&scan, row, all ? Anum_agenda_id :
											Anum_agenda_group_member_agenda_id)));
	}
	pacl_scan_end(&scan);
}
