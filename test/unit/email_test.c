/*
 * email_test.c
 *		Addresses without a server: good ones, bad ones, random ones.
 */
#include "postgres.h"

#include "pure/email.h"

/* The server's port.h would have these from a library of its own. */
#undef printf
#undef snprintf
#include "tap.h"

static bool
folds_to(const char *text, const char *expected)
{
	char		address[PACL_EMAIL_LENGTH + 1];
	const char *flaw = "untouched";

	return pacl_email_parse(text, address, &flaw) && flaw == NULL &&
		strcmp(address, expected) == 0;
}

static bool
refused(const char *text)
{
	char		address[PACL_EMAIL_LENGTH + 1];
	const char *flaw = NULL;

	return !pacl_email_parse(text, address, &flaw) && flaw != NULL &&
		!pacl_email_parse(text, address, NULL);
}

/* An address of so many characters, of labels that are short enough. */
static const char *
long_address(int length)
{
	static char text[400];

	strcpy(text, "a@");
	for (int i = 2; i < length; i++)
		text[i] = i % 60 == 0 && i < length - 3 ? '.' : 'b';
	text[length] = '\0';
	return text;
}

static void
test_good(void)
{
	ok(folds_to("anne@example.org", "anne@example.org"), "a plain address");
	ok(folds_to("  Anne.Martin@Example.ORG\r\n", "anne.martin@example.org"),
	   "blanks and capitals do not matter");
	ok(folds_to("a+b_c'd!#$%&*/=?^`{|}~-e@sub.example.org",
				"a+b_c'd!#$%&*/=?^`{|}~-e@sub.example.org"),
	   "everything that a dot-atom may hold");
	ok(folds_to("a@xn--exmple-cua.org", "a@xn--exmple-cua.org"),
	   "a domain of another script in its ASCII form");
	ok(folds_to("1@2.3com", "1@2.3com"), "digits");
	ok(folds_to(long_address(254), long_address(254)), "254 characters");
}

static void
test_bad(void)
{
	static const char *const bad[] = {
		"", "   ", "anne", "@", "anne@", "@example.org", "a@b@example.org",
		".a@example.org", "a.@example.org", "a..b@example.org",
		"a b@example.org", "a@exam ple.org", "\"a\"@example.org",
		"a@example", "a@.org", "a@example..org", "a@example.org.",
		"a@-example.org", "a@example-.org", "a@exa_mple.org",
		"a@127.0.0.1", "a@[127.0.0.1]", "a,b@example.org", "a@b.c\x01",
		"ann\xc3\xa9@example.org", "anne@\xd0\xb5xample.org",
		"anne@example.org\xc2\xa0",
		"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa@example.org",
		"a@aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa.org",
	};

	for (int i = 0; i < lengthof(bad); i++)
		ok(refused(bad[i]), bad[i][0] == '\0' ? "an empty text is refused" :
		   "what is no address is refused");
	ok(refused(long_address(255)), "255 characters are refused");
}

/* Whatever comes in, what comes out is an address that stays as it is. */
static void
test_random(void)
{
	static const char alphabet[] = "aZ09.-@_+ \t\xc3\xa9\"";
	bool		sound = true;
	long		accepted = 0;

	for (long i = 0; i < tap_rounds; i++)
	{
		char		text[32];
		char		address[PACL_EMAIL_LENGTH + 1];
		int			length = (int) roll_below(sizeof(text));

		for (int c = 0; c < length; c++)
			text[c] = alphabet[roll_below(sizeof(alphabet) - 1)];
		if (length > 6 && roll_below(2) == 0)
			memcpy(text + length - 5, "@a.bc", 5);
		text[length] = '\0';
		if (!pacl_email_parse(text, address, NULL))
			continue;
		accepted++;
		sound = sound && folds_to(address, address) &&
			strlen(address) <= strlen(text);
	}
	ok(sound, "a folded address folds to itself");
	ok(accepted > 0 && accepted < tap_rounds, "some random texts are addresses");
}

int
main(void)
{
	tap_begin();
	test_good();
	test_bad();
	test_random();
	return tap_end();
}
