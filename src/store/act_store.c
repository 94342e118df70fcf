/*
 * act_store.c
 *		How often something was done: for the acts that have a limit.
 *
 * The id of an entry is made after its time is taken, so a bound on the id
 * loses none, and the index stops there.
 */
#include "postgres.h"

#include "pure/uuid.h"
#include "store/act_store.h"
#include "store/statement.h"

static PaclStatement count_by_actor = {
	"SELECT count(*)::integer FROM practiceacl.activity"
	" WHERE actor_id = $1 AND id >= $2 AND act = $3 AND recorded_at >= $4"
};

static PaclStatement count_on_agenda = {
	"SELECT count(*)::integer FROM practiceacl.activity"
	" WHERE agenda_id = $1 AND id >= $2 AND act = $3 AND recorded_at >= $4"
};

static int
count(PaclStatement *statement, const char *act, const pg_uuid_t *whose,
	  TimestampTz since)
{
	PaclRows	rows;
	pg_uuid_t	floor;
	int			found;

	pacl_uuid_floor(&floor, since);
	(void) pacl_query_row(&rows, statement,
						  PACL_ARGS(pacl_uuid(whose), pacl_uuid(&floor),
									pacl_text(act), pacl_time(since)));
	found = pacl_column_int(&rows, 1);
	pacl_done(&rows);
	return found;
}

int
pacl_act_store_count_by_actor(const char *act, const pg_uuid_t *actor_id,
							  TimestampTz since)
{
	return count(&count_by_actor, act, actor_id, since);
}

int
pacl_act_store_count_on_agenda(const char *act, const pg_uuid_t *agenda_id,
							   TimestampTz since)
{
	return count(&count_on_agenda, act, agenda_id, since);
}
