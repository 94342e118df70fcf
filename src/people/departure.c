/*
 * departure.c
 *		Departures: members are disabled, enabled again, removed.
 *
 * Each act is recorded on the chains of all agendas that the member works on,
 * too: somebody who books there with an older snapshot, trusting a right that
 * is gone, gets 40001.
 */
#include "postgres.h"

#include "access/grant.h"
#include "access/grant_store.h"
#include "access/membership.h"
#include "access/request_store.h"
#include "base/activity.h"
#include "base/authority.h"
#include "base/facts.h"
#include "base/lock.h"
#include "base/outbox.h"
#include "base/outbox_store.h"
#include "calendar/agenda_store.h"
#include "calendar/hold_store.h"
#include "people/departure.h"
#include "people/invitation.h"
#include "pure/uuid.h"
#include "reader/view.h"

/* What all three begin with. */
typedef struct Departure
{
	PaclGrantor *grantor;
	PaclMembershipRow target;
	pg_uuid_t  *agendas;		/* that they hold or have rights on */
	int			agenda_count;
} Departure;

static void
begin(Departure *departure, const pg_uuid_t *organization_id,
	  const pg_uuid_t *account_id)
{
	(void) pacl_require_admin(organization_id, PACL_ADMIN_USERS);
	pacl_membership_require_touch(organization_id, account_id);
	pacl_lock_evict(account_id, 1);
	pacl_organization_lock(organization_id);
	departure->agendas = pacl_membership_store_agendas(organization_id,
													   account_id,
													   &departure->agenda_count);
	pacl_lock_agendas(departure->agendas, departure->agenda_count);
	departure->grantor = pacl_grantor_require(organization_id, PACL_ADMIN_USERS);
	pacl_membership_require(organization_id, account_id, &departure->target);
	pacl_membership_check_touch(departure->grantor, &departure->target);
}

static void
record(const Departure *departure, const char *act)
{
	PaclEntry	entry = {0};

	entry.act = act;
	entry.organization_id = &departure->target.organization_id;
	entry.account_id = &departure->target.account_id;
	(void) pacl_activity_record(&entry);
	pacl_activity_record_agendas(&entry, departure->agendas, NULL,
								 departure->agenda_count);
}

/* The administrators and the holders of the agendas: not the member. */
static void
tell(const Departure *departure, const char *kind, const char *status)
{
	const PaclMembershipRow *target = &departure->target;
	PaclFacts	payload;
	int			count;
	int			others = 0;
	pg_uuid_t  *holders = pacl_grant_store_holders(departure->agendas,
												   departure->agenda_count,
												   &count);

	for (int i = 0; i < count; i++)
		if (!pacl_uuid_equal(&holders[i], &target->account_id))
			holders[others++] = holders[i];
	pacl_membership_payload(&payload, &target->organization_id,
							&target->account_id);
	pacl_facts_text(&payload, "status", status);
	pacl_outbox_tell_administrators(kind, &target->organization_id, holders,
									others, pacl_facts_end(&payload));
}

void
pacl_member_disable(const pg_uuid_t *organization_id,
					const pg_uuid_t *account_id)
{
	Departure	departure;

	begin(&departure, organization_id, account_id);
	if (departure.target.status == PACL_MEMBER_DISABLED)
		return;
	pacl_membership_check_not_last(&departure.target);

	record(&departure, "user.disabled");
	tell(&departure, "rights_changed", "disabled");
	departure.target.status = PACL_MEMBER_DISABLED;
	pacl_membership_store_update(&departure.target,
								 &departure.grantor->account_id,
								 pacl_view_time());
	pacl_membership_end_sessions(organization_id, account_id);
	pacl_hold_store_delete_of_member(organization_id, account_id);
	pacl_request_store_lapse_of_member(organization_id, account_id,
									   pacl_view_time());
	pacl_outbox_store_withdraw_of_member(organization_id, account_id,
										 pacl_view_time());
	pacl_invitation_revoke_open(organization_id, account_id, "user_disabled");
}

void
pacl_member_enable(const pg_uuid_t *organization_id,
				   const pg_uuid_t *account_id)
{
	Departure	departure;

	begin(&departure, organization_id, account_id);
	if (departure.target.status != PACL_MEMBER_DISABLED)
		return;

	record(&departure, "user.enabled");
	departure.target.status = PACL_MEMBER_ACTIVE;
	pacl_membership_store_update(&departure.target,
								 &departure.grantor->account_id,
								 pacl_view_time());
	pacl_membership_settle(organization_id, account_id,
						   &departure.grantor->account_id);
	tell(&departure, "rights_changed", "enabled");
}

PaclOrphan *
pacl_member_remove(const pg_uuid_t *organization_id,
				   const pg_uuid_t *account_id, int *count)
{
	Departure	departure;
	TimestampTz now = pacl_view_time();
	PaclRows	rows;
	PaclOrphan *orphans;

	begin(&departure, organization_id, account_id);
	pacl_membership_check_not_last(&departure.target);

	record(&departure, "user.removed");
	tell(&departure, "user_removed", "removed");
	pacl_grant_take_all(organization_id, account_id, &departure.grantor->account_id,
						now);
	departure.target.status = PACL_MEMBER_REMOVED;
	departure.target.admin = PACL_ADMIN_NONE;
	departure.target.features = PACL_RIGHTS_NONE;
	pacl_membership_store_update(&departure.target,
								 &departure.grantor->account_id, now);
	pacl_membership_end_sessions(organization_id, account_id);
	pacl_hold_store_delete_of_member(organization_id, account_id);
	pacl_request_store_lapse_of_member(organization_id, account_id,
									   pacl_view_time());
	pacl_outbox_store_withdraw_of_member(organization_id, account_id,
										 pacl_view_time());
	pacl_invitation_revoke_open(organization_id, account_id, "user_removed");

	pacl_agenda_store_appointments(&rows, organization_id, account_id, now);
	orphans = palloc(Max(rows.count, 1) * sizeof(PaclOrphan));
	for (*count = 0; pacl_next(&rows); (*count)++)
	{
		orphans[*count].appointment_id = *pacl_column_uuid(&rows, 1);
		orphans[*count].agenda_id = *pacl_column_uuid(&rows, 2);
		orphans[*count].starts_at = pacl_column_time(&rows, 3);
	}
	pacl_done(&rows);
	return orphans;
}
