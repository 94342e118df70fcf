/*
 * seal_test.c
 *		Lists of keys, and what is sealed with them, without a server.
 */
#include "postgres.h"

#include <sodium.h>

#include "pure/seal.h"

/* The server's port.h would have these from a library of its own. */
#undef printf
#undef snprintf
#include "tap.h"

#define HEX "00112233445566778899aabbccddeeff00112233445566778899AABBCCDDEEFF"
#define OTHER_HEX "ff112233445566778899aabbccddeeff00112233445566778899AABBCCDDEEFF"
#define BASE64 "ABEiM0RVZneImaq7zN3u/wARIjNEVWZ3iJmqu8zd7v8="
#define BASE64URL "ABEiM0RVZneImaq7zN3u_wARIjNEVWZ3iJmqu8zd7v8"

static PaclKeyList list;
static int	line;
static const char *flaw;

/* In memory of exactly its size, so that reading further is noticed. */
static bool
parses_bytes(const char *bytes, size_t length)
{
	char	   *text = malloc(length + 1);
	bool		good;

	memcpy(text, bytes, length);
	text[length] = '\0';
	good = pacl_key_list_parse(text, length, &list, &line, &flaw);
	free(text);
	return good;
}

static bool
parses(const char *text)
{
	return parses_bytes(text, strlen(text));
}

static bool
refused(const char *text, int at)
{
	return !parses(text) && line == at && flaw != NULL;
}

static void
test_lists(void)
{
	uint8		first[PACL_KEY_BYTES];

	ok(parses("a " HEX "\n") && list.count == 1 && strcmp(list.keys[0].name, "a") == 0, "a key in hexadecimal");
	memcpy(first, list.keys[0].bytes, sizeof(first));
	ok(first[0] == 0x00 && first[1] == 0x11 && first[31] == 0xff, "byte by byte");
	ok(parses("a " BASE64) && memcmp(first, list.keys[0].bytes, sizeof(first)) == 0, "the same in base64, without a last line break");
	ok(parses("a\t" BASE64URL "\r\n") && memcmp(first, list.keys[0].bytes, sizeof(first)) == 0, "in base64url, with a tab and a carriage return");
	ok(parses("# comment\n\n  \n2026-11_b.c " OTHER_HEX "\na " HEX "\n#") && list.count == 2 &&
	   strcmp(list.keys[0].name, "2026-11_b.c") == 0 && list.keys[0].bytes[0] == 0xff, "the first one is the first; comments and empty lines are none");
	ok(refused("", 0), "an empty file has no key");
	ok(refused("# nothing\n", 1), "nor has a comment");
	ok(refused("a\n", 1), "a name alone");
	ok(refused(HEX "\n", 1), "a key alone");
	ok(refused("a " HEX "00\n", 1), "33 bytes");
	ok(refused("b " HEX "\na 0011\n", 2), "2 bytes, in the second line");
	ok(refused("a " HEX " b\n", 1), "more than two words");
	ok(refused("a/b " HEX "\n", 1), "a name with other characters");
	ok(refused("a " HEX "\na " OTHER_HEX "\n", 2), "a name twice");
	ok(refused("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa " HEX "\n", 1), "a name of 65 characters");
	ok(!parses_bytes("a\0b " HEX "\n", 8 + strlen(HEX) - 3) && line == 1, "a zero byte");
	{
		char		many[20 * 80] = "";

		for (int i = 0; i < PACL_KEYS_MAX; i++)
			snprintf(many + strlen(many), 80, "k%d " HEX "\n", i);
		ok(parses(many) && list.count == PACL_KEYS_MAX, "sixteen keys");
		strcat(many, "more " HEX "\n");
		ok(refused(many, PACL_KEYS_MAX + 1), "and no seventeenth");
	}
}

static PaclUnsealing
unseal(const PaclSealPlace *place, const uint8 *sealed, size_t length)
{
	uint8		secret[20];
	PaclUnsealing result = pacl_unseal(&list, place, sealed, length, secret, sizeof(secret));

	return result == PACL_UNSEALED && memcmp(secret, "twenty bytes of this", 20) != 0 ?
		PACL_NOT_AUTHENTIC : result;
}

static void
test_sealing(void)
{
	PaclSealPlace place = {"second_factor", {1, 2, 3}};
	PaclSealPlace other_row = {"second_factor", {1, 2, 4}};
	PaclSealPlace other_kind = {"second_facto", {1, 2, 3}};
	uint8		sealed[256];
	uint8		again[256];
	uint8		changed[256];
	char		name[PACL_KEY_NAME_MAX + 1];
	size_t		length;
	int			opened = 0;

	parses("a " HEX "\n");
	length = pacl_sealed_length(&list, 20);
	pacl_seal(&list, &place, (const uint8 *) "twenty bytes of this", 20, sealed);
	pacl_seal(&list, &place, (const uint8 *) "twenty bytes of this", 20, again);
	ok(unseal(&place, sealed, length) == PACL_UNSEALED, "what was sealed opens");
	ok(memcmp(sealed, again, length) != 0, "sealed twice, it is not the same");
	ok(pacl_unsealed_length(sealed, length) == 20, "its length is known");
	ok(pacl_sealed_key(sealed, length, name) && strcmp(name, "a") == 0, "it names its key");
	ok(unseal(&other_row, sealed, length) == PACL_NOT_AUTHENTIC, "in another row it does not open");
	ok(unseal(&other_kind, sealed, length) == PACL_NOT_AUTHENTIC, "nor in another table");

	for (size_t i = 0; i < length; i++)
		for (int bit = 0; bit < 8; bit++)
		{
			PaclUnsealing result;

			memcpy(changed, sealed, length);
			changed[i] ^= 1 << bit;
			result = unseal(&place, changed, length);
			opened += result == PACL_UNSEALED || result == PACL_UNSEALED_BY_OLDER;
		}
	ok(opened == 0, "with any one bit changed it does not");
	for (size_t i = 0; i < length; i++)
	{
		uint8	   *shorter = malloc(Max(i, 1));

		memcpy(shorter, sealed, i);
		opened += unseal(&place, shorter, i) != PACL_NOT_AUTHENTIC;
		free(shorter);
	}
	ok(opened == 0, "nor cut off");

	parses("b " OTHER_HEX "\na " HEX "\n");
	ok(unseal(&place, sealed, length) == PACL_UNSEALED_BY_OLDER, "after a rotation the older key opens it");
	parses("b " OTHER_HEX "\n");
	ok(unseal(&place, sealed, length) == PACL_NO_SUCH_KEY, "without the older key nothing does");
	parses("a " OTHER_HEX "\n");
	ok(unseal(&place, sealed, length) == PACL_NOT_AUTHENTIC, "nor does another key of the same name");
}

int
main(void)
{
	tap_begin();
	if (sodium_init() < 0)
		return 1;
	test_lists();
	test_sealing();
	return tap_end();
}
