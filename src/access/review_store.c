/*
 * review_store.c
 *		Rows of reviews, and the ends of the grants that they are about.
 *
 * A grant under review ends with the review, so that nothing has to run at
 * that moment; confirming it gives it back the end that it had.
 */
#include "postgres.h"

#include "access/review_store.h"
#include "base/statement.h"

static PaclStatement select_review = {
	"SELECT organization_id, ends_at, cancelled_at IS NOT NULL"
	" FROM practiceacl.access_review WHERE id = $1"
};

static PaclStatement select_open = {
	"SELECT EXISTS (SELECT FROM practiceacl.access_review"
	"   WHERE organization_id = $1 AND cancelled_at IS NULL AND ends_at > $2)"
};

static PaclStatement insert_review = {
	"INSERT INTO practiceacl.access_review (organization_id, id, ends_at,"
	"   started_by, started_at) VALUES ($1, $2, $3, $4, $5)"
};

/* What ends before the review does needs none. */
#define REACHES_BEYOND \
	" (upper_inf(valid_during) OR upper(valid_during) > $3)" \
	" AND (lower_inf(valid_during) OR lower(valid_during) < $3)"
#define END_WITH(table, reviewed) \
	"  UPDATE practiceacl." table " x" \
	"  SET valid_during = tstzrange(lower(r.valid_during), $3)" \
	"  FROM " reviewed " r" \
	"  WHERE x.organization_id = r.organization_id AND x.id = r.id"

static PaclStatement insert_items = {
	"WITH on_agendas AS ("
	"  SELECT * FROM practiceacl.access_grant"
	"  WHERE organization_id = $1 AND source <> 'break_glass'"
	"    AND" REACHES_BEYOND "),"
	" on_groups AS ("
	"  SELECT * FROM practiceacl.group_grant"
	"  WHERE organization_id = $1 AND" REACHES_BEYOND "),"
	" by_profiles AS ("
	"  SELECT m.*, coalesce((SELECT practiceacl.rights_union(r.rights)"
	"    FROM practiceacl.profile_right r"
	"    WHERE r.organization_id = $1 AND r.profile_id = m.profile_id),"
	"    'none'::practiceacl.rights) AS rights"
	"  FROM practiceacl.profile_member m"
	"  WHERE organization_id = $1 AND (valid_until IS NULL OR valid_until > $3)),"
	" ended AS (" END_WITH("access_grant", "on_agendas") "),"
	" ended_groups AS (" END_WITH("group_grant", "on_groups") "),"
	" ended_profiles AS ("
	"  UPDATE practiceacl.profile_member x SET valid_until = $3"
	"  FROM by_profiles r"
	"  WHERE x.organization_id = r.organization_id AND x.id = r.id),"
	" item AS ("
	"  INSERT INTO practiceacl.access_review_item (organization_id, review_id,"
	"    grant_id, agenda_id, group_id, profile_id, account_id, rights,"
	"    valid_until)"
	"  SELECT $1, $2::uuid, id, agenda_id, NULL::uuid, NULL::uuid, account_id, rights,"
	"    upper(valid_during) FROM on_agendas"
	"  UNION ALL"
	"  SELECT $1, $2, id, NULL, coalesce(group_id, $1), NULL, account_id,"
	"    rights, upper(valid_during) FROM on_groups"
	"  UNION ALL"
	"  SELECT $1, $2, id, NULL, NULL, profile_id, account_id, rights,"
	"    valid_until FROM by_profiles"
	"  RETURNING agenda_id)"
	" SELECT agenda_id, count(*)::integer FROM item GROUP BY 1 ORDER BY 1"
};

/* The items of what an account has on an agenda, on a group or by a profile. */
#define OF_TARGET(i) \
	i ".organization_id = $1 AND " i ".review_id = $2" \
	" AND " i ".account_id = $3 AND " i ".agenda_id IS NOT DISTINCT FROM $4" \
	" AND " i ".group_id IS NOT DISTINCT FROM $5" \
	" AND " i ".profile_id IS NOT DISTINCT FROM $6"

