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

static const char *const words[PACL_PURGE_KINDS] = {
	"sessions",
	"holds",
	"messages",
	"invitations",
	"refused log-ins",
	"tokens",
	"requests for rights",
	"enrolments"
};

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
	{"DELETE FROM practiceacl.outbox WHERE sent_at < $1"},
	{"WITH dead AS ("
		"  SELECT organization_id, id FROM practiceacl.invitation"
		"  WHERE status <> 'accepted'"
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
	" WHERE least(expires_at, answered_at) < $1"},
	{"DELETE FROM practiceacl.second_factor"
	" WHERE confirmed_at IS NULL AND enrolled_at < $1"}
};

const char *
pacl_purge_store_word(int kind)
{
	return words[kind];
}

int64
pacl_purge_store_delete(int kind, TimestampTz before)
{
	return (int64) pacl_run(&deletions[kind],
							PACL_ARGS(pacl_time(before)));
}

PACL_STATEMENTS(purge,
	PACL_EACH(deletions));
