/*
 * behalf_store.c
 *		Names for a message: whose agenda it is, and who acts upon it.
 */
#include "postgres.h"

#include "store/behalf_store.h"
#include "store/statement.h"

static PaclStatement select_names = {
	"SELECT"
	" (SELECT name FROM practiceacl.agenda WHERE id = $1),"
	" (SELECT btrim(h.first_name || ' ' || h.last_name)"
	"   FROM practiceacl.agenda a"
	"   JOIN practiceacl.account h ON h.id = a.holder_id WHERE a.id = $1),"
	" (SELECT btrim(first_name || ' ' || last_name)"
	"   FROM practiceacl.account WHERE id = $2)"
};

void
pacl_behalf_store_names(const pg_uuid_t *agenda_id, const pg_uuid_t *actor_id,
						PaclBehalf *behalf)
{
	PaclRows	rows;

	(void) pacl_query_row(&rows, &select_names,
						  PACL_ARGS(pacl_uuid(agenda_id),
									pacl_uuid(actor_id)));
	behalf->agenda = pacl_column_text(&rows, 1);
	behalf->holder = pacl_column_text(&rows, 2);
	behalf->actor = pacl_column_text(&rows, 3);
	pacl_done(&rows);
}
