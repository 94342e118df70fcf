/*
 * elsewhere.c
 *		Whether the holder of an agenda is to be in another place.
 */
#include "postgres.h"

#include "utils/timestamp.h"

#include "base/facts.h"
#include "base/fields.h"
#include "calendar/agenda_store.h"
#include "calendar/elsewhere.h"
#include "errors.h"
#include "pure/uuid.h"
#include "reader/held.h"
#include "reader/overlap.h"
#include "reader/view.h"

static bool
has_place(const PaclAgendaRow *agenda)
{
	return agenda->location.name != NULL || agenda->location.address != NULL;
}

static bool
is_another_place(const PaclAgendaRow *a, const PaclAgendaRow *b)
{
	return has_place(a) && has_place(b) &&
		(!pacl_text_same(a->location.name, b->location.name) ||
		 !pacl_text_same(a->location.address, b->location.address));
}

/* The holder's other agendas on which the caller sees when they are busy. */
static pg_uuid_t *
find_others(const PaclAgenda *agenda, int *count)
{
	pg_uuid_t  *held;
	int			all;

	pacl_view_push_latest();
	held = pacl_held_agendas(&agenda->holder_id, &all);
	*count = 0;
	for (int i = 0; i < all; i++)
		if (!pacl_uuid_equal(&held[i], &agenda->id) &&
			pacl_access_can(&held[i], PACL_RIGHTS_OF(PACL_LEVEL_FREEBUSY, 0)))
			held[(*count)++] = held[i];
	pacl_view_pop();
	return held;
}

bool
pacl_elsewhere_find(const PaclAgenda *agenda, TimestampTz starts_at,
					TimestampTz ends_at, PaclElsewhere *found)
{
	int			count;
	pg_uuid_t  *others;

	if (pacl_uuid_is_nil(&agenda->holder_id))
		return false;
	others = find_others(agenda, &count);
	for (int i = 0; i < count; i++)
	{
		PaclOverlap overlap;
		PaclAgendaRow here;
		PaclAgendaRow there;

		if (!pacl_overlap_find(&others[i], starts_at, ends_at, NULL, &overlap) ||
			!pacl_agenda_store_read(&agenda->id, &here) ||
			!pacl_agenda_store_read(&others[i], &there) ||
			!is_another_place(&here, &there))
			continue;
		found->agenda_id = others[i];
		found->agenda = there.name;
		found->from = overlap.occupied_from;
		found->until = overlap.occupied_until;
		return true;
	}
	return false;
}

PaclRefusal *
pacl_elsewhere_check(const PaclAgenda *agenda, TimestampTz starts_at,
					 TimestampTz ends_at)
{
	PaclElsewhere elsewhere;
	PaclRefusal *warning;
	PaclFacts	facts;
	char	   *from;

	if (!pacl_elsewhere_find(agenda, starts_at, ends_at, &elsewhere))
		return NULL;
	from = pstrdup(timestamptz_to_str(elsewhere.from));
	warning = pacl_refuse(ERRCODE_WARNING, "holder_elsewhere",
						  "the agenda's holder is to be in another place at this time",
						  psprintf("Agenda \"%s\" is busy from %s to %s.",
								   elsewhere.agenda, from,
								   timestamptz_to_str(elsewhere.until)),
						  NULL);
	pacl_facts_begin(&facts);
	pacl_facts_uuid(&facts, "agenda_id", &elsewhere.agenda_id);
	pacl_facts_time(&facts, "occupied_from", elsewhere.from);
	pacl_facts_time(&facts, "occupied_until", elsewhere.until);
	warning->facts = pacl_facts_end(&facts);
	return warning;
}

void
pacl_elsewhere_warn(const PaclAgenda *agenda, TimestampTz starts_at,
					TimestampTz ends_at)
{
	PaclRefusal *warning = pacl_elsewhere_check(agenda, starts_at, ends_at);

	if (warning != NULL)
		ereport(WARNING,
				(errcode(warning->sqlstate),
				 errword(warning->word),
				 errmsg("%s", warning->message),
				 errdetail("%s", warning->detail)));
}
