/*
 * token.h
 *		Secrets that a person carries: bearer tokens.
 *
 * A token is 256 random bits in base64url.  The database keeps only its
 * digest, which depends on the kind, so that a token of one kind is nothing
 * at all to another.
 */
#ifndef PACL_TOKEN_H
#define PACL_TOKEN_H

#include "postgres.h"

#define PACL_TOKEN_BYTES	32
#define PACL_TOKEN_LENGTH	43	/* characters, without a terminator */
#define PACL_DIGEST_BYTES	32

typedef enum PaclTokenKind
{
	PACL_TOKEN_SESSION,
	PACL_TOKEN_INVITATION,
	PACL_TOKEN_PASSWORD_RESET,
	PACL_TOKEN_EMAIL_CHANGE
} PaclTokenKind;

typedef struct PaclDigest
{
	uint8		data[PACL_DIGEST_BYTES];
} PaclDigest;

/* Prepares libsodium; once, at load.  False if it cannot work here. */
extern bool pacl_token_startup(void);

/* Makes a token: its text into the buffer, its digest beside it. */
extern void pacl_token_make(PaclTokenKind kind,
							char text[PACL_TOKEN_LENGTH + 1],
							PaclDigest *digest);

/*
 * The digest of a token that somebody presents.  False if the text cannot be
 * a token: wrong length or alphabet.  Never raises.
 */
extern bool pacl_token_digest(PaclTokenKind kind, const char *text,
							  PaclDigest *digest);

/* The plain BLAKE2b-256 of some bytes. */
extern void pacl_digest_bytes(const void *bytes, size_t length,
							  PaclDigest *digest);

/* A digest's worth of random bytes: a key. */
extern void pacl_digest_random(PaclDigest *key);

/* Replaces a digest by its BLAKE2b-256 under a key. */
extern void pacl_digest_keyed(const PaclDigest *key, PaclDigest *digest);

#endif							/* PACL_TOKEN_H */
