/*
 * cursor_test.c
 *		The text of cursors, without a server.
 */
#include "postgres.h"

#include <sodium.h>

#include "pure/cursor.h"

/* The server's port.h would have these from a library of its own. */
#undef printf
#undef snprintf
#include "tap.h"

static PaclCursor
any_cursor(void)
{
	PaclCursor	cursor;

	randombytes_buf(&cursor, sizeof(cursor));
	cursor.kind = PACL_CURSOR_ENTRY;
	return cursor;
}

static void
test_round_trip(void)
{
	bool		same = true;

	for (int i = 0; i < 1000; i++)
	{
		PaclCursor	cursor = any_cursor();
		PaclCursor	again;
		char		text[PACL_CURSOR_LENGTH + 1];

		pacl_cursor_write(&cursor, text);
		same = same && strlen(text) == PACL_CURSOR_LENGTH &&
			pacl_cursor_read(text, &again) &&
			memcmp(&cursor, &again, sizeof(cursor)) == 0;
	}
	ok(same, "what is written is read");
}

/* Another text is none, or another cursor. */
static void
test_other_text(void)
{
	PaclCursor	cursor = any_cursor();
	PaclCursor	again;
	char		text[PACL_CURSOR_LENGTH + 1];
	bool		told = true;

	pacl_cursor_write(&cursor, text);
	for (int i = 0; i < (int) PACL_CURSOR_LENGTH; i++)
		for (int c = 1; c < 256; c++)
		{
			char		other[PACL_CURSOR_LENGTH + 1];

			memcpy(other, text, sizeof(text));
			other[i] = (char) c;
			if (other[i] != text[i] && pacl_cursor_read(other, &again) &&
				memcmp(&cursor, &again, sizeof(cursor)) == 0)
				told = false;
		}
	ok(told, "no two texts are one cursor");
	text[PACL_CURSOR_LENGTH - 1] = '\0';
	ok(!pacl_cursor_read(text, &again), "a shorter one is none");
	ok(!pacl_cursor_read("", &again), "nor is nothing");
	cursor.kind = 3;
	pacl_cursor_write(&cursor, text);
	ok(!pacl_cursor_read(text, &again), "nor is one of another kind");
}

int
main(void)
{
	tap_begin();
	if (sodium_init() < 0)
		return 1;
	test_round_trip();
	test_other_text();
	return tap_end();
}
