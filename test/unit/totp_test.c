/*
 * totp_test.c
 *		Codes of RFC 4226 and RFC 6238, their window, addresses for apps, and
 *		recovery codes, without a server.
 */
#include "postgres.h"

#include <sodium.h>

#include "pure/recovery_code.h"
#include "pure/totp.h"

/* The server's port.h would have these from a library of its own. */
#undef printf
#undef snprintf
#include "tap.h"

static const uint8 *const secret = (const uint8 *) "12345678901234567890";

static bool
is_code(int64 step, const char *expected)
{
	char		code[PACL_TOTP_DIGITS + 1];

	return pacl_totp_code(secret, 20, step, code) && strcmp(code, expected) == 0;
}

static void
test_vectors(void)
{
	/* RFC 4226, appendix D. */
	static const char *const hotp[] = {"755224", "287082", "359152", "969429",
	"338314", "254676", "287922", "162583", "399871", "520489"};

	/*
	 * RFC 6238, appendix B, the rows of SHA-1: eight digits, of which we have
	 * the last six.
	 */
	static const struct
	{
		int64		seconds;
		const char *code;
	}			totp[] = {{59, "94287082"}, {1111111109, "07081804"},
	{1111111111, "14050471"}, {1234567890, "89005924"},
	{2000000000, "69279037"}, {INT64CONST(20000000000), "65353130"}};
	bool		right = true;

	for (int i = 0; i < lengthof(hotp); i++)
		right = right && is_code(i, hotp[i]);
	ok(right, "the ten codes of RFC 4226");
	for (int i = 0; i < lengthof(totp); i++)
		ok(is_code(totp[i].seconds / PACL_TOTP_STEP_SECS, totp[i].code + 2), totp[i].code);
}

static bool
reads(const char *text, const char *expected)
{
	char		code[PACL_TOTP_DIGITS + 1];

	return pacl_totp_read(text, code) && strcmp(code, expected) == 0;
}

static bool
is_none(const char *text)
{
	char		code[PACL_TOTP_DIGITS + 1];

	return !pacl_totp_read(text, code);
}

static void
test_reading(void)
{
	ok(reads("287082", "287082"), "six digits");
	ok(reads(" 287 082 ", "287082"), "with blanks, as apps show them");
	ok(reads("000000", "000000"), "all of them zero");
	ok(is_none(""), "nothing is no code");
	ok(is_none("28708"), "nor are five digits");
	ok(is_none("2870821"), "nor seven");
	ok(is_none("28708a"), "nor letters");
	ok(is_none("-28708"), "nor a sign");
	ok(is_none("287082\n"), "nor a line");
	ok(is_none("\xd9\xa1\xd9\xa2\xd9\xa3\xd9\xa4\xd9\xa5\xd9\xa6"), "nor digits of another script");
}

/* The step for which a code is taken, or a negative number. */
static int64
matched(int64 now, int64 after, const char *code)
{
	int64		step = -1;

	return pacl_totp_match(secret, now, after, code, &step) == PACL_TOTP_YES ? step : -1;
}

static void
test_window(void)
{
	int			wrong = 0;

	ok(matched(5, -1, "254676") == 5, "the code of now");
	ok(matched(5, -1, "338314") == 4, "of the step before");
	ok(matched(5, -1, "287922") == 6, "of the next step");
	ok(matched(5, -1, "969429") == -1, "not of two steps ago");
	ok(matched(5, -1, "162583") == -1, "not of two steps ahead");
	ok(matched(5, 5, "254676") == -1, "not once it was used");
	ok(matched(5, 5, "338314") == -1, "nor one before it");
	ok(matched(5, 5, "287922") == 6, "but the next");
	ok(matched(4, 5, "254676") == -1, "not when the clock is set back");
	ok(matched(INT64CONST(1) << 40, 5, "254676") == -1, "nor far ahead");
	for (int i = 0; i < 1000000; i += 997)
	{
		char		code[PACL_TOTP_DIGITS + 1];
		int64		step = matched(5, -1, (snprintf(code, sizeof(code), "%06d", i), code));

		wrong += step >= 0 && !is_code(step, code);
	}
	ok(wrong == 0, "no other number is taken");
}

