/*
 * beside_act.c
 *		The record of what extensions beside the core do.
 */
#include "postgres.h"

#include "base/activity.h"
#include "base/authority.h"
#include "calendar/agenda_store.h"
#include "operations/beside_act.h"
#include "reader/identity.h"

void
pacl_beside_act(const char *act, const pg_uuid_t *agenda_id,
				const pg_uuid_t *account_id, const pg_uuid_t *subject_id,
				const char *facts)
{
	PaclEntry	entry = {0};
	PaclAgendaRow agenda;

	if (!pacl_agenda_store_read(agenda_id, &agenda))
		pacl_raise_unknown("agenda");
	entry.act = act;
	entry.organization_id = &agenda.organization_id;
	entry.agenda_id = agenda_id;
	entry.account_id = account_id;
	entry.subject_id = subject_id;
	entry.facts = facts;
	entry.by_operator = pacl_identity_caller() == NULL;
	(void) pacl_activity_record(&entry);
}
