/*
 * location.c
 *		Where an agenda's appointments take place.
 */
#include "postgres.h"

#include "base/fields.h"
#include "calendar/location.h"

/* A blank is nothing. */
static char *
said(const PaclValue *value)
{
	return value->isnull || pacl_text_is_blank(value->text) ? NULL :
		pacl_text_trim(value->text);
}

void
pacl_location_read(Jsonb *json, PaclLocation *location)
{
	enum
	{
		NAME, ADDRESS, FIELDS
	};
	static const PaclField fields[FIELDS] = {
		[NAME] = {"name", PACL_FIELD_TEXT,
		PACL_FIELD_NULLABLE | PACL_FIELD_NAME, 200},
		[ADDRESS] = {"address", PACL_FIELD_TEXT,
		PACL_FIELD_NULLABLE | PACL_FIELD_LINES, 500},
	};
	PaclValue	values[FIELDS];

	pacl_fields_read("\"location\"", json, fields, FIELDS, values);
	location->name = said(&values[NAME]);
	location->address = said(&values[ADDRESS]);
}
