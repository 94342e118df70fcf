/*
 * token.c
 *		Secrets that a person carries: bearer tokens.
 */
#include "postgres.h"

#include <sodium.h>

#include "pure/token.h"

/* What BLAKE2b is personalised with: sixteen bytes, frozen, one a kind. */
static const unsigned char personal[][crypto_generichash_blake2b_PERSONALBYTES + 1] = {
	[PACL_TOKEN_SESSION] = "pacl session    ",
	[PACL_TOKEN_INVITATION] = "pacl invitation ",
	[PACL_TOKEN_PASSWORD_RESET] = "pacl reset      ",
	[PACL_TOKEN_EMAIL_CHANGE] = "pacl address    ",
};

StaticAssertDecl(PACL_DIGEST_BYTES >= crypto_generichash_blake2b_BYTES_MIN &&
				 PACL_DIGEST_BYTES <= crypto_generichash_blake2b_BYTES_MAX,
				 "BLAKE2b must be able to give a digest of this length");

bool
pacl_token_startup(void)
{
	return sodium_init() >= 0;
}

static void
digest_token(PaclTokenKind kind, const unsigned char *bytes,
			 PaclDigest *digest)
{
	crypto_generichash_blake2b_salt_personal(digest->data, PACL_DIGEST_BYTES,
											 bytes, PACL_TOKEN_BYTES,
											 NULL, 0, NULL, personal[kind]);
}

void
pacl_token_make(PaclTokenKind kind, char text[PACL_TOKEN_LENGTH + 1],
				PaclDigest *digest)
{
	unsigned char bytes[PACL_TOKEN_BYTES];

	randombytes_buf(bytes, sizeof(bytes));
	sodium_bin2base64(text, PACL_TOKEN_LENGTH + 1, bytes, sizeof(bytes),
					  sodium_base64_VARIANT_URLSAFE_NO_PADDING);
	digest_token(kind, bytes, digest);
	sodium_memzero(bytes, sizeof(bytes));
}

bool
pacl_token_digest(PaclTokenKind kind, const char *text, PaclDigest *digest)
{
	unsigned char bytes[PACL_TOKEN_BYTES];
	size_t		length;

	if (strnlen(text, PACL_TOKEN_LENGTH + 1) != PACL_TOKEN_LENGTH)
		return false;
	if (sodium_base642bin(bytes, sizeof(bytes), text, PACL_TOKEN_LENGTH,
						  NULL, &length, NULL,
						  sodium_base64_VARIANT_URLSAFE_NO_PADDING) != 0 ||
		length != sizeof(bytes))
		return false;
	digest_token(kind, bytes, digest);
	sodium_memzero(bytes, sizeof(bytes));
	return true;
}

void
pacl_digest_bytes(const void *bytes, size_t length, PaclDigest *digest)
{
	crypto_generichash_blake2b(digest->data, PACL_DIGEST_BYTES,
							   bytes, length, NULL, 0);
}

void
pacl_digest_random(PaclDigest *key)
{
	randombytes_buf(key->data, PACL_DIGEST_BYTES);
}

void
pacl_digest_keyed(const PaclDigest *key, PaclDigest *digest)
{
	PaclDigest	keyed;

	crypto_generichash_blake2b(keyed.data, PACL_DIGEST_BYTES,
							   digest->data, PACL_DIGEST_BYTES,
							   key->data, PACL_DIGEST_BYTES);
	*digest = keyed;
}
