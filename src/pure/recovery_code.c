/*
 * recovery_code.c
 *		Codes on paper, each of which stands once for a second factor.
 */
#include "postgres.h"

#include <sodium.h>

#include "pure/recovery_code.h"

#define LETTERS		16
#define GROUP		4

/* No 0, 1, 8 and 9, which look like letters. */
static const char alphabet[] = "abcdefghijklmnopqrstuvwxyz234567";

/* What BLAKE2b is personalised with: frozen. */
static const unsigned char personal[] = "pacl recovery   ";

StaticAssertDecl(PACL_RECOVERY_SALT_BYTES == crypto_generichash_blake2b_SALTBYTES,
				 "an account's id must be a salt of BLAKE2b");
StaticAssertDecl(sizeof(personal) == crypto_generichash_blake2b_PERSONALBYTES + 1,
				 "BLAKE2b must be personalised with as many bytes as it takes");

static void
digest_letters(const uint8 *salt, const char letters[LETTERS],
			   PaclDigest *digest)
{
	crypto_generichash_blake2b_salt_personal(digest->data, PACL_DIGEST_BYTES,
											 (const unsigned char *) letters,
											 LETTERS, NULL, 0, salt, personal);
}

void
pacl_recovery_code_make(const uint8 salt[PACL_RECOVERY_SALT_BYTES],
						char text[PACL_RECOVERY_CODE_LENGTH + 1],
						PaclDigest *digest)
{
	char		letters[LETTERS];
	char	   *end = text;

	for (int i = 0; i < LETTERS; i++)
	{
		letters[i] = alphabet[randombytes_uniform(lengthof(alphabet) - 1)];
		if (i > 0 && i % GROUP == 0)
			*end++ = '-';
		*end++ = letters[i];
	}
	*end = '\0';
	digest_letters(salt, letters, digest);
	sodium_memzero(letters, sizeof(letters));
}

bool
pacl_recovery_code_digest(const uint8 salt[PACL_RECOVERY_SALT_BYTES],
						  const char *text, PaclDigest *digest)
{
	char		letters[LETTERS];
	int			count = 0;

	for (; *text != '\0'; text++)
	{
		char		letter = *text >= 'A' && *text <= 'Z' ?
			*text - 'A' + 'a' : *text;

		if (letter == ' ' || letter == '-')
			continue;
		if (count == LETTERS || strchr(alphabet, letter) == NULL)
			return false;
		letters[count++] = letter;
	}
	if (count < LETTERS)
		return false;
	digest_letters(salt, letters, digest);
	sodium_memzero(letters, sizeof(letters));
	return true;
}
