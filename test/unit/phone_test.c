/*
 * phone_test.c
 *		Phone numbers without a server: good ones, bad ones, random ones.
 */
#include "postgres.h"

#include "pure/phone.h"

/* The server's port.h would have these from a library of its own. */
#undef printf
#undef snprintf
#include "tap.h"

static bool
is_read(const char *text, const char *country, const char *expected)
{
	char		number[PACL_PHONE_LENGTH + 1];
	const char *flaw = "untouched";

	return pacl_phone_parse(text, country, number, &flaw) && flaw == NULL &&
		strcmp(number, expected) == 0;
}

static bool
refused(const char *text, const char *country)
{
	char		number[PACL_PHONE_LENGTH + 1];
	const char *flaw = NULL;

	return !pacl_phone_parse(text, country, number, &flaw) && flaw != NULL &&
		!pacl_phone_parse(text, country, number, NULL);
}

static void
test_international(void)
{
	ok(is_read("+33612345678", NULL, "+33612345678"), "E.164 itself");
	ok(is_read("+33 6 12 34 56 78", "DE", "+33612345678"), "with blanks, whatever the country");
	ok(is_read("+33 (0)6 12 34 56 78", NULL, "+33612345678"), "the trunk zero in brackets");
	ok(is_read("+33 ( 0 ) 6.12.34.56.78", NULL, "+33612345678"), "with blanks in them");
	ok(is_read("+33 06 12 34 56 78", NULL, "+33612345678"), "or without any");
	ok(is_read("0033 6 12 34 56 78", "FR", "+33612345678"), "00 for the plus");
	ok(is_read("0033(0)612345678", "FR", "+33612345678"), "both");
	ok(is_read("+33\xC2\xA0" "6\xE2\x80\xAF" "12\xE2\x80\x91" "34 56 78", NULL, "+33612345678"), "blanks and hyphens of a word processor");
	ok(is_read("+39 06 6982 1234", NULL, "+390669821234"), "an Italian zero is the number's own");
	ok(is_read("+39 (0)6 6982 1234", NULL, "+390669821234"), "in brackets too");
	ok(is_read("+1 (212) 555-0100", NULL, "+12125550100"), "brackets around something else");
	ok(is_read("+290 22222", NULL, "+29022222"), "a country that is not known here");
	ok(refused("+33 6", NULL), "too short");
	ok(refused("+33 6 12 34 56 7", NULL), "a digit was lost");
	ok(refused("+33 6 12 34 56 789", NULL), "a digit too many");
	ok(refused("+33 (0)06 12 34 56 78", NULL), "two trunk zeros");
	ok(refused("+0612345678", NULL), "no code begins with 0");
	ok(refused("+1234567890123456", NULL), "sixteen digits");
	ok(refused("+", NULL), "a plus sign");
	ok(refused("33+612345678", "FR"), "a plus sign elsewhere");
}

static void
test_national(void)
{
	ok(is_read("06 12 34 56 78", "FR", "+33612345678"), "France");
	ok(is_read("0692 12 34 56", "RE", "+262692123456"), "Reunion");
	ok(is_read("0470/12.34.56", "BE", "+32470123456"), "Belgium");
	ok(is_read("079 123 45 67", "CH", "+41791234567"), "Switzerland");
	ok(is_read("(030) 1234567", "DE", "+49301234567"), "Germany");
	ok(is_read("07700 900123", "GB", "+447700900123"), "Britain");
	ok(is_read("612 345 678", "ES", "+34612345678"), "Spain, without a trunk");
	ok(is_read("621 123 456", "LU", "+352621123456"), "Luxembourg");
	ok(is_read("06 6982 1234", "IT", "+390669821234"), "Italy");
	ok(is_read("(212) 555-0100", "US", "+12125550100"), "the United States");
	ok(is_read("1-212-555-0100", "CA", "+12125550100"), "Canada, with its 1");
	ok(refused("06 12 34 56 78", NULL), "of no country");
	ok(refused("06 12 34 56 78", "ZZ"), "of one that is not known here");
	ok(refused("6 12 34 56 78", "FR"), "without the trunk zero");
	ok(refused("06 12 34 56", "FR"), "too short");
	ok(is_read("(0)6 12 34 56 78", "FR", "+33612345678"), "brackets around its trunk zero");
	ok(refused("", "FR"), "nothing");
	ok(refused(" - ", "FR"), "nothing but a hyphen");
	ok(refused("06 12 34 56 7O", "FR"), "a letter that looks like a digit");
	ok(refused("call me", "FR"), "words");
	ok(refused("15", "FR"), "an emergency number");
}

/* Whatever there is, a number that is read is read again as itself. */
static void
test_random(void)
{
	static const char alphabet[] = "0123456789+() -0000006";
	static const char *const countries[] = {"FR", "IT", "US", "ES", "ZZ", NULL};
	bool		sound = true;
	long		accepted = 0;

	for (long i = 0; i < tap_rounds; i++)
	{
		char		text[80];
		char		number[PACL_PHONE_LENGTH + 1];
		int			length = (int) roll_below(sizeof(text));

		for (int j = 0; j < length; j++)
			text[j] = alphabet[roll_below(sizeof(alphabet) - 1)];
		text[length] = '\0';
		if (!pacl_phone_parse(text, countries[roll_below(lengthof(countries))],
							  number, NULL))
			continue;
		accepted++;
		sound = sound && strlen(number) <= PACL_PHONE_LENGTH &&
			is_read(number, NULL, number);
	}
	ok(sound, "a number that was read is read as itself");
	ok(accepted > 0 && accepted < tap_rounds, "some random texts are numbers");
}

int
main(void)
{
	tap_begin();
	test_international();
	test_national();
	test_random();
	return tap_end();
}
