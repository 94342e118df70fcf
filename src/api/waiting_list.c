/*
 * waiting_list.c
 *		Entry points: the waiting list.
 */
#include "postgres.h"

#include "fmgr.h"
#include "utils/date.h"

#include "api/arguments.h"
#include "calendar/slot_offer.h"
#include "calendar/waiting_list.h"

PG_FUNCTION_INFO_V1(practiceacl_join_waiting_list);
PG_FUNCTION_INFO_V1(practiceacl_leave_waiting_list);
PG_FUNCTION_INFO_V1(practiceacl_decline_offer);
PG_FUNCTION_INFO_V1(practiceacl_offer_slots);

Datum
practiceacl_join_waiting_list(PG_FUNCTION_ARGS)
{
	PaclWaitingEntry entry = {{{0}}};
	pg_uuid_t  *agendas;
	int			count;

	ARG_REQUIRED(0, "agendas");
	agendas = pacl_arg_uuids_or_null(fcinfo, 0, "agendas", &count);
	ARG_REQUIRED(1, "from_date");
	ARG_REQUIRED(2, "until_date");
	entry.from_date = PG_GETARG_DATEADT(1);
	entry.until_date = PG_GETARG_DATEADT(2);
	entry.patient = pacl_arg_text_or_null(fcinfo, 3);
	entry.patient_ref = pacl_arg_text_or_null(fcinfo, 4);
	entry.contact = pacl_arg_text_or_null(fcinfo, 5);
	entry.appointment_type = pacl_arg_uuid_or_null(fcinfo, 6);
	entry.note = pacl_arg_text_or_null(fcinfo, 7);
	entry.weekdays = pacl_arg_weekdays(fcinfo, 8);
	entry.day_from = pacl_arg_absent(fcinfo, 9) ? 0 : PG_GETARG_TIMEADT(9);
	entry.day_until = pacl_arg_absent(fcinfo, 10) ? USECS_PER_DAY :
		PG_GETARG_TIMEADT(10);
	PG_RETURN_UUID_P(pacl_waiting_list_join(&entry, agendas, count));
}

Datum
practiceacl_leave_waiting_list(PG_FUNCTION_ARGS)
{
	pacl_waiting_list_leave(pacl_arg_uuid(fcinfo, 0, "entry_id"));
	PG_RETURN_VOID();
}

Datum
practiceacl_decline_offer(PG_FUNCTION_ARGS)
{
	pacl_slot_offer_decline(pacl_arg_uuid(fcinfo, 0, "offer_id"));
	PG_RETURN_VOID();
}

Datum
practiceacl_offer_slots(PG_FUNCTION_ARGS)
{
	PG_RETURN_INT64(pacl_slot_offer_all());
}
