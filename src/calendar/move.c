/*
 * move.c
 *		Moving appointments: one, many, two with each other.
 *
 * As everywhere, the agendas are locked first, and then it is looked.
 */
#include "postgres.h"

#include "miscadmin.h"
#include "utils/timestamp.h"

#include "base/authority.h"
#include "base/facts.h"
#include "base/fields.h"
#include "base/outbox.h"
#include "calendar/appointment_type.h"
#include "calendar/elsewhere.h"
#include "calendar/hold.h"
#include "calendar/move.h"
#include "calendar/reminder.h"
#include "calendar/slot_offer.h"
#include "errors.h"
#include "pure/period.h"
#include "pure/uuid.h"

/*
 * The level check of a move applies to what is newly taken, and not to what
 * the appointment has already: one that has begun may be made longer.
 */
static PaclRefusal *
check_new_time(const PaclAppointment *a, const pg_uuid_t *type_id,
			   const PaclBookingContext *to, bool elsewhere,
			   TimestampTz starts_at, TimestampTz ends_at)
{
	bool		begins_inside = !elsewhere &&
		starts_at >= a->starts_at && starts_at < a->ends_at;
	bool		ends_inside = !elsewhere &&
		ends_at > a->starts_at && ends_at <= a->ends_at;

	if (begins_inside && ends_inside)
		return NULL;
	if (begins_inside)
		starts_at = a->ends_at;
	else if (ends_inside)
		ends_at = a->starts_at;
	return pacl_booking_check_level(to, type_id, starts_at, ends_at);
}

/* What becomes of one row: that which has the patient comes first. */
typedef struct Step
{
	PaclAppointment *row;
	PaclAppointment before;
	PaclBookingContext from;
	PaclBookingContext to;
	bool		elsewhere;
	bool		changes;
	bool		overbooked;
	bool		held;
} Step;

/* Where a row goes, if it is the one that is moved to another agenda. */
static PaclRefusal *
find_target(const PaclMove *move, Step *steps, int count, Step *step)
{
	PaclBookingContext *to = &step->to;

	if (!pacl_find_agenda(move->agenda_id, &to->agenda, &to->rights))
		return pacl_refuse(ERRCODE_PACL_NOT_FOUND, "not_found",
						   "agenda does not exist or is not visible to you",
						   NULL, NULL);
	if (!pacl_uuid_equal(&to->agenda.organization_id, &step->row->organization_id))
		return pacl_refuse_argument("agenda_id",
									ERRCODE_INVALID_PARAMETER_VALUE,
									"other_organization",
									"cannot move an appointment to another organization",
									NULL, "Cancel it here and book it there.");
	for (int i = 0; i < count; i++)
		if (&steps[i] != step &&
			pacl_uuid_equal(&steps[i].row->agenda_id, &to->agenda.id))
			return pacl_refuse_argument("agenda_id",
										ERRCODE_INVALID_PARAMETER_VALUE,
										"agenda_named_twice",
										"the appointment takes this agenda already",
										NULL, NULL);
	return NULL;
}

/* What is in the way of one row where it goes. */
static PaclRefusal *
check_step(const PaclMove *move, const pg_uuid_t *type_id, Step *step,
		   TimestampTz ends_at)
{
	const PaclAppointment *a = step->row;
	TimestampTz from = pacl_occupied_from(move->starts_at, a->minutes_before);
	TimestampTz until = pacl_occupied_until(ends_at, a->minutes_after);
	PaclRefusal *refusal = NULL;

	if (a->private && step->elsewhere && a->part_of == NULL)
		refusal = pacl_appointment_check_private(&step->to);
	if (refusal == NULL)
		refusal = check_new_time(a, type_id, &step->to, step->elsewhere,
								 move->starts_at, ends_at);
	if (refusal == NULL)
		refusal = pacl_appointment_type_check_kept(&step->to,
												   a->appointment_type,
												   step->elsewhere);
	if (refusal == NULL)
		refusal = pacl_hold_check(&step->to, from, until, &step->held);
	if (refusal == NULL)
		refusal = pacl_appointment_check_overlap(&step->to, from, until,
												 &a->id, move->overbook,
												 move->reason,
												 &step->overbooked);
	return a->part_of == NULL ? refusal :
		pacl_appointment_name_agenda(&step->to, refusal);
}

