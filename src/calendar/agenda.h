/*
 * agenda.h
 *		Agendas: created, changed, transferred, archived.
 */
#ifndef PACL_AGENDA_H
#define PACL_AGENDA_H

#include "postgres.h"
#include "utils/array.h"
#include "utils/jsonb.h"
#include "utils/uuid.h"

#include "access/membership.h"
#include "calendar/location.h"

/* An agenda to be made, as JSON has it. */
typedef struct PaclAgendaRequest
{
	const char *kind;			/* person, room or device */
	char	   *name;			/* null: after its holder */
	char	   *data_controller;	/* null: the organization */
	char	   *service_offer;	/* or null */
	int			slot_minutes;
	int64		day_start;		/* microseconds of the day */
	int64		day_split;
	int64		day_end;
	char	   *time_zone;		/* null: the organization's */
	Jsonb	   *openings;		/* or null */
	PaclLocation location;
	ArrayType  *reminders;		/* see reminder.h */
	int			offer_minutes;	/* until an offer lapses; 0: none is made */
} PaclAgendaRequest;

/*
 * Reads {"name", "data_controller", ...}, palloc'd; raises 22023 naming the
 * key for whatever is unknown, missing or wrong.  Without a holder the kind
 * must be room or device.
 */
extern PaclAgendaRequest *pacl_agenda_request_read(Jsonb *agenda, bool held);

/*
 * Makes the agenda and returns its id, palloc'd.  The organization is locked,
 * the holder (null of a room or device) belongs to it; authority is checked
 * already.
 */
extern pg_uuid_t *pacl_agenda_make(const PaclAgendaRequest *request,
								   const pg_uuid_t *organization_id,
								   const pg_uuid_t *holder_id);

/*
 * An administrator gives a member an agenda, or the organization that of a
 * room or device (the account is null); returns its id, palloc'd.
 */
extern pg_uuid_t *pacl_agenda_add(const pg_uuid_t *organization_id,
								  const pg_uuid_t *account_id, Jsonb *agenda);

/*
 * Changes what an agenda's row says.  An administrator changes anything but
 * the public profile; an owner of the agenda its name, slot length, day
 * hours, location and reminders; the holder also their public profile.
 */
extern void pacl_agenda_update(const pg_uuid_t *agenda_id, Jsonb *changes);

/* How long a holder may take back what somebody else has given away. */
#define PACL_RECLAIM_DAYS 7

/*
 * Makes another member the agenda's holder: by the holder, or by a full
 * administrator who has just proved who they are, since all rights on
 * somebody's patients go with it.
 */
extern void pacl_agenda_transfer(const pg_uuid_t *agenda_id,
								 const pg_uuid_t *to_account);

/*
 * The caller, from whom somebody else took the agenda within 7 days, is its
 * holder again.
 */
extern void pacl_agenda_reclaim(const pg_uuid_t *agenda_id);

/*
 * An administrator takes an agenda out of use, or brings it back.  Nothing is
 * lost: what is booked stays, and may be moved away and cancelled.
 */
extern void pacl_agenda_archive(const pg_uuid_t *agenda_id, bool archived);

#endif							/* PACL_AGENDA_H */
