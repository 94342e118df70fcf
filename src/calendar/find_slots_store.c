/*
 * find_slots_store.c
 *		Where a type of appointment is offered.
 */
#include "postgres.h"

#include "base/statement.h"
#include "calendar/find_slots_store.h"

static PaclStatement select_offers = {
	"SELECT t.organization_id, t.minutes_before, t.minutes_after, t.rights,"
	"   t.archived_at IS NOT NULL, o.agenda_id, coalesce(o.minutes, t.minutes)"
	" FROM practiceacl.appointment_type t"
	" LEFT JOIN practiceacl.agenda_type o"
	"   ON o.organization_id = t.organization_id AND o.type_id = t.id"
	"   AND o.agenda_id = ANY ($2)"
	" WHERE t.id = $1"
	" ORDER BY o.agenda_id",
	.as_reader = true
};

bool
pacl_find_slots_store_offers(const pg_uuid_t *type_id,
							 const pg_uuid_t *agenda_ids, int agenda_count,
							 PaclOffers *offers)
{
	PaclRows	rows;
	bool		found = false;

	offers->count = 0;
	pacl_query(&rows, &select_offers,
			   PACL_ARGS(pacl_uuid(type_id),
						 pacl_uuids(agenda_ids, agenda_count)));
	offers->offers = palloc(Max(rows.count, 1) * sizeof(PaclOffer));
	while (pacl_next(&rows))
	{
		found = true;
		offers->organization_id = *pacl_column_uuid(&rows, 1);
		offers->minutes_before = pacl_column_int(&rows, 2);
		offers->minutes_after = pacl_column_int(&rows, 3);
		offers->rights = pacl_column_rights(&rows, 4);
		offers->archived = pacl_column_bool(&rows, 5);
		if (pacl_column_isnull(&rows, 6))
			continue;			/* none of these agendas offers it */
		offers->offers[offers->count].agenda_id = *pacl_column_uuid(&rows, 6);
		offers->offers[offers->count].minutes = pacl_column_int(&rows, 7);
		offers->count++;
	}
	pacl_done(&rows);
	return found;
}

PACL_STATEMENTS(find_slots,
	PACL_ONE(select_offers));