static PaclStatement select_has = {
	"SELECT EXISTS (SELECT FROM practiceacl.access_review_item i"
	"   WHERE " OF_TARGET("i") ")"
};

/* What stands as it was when the review began, but for its end. */
#define STANDING \
	"SELECT organization_id, id, rights, valid_during" \
	" FROM practiceacl.access_grant" \
	" UNION ALL" \
	" SELECT organization_id, id, rights, valid_during" \
	" FROM practiceacl.group_grant" \
	" UNION ALL" \
	" SELECT organization_id, id, NULL, tstzrange(NULL, valid_until)" \
	" FROM practiceacl.profile_member"

static PaclStatement select_items = {
	"SELECT i.grant_id, i.rights, coalesce(lower(x.valid_during), '-infinity'),"
	"   coalesce(i.valid_until, 'infinity'),"
	"   x.id IS NOT NULL"
	"     AND coalesce(x.rights, i.rights) OPERATOR(practiceacl.=) i.rights"
	"     AND upper(x.valid_during) IS NOT DISTINCT FROM $7"
	" FROM practiceacl.access_review_item i"
	" LEFT JOIN (" STANDING ") AS x"
	"   ON x.organization_id = i.organization_id AND x.id = i.grant_id"
	" WHERE " OF_TARGET("i") " AND i.confirmed_at IS NULL"
	" ORDER BY i.grant_id"
};

#define GIVE_BACK(table) \
	" UPDATE practiceacl." table " x" \
	" SET valid_during = tstzrange(lower(x.valid_during), i.valid_until)"
#define GIVE_BACK_PROFILE \
	" UPDATE practiceacl.profile_member x SET valid_until = i.valid_until"

#define OF_ITEM \
	" FROM i WHERE x.organization_id = i.organization_id AND x.id = i.grant_id"

static PaclStatement confirm = {
	"WITH i AS ("
	"  UPDATE practiceacl.access_review_item"
	"  SET confirmed_at = $4, confirmed_by = $5"
	"  WHERE organization_id = $1 AND review_id = $2 AND grant_id = $3"
	"  RETURNING organization_id, grant_id, valid_until),"
	" g AS (" GIVE_BACK("group_grant") OF_ITEM "),"
	" p AS (" GIVE_BACK_PROFILE OF_ITEM ")"
	GIVE_BACK("access_grant") OF_ITEM
};

#define OF_UNCONFIRMED \
	" FROM practiceacl.access_review_item i" \
	" WHERE i.organization_id = $1 AND i.review_id = $2" \
	"   AND i.confirmed_at IS NULL AND x.organization_id = i.organization_id" \
	"   AND x.id = i.grant_id AND "

static PaclStatement cancel = {
	"WITH r AS ("
	"  UPDATE practiceacl.access_review SET cancelled_at = $3"
	"  WHERE organization_id = $1 AND id = $2),"
	" g AS (" GIVE_BACK("group_grant") OF_UNCONFIRMED
	"   upper(x.valid_during) = $4),"
	" p AS (" GIVE_BACK_PROFILE OF_UNCONFIRMED "x.valid_until = $4)"
	GIVE_BACK("access_grant") OF_UNCONFIRMED
	" upper(x.valid_during) = $4"
};

bool
pacl_review_store_read(const pg_uuid_t *id, PaclReview *review)
{
	PaclRows	rows;
	bool		found = pacl_query_row(&rows, &select_review,
									   PACL_ARGS(pacl_uuid(id)));

	if (found)
	{
		review->id = *id;
		review->organization_id = *pacl_column_uuid(&rows, 1);
		review->ends_at = pacl_column_time(&rows, 2);
		review->cancelled = pacl_column_bool(&rows, 3);
	}
	pacl_done(&rows);
	return found;
}

