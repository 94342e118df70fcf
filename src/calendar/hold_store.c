/*
 * hold_store.c
 *		Rows of holds.
 */
#include "postgres.h"

#include "base/statement.h"
#include "calendar/hold_store.h"

#define HOLD_COLUMNS \
	"h.id, h.organization_id, h.agenda_id, h.session_id, h.account_id," \
	" h.starts_at, h.ends_at, h.expires_at, h.shared_log_in," \
	" h.minutes_before, h.minutes_after," \
	" btrim(a.first_name || ' ' || a.last_name)"

/*
 * A hold from further ahead than one may last is from before the clock was set
 * back: it has lapsed.
 */
static PaclStatement select_overlapping = {
	"SELECT " HOLD_COLUMNS
	" FROM practiceacl.slot_hold h"
	" JOIN practiceacl.account a ON a.id = h.account_id"
	" WHERE h.agenda_id = $1 AND h.occupied_until > $2 AND h.occupied_from < $3"
	"   AND h.expires_at > $4 AND h.created_at < $4 + interval '15 min'"
	" ORDER BY h.created_at, h.id"
};

static PaclStatement select_hold = {
	"SELECT " HOLD_COLUMNS
	" FROM practiceacl.slot_hold h"
	" JOIN practiceacl.account a ON a.id = h.account_id"
	" WHERE h.id = $1"
};

static PaclStatement count_holds = {
	"SELECT count(*) FILTER (WHERE session_id = $2)::integer,"
	"   count(*)::integer"
	" FROM practiceacl.slot_hold"
	" WHERE account_id = $1"
	"   AND expires_at > $3 AND created_at < $3 + interval '15 min'"
};

static PaclStatement insert_hold = {
	"INSERT INTO practiceacl.slot_hold (organization_id, id, agenda_id,"
	"   session_id, account_id, starts_at, ends_at, expires_at,"
	"   shared_log_in, minutes_before, minutes_after)"
	" VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)"
};

static PaclStatement delete_hold = {
	"DELETE FROM practiceacl.slot_hold"
	" WHERE organization_id = $1 AND id = $2"
};

static PaclStatement delete_lapsed = {
	"DELETE FROM practiceacl.slot_hold"
	" WHERE agenda_id = $1"
	"   AND (expires_at <= $2 OR created_at >= $2 + interval '15 min')"
};

static PaclStatement delete_of_member = {
	"DELETE FROM practiceacl.slot_hold"
	" WHERE account_id = $2 AND organization_id = $1"
};

static PaclStatement flag_shared = {
	"UPDATE practiceacl.slot_hold SET shared_log_in = true"
	" WHERE organization_id = $1 AND id = $2"
};

static void
read_hold(PaclRows *rows, PaclHold *hold)
{
	hold->id = *pacl_column_uuid(rows, 1);
	hold->organization_id = *pacl_column_uuid(rows, 2);
	hold->agenda_id = *pacl_column_uuid(rows, 3);
	hold->session_id = *pacl_column_uuid(rows, 4);
	hold->account_id = *pacl_column_uuid(rows, 5);
	hold->starts_at = pacl_column_time(rows, 6);
	hold->ends_at = pacl_column_time(rows, 7);
	hold->expires_at = pacl_column_time(rows, 8);
	hold->shared_log_in = pacl_column_bool(rows, 9);
	hold->minutes_before = pacl_column_int(rows, 10);
	hold->minutes_after = pacl_column_int(rows, 11);
	hold->name = pacl_column_text(rows, 12);
}

PaclHold *
pacl_hold_store_overlapping(const pg_uuid_t *agenda_id, TimestampTz from,
							TimestampTz until, TimestampTz at, int *count)
{
	PaclRows	rows;
	PaclHold   *holds = NULL;

	*count = 0;
	pacl_query(&rows, &select_overlapping,
			   PACL_ARGS(pacl_uuid(agenda_id), pacl_time(from),
						 pacl_time(until), pacl_time(at)));
	if (rows.count > 0)
		holds = palloc(rows.count * sizeof(PaclHold));
	while (pacl_next(&rows))
		read_hold(&rows, &holds[(*count)++]);
	pacl_done(&rows);
	return holds;
}

bool
pacl_hold_store_load(const pg_uuid_t *id, PaclHold *hold)
{
	PaclRows	rows;
	bool		found = pacl_query_row(&rows, &select_hold,
									   PACL_ARGS(pacl_uuid(id)));

	if (found)
		read_hold(&rows, hold);
	pacl_done(&rows);
	return found;
}

void
pacl_hold_store_count(const pg_uuid_t *account_id,
					  const pg_uuid_t *session_id, TimestampTz at,
					  int *of_account, int *of_session)
{
	PaclRows	rows;

	(void) pacl_query_row(&rows, &count_holds,
						  PACL_ARGS(pacl_uuid(account_id),
									pacl_uuid(session_id), pacl_time(at)));
	*of_session = pacl_column_int(&rows, 1);
	*of_account = pacl_column_int(&rows, 2);
	pacl_done(&rows);
}

void
pacl_hold_store_insert(const PaclHold *hold)
{
	pacl_run(&insert_hold,
			 PACL_ARGS(pacl_uuid(&hold->organization_id),
					   pacl_uuid(&hold->id), pacl_uuid(&hold->agenda_id),
					   pacl_uuid(&hold->session_id),
					   pacl_uuid(&hold->account_id),
					   pacl_time(hold->starts_at), pacl_time(hold->ends_at),
					   pacl_time(hold->expires_at),
					   pacl_bool(hold->shared_log_in),
					   pacl_int(hold->minutes_before),
					   pacl_int(hold->minutes_after)));
}

bool
pacl_hold_store_delete(const pg_uuid_t *organization_id, const pg_uuid_t *id)
{
	return pacl_run(&delete_hold, PACL_ARGS(pacl_uuid(organization_id),
											pacl_uuid(id))) > 0;
}

void
pacl_hold_store_delete_lapsed(const pg_uuid_t *agenda_id, TimestampTz at)
{
	pacl_run(&delete_lapsed, PACL_ARGS(pacl_uuid(agenda_id), pacl_time(at)));
}

void
pacl_hold_store_flag_shared(const pg_uuid_t *organization_id,
							const pg_uuid_t *id)
{
	pacl_run(&flag_shared, PACL_ARGS(pacl_uuid(organization_id),
									 pacl_uuid(id)));
}

void
pacl_hold_store_delete_of_member(const pg_uuid_t *organization_id,
								 const pg_uuid_t *account_id)
{
	pacl_run(&delete_of_member,
			 PACL_ARGS(pacl_uuid(organization_id), pacl_uuid(account_id)));
}

PACL_STATEMENTS(hold,
	PACL_ONE(select_overlapping),
	PACL_ONE(select_hold),
	PACL_ONE(count_holds),
	PACL_ONE(insert_hold),
	PACL_ONE(delete_hold),
	PACL_ONE(delete_lapsed),
	PACL_ONE(delete_of_member),
	PACL_ONE(flag_shared));
