/*
 * name_test.c
 *		Names without a server: what is trimmed, what cannot be seen.
 */
#include "postgres.h"

#include "pure/name.h"

/* The server's port.h would have these from a library of its own. */
#undef printf
#undef snprintf
#include "tap.h"

static bool
trims_to(const char *text, const char *expected)
{
	char		copy[200];

	strcpy(copy, text);
	return strcmp(pacl_name_trim(copy), expected) == 0;
}

int
main(void)
{
	char		random[64];
	bool		whole = true;

	tap_begin();

	ok(trims_to("Anne", "Anne"), "nothing to trim");
	ok(trims_to("  Anne \t", "Anne"), "blanks and tabs");
	ok(trims_to("\xC2\xA0" "Anne" "\xE3\x80\x80", "Anne"), "a no-break space, an ideographic one");
	ok(trims_to("\xE2\x80\x83\xE2\x80\xAF" "Anne Marie" "\xE2\x80\x8A", "Anne Marie"), "an em space, a narrow one, a hair");
	ok(trims_to("Anne\xC2\xA0" "Marie", "Anne\xC2\xA0" "Marie"), "not what stands inside");
	ok(trims_to("", ""), "nothing at all");
	ok(trims_to(" \xC2\xA0 ", ""), "nothing but blanks");
	ok(trims_to(" \xC3\x89 ", "\xC3\x89"), "one letter of two bytes");

	ok(pacl_name_invisible("Anne-Marie d\xE2\x80\x99" "Arc") == 0, "a name");
	ok(pacl_name_invisible("") == 0, "none");
	ok(pacl_name_invisible("\xC5\x81ukasz \xE6\x9D\x8E \xD0\x98\xD0\xB2\xD0\xB0\xD0\xBD") == 0, "in several scripts");
	ok(pacl_name_invisible("Anne\nMarie") == '\n', "a line's end");
	ok(pacl_name_invisible("Anne\x7F") == 0x7F, "a delete");
	ok(pacl_name_invisible("Anne\xC2\x9B") == 0x9B, "a control of the second kind");
	ok(pacl_name_invisible("An\xC2\xAD" "ne") == 0xAD, "a soft hyphen");
	ok(pacl_name_invisible("\xE2\x80\xAE" "ennA") == 0x202E, "an override of the direction");
	ok(pacl_name_invisible("Anne\xE2\x81\xA6") == 0x2066, "an isolate");
	ok(pacl_name_invisible("Anne\xE2\x80\x8F") == 0x200F, "a mark of the direction");
	ok(pacl_name_invisible("An\xE2\x80\x8B" "ne") == 0x200B, "a space without width");
	ok(pacl_name_invisible("\xEF\xBB\xBF" "Anne") == 0xFEFF, "a byte order mark");
	ok(pacl_name_invisible("An\xE2\x80\x8D" "ne") == 0x200D, "a joiner between Latin letters");
	ok(pacl_name_invisible("Anne\xE2\x80\x8C") == 0x200C, "a non-joiner at an end");
	ok(pacl_name_invisible("\xD8\xB9\xD9\x84\xDB\x8C\xE2\x80\x8C\xD8\xB1\xD8\xB6\xD8\xA7") == 0, "but not in a Persian name");
	ok(pacl_name_invisible("\xD8\xB9\xE2\x80\x8C" "A") == 0x200C, "between scripts it is");
	ok(pacl_name_invisible("\xE0\xA4\x95\xE0\xA5\x8D\xE2\x80\x8D\xE0\xA4\xB7") == 0, "nor in a Hindi one");
	ok(pacl_name_invisible("\xE3\x85\xA4") == 0x3164, "a filler that looks like nothing");
	ok(pacl_name_invisible("Anne\xF3\xA0\x81\xA1") == 0xE0061, "a tag");

	/* Whatever bytes there are, nothing is read or written beyond them. */
	for (long i = 0; i < tap_rounds; i++)
	{
		int			length = (int) (roll() % sizeof(random));

		for (int j = 0; j < length; j++)
			random[j] = (char) (roll() % 255 + 1);
		random[length] = '\0';
		(void) pacl_name_invisible(random);
		whole &= strlen(pacl_name_trim(random)) <= (size_t) length;
	}
	ok(whole, "random bytes");
	return tap_end();
}
