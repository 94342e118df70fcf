/*
 * prospect.c
 *		What a membership promises: now, to come, or over.
 */
#include "postgres.h"

#include "catalog/pg_type.h"
#include "miscadmin.h"
#include "utils/rangetypes.h"
#include "utils/timestamp.h"
#include "utils/typcache.h"

#include "compat.h"
#include "pure/uuid.h"
#include "reader/prospect.h"
#include "reader/view.h"

bool
pacl_period_holds(Datum period, TimestampTz at, TimestampTz *from,
				  TimestampTz *until)
{
	struct varlena *packed = PG_DETOAST_DATUM_PACKED(period);
	char		flags = VARDATA_ANY(packed)[VARSIZE_ANY_EXHDR(packed) - 1];
	RangeBound	lower;
	RangeBound	upper;
	bool		empty;
	TimestampTz starts;
	TimestampTz ends;

	/* Most grants have no bounds; a range ends with its flags. */
	if ((flags & (RANGE_LB_INF | RANGE_UB_INF)) ==
		(RANGE_LB_INF | RANGE_UB_INF))
		return true;

	range_deserialize(lookup_type_cache(TSTZRANGEOID, TYPECACHE_RANGE_INFO),
					  DatumGetRangeTypeP(period), &lower, &upper, &empty);
	if (empty)
		return false;
	starts = lower.infinite ? DT_NOBEGIN : DatumGetTimestampTz(lower.val);
	ends = upper.infinite ? DT_NOEND : DatumGetTimestampTz(upper.val);

	if (at < starts)
	{
		*until = Min(*until, starts);
		return false;
	}
	if (at >= ends)
	{
		*from = Max(*from, ends);
		return false;
	}
	*from = Max(*from, starts);
	*until = Min(*until, ends);
	return true;
}

static TimestampTz
period_end(Datum period)
{
	RangeBound	lower;
	RangeBound	upper;
	bool		empty;

	range_deserialize(lookup_type_cache(TSTZRANGEOID, TYPECACHE_RANGE_INFO),
					  DatumGetRangeTypeP(period), &lower, &upper, &empty);
	return empty || upper.infinite ? DT_NOEND : DatumGetTimestampTz(upper.val);
}

void
pacl_prospect_note_staying(PaclProspect *prospect, TimestampTz until)
{
	prospect->until = prospect->stays ? Max(prospect->until, until) : until;
	prospect->stays = true;
}

bool
pacl_prospect_note_grant(PaclProspect *prospect, const PaclScan *scan, HeapTuple row,
						 TimestampTz *from, TimestampTz *until)
{
	Datum		period = pacl_scan_value(scan, row,
										 Anum_access_grant_valid_during);
	TimestampTz starts = DT_NOBEGIN;
	TimestampTz ends = DT_NOEND;
	bool		holds = pacl_period_holds(period, pacl_view_time(), &starts, &ends);

	*from = Max(*from, starts);
	*until = Min(*until, ends);
	if (holds)
		pacl_prospect_note_staying(prospect, ends);
	else if (ends != DT_NOEND)	/* to come */
		pacl_prospect_note_staying(prospect, period_end(period));
	else if (!pacl_scan_text_is(scan, row, Anum_access_grant_source,
								"break_glass"))
		prospect->ended = true;
	return holds;
}

/* What lasts until a moment promises, as a grant does. */
static void
note_until(PaclProspect *prospect, TimestampTz until)
{
	if (pacl_view_time() < until)
		pacl_prospect_note_staying(prospect, until);
	else
		prospect->ended = true;
}

void
pacl_prospect_note_sharing(PaclProspect *prospect, const PaclSharing *sharing,
						   const pg_uuid_t *organization_id)
{
	for (int i = 0; i < sharing->share_count; i++)
		if (pacl_uuid_equal(&sharing->shares[i].organization_id,
							organization_id))
			note_until(prospect, sharing->shares[i].until);
	for (int i = 0; i < sharing->profile_count; i++)
		if (pacl_uuid_equal(&sharing->profiles[i].organization_id,
							organization_id))
			note_until(prospect, sharing->profiles[i].until);
}

bool
pacl_prospect_is_current(const PaclProspect *prospect)
{
	return prospect->stays || !prospect->ended;
}

/* Whether an account's row, agenda or grant, is of an organization. */
static bool
is_row_of(const PaclScan *scan, HeapTuple row, int column,
		  const pg_uuid_t *organization_id)
{
	return pacl_uuid_equal(DatumGetUUIDP(pacl_scan_value(scan, row, column)),
						   organization_id);
}

static bool
holds_agenda(const pg_uuid_t *account_id, const pg_uuid_t *organization_id)
{
	Datum		key = UUIDPGetDatum(account_id);
	bool		found = false;
	PaclScan	scan;
	HeapTuple	row;

	pacl_scan_begin_unseen(&scan, PACL_AGENDA_BY_HOLDER, 1, &key);
	while (!found && (row = pacl_scan_next(&scan)) != NULL)
		found = is_row_of(&scan, row, Anum_agenda_organization_id,
						  organization_id);
	pacl_scan_end(&scan);
	return found;
}

/* What the grants of an account promise; one without an end settles it. */
static void
read_prospect(const pg_uuid_t *account_id, const pg_uuid_t *organization_id,
			  PaclProspect *prospect)
{
	Datum		key = UUIDPGetDatum(account_id);
	TimestampTz from = DT_NOBEGIN;
	TimestampTz until = DT_NOEND;
	PaclScan	scan;
	HeapTuple	row;

	pacl_scan_begin_unseen(&scan, PACL_GRANT_BY_ACCOUNT, 1, &key);
	while (!(prospect->stays && prospect->until == DT_NOEND) &&
		   (row = pacl_scan_next(&scan)) != NULL)
	{
		CHECK_FOR_INTERRUPTS();
		if (is_row_of(&scan, row, Anum_access_grant_organization_id,
					  organization_id))
			(void) pacl_prospect_note_grant(prospect, &scan, row, &from, &until);
	}
	pacl_scan_end(&scan);
}

bool
pacl_prospect_is_colleague(const pg_uuid_t *account_id, const PaclMembership *member,
						   const PaclSharing *sharing, TimestampTz *until)
{
	PaclProspect prospect = {false};

	*until = DT_NOEND;
	if (!member->listed)
		return false;
	if (member->admin != PACL_ADMIN_NONE ||
		holds_agenda(account_id, &member->organization_id))
		return true;
	pacl_prospect_note_sharing(&prospect, sharing, &member->organization_id);
	read_prospect(account_id, &member->organization_id, &prospect);
	if (prospect.stays)
		*until = prospect.until;
	return pacl_prospect_is_current(&prospect);
}
