/*
 * notice_store.c
 *		Rows of notices.
 */
#include "postgres.h"

#include "base/statement.h"
#include "operations/notice_store.h"
#include "pure/uuid.h"

static PaclStatement insert_notice = {
	"INSERT INTO practiceacl.notice (id, title, body, published_at)"
	" VALUES ($1, $2, $3, $4)"
};

static PaclStatement select_notice = {
	"SELECT EXISTS (SELECT FROM practiceacl.notice WHERE id = $1)"
};

static PaclStatement insert_reading = {
	"INSERT INTO practiceacl.notice_read (notice_id, account_id, read_at)"
	" VALUES ($1, $2, $3) ON CONFLICT DO NOTHING"
};

pg_uuid_t *
pacl_notice_store_insert(const char *title, const char *body,
						 TimestampTz now)
{
	pg_uuid_t  *id = palloc(sizeof(pg_uuid_t));

	pacl_uuid_make(id);
	pacl_run(&insert_notice,
			 PACL_ARGS(pacl_uuid(id), pacl_text(title), pacl_text(body),
					   pacl_time(now)));
	return id;
}

bool
pacl_notice_store_exists(const pg_uuid_t *notice_id)
{
	PaclRows	rows;
	bool		exists;

	pacl_query_row(&rows, &select_notice, PACL_ARGS(pacl_uuid(notice_id)));
	exists = pacl_column_bool(&rows, 1);
	pacl_done(&rows);
	return exists;
}

void
pacl_notice_store_read(const pg_uuid_t *notice_id,
					   const pg_uuid_t *account_id, TimestampTz now)
{
	pacl_run(&insert_reading,
			 PACL_ARGS(pacl_uuid(notice_id), pacl_uuid(account_id),
					   pacl_time(now)));
}

PACL_STATEMENTS(notice,
	PACL_ONE(insert_notice),
	PACL_ONE(select_notice),
	PACL_ONE(insert_reading));
