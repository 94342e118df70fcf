/*
 * cursor.h
 *		Where a reader of changes has got to, as text that they keep.
 */
#ifndef PACL_CURSOR_H
#define PACL_CURSOR_H

#include "postgres.h"
#include "utils/uuid.h"

#define PACL_CURSOR_DATABASE_BYTES	8
#define PACL_CURSOR_ACCESS_BYTES	16
#define PACL_CURSOR_SEAL_BYTES		16

/* What the number in front of it says: of another kind it is none of ours. */
typedef enum PaclCursorKind
{
	PACL_CURSOR_MOMENT = 1,		/* the position is between two entries */
	PACL_CURSOR_ENTRY = 2		/* it is the entry that was shown last */
} PaclCursorKind;

/* Bytes only, so that a cursor is its own binary form. */
typedef struct PaclCursor
{
	uint8		kind;
	pg_uuid_t	position;
	uint8		database[PACL_CURSOR_DATABASE_BYTES];
	uint8		access[PACL_CURSOR_ACCESS_BYTES];	/* which calendars */
	uint8		seal[PACL_CURSOR_SEAL_BYTES];	/* over all before it */
} PaclCursor;

/* The characters of a cursor, without the terminator. */
#define PACL_CURSOR_LENGTH	((sizeof(PaclCursor) * 8 + 5) / 6)

extern void pacl_cursor_write(const PaclCursor *cursor,
							  char text[PACL_CURSOR_LENGTH + 1]);

/* False for text that no cursor has.  Raises nothing. */
extern bool pacl_cursor_read(const char *text, PaclCursor *cursor);

#endif							/* PACL_CURSOR_H */
