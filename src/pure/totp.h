/*
 * totp.h
 *		Time-based one-time codes, as authenticator apps compute them.
 *
 * RFC 6238 in the form that every app knows: HMAC-SHA-1, six digits, a step of
 * 30 seconds.  The secret has the length of the hash, as RFC 4226 recommends.
 */
#ifndef PACL_TOTP_H
#define PACL_TOTP_H

#include "postgres.h"

#define PACL_TOTP_SECRET_BYTES	20
#define PACL_TOTP_SECRET_LENGTH	32	/* in base32, without a terminator */
#define PACL_TOTP_DIGITS		6
#define PACL_TOTP_STEP_SECS		30

/*
 * How many steps the clocks of a phone and of the server may differ, in either
 * direction.  RFC 6238 recommends one: the person types while the code changes.
 */
#define PACL_TOTP_WINDOW		1

/* Issuer of 200 characters and an address, each byte as three, twice. */
#define PACL_TOTP_URI_MAX		8192

/*
 * The code of a step (for RFC 4226, of a counter).  False if this machine's
 * cryptography refuses HMAC-SHA-1.
 */
extern bool pacl_totp_code(const uint8 *secret, size_t length, int64 step,
						   char code[PACL_TOTP_DIGITS + 1]);

/*
 * Reads what a person types for a code: six digits, with blanks anywhere.
 * False if it cannot be one; it may be a password, which is longer.
 */
extern bool pacl_totp_read(const char *text, char code[PACL_TOTP_DIGITS + 1]);

typedef enum PaclTotpMatch
{
	PACL_TOTP_NO,
	PACL_TOTP_YES,
	PACL_TOTP_UNAVAILABLE		/* as pacl_totp_code() says */
} PaclTotpMatch;

/*
 * Whether a code is that of the step "now" or of one of the window around it,
 * later than "after"; *step is set to the first that it is.  The work and the
 * time do not depend on the code.
 */
extern PaclTotpMatch pacl_totp_match(const uint8 *secret, int64 now,
									 int64 after, const char *code,
									 int64 *step);

/* The secret for an app, in base32 without padding. */
extern void pacl_totp_secret_text(const uint8 secret[PACL_TOTP_SECRET_BYTES],
								  char text[PACL_TOTP_SECRET_LENGTH + 1]);

/*
 * The otpauth:// address that apps read as a QR code.  A colon separates
 * issuer and address in it, so the issuer's own become blanks.
 */
extern void pacl_totp_uri(const char *issuer, const char *address,
						  const char *secret_text,
						  char uri[PACL_TOTP_URI_MAX]);

#endif							/* PACL_TOTP_H */
