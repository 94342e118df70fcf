/*
 * appointment_type_store.c
 *		Rows of types of appointments, and of the agendas that offer them.
 */
#include "postgres.h"

#include "base/statement.h"
#include "calendar/appointment_type_store.h"

#define TYPE_COLUMNS \
	"t.organization_id, t.id, t.name, t.minutes, t.minutes_before," \
	" t.minutes_after, t.rights, t.color, t.attributes, t.archived_at IS NOT NULL"

static PaclStatement select_type = {
	"SELECT " TYPE_COLUMNS ", false"
	" FROM practiceacl.appointment_type t WHERE t.id = $1"
};

static PaclStatement select_type_on = {
	"SELECT t.organization_id, t.id, t.name, coalesce(o.minutes, t.minutes),"
	"   t.minutes_before, t.minutes_after, t.rights, t.color, t.attributes,"
	"   t.archived_at IS NOT NULL, o.type_id IS NOT NULL"
	" FROM practiceacl.appointment_type t"
	" LEFT JOIN practiceacl.agenda_type o ON o.organization_id = $1"
	"   AND o.agenda_id = $2 AND o.type_id = t.id"
	" WHERE t.organization_id = $1 AND t.id = $3"
};

static PaclStatement select_named = {
	"SELECT EXISTS (SELECT FROM practiceacl.appointment_type"
	"   WHERE organization_id = $1 AND id <> $2 AND archived_at IS NULL"
	"     AND lower(name) = lower($3))"
};

static PaclStatement insert_type = {
	"INSERT INTO practiceacl.appointment_type (organization_id, id, name,"
	"   minutes, minutes_before, minutes_after, rights, color, attributes)"
	" VALUES ($1, $2, $3, $4, $5, $6, $7::practiceacl.rights, $8,"
	"   coalesce($9::jsonb, '{}'))"
};

static PaclStatement update_type = {
	"UPDATE practiceacl.appointment_type SET name = $3, minutes = $4,"
	"   minutes_before = $5, minutes_after = $6,"
	"   rights = $7::practiceacl.rights, color = $8,"
	"   attributes = coalesce($9::jsonb, '{}')"
	" WHERE organization_id = $1 AND id = $2"
};

static PaclStatement archive_type = {
	"UPDATE practiceacl.appointment_type"
	" SET archived_at = CASE WHEN $3 THEN $4::timestamptz END"
	" WHERE organization_id = $1 AND id = $2"
};

static PaclStatement offer_type = {
	"INSERT INTO practiceacl.agenda_type AS o (organization_id, agenda_id,"
	"   type_id, minutes)"
	" VALUES ($1, $2, $3, $4)"
	" ON CONFLICT ON CONSTRAINT agenda_type_pkey DO UPDATE SET minutes = $4"
	"   WHERE o.minutes IS DISTINCT FROM $4"
};

static PaclStatement withdraw_type = {
	"DELETE FROM practiceacl.agenda_type"
	" WHERE organization_id = $1 AND agenda_id = $2 AND type_id = $3"
};

static bool
read_type(PaclRows *rows, PaclAppointmentType *type)
{
	bool		found = pacl_next(rows);

	if (found)
	{
		type->organization_id = *pacl_column_uuid(rows, 1);
		type->id = *pacl_column_uuid(rows, 2);
		type->name = pacl_column_text(rows, 3);
		type->minutes = pacl_column_int(rows, 4);
		type->minutes_before = pacl_column_int(rows, 5);
		type->minutes_after = pacl_column_int(rows, 6);
		type->rights = pacl_column_rights(rows, 7);
		type->color = pacl_column_text(rows, 8);
		type->attributes = pacl_column_jsonb(rows, 9);
		type->archived = pacl_column_bool(rows, 10);
		type->offered = pacl_column_bool(rows, 11);
	}
	pacl_done(rows);
	return found;
}

bool
pacl_appointment_type_store_read(const pg_uuid_t *id, PaclAppointmentType *type)
{
	PaclRows	rows;

	pacl_query(&rows, &select_type, PACL_ARGS(pacl_uuid(id)));
	return read_type(&rows, type);
}

bool
pacl_appointment_type_store_read_on(const pg_uuid_t *organization_id,
									const pg_uuid_t *agenda_id,
									const pg_uuid_t *id,
									PaclAppointmentType *type)
{
	PaclRows	rows;

	pacl_query(&rows, &select_type_on,
			   PACL_ARGS(pacl_uuid(organization_id), pacl_uuid(agenda_id),
						 pacl_uuid(id)));
	return read_type(&rows, type);
}

bool
pacl_appointment_type_store_is_named(const PaclAppointmentType *type)
{
	PaclRows	rows;

	pacl_query(&rows, &select_named,
			   PACL_ARGS(pacl_uuid(&type->organization_id),
						 pacl_uuid(&type->id), pacl_text(type->name)));
	return pacl_rows_bool(&rows);
}

#define TYPE_ARGS(type) \
	PACL_ARGS(pacl_uuid(&(type)->organization_id), \
			  pacl_uuid(&(type)->id), \
			  pacl_text((type)->name), \
			  pacl_int((type)->minutes), \
			  pacl_int((type)->minutes_before), \
			  pacl_int((type)->minutes_after), \
			  pacl_rights((type)->rights), \
			  pacl_text((type)->color), \
			  pacl_jsonb((type)->attributes))

void
pacl_appointment_type_store_insert(const PaclAppointmentType *type)
{
	pacl_run(&insert_type, TYPE_ARGS(type));
}

void
pacl_appointment_type_store_update(const PaclAppointmentType *type)
{
	pacl_run(&update_type, TYPE_ARGS(type));
}

void
pacl_appointment_type_store_archive(const PaclAppointmentType *type,
									bool archived, TimestampTz at)
{
	pacl_run(&archive_type,
			 PACL_ARGS(pacl_uuid(&type->organization_id),
					   pacl_uuid(&type->id), pacl_bool(archived),
					   pacl_time(at)));
}

bool
pacl_appointment_type_store_offer(const PaclAppointmentType *type,
								  const pg_uuid_t *agenda_id,
								  const int *minutes)
{
	PaclArg		there = pacl_datum(INT4OID,
								   Int32GetDatum(minutes == NULL ? 0 : *minutes),
								   minutes == NULL);

	return pacl_run(&offer_type,
					PACL_ARGS(pacl_uuid(&type->organization_id),
							  pacl_uuid(agenda_id), pacl_uuid(&type->id),
							  there)) > 0;
}

bool
pacl_appointment_type_store_withdraw(const PaclAppointmentType *type,
									 const pg_uuid_t *agenda_id)
{
	return pacl_run(&withdraw_type,
					PACL_ARGS(pacl_uuid(&type->organization_id),
							  pacl_uuid(agenda_id),
							  pacl_uuid(&type->id))) > 0;
}

PACL_STATEMENTS(appointment_type,
	PACL_ONE(select_type),
	PACL_ONE(select_type_on),
	PACL_ONE(select_named),
	PACL_ONE(insert_type),
	PACL_ONE(update_type),
	PACL_ONE(archive_type),
	PACL_ONE(offer_type),
	PACL_ONE(withdraw_type));
