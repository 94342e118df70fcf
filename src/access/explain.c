/*
 * explain.c
 *		Who may do what on an agenda, why, and since when.
 */
#include "postgres.h"

#include "access/explain.h"
#include "access/explain_store.h"
#include "base/authority.h"
#include "errors.h"
#include "pure/uuid.h"
#include "reader/view.h"

/* Whether the caller may ask about everybody on the agenda. */
static bool
oversees(const PaclAgenda *agenda, PaclRights rights)
{
	bool		administrator;

	if (pacl_rights_level(rights) >= PACL_LEVEL_OWNER)
		return true;
	pacl_view_push_latest();
	administrator = pacl_access_is_admin(&agenda->organization_id,
										 PACL_ADMIN_USERS);
	pacl_view_pop();
	return administrator;
}

/*
 * About whom the caller may ask: null for everybody, else themselves.  Raises
 * PT404 if they may not know of the agenda.
 */
static const pg_uuid_t *
scope_of_caller(const pg_uuid_t *agenda_id)
{
	PaclCaller *caller = pacl_require_caller();
	PaclAgenda	agenda;
	PaclRights	rights = pacl_require_agenda(agenda_id, &agenda);

	return oversees(&agenda, rights) ? NULL : &caller->account_id;
}

PaclHolding *
pacl_explain_who_can(const pg_uuid_t *agenda_id, PaclRights required,
					 int *count)
{
	const pg_uuid_t *only = scope_of_caller(agenda_id);
	TimestampTz now = pacl_view_time();
	PaclHolding *holdings;
	PaclRows	rows;

	required = pacl_rights_required(required);
	pacl_explain_store_candidates(&rows, agenda_id, only);
	holdings = palloc(Max(rows.count, 1) * sizeof(PaclHolding));
	*count = 0;
	while (pacl_next(&rows))
	{
		PaclHolding *holding = &holdings[*count];

		holding->account_id = *pacl_column_uuid(&rows, 1);
		holding->name = pacl_column_text(&rows, 2);
		holding->rights = pacl_access_rights_of(&holding->account_id,
												agenda_id, now,
												&holding->until);
		if (pacl_rights_cover(holding->rights, required))
			(*count)++;
	}
	pacl_done(&rows);
	return holdings;
}

/* Anyone who has or had rights on an agenda may know why they have none now. */
void
pacl_explain_access(PaclRows *rows, const pg_uuid_t *account_id,
					const pg_uuid_t *agenda_id)
{
	PaclCaller *caller = pacl_require_caller();
	bool		oneself = pacl_uuid_equal(&caller->account_id, account_id);
	PaclAgenda	agenda;
	PaclRights	rights;

	if (pacl_find_agenda(agenda_id, &agenda, &rights))
	{
		if (!oneself && !oversees(&agenda, rights))
			ereport(ERROR,
					(errcode(ERRCODE_INSUFFICIENT_PRIVILEGE),
					 errword("not_owner_or_administrator"),
					 errmsg("must be an owner of the agenda or an administrator"),
					 errhint("You may ask about yourself.")));
	}
	else if (!oneself || !pacl_explain_store_concerns(account_id, agenda_id))
		pacl_raise_unknown("agenda");
	pacl_explain_store_sources(rows, account_id, agenda_id, pacl_view_time());
}

void
pacl_explain_at(PaclRows *rows, TimestampTz at, const pg_uuid_t *agenda_id)
{
	const pg_uuid_t *only = scope_of_caller(agenda_id);

	pacl_explain_store_at(rows, at, agenda_id, pacl_view_time(), only);
}
