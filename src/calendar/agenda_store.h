/*
 * agenda_store.h
 *		Rows of agendas.
 */
#ifndef PACL_AGENDA_STORE_H
#define PACL_AGENDA_STORE_H

#include "postgres.h"
#include "datatype/timestamp.h"
#include "utils/array.h"
#include "utils/date.h"
#include "utils/jsonb.h"
#include "utils/uuid.h"

#include "base/statement.h"
#include "calendar/location.h"

typedef struct PaclAgendaRow
{
	pg_uuid_t	organization_id;
	pg_uuid_t	id;
	pg_uuid_t	holder_id;		/* nil of a room or device */
	TimestampTz held_since;
	int			slot_minutes;
	TimeADT		day_start;
	TimeADT		day_split;
	TimeADT		day_end;
	char	   *time_zone;
	char	   *name;
	char	   *data_controller;
	char	   *service_offer;	/* or null */
	Jsonb	   *public_profile;
	bool		archived;
	char	   *kind;			/* person, room or device */
	PaclLocation location;
	ArrayType  *reminders;		/* of intervals, the longest first */
	int			offer_minutes;	/* until an offer lapses; 0: none is made */
} PaclAgendaRow;

/* False if there is none; what points somewhere is palloc'd. */
extern bool pacl_agenda_store_read(const pg_uuid_t *id, PaclAgendaRow *agenda);

extern void pacl_agenda_store_insert(const PaclAgendaRow *agenda);

/* Writes everything but the holder. */
extern void pacl_agenda_store_update(const PaclAgendaRow *agenda);

/* Archives the agenda at a moment, or brings it back. */
extern void pacl_agenda_store_archive(const PaclAgendaRow *agenda,
									  bool archived, TimestampTz at);

/*
 * Gives the agenda another holder; that the old one held it goes into the
 * history, as ended by "by".  The public profile was the old one's: it goes.
 */
extern void pacl_agenda_store_transfer(const PaclAgendaRow *agenda,
									   const pg_uuid_t *holder_id,
									   const pg_uuid_t *by, TimestampTz at);

/*
 * Whether the account held it until somebody else ended that, since a moment.
 */
extern bool pacl_agenda_store_was_taken(const pg_uuid_t *id,
										const pg_uuid_t *account_id,
										TimestampTz since);

/* All of the organization's, ascending, palloc'd. */
extern pg_uuid_t *pacl_agenda_store_all(const pg_uuid_t *organization_id,
										int *count);

/* Which of the agendas are the organization's, ascending, palloc'd. */
extern pg_uuid_t *pacl_agenda_store_of(const pg_uuid_t *organization_id,
									   const pg_uuid_t *ids, int count,
									   int *found);

/* Whether the account holds any agenda of the organization. */
extern bool pacl_agenda_store_is_holder(const pg_uuid_t *organization_id,
										const pg_uuid_t *account_id);

/* Whether on an agenda that the account holds anything was ever booked. */
extern bool pacl_agenda_store_holds_booked(const pg_uuid_t *organization_id,
										   const pg_uuid_t *account_id);

/*
 * The agendas of the organization that an account holds, ascending by name,
 * palloc'd; *names, unless null, is set to what they are called, joined by
 * commas.
 */
extern pg_uuid_t *pacl_agenda_store_held(const pg_uuid_t *organization_id,
										 const pg_uuid_t *account_id,
										 int *count, char **names);

/*
 * The booked appointments from a moment on, on agendas that an account
 * holds: id, agenda, start; in order of time.
 */
extern void pacl_agenda_store_appointments(PaclRows *rows,
										   const pg_uuid_t *organization_id,
										   const pg_uuid_t *holder_id,
										   TimestampTz from);

#endif							/* PACL_AGENDA_STORE_H */