/* Everything that may be in the way of a move. */
static PaclRefusal *
check_move(const PaclMove *move, Step *steps, int count, Step *target,
		   TimestampTz ends_at)
{
	PaclAppointment *a = steps[0].row;
	PaclRefusal *refusal;

	if ((refusal = pacl_appointment_check_version(target->row, move->expected_version)) != NULL ||
		(refusal = pacl_appointment_check_stands(a)) != NULL ||
		(refusal = pacl_appointment_check_reason(move->reason)) != NULL ||
		(refusal = pacl_booking_check_bounds(move->starts_at, ends_at)) != NULL ||
		(refusal = pacl_booking_check_given(&steps[0].from, a->ends_at)) != NULL)
		return refusal;
	if (target->elsewhere)
		refusal = find_target(move, steps, count, target);
	for (int i = 0; i < count && refusal == NULL; i++)
	{
		steps[i].changes = steps[i].elsewhere ||
			steps[i].row->starts_at != move->starts_at ||
			steps[i].row->ends_at != ends_at;
		if (steps[i].changes)
			refusal = check_step(move, a->appointment_type, &steps[i],
								 ends_at);
	}
	return refusal;
}

static void
record_move(const PaclAppointment *a, const PaclBookingContext *from,
			const PaclBookingContext *to, TimestampTz starts_at,
			TimestampTz ends_at, bool overbooked, const char *reason)
{
	bool		elsewhere = !pacl_uuid_equal(&to->agenda.id, &from->agenda.id);
	PaclFacts	facts;
	char	   *told;
	char	   *detail;

	pacl_facts_begin(&facts);
	pacl_facts_time(&facts, "starts_at_before", a->starts_at);
	pacl_facts_time(&facts, "ends_at_before", a->ends_at);
	pacl_facts_time(&facts, "starts_at", starts_at);
	pacl_facts_time(&facts, "ends_at", ends_at);
	if (elsewhere)
	{
		pacl_facts_uuid(&facts, "agenda_before", &from->agenda.id);
		pacl_facts_uuid(&facts, "agenda", &to->agenda.id);
	}
	if (overbooked)
		pacl_facts_bool(&facts, "overbooked", true);
	if (a->part_of != NULL)
		pacl_facts_uuid(&facts, "part_of", a->part_of);
	told = pacl_facts_end(&facts);
	detail = pacl_appointment_detail(NULL, NULL, reason);
	pacl_appointment_record("appointment.moved", &from->agenda, &a->id, told,
							detail);
	if (elsewhere)
		pacl_appointment_record("appointment.moved", &to->agenda, &a->id, told,
								detail);
}

static void
tell_move(const PaclAppointment *before, const PaclBookingContext *from,
		  const PaclBookingContext *to, TimestampTz starts_at,
		  TimestampTz ends_at)
{
	pacl_outbox_copy_appointment(&to->agenda, &before->id,
								 &to->caller->account_id, "moved", starts_at,
								 ends_at);
	if (!pacl_uuid_equal(&to->agenda.id, &from->agenda.id))
		pacl_outbox_copy_appointment(&from->agenda, &before->id,
									 &from->caller->account_id, "moved_away",
									 before->starts_at, before->ends_at);
	pacl_elsewhere_warn(&to->agenda, starts_at, ends_at);
}

