/*
 * totp.c
 *		Time-based one-time codes, as authenticator apps compute them.
 */
#include "postgres.h"

#include <sodium.h>

#include "common/cryptohash.h"
#include "common/hmac.h"

#include "pure/totp.h"

#define SHA1_BYTES	20
#define MODULUS		1000000		/* of so many digits */

StaticAssertDecl(PACL_TOTP_SECRET_BYTES * 8 == PACL_TOTP_SECRET_LENGTH * 5,
				 "a secret must fill its characters");

/* PostgreSQL's, which is OpenSSL's where the server was built with it. */
static bool
hmac_sha1(const uint8 *key, size_t key_length, const uint8 *data,
		  size_t length, uint8 mac[SHA1_BYTES])
{
	pg_hmac_ctx *context = pg_hmac_create(PG_SHA1);
	bool		done;

	if (context == NULL)
		return false;
	done = pg_hmac_init(context, key, key_length) >= 0 &&
		pg_hmac_update(context, data, length) >= 0 &&
		pg_hmac_final(context, mac, SHA1_BYTES) >= 0;
	pg_hmac_free(context);
	return done;
}

bool
pacl_totp_code(const uint8 *secret, size_t length, int64 step,
			   char code[PACL_TOTP_DIGITS + 1])
{
	uint8		counter[8];
	uint8		mac[SHA1_BYTES];
	uint32		number;
	int			offset;

	for (int i = 0; i < 8; i++)
		counter[i] = (uint8) ((uint64) step >> (56 - 8 * i));
	if (!hmac_sha1(secret, length, counter, sizeof(counter), mac))
		return false;
	offset = mac[SHA1_BYTES - 1] & 0x0f;
	number = ((uint32) (mac[offset] & 0x7f) << 24 |
			  (uint32) mac[offset + 1] << 16 |
			  (uint32) mac[offset + 2] << 8 |
			  (uint32) mac[offset + 3]) % MODULUS;
	for (int i = PACL_TOTP_DIGITS - 1; i >= 0; i--)
	{
		code[i] = '0' + number % 10;
		number /= 10;
	}
	code[PACL_TOTP_DIGITS] = '\0';
	sodium_memzero(mac, sizeof(mac));
	return true;
}

bool
pacl_totp_read(const char *text, char code[PACL_TOTP_DIGITS + 1])
{
	int			digits = 0;

	for (; *text != '\0'; text++)
	{
		if (*text == ' ')
			continue;
		if (*text < '0' || *text > '9' || digits == PACL_TOTP_DIGITS)
			return false;
		code[digits++] = *text;
	}
	code[digits] = '\0';
	return digits == PACL_TOTP_DIGITS;
}

PaclTotpMatch
pacl_totp_match(const uint8 *secret, int64 now, int64 after,
				const char *code, int64 *step)
{
	char		right[PACL_TOTP_DIGITS + 1];
	PaclTotpMatch result = PACL_TOTP_NO;

	for (int64 at = now + PACL_TOTP_WINDOW; at >= now - PACL_TOTP_WINDOW; at--)
	{
		if (!pacl_totp_code(secret, PACL_TOTP_SECRET_BYTES, at, right))
			return PACL_TOTP_UNAVAILABLE;
		if (sodium_memcmp(right, code, PACL_TOTP_DIGITS) == 0 && at > after)
		{
			*step = at;
			result = PACL_TOTP_YES;
		}
	}
	sodium_memzero(right, sizeof(right));
	return result;
}

void
pacl_totp_secret_text(const uint8 secret[PACL_TOTP_SECRET_BYTES],
					  char text[PACL_TOTP_SECRET_LENGTH + 1])
{
	static const char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

	for (int i = 0; i < PACL_TOTP_SECRET_LENGTH; i++)
	{
		int			bit = i * 5;
		int			byte = bit / 8;
		uint32		two = (uint32) secret[byte] << 8 |
			(byte + 1 < PACL_TOTP_SECRET_BYTES ? secret[byte + 1] : 0);

		text[i] = letters[two >> (11 - bit % 8) & 0x1f];
	}
	text[PACL_TOTP_SECRET_LENGTH] = '\0';
}

/* Appends text in which only unreserved characters of RFC 3986 are plain. */
static char *
append_encoded(char *end, const char *text, bool is_issuer)
{
	static const char hex[] = "0123456789ABCDEF";

	for (; *text != '\0'; text++)
	{
		uint8		byte = is_issuer && *text == ':' ? ' ' : (uint8) *text;

		if ((byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z') ||
			(byte >= '0' && byte <= '9') || strchr("-._~", byte) != NULL)
			*end++ = (char) byte;
		else
		{
			*end++ = '%';
			*end++ = hex[byte >> 4];
			*end++ = hex[byte & 0x0f];
		}
	}
	return end;
}

static char *
append(char *end, const char *text)
{
	size_t		length = strlen(text);

	memcpy(end, text, length);
	return end + length;
}

void
pacl_totp_uri(const char *issuer, const char *address,
			  const char *secret_text, char uri[PACL_TOTP_URI_MAX])
{
	char	   *end = uri;

	Assert(6 * strlen(issuer) + 3 * strlen(address) + 200 < PACL_TOTP_URI_MAX);
	end = append(end, "otpauth://totp/");
	end = append_encoded(end, issuer, true);
	end = append(end, ":");
	end = append_encoded(end, address, false);
	end = append(end, "?secret=");
	end = append(end, secret_text);
	end = append(end, "&issuer=");
	end = append_encoded(end, issuer, true);
	end = append(end, "&algorithm=SHA1&digits=6&period=30");
	*end = '\0';
}
