/*
 * fields.h
 *		Reading JSON objects whose keys are known: changes, agendas, access.
 *
 * A table says which keys there may be and of what type; whatever does not
 * fit is refused with 22023 and named, so that a typing error is never
 * silently ignored.
 */
#ifndef PACL_FIELDS_H
#define PACL_FIELDS_H

#include "postgres.h"
#include "datatype/timestamp.h"
#include "utils/date.h"
#include "utils/jsonb.h"
#include "utils/uuid.h"

#include "pure/rights.h"

typedef enum PaclFieldType
{
	PACL_FIELD_TEXT,			/* a string */
	PACL_FIELD_INT,				/* a whole number of 32 bits */
	PACL_FIELD_BOOL,
	PACL_FIELD_UUID,			/* a string */
	PACL_FIELD_TIME,			/* a string: time of day, without a zone */
	PACL_FIELD_TIMESTAMP,		/* a string: a moment, with a zone */
	PACL_FIELD_RIGHTS,			/* a string: level and flags */
	PACL_FIELD_MINUTES,			/* whole minutes: a number, or an interval */
	PACL_FIELD_JSON				/* anything */
} PaclFieldType;

#define PACL_FIELD_REQUIRED		0x01	/* must be there, and not null */
#define PACL_FIELD_NULLABLE		0x02	/* may be null */
#define PACL_FIELD_NOT_BLANK	0x04	/* text: not only blanks; those around
										 * go */
#define PACL_FIELD_LINES		0x08	/* text: may have several lines */
#define PACL_FIELD_WALL_CLOCK	0x20	/* timestamp: a zone may be left out */
#define PACL_FIELD_NAME			0x10	/* text: nothing in it is invisible */

typedef struct PaclField
{
	const char *key;
	PaclFieldType type;
	int			flags;
	int			max_length;		/* of a text, in characters; 0: 10,000 */
} PaclField;

/* What an object says of one field. */
typedef struct PaclValue
{
	bool		given;			/* the key is there */
	bool		isnull;			/* true also where the key is not there */
	bool		is_local;		/* the timestamp is a wall clock's, as in UTC */
	union
	{
		char	   *text;		/* palloc'd */
		int32		integer;
		bool		boolean;
		pg_uuid_t	uuid;
		TimeADT		time;
		TimestampTz timestamp;	/* see is_local */
		PaclRights	rights;
		Jsonb	   *json;		/* palloc'd */
	};
} PaclValue;

/*
 * Reads an object into values, which has one place for each field of the
 * table, in its order.  "what" is the argument's name, for the messages.
 * Raises 22023 for a value that is not an object, an unknown key, a missing
 * one, a null or a value of another type.  A null object has no keys at all.
 */
extern void pacl_fields_read(const char *what, Jsonb *object,
							 const PaclField *fields, int count,
							 PaclValue *values);

/*
 * Applies what a key says to the column that has it.  A key that says what is
 * there already counts as not given from then on: a caller that has applied
 * all and finds none given writes nothing, records nothing and tells nobody.
 * What the column is to hold is given beside the key where it is not what the
 * key says letter by letter.
 */
extern void pacl_value_apply_text(PaclValue *value, char **column,
								  const char *after);
extern void pacl_value_apply_int(PaclValue *value, int *column);
extern void pacl_value_apply_bool(PaclValue *value, bool *column);
extern void pacl_value_apply_time(PaclValue *value, TimeADT *column);
extern void pacl_value_apply_json(PaclValue *value, Jsonb **column);

/* Whether a text says nothing: null, or blanks and line breaks alone. */
extern bool pacl_text_is_blank(const char *text);

/* Whether two columns hold the same, null or not. */
extern bool pacl_text_same(const char *a, const char *b);
extern bool pacl_json_same(Jsonb *a, Jsonb *b);

/* How many fields are given. */
extern int	pacl_fields_given(const PaclValue *values, int count);

/* Their keys as a JSON array of strings, palloc'd: for the record. */
extern char *pacl_fields_given_keys(const PaclField *fields,
									const PaclValue *values, int count);

/*
 * The items of an array, each as a value of its own, palloc'd; *count of
 * them.  Raises 22023 for a value that is not an array.  Null is an empty
 * array.
 */
extern Jsonb **pacl_fields_items(const char *what, Jsonb *array, int *count);

/*
 * 22023 unless the text is one line, without control characters: it may stand
 * in the header of a message, where a line break would begin another header
 * of the writer's making.  What names it in the error.
 */
extern void pacl_text_check_line(const char *what, const char *text);

/*
 * 22023 if the text has a character that nobody sees, and by which a name
 * passes for another: a control, a mark of the direction of writing, one
 * without width.
 */
extern void pacl_text_check_visible(const char *what, const char *text);

/* The text without blanks of any script around it, in place. */
extern char *pacl_text_trim(char *text);

/* The given text, or what holds when there is none. */
static inline const char *
pacl_value_text(const PaclValue *value, const char *otherwise)
{
	return value->isnull ? otherwise : value->text;
}

#endif							/* PACL_FIELDS_H */