static void
place(PaclAppointment *a, const PaclBookingContext *to, TimestampTz starts_at,
	  TimestampTz ends_at, bool overbooked)
{
	pacl_slot_offer_freed(&a->organization_id, &a->agenda_id,
						  pacl_occupied_from(a->starts_at, a->minutes_before),
						  pacl_occupied_until(a->ends_at, a->minutes_after));
	pacl_slot_offer_touched(&to->agenda.id);
	a->agenda_id = to->agenda.id;
	a->starts_at = starts_at;
	a->ends_at = ends_at;
	a->overbooked = overbooked;
	pacl_appointment_store_place(a);
	if (a->contact != NULL)
		pacl_reminder_settle(&a->organization_id, &a->id, 1);
}

static Step *
plan_steps(PaclAppointment *a, const PaclBookingContext *context)
{
	Step	   *steps = palloc0((a->part_count + 1) * sizeof(Step));

	steps[0].row = a;
	steps[0].from = *context;
	for (int i = 0; i < a->part_count; i++)
	{
		steps[i + 1].row = &a->parts[i];
		pacl_appointment_open_part(&a->parts[i], context->caller,
								   &steps[i + 1].from);
	}
	for (int i = 0; i <= a->part_count; i++)
	{
		steps[i].before = *steps[i].row;
		steps[i].to = steps[i].from;
	}
	return steps;
}

/*
 * Moves what stands on locked agendas, or says why not.  The time is that of
 * the whole appointment, the agenda that of the row by which it is named: a
 * visit that gets another room is moved by what it has in the old one.
 */
static PaclRefusal *
try_move(const PaclLockedAgendas *locked, const PaclMove *move)
{
	PaclBookingContext context;
	PaclAppointment *a;
	PaclRefusal *refusal;
	TimestampTz ends_at;
	Step	   *steps;
	Step	   *target;
	int			count;

	a = pacl_appointment_open(locked, &move->appointment_id, &context,
							  &refusal);
	if (a == NULL)
		return refusal;
	steps = plan_steps(a, &context);
	count = a->part_count + 1;
	target = &steps[a->named + 1];
	target->elsewhere = move->agenda_id != NULL &&
		!pacl_uuid_equal(move->agenda_id, &target->row->agenda_id);
	ends_at = move->has_end ? move->ends_at :
		pacl_period_end(move->starts_at, a->ends_at - a->starts_at);
	refusal = check_move(move, steps, count, target, ends_at);
	if (refusal != NULL)
		return refusal;

	/* A row that is there already is left alone. */
	for (int i = 0; i < count; i++)
		if (steps[i].changes)
			record_move(&steps[i].before, &steps[i].from, &steps[i].to,
						move->starts_at, ends_at, steps[i].overbooked,
						i == 0 ? move->reason : NULL);
	for (int i = 0; i < count; i++)
	{
		Step	   *step = &steps[i];

		if (!step->changes)
			continue;
		place(step->row, &step->to, move->starts_at, ends_at,
			  step->overbooked);
		if (step->held)
			pacl_hold_consume(step->to.caller, &step->to.agenda,
							  move->starts_at, ends_at);
		tell_move(&step->before, &step->from, &step->to, move->starts_at,
				  ends_at);
	}
	return NULL;
}

void
pacl_move(const PaclMove *move)
{
	PaclLockedAgendas locked;
	PaclAgenda	agenda;

	(void) pacl_require_caller();
	if (pacl_appointment_find(&move->appointment_id) == NULL)
		pacl_raise_unknown("appointment");
	if (move->agenda_id != NULL)
		(void) pacl_require_agenda(move->agenda_id, &agenda);
	pacl_appointment_lock_all(&locked, &move->appointment_id, 1,
							  move->agenda_id, move->agenda_id != NULL);
	pacl_refusal_raise_if(try_move(&locked, move));
	pacl_slot_offer_settle();
}

/*
 * One may take the place that another leaves, whichever is named first, so
 * those whose place was taken are tried again while others get out of the way.
 */
