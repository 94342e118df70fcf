/*
 * purge_store.c
 *		Rows that have had their time.
 *
 * Nothing here is lost to anybody: an accepted invitation stays, because
 * invitation_status tells of it, and so does all of the record.
 */
#include "postgres.h"

#include "base/statement.h"
#include "operations/purge_store.h"

typedef struct Kind
{
	const char *word;
	PaclStatement statement;
} Kind;

/*
 * A row and what refers to it go in one statement: foreign keys are checked
 * at its end.  The outer statement's count is the one that is told.
 */
static Kind kinds[PACL_PURGE_KINDS] = {
	{"sessions", {
			"WITH ended AS ("
			"  SELECT id FROM practiceacl.session"
			"  WHERE least(expires_at, ended_at) < $1 FOR UPDATE),"
			" tokens AS ("
			"  DELETE FROM practiceacl.session_token t USING ended e"
			"  WHERE t.session_id = e.id)"
			" DELETE FROM practiceacl.session s USING ended e"
			" WHERE s.id = e.id"
	}},
	{"holds", {
			"DELETE FROM practiceacl.slot_hold WHERE expires_at < $1"
	}},
	{"messages", {
			"DELETE FROM practiceacl.outbox WHERE sent_at < $1"
	}},
	{"invitations", {
			"WITH dead AS ("
			"  SELECT organization_id, id FROM practiceacl.invitation"
			"  WHERE status <> 'accepted'"
			"    AND least(expires_at, settled_at) < $1 FOR UPDATE),"
			" tokens AS ("
			"  DELETE FROM practiceacl.invitation_token t USING dead d"
			"  WHERE t.organization_id = d.organization_id"
			"    AND t.invitation_id = d.id)"
			" DELETE FROM practiceacl.invitation i USING dead d"
			" WHERE i.organization_id = d.organization_id AND i.id = d.id"
	}},
	{"refused log-ins", {
			"DELETE FROM practiceacl.log_in_failure WHERE last_at < $1"
	}},
	{"tokens", {
			"DELETE FROM practiceacl.account_token WHERE expires_at < $1"
	}},
};

const char *
pacl_purge_store_word(int kind)
{
	return kinds[kind].word;
}

int64
pacl_purge_store_delete(int kind, TimestampTz before)
{
	return (int64) pacl_run(&kinds[kind].statement,
							PACL_ARGS(pacl_time(before)));
}
