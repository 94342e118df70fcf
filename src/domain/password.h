/*
 * password.h
 *		Passwords: Argon2id hashes, temporary ones, how they are checked.
 */
#ifndef PACL_PASSWORD_H
#define PACL_PASSWORD_H

#include "postgres.h"
#include "utils/uuid.h"

/*
 * Gives an account a random temporary password, good for 7 days, and returns
 * its text, palloc'd.  Whoever logs in with it must change it first.
 */
extern char *pacl_password_make_temporary(const pg_uuid_t *account_id);

#endif							/* PACL_PASSWORD_H */
