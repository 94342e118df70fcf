/*
 * recovery_code.h
 *		Codes on paper, each of which stands once for a second factor.
 *
 * Sixteen letters and digits in four groups: 80 random bits, so that a fast
 * digest is enough.  The digest depends on the account: a list of digests is
 * not attacked as a whole.
 */
#ifndef PACL_RECOVERY_CODE_H
#define PACL_RECOVERY_CODE_H

#include "postgres.h"

#include "pure/token.h"

#define PACL_RECOVERY_CODES			10	/* of one person */
#define PACL_RECOVERY_CODE_LENGTH	19	/* without a terminator */
#define PACL_RECOVERY_SALT_BYTES	16	/* an account's id */

/* Makes a code: its text into the buffer, its digest beside it. */
extern void pacl_recovery_code_make(const uint8 salt[PACL_RECOVERY_SALT_BYTES],
									char text[PACL_RECOVERY_CODE_LENGTH + 1],
									PaclDigest *digest);

/*
 * The digest of what a person types, in any case, with or without blanks and
 * hyphens.  False if it cannot be a code.
 */
extern bool pacl_recovery_code_digest(const uint8 salt[PACL_RECOVERY_SALT_BYTES],
									  const char *text, PaclDigest *digest);

#endif							/* PACL_RECOVERY_CODE_H */
