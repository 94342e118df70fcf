/*
 * slot_type.c
 *		Entry points of the type slot: the constructor, text and binary form and
 *		the two operators.
 */
#include "postgres.h"

#include "fmgr.h"
#include "libpq/pqformat.h"
#include "mb/pg_wchar.h"
#include "utils/timestamp.h"
#include "utils/uuid.h"

#include "compat.h"
#include "errors.h"
#include "pure/slot.h"

PG_FUNCTION_INFO_V1(practiceacl_slot_in);
PG_FUNCTION_INFO_V1(practiceacl_slot_out);
PG_FUNCTION_INFO_V1(practiceacl_slot_recv);
PG_FUNCTION_INFO_V1(practiceacl_slot_send);
PG_FUNCTION_INFO_V1(practiceacl_slot);
PG_FUNCTION_INFO_V1(practiceacl_slot_overlaps);
PG_FUNCTION_INFO_V1(practiceacl_slot_collides);

/* So much of a malformed text is shown, in characters. */
#define TEXT_SHOWN	80

#define PG_GETARG_SLOT(n)	((PaclSlot *) PG_GETARG_POINTER(n))

/* slot_in(cstring): raises 22P02, or 22008 for a time out of range. */
Datum
practiceacl_slot_in(PG_FUNCTION_ARGS)
{
	char	   *text = PG_GETARG_CSTRING(0);
	PaclSlot   *slot = palloc(sizeof(PaclSlot));
	int			len = strlen(text);
	int			shown;

	switch (pacl_slot_parse(text, slot))
	{
		case PACL_SLOT_OK:
			break;
		case PACL_SLOT_MALFORMED:
			shown = pg_mbcharcliplen(text, len, TEXT_SHOWN);
			ereturn(fcinfo->context, (Datum) 0,
					(errcode(ERRCODE_INVALID_TEXT_REPRESENTATION),
					 errword("slot_text"),
					 errmsg("invalid text for a slot: \"%.*s%s\"",
							shown, text, shown < len ? "..." : ""),
					 errhint("Write \"agenda [start,end)\", and "
							 "\" overbooked\" after it if it is; "
							 "a time as 2026-03-02 09:00:00+01.")));
			break;
		case PACL_SLOT_OUT_OF_RANGE:
			shown = pg_mbcharcliplen(text, len, TEXT_SHOWN);
			ereturn(fcinfo->context, (Datum) 0,
					(errcode(ERRCODE_DATETIME_FIELD_OVERFLOW),
					 errword("out_of_range"),
					 errmsg("time out of range in slot: \"%.*s%s\"",
							shown, text, shown < len ? "..." : "")));
			break;
	}
	PG_RETURN_POINTER(slot);
}

/* slot_out(slot) */
Datum
practiceacl_slot_out(PG_FUNCTION_ARGS)
{
	char	   *text = palloc(PACL_SLOT_TEXT_MAX);

	pacl_slot_format(PG_GETARG_SLOT(0), text);
	PG_RETURN_CSTRING(text);
}

/*
 * slot_recv(internal): raises 22P03 for a mark that is neither 0 nor 1, and
 * 22008 for a time that no timestamptz can hold.
 */
Datum
practiceacl_slot_recv(PG_FUNCTION_ARGS)
{
	StringInfo	message = (StringInfo) PG_GETARG_POINTER(0);
	PaclSlot   *slot = palloc(sizeof(PaclSlot));
	const char *agenda = pq_getmsgbytes(message, PACL_UUID_LEN);
	int64		starts_at = pq_getmsgint64(message);
	int64		ends_at = pq_getmsgint64(message);
	int			mark = pq_getmsgbyte(message);

	if (mark != 0 && mark != 1)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_BINARY_REPRESENTATION),
				 errword("binary_form"),
				 errmsg("invalid binary form of a slot"),
				 errdetail("The mark of overbooking is %d, not 0 or 1.",
						   mark)));
	if (!pacl_slot_time_valid(starts_at) || !pacl_slot_time_valid(ends_at))
		ereport(ERROR,
				(errcode(ERRCODE_DATETIME_VALUE_OUT_OF_RANGE),
				 errword("out_of_range"),
				 errmsg("time out of range in binary form of a slot")));
	pacl_slot_make(slot, (const uint8 *) agenda, starts_at, ends_at,
				   mark == 1);
	PG_RETURN_POINTER(slot);
}

/* slot_send(slot): the id, two eight-byte times and a byte for the mark. */
Datum
practiceacl_slot_send(PG_FUNCTION_ARGS)
{
	PaclSlot   *slot = PG_GETARG_SLOT(0);
	StringInfoData message;

	pq_begintypsend(&message);
	pq_sendbytes(&message, (const char *) slot->agenda, PACL_UUID_LEN);
	pq_sendint64(&message, slot->starts_at);
	pq_sendint64(&message, slot->ends_at);
	pq_sendbyte(&message, slot->overbooked);
	PG_RETURN_BYTEA_P(pq_endtypsend(&message));
}

/*
 * slot(uuid, timestamptz, timestamptz, boolean): never raises, whatever the
 * times are, because an index expression must not.
 */
Datum
practiceacl_slot(PG_FUNCTION_ARGS)
{
	PaclSlot   *slot = palloc(sizeof(PaclSlot));

	pacl_slot_make(slot, PG_GETARG_UUID_P(0)->data, PG_GETARG_TIMESTAMPTZ(1),
				   PG_GETARG_TIMESTAMPTZ(2), PG_GETARG_BOOL(3));
	PG_RETURN_POINTER(slot);
}

/* slot && slot */
Datum
practiceacl_slot_overlaps(PG_FUNCTION_ARGS)
{
	PG_RETURN_BOOL(pacl_slot_overlap(PG_GETARG_SLOT(0), PG_GETARG_SLOT(1)));
}

/* slot # slot */
Datum
practiceacl_slot_collides(PG_FUNCTION_ARGS)
{
	PG_RETURN_BOOL(pacl_slot_collide(PG_GETARG_SLOT(0), PG_GETARG_SLOT(1)));
}
