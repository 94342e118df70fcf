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
static PaclStatement insert_items = {
	"WITH reviewed AS ("
	"  SELECT * FROM practiceacl.access_grant"
	"  WHERE organization_id = $1 AND source <> 'break_glass'"
	"    AND (upper_inf(valid_during) OR upper(valid_during) > $3)"
	"    AND (lower_inf(valid_during) OR lower(valid_during) < $3)),"
	" ended AS ("
	"  UPDATE practiceacl.access_grant x"
	"  SET valid_during = tstzrange(lower(r.valid_during), $3)"
	"  FROM reviewed r"
	"  WHERE x.organization_id = r.organization_id AND x.id = r.id),"
	" item AS ("
	"  INSERT INTO practiceacl.access_review_item (organization_id, review_id,"
	"    grant_id, agenda_id, account_id, rights, valid_until)"
	"  SELECT $1, $2, id, agenda_id, account_id, rights, upper(valid_during)"
	"  FROM reviewed RETURNING agenda_id)"
	" SELECT agenda_id, count(*)::integer FROM item GROUP BY 1 ORDER BY 1"
};

static PaclStatement select_has = {
	"SELECT EXISTS (SELECT FROM practiceacl.access_review_item"
	"   WHERE organization_id = $1 AND review_id = $2 AND agenda_id = $3"
	"     AND account_id = $4)"
};

static PaclStatement select_items = {
	"SELECT i.grant_id, i.rights, coalesce(lower(x.valid_during), '-infinity'),"
	"   coalesce(i.valid_until, 'infinity'),"
	"   x.id IS NOT NULL AND x.rights OPERATOR(practiceacl.=) i.rights"
	"     AND upper(x.valid_during) IS NOT DISTINCT FROM $5"
	" FROM practiceacl.access_review_item i"
	" LEFT JOIN practiceacl.access_grant x"
	"   ON x.organization_id = i.organization_id AND x.id = i.grant_id"
	" WHERE i.organization_id = $1 AND i.review_id = $2 AND i.agenda_id = $3"
	"   AND i.account_id = $4 AND i.confirmed_at IS NULL"
	" ORDER BY i.grant_id"
};

#define GIVE_BACK \
	" UPDATE practiceacl.access_grant x" \
	" SET valid_during = tstzrange(lower(x.valid_during), i.valid_until)"

static PaclStatement confirm = {
	"WITH i AS ("
	"  UPDATE practiceacl.access_review_item"
	"  SET confirmed_at = $4, confirmed_by = $5"
	"  WHERE organization_id = $1 AND review_id = $2 AND grant_id = $3"
	"  RETURNING organization_id, grant_id, valid_until)"
	GIVE_BACK
	" FROM i WHERE x.organization_id = i.organization_id AND x.id = i.grant_id"
};

static PaclStatement cancel = {
	"WITH r AS ("
	"  UPDATE practiceacl.access_review SET cancelled_at = $3"
	"  WHERE organization_id = $1 AND id = $2)"
	GIVE_BACK
	" FROM practiceacl.access_review_item i"
	" WHERE i.organization_id = $1 AND i.review_id = $2"
	"   AND i.confirmed_at IS NULL AND x.organization_id = i.organization_id"
	"   AND x.id = i.grant_id AND upper(x.valid_during) = $4"
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
		agendas[(*agenda_count)++] = *pacl_column_uuid(&rows, 1);
		*item_count += pacl_column_int(&rows, 2);
	}
	pacl_done(&rows);
	return agendas;
}

bool
pacl_review_store_has(const PaclReview *review, const pg_uuid_t *agenda_id,
					  const pg_uuid_t *account_id)
{
	PaclRows	rows;

	pacl_query(&rows, &select_has,
			   PACL_ARGS(pacl_uuid(&review->organization_id),
						 pacl_uuid(&review->id), pacl_uuid(agenda_id),
						 pacl_uuid(account_id)));
	return pacl_rows_bool(&rows);
}

PaclReviewItem *
pacl_review_store_items(const PaclReview *review, const pg_uuid_t *agenda_id,
						const pg_uuid_t *account_id, int *count)
{
	PaclRows	rows;
	PaclReviewItem *items;

	*count = 0;
	pacl_query(&rows, &select_items,
			   PACL_ARGS(pacl_uuid(&review->organization_id),
						 pacl_uuid(&review->id), pacl_uuid(agenda_id),
						 pacl_uuid(account_id), pacl_time(review->ends_at)));
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