bool
pacl_review_store_is_open(const pg_uuid_t *organization_id, TimestampTz at)
{
	PaclRows	rows;

	pacl_query(&rows, &select_open,
			   PACL_ARGS(pacl_uuid(organization_id), pacl_time(at)));
	return pacl_rows_bool(&rows);
}

pg_uuid_t *
pacl_review_store_start(const PaclReview *review, const pg_uuid_t *by,
						TimestampTz at, int *agenda_count, int *item_count)
{
	PaclRows	rows;
	pg_uuid_t  *agendas;

	pacl_run(&insert_review,
			 PACL_ARGS(pacl_uuid(&review->organization_id),
					   pacl_uuid(&review->id), pacl_time(review->ends_at),
					   pacl_uuid(by), pacl_time(at)));
	*agenda_count = 0;
	*item_count = 0;
	pacl_query(&rows, &insert_items,
			   PACL_ARGS(pacl_uuid(&review->organization_id),
						 pacl_uuid(&review->id), pacl_time(review->ends_at)));
	agendas = palloc(Max(rows.count, 1) * sizeof(pg_uuid_t));
	while (pacl_next(&rows))
	{
		if (!pacl_column_isnull(&rows, 1))
			agendas[(*agenda_count)++] = *pacl_column_uuid(&rows, 1);
		*item_count += pacl_column_int(&rows, 2);
	}
	pacl_done(&rows);
	return agendas;
}

#define TARGET_ARGS(review, target) \
	pacl_uuid(&(review)->organization_id), \
	pacl_uuid(&(review)->id), \
	pacl_uuid((target)->account_id), \
	pacl_uuid((target)->agenda_id), \
	pacl_uuid((target)->group_id), \
	pacl_uuid((target)->profile_id)

bool
pacl_review_store_has(const PaclReview *review, const PaclReviewTarget *target)
{
	PaclRows	rows;

	pacl_query(&rows, &select_has, PACL_ARGS(TARGET_ARGS(review, target)));
	return pacl_rows_bool(&rows);
}

PaclReviewItem *
pacl_review_store_items(const PaclReview *review,
						const PaclReviewTarget *target, int *count)
{
	PaclRows	rows;
	PaclReviewItem *items;

	*count = 0;
	pacl_query(&rows, &select_items,
			   PACL_ARGS(TARGET_ARGS(review, target),
						 pacl_time(review->ends_at)));
	items = palloc(Max(rows.count, 1) * sizeof(PaclReviewItem));
	while (pacl_next(&rows))
	{
		PaclReviewItem *item = &items[(*count)++];

		item->grant_id = *pacl_column_uuid(&rows, 1);
		item->rights = pacl_column_rights(&rows, 2);
		item->period.from = pacl_column_time(&rows, 3);
		item->period.until = pacl_column_time(&rows, 4);
		item->standing = pacl_column_bool(&rows, 5);
	}
	pacl_done(&rows);
	return items;
}

void
pacl_review_store_confirm(const PaclReview *review, const PaclReviewItem *item,
						  const pg_uuid_t *by, TimestampTz at)
{
	pacl_run(&confirm,
			 PACL_ARGS(pacl_uuid(&review->organization_id),
					   pacl_uuid(&review->id), pacl_uuid(&item->grant_id),
					   pacl_time(at), pacl_uuid(by)));
}

void
pacl_review_store_cancel(const PaclReview *review, TimestampTz at)
{
	pacl_run(&cancel,
			 PACL_ARGS(pacl_uuid(&review->organization_id),
					   pacl_uuid(&review->id), pacl_time(at),
					   pacl_time(review->ends_at)));
}

PACL_STATEMENTS(review,
	PACL_ONE(select_review),
	PACL_ONE(select_open),
	PACL_ONE(insert_review),
	PACL_ONE(insert_items),
	PACL_ONE(select_has),
	PACL_ONE(select_items),
	PACL_ONE(confirm),
	PACL_ONE(cancel));
