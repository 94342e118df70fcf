/*
 * purge_store.c
 *		Rows to be purged.
 *
 * Nothing here is lost to anybody: an accepted invitation stays, because
 * invitation_status tells of it, and so does all of the record.
 */
#include "postgres.h"

#include "base/statement.h"
#include "operations/purge_store.h"
#include "reader/view.h"
#include "settings.h"

static const char *const words[PACL_PURGE_KINDS] = {
	"sessions",
	"holds",
	"messages",
	"invitations",
	"refused log-ins",
	"tokens",
	"requests for rights",
	"enrolments",
	"notes of readings",
	"readings"
};

/* The place of the last, whose rows stay longer. */
#define READINGS (PACL_PURGE_KINDS - 1)

/* What a move copies is the source's to purge. */
#define NOT_ADOPTING(table) \
	" AND NOT EXISTS (SELECT FROM practiceacl.organization_move v" \
	"   WHERE v.organization_id = " table ".organization_id AND v.state = 'adopting')"

/*
 * A row and what refers to it go in one statement: foreign keys are checked
 * at its end.  The outer statement's count is the one that is told.
 */
static PaclStatement deletions[PACL_PURGE_KINDS] = {
	{"WITH ended AS ("
		"  SELECT id FROM practiceacl.session"
		"  WHERE least(expires_at, ended_at) < $1 FOR UPDATE),"
		" tokens AS ("
		"  DELETE FROM practiceacl.session_token t USING ended e"
		"  WHERE t.session_id = e.id)"
		" DELETE FROM practiceacl.session s USING ended e"
	" WHERE s.id = e.id"},
	{"DELETE FROM practiceacl.slot_hold WHERE expires_at < $1"},
	{"DELETE FROM practiceacl.outbox"
		" WHERE (sent_at < $1 OR kind IN ('reminder', 'slot_offer') AND due_at < $1)"
	NOT_ADOPTING("outbox")},
	{"WITH dead AS ("
		"  SELECT organization_id, id FROM practiceacl.invitation"
		"  WHERE status <> 'accepted'" NOT_ADOPTING("invitation")
		"    AND least(expires_at, settled_at) < $1 FOR UPDATE),"
		" tokens AS ("
		"  DELETE FROM practiceacl.invitation_token t USING dead d"
		"  WHERE t.organization_id = d.organization_id"
		"    AND t.invitation_id = d.id)"
		" DELETE FROM practiceacl.invitation i USING dead d"
	" WHERE i.organization_id = d.organization_id AND i.id = d.id"},
	{"DELETE FROM practiceacl.log_in_failure WHERE last_at < $1"},
	{"DELETE FROM practiceacl.account_token WHERE expires_at < $1"},
	{"DELETE FROM practiceacl.rights_request"
	" WHERE least(expires_at, answered_at) < $1" NOT_ADOPTING("rights_request")},
	{"DELETE FROM practiceacl.second_factor"
	" WHERE confirmed_at IS NULL AND enrolled_at < $1"},
	{"WITH noted AS ("
		"  SELECT * FROM practiceacl.reading_note"
		"  WHERE noted_at < $1" NOT_ADOPTING("reading_note") " FOR UPDATE),"
		" added AS ("
		"  INSERT INTO practiceacl.reading AS r (organization_id, agenda_id,"
		"    account_id, day, emergency, times)"
		"  SELECT g.organization_id, g.id, n.account_id,"
		"    (n.noted_at AT TIME ZONE practiceacl.known_zone(g.time_zone))::date AS day,"
		"    n.emergency, count(*)"
		"  FROM noted n CROSS JOIN LATERAL unnest(n.agendas) AS u (agenda_id)"
		"  JOIN practiceacl.agenda g ON g.organization_id = n.organization_id"
		"    AND g.id = u.agenda_id"
		"  JOIN practiceacl.account a ON a.id = n.account_id"
		"  GROUP BY g.organization_id, g.id, n.account_id, day, n.emergency"
		"  ORDER BY 1, 2, 3, 4, 5"
		"  ON CONFLICT ON CONSTRAINT reading_pkey"
		"  DO UPDATE SET times = r.times + excluded.times)"
		" DELETE FROM practiceacl.reading_note d USING noted n"
	" WHERE d.organization_id = n.organization_id AND d.id = n.id"},
	{"DELETE FROM practiceacl.reading WHERE day < ($1 AT TIME ZONE 'UTC')::date"}
};

const char *
pacl_purge_store_word(int kind)
{
	return words[kind];
}

int64
pacl_purge_store_delete(int kind, TimestampTz before)
{
	if (kind == READINGS)
		before = Min(before, pacl_view_time() -
					 pacl_reading_retention * USECS_PER_MINUTE);
	return (int64) pacl_run(&deletions[kind],
							PACL_ARGS(pacl_time(before)));
}

PACL_STATEMENTS(purge,
	PACL_EACH(deletions));
