/*
 * second_factor.h
 *		What a person proves beside their password: a code of an app.
 *
 * A code counts once: a step of the clock whose code was used, and every step
 * before it, is used up, in all sessions, whether the transaction commits or
 * not.  So does a recovery code, which is for whoever has lost the app.
 */
#ifndef PACL_SECOND_FACTOR_H
#define PACL_SECOND_FACTOR_H

#include "postgres.h"
#include "utils/uuid.h"

#include "pure/recovery_code.h"
#include "pure/totp.h"
#include "reader/identity.h"

/* What a person takes over into an app. */
typedef struct PaclEnrolment
{
	char		secret[PACL_TOTP_SECRET_LENGTH + 1];
	char		uri[PACL_TOTP_URI_MAX];
} PaclEnrolment;

/*
 * The caller begins to set up a second factor, which counts once it is
 * confirmed.  PA010 without a fresh authentication; 55000 if they have one, or
 * if secrets cannot be sealed here (key_file.h).
 */
extern PaclEnrolment *pacl_second_factor_enrol(void);

/* Recovery codes as text: shown once, and not kept. */
typedef struct PaclRecoveryCodes
{
	char		text[PACL_RECOVERY_CODES][PACL_RECOVERY_CODE_LENGTH + 1];
} PaclRecoveryCodes;

/*
 * The caller has it in their app: from now on every session needs it, and this
 * one has it.  28P01 for a wrong code, PA040 after several; 55000 if there is
 * nothing to confirm.
 */
extern void pacl_second_factor_confirm(const char *code,
									   PaclRecoveryCodes *codes);

/* Opens the caller's session.  28P01, PA040; 55000 if they have none. */
extern void pacl_second_factor_give(const char *code);

/* The caller has none any more.  The same errors. */
extern void pacl_second_factor_remove(const char *code);

/* New recovery codes in place of those that are left.  The same errors. */
extern void pacl_second_factor_renew_codes(const char *code,
										   PaclRecoveryCodes *codes);

/*
 * The operator's: the person has lost theirs.  Their sessions end, and they
 * are told.  PT404 if there is no such account; 55000 if it has none.
 */
extern void pacl_second_factor_reset(const pg_uuid_t *account_id);

/*
 * Whether text that was given as a password is a code of the caller's app,
 * which is then used up.  False for what may be a password; 28P01 and PA040 for
 * a wrong code.  Passwords are longer than codes.
 */
extern bool pacl_second_factor_is_code(const PaclCaller *caller,
									   const char *text);

/* PA032 if the account has one: its password alone proves nothing. */
extern void pacl_second_factor_refuse_without(const pg_uuid_t *account_id);

/*
 * PA032 unless the caller has given a second factor, here or where they were
 * authenticated: whoever demands it of others.
 */
extern void pacl_second_factor_require(const PaclCaller *caller);

/* Seals all secrets with the first key; returns how many had another. */
extern int64 pacl_second_factor_seal(void);

/*
 * The second factor of an account that ends becomes that of another one, which
 * has none; without its recovery codes.  55000 if the key file is missing.
 */
extern void pacl_second_factor_hand_on(const pg_uuid_t *from_account,
									   const pg_uuid_t *into_account);

#endif							/* PACL_SECOND_FACTOR_H */
