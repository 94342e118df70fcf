/*
 * cursor.c
 *		Where a reader of changes has got to, as text that they keep.
 */
#include "postgres.h"

#include <sodium.h>

#include "pure/cursor.h"

StaticAssertDecl(sizeof(PaclCursor) == 1 + UUID_LEN +
				 PACL_CURSOR_DATABASE_BYTES + PACL_CURSOR_ACCESS_BYTES +
				 PACL_CURSOR_SEAL_BYTES,
				 "a cursor must have no padding");

/* The library takes some bytes above these for characters of base64. */
static bool
is_ascii(const char *text, size_t length)
{
	for (size_t i = 0; i < length; i++)
		if ((text[i] & 0x80) != 0)
			return false;
	return true;
}

void
pacl_cursor_write(const PaclCursor *cursor, char text[PACL_CURSOR_LENGTH + 1])
{
	sodium_bin2base64(text, PACL_CURSOR_LENGTH + 1,
					  (const unsigned char *) cursor, sizeof(*cursor),
					  sodium_base64_VARIANT_URLSAFE_NO_PADDING);
}

bool
pacl_cursor_read(const char *text, PaclCursor *cursor)
{
	size_t		length;

	return strnlen(text, PACL_CURSOR_LENGTH + 1) == PACL_CURSOR_LENGTH &&
		is_ascii(text, PACL_CURSOR_LENGTH) &&
		sodium_base642bin((unsigned char *) cursor, sizeof(*cursor), text,
						  PACL_CURSOR_LENGTH, NULL, &length, NULL,
						  sodium_base64_VARIANT_URLSAFE_NO_PADDING) == 0 &&
		length == sizeof(*cursor) &&
		(cursor->kind == PACL_CURSOR_MOMENT ||
		 cursor->kind == PACL_CURSOR_ENTRY);
}