void
pacl_move_many(const PaclMove *moves, int count, PaclRefusal **refusals)
{
	PaclLockedAgendas locked;
	pg_uuid_t  *ids = palloc(Max(count, 1) * sizeof(pg_uuid_t));
	pg_uuid_t  *agendas = palloc(Max(count, 1) * sizeof(pg_uuid_t));
	bool	   *settled = palloc0(Max(count, 1) * sizeof(bool));
	int			agenda_count = 0;
	bool		progress = true;

	for (int i = 0; i < count; i++)
	{
		ids[i] = moves[i].appointment_id;
		if (moves[i].agenda_id != NULL)
			agendas[agenda_count++] = *moves[i].agenda_id;
	}
	pacl_appointment_lock_all(&locked, ids, count, agendas, agenda_count);
	while (progress)
	{
		progress = false;
		for (int i = 0; i < count; i++)
		{
			if (settled[i])
				continue;
			CHECK_FOR_INTERRUPTS();
			refusals[i] = try_move(&locked, &moves[i]);
			settled[i] = refusals[i] == NULL ||
				refusals[i]->sqlstate != ERRCODE_EXCLUSION_VIOLATION;
			progress |= refusals[i] == NULL;
		}
	}
	pacl_slot_offer_settle();
}

static void
read_move(Jsonb *json, int number, PaclMove *move)
{
	enum
	{
		APPOINTMENT_ID, STARTS_AT, ENDS_AT, AGENDA_ID, OVERBOOK, REASON,
		EXPECTED_VERSION, FIELDS
	};
	static const PaclField fields[FIELDS] = {
		[APPOINTMENT_ID] = {"appointment_id", PACL_FIELD_UUID, PACL_FIELD_REQUIRED},
		[STARTS_AT] = {"starts_at", PACL_FIELD_TIMESTAMP, PACL_FIELD_REQUIRED},
		[ENDS_AT] = {"ends_at", PACL_FIELD_TIMESTAMP, PACL_FIELD_NULLABLE},
		[AGENDA_ID] = {"agenda_id", PACL_FIELD_UUID, PACL_FIELD_NULLABLE},
		[OVERBOOK] = {"overbook", PACL_FIELD_BOOL},
		[REASON] = {"reason", PACL_FIELD_TEXT,
		PACL_FIELD_NULLABLE | PACL_FIELD_LINES, 1000},
		[EXPECTED_VERSION] = {"expected_version", PACL_FIELD_INT, PACL_FIELD_NULLABLE},
	};
	PaclValue	values[FIELDS];

	pacl_fields_read(psprintf("move %d", number), json, fields, FIELDS, values);
	memset(move, 0, sizeof(*move));
	move->appointment_id = values[APPOINTMENT_ID].uuid;
	move->starts_at = values[STARTS_AT].timestamp;
	move->has_end = !values[ENDS_AT].isnull;
	if (move->has_end)
		move->ends_at = values[ENDS_AT].timestamp;
	if (!values[AGENDA_ID].isnull)
	{
		pg_uuid_t  *agenda_id = palloc(sizeof(pg_uuid_t));

		*agenda_id = values[AGENDA_ID].uuid;
		move->agenda_id = agenda_id;
	}
	move->overbook = !values[OVERBOOK].isnull && values[OVERBOOK].boolean;
	move->reason = pacl_value_text(&values[REASON], NULL);
	move->expected_version = values[EXPECTED_VERSION].isnull ?
		PACL_ANY_VERSION : values[EXPECTED_VERSION].integer;
}