static void
test_addresses(void)
{
	char		text[PACL_TOTP_SECRET_LENGTH + 1];
	char		uri[PACL_TOTP_URI_MAX];
	static const uint8 ones[PACL_TOTP_SECRET_BYTES] = {0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
	0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff};
	char		longest[801];
	char		address[255];

	pacl_totp_secret_text(secret, text);
	ok(strcmp(text, "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ") == 0, "the secret in base32");
	pacl_totp_secret_text(ones, text);
	ok(strspn(text, "7") == PACL_TOTP_SECRET_LENGTH, "of ones");
	pacl_totp_uri("Caf\xc3\xa9 & Co: \"1\"", "anne+x@example.org", "GEZD", uri);
	ok(strcmp(uri, "otpauth://totp/Caf%C3%A9%20%26%20Co%20%20%221%22:anne%2Bx%40example.org?secret=GEZD&issuer=Caf%C3%A9%20%26%20Co%20%20%221%22&algorithm=SHA1&digits=6&period=30") == 0,
	   "everything is encoded, and no colon is the issuer's");
	memset(longest, '\xe9', 800);
	longest[800] = '\0';
	memset(address, '/', 254);
	address[254] = '\0';
	pacl_totp_uri(longest, address, text, uri);
	ok(strlen(uri) < PACL_TOTP_URI_MAX, "the longest has room");
}

static void
test_recovery_codes(void)
{
	static const uint8 salt[PACL_RECOVERY_SALT_BYTES] = {1};
	static const uint8 other[PACL_RECOVERY_SALT_BYTES] = {2};
	char		text[PACL_RECOVERY_CODE_LENGTH + 1];
	char		typed[2 * PACL_RECOVERY_CODE_LENGTH + 2];
	PaclDigest	digest;
	PaclDigest	again;
	char	   *end = typed;

	pacl_recovery_code_make(salt, text, &digest);
	ok(strlen(text) == PACL_RECOVERY_CODE_LENGTH && text[4] == '-' && text[9] == '-' && text[14] == '-', "four groups of four");
	ok(pacl_recovery_code_digest(salt, text, &again) && memcmp(&digest, &again, sizeof(digest)) == 0, "the same text has the same digest");
	for (char *c = text; *c != '\0'; c++)
	{
		*end++ = *c == '-' ? ' ' : *c >= 'a' ? *c - 'a' + 'A' : *c;
		*end++ = ' ';
	}
	*end = '\0';
	ok(pacl_recovery_code_digest(salt, typed, &again) && memcmp(&digest, &again, sizeof(digest)) == 0, "in capitals, with blanks, it is the same");
	ok(pacl_recovery_code_digest(other, text, &again) && memcmp(&digest, &again, sizeof(digest)) != 0, "for somebody else it is not");
	pacl_recovery_code_make(salt, typed, &again);
	ok(strcmp(text, typed) != 0, "the next one is another");
	ok(!pacl_recovery_code_digest(salt, "287082", &again), "a code of an app is none");
	ok(!pacl_recovery_code_digest(salt, "", &again), "nor is nothing");
	ok(!pacl_recovery_code_digest(salt, "abcd-efgh-ijkl-mno", &again), "nor fifteen letters");
	ok(!pacl_recovery_code_digest(salt, "abcd-efgh-ijkl-mnopq", &again), "nor seventeen");
	ok(!pacl_recovery_code_digest(salt, "abcd-efgh-ijkl-mno1", &again), "nor other digits");
}

int
main(void)
{
	tap_begin();
	if (sodium_init() < 0)
		return 1;
	test_vectors();
	test_reading();
	test_window();
	test_addresses();
	test_recovery_codes();
	return tap_end();
}