void
pacl_move_json(Jsonb *json, PaclMoveCallback visit, void *state)
{
	int			count;
	Jsonb	  **items;
	PaclMove   *moves;
	PaclRefusal **refusals;

	(void) pacl_require_caller();
	items = pacl_fields_items("moves", json, &count);
	if (count > PACL_MOVE_MAX)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errword("too_many_items"),
				 errargument("moves"),
				 errmsg("too many moves"),
				 errdetail("There are %d; %d are allowed at once.", count,
						   PACL_MOVE_MAX)));
	moves = palloc(Max(count, 1) * sizeof(PaclMove));
	refusals = palloc(Max(count, 1) * sizeof(PaclRefusal *));
	for (int i = 0; i < count; i++)
		read_move(items[i], i + 1, &moves[i]);
	pacl_move_many(moves, count, refusals);
	for (int i = 0; i < count; i++)
		visit(state, &moves[i].appointment_id, refusals[i]);
}

/* What stands in the way of one of two that change places. */
static PaclRefusal *
check_swap(const PaclAppointment *a, const PaclBookingContext *from,
		   const PaclAppointment *other, const PaclBookingContext *to)
{
	bool		elsewhere = !pacl_uuid_equal(&a->agenda_id, &other->agenda_id);
	PaclRefusal *refusal = pacl_appointment_check_stands(a);

	if (refusal == NULL)
		refusal = pacl_booking_check_given(from, a->ends_at);
	if (refusal == NULL && a->private && elsewhere)
		refusal = pacl_appointment_check_private(to);
	if (refusal == NULL)
		refusal = check_new_time(a, a->appointment_type, to, elsewhere,
								 other->starts_at, other->ends_at);
	if (refusal == NULL)
		refusal = pacl_appointment_type_check_kept(to, a->appointment_type,
												   elsewhere);
	return refusal;
}

void
pacl_move_swap(const pg_uuid_t *one, const pg_uuid_t *other)
{
	pg_uuid_t	ids[2] = {*one, *other};
	PaclLockedAgendas locked;
	PaclBookingContext contexts[2];
	PaclAppointment *a[2];
	PaclAppointment before[2];
	PaclRefusal *refusal;

	(void) pacl_require_caller();
	if (pacl_uuid_equal(one, other))
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errword("same_appointment"),
				 errargument("other"),
				 errmsg("cannot swap an appointment with itself")));
	pacl_appointment_lock_all(&locked, ids, 2, NULL, 0);
	for (int i = 0; i < 2; i++)
	{
		a[i] = pacl_appointment_open(&locked, &ids[i], &contexts[i], &refusal);
		pacl_refusal_raise_if(refusal);
		if (a[i]->part_count > 0)
			ereport(ERROR,
					(errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
					 errword("takes_further_agendas"),
					 errmsg("an appointment that takes several agendas cannot be swapped"),
					 errhint("Move both with practiceacl.move_appointments().")));
		before[i] = *a[i];
	}
	if (!pacl_uuid_equal(&a[0]->organization_id, &a[1]->organization_id))
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errword("other_organization"),
				 errmsg("cannot move an appointment to another organization"),
				 errhint("Cancel it here and book it there.")));
	for (int i = 0; i < 2; i++)
		pacl_refusal_raise_if(check_swap(&before[i], &contexts[i],
										 &before[1 - i], &contexts[1 - i]));

	if (pacl_uuid_equal(&before[0].agenda_id, &before[1].agenda_id) &&
		before[0].starts_at == before[1].starts_at &&
		before[0].ends_at == before[1].ends_at)
		return;					/* either has the other's place already */

	for (int i = 0; i < 2; i++)
		record_move(&before[i], &contexts[i], &contexts[1 - i],
					before[1 - i].starts_at, before[1 - i].ends_at,
					before[1 - i].overbooked, NULL);
	/* That a time is booked over is true of the place, so it stays there. */
	pacl_appointment_store_lift(a[0]);
	for (int i = 1; i >= 0; i--)
		place(a[i], &contexts[1 - i], before[1 - i].starts_at,
			  before[1 - i].ends_at, before[1 - i].overbooked);
	for (int i = 0; i < 2; i++)
		tell_move(&before[i], &contexts[i], &contexts[1 - i],
				  before[1 - i].starts_at, before[1 - i].ends_at);
	pacl_slot_offer_settle();
}
