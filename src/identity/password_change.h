/*
 * password_change.h
 *		New passwords: with the old one, or with a token sent by mail.
 */
#ifndef PACL_PASSWORD_CHANGE_H
#define PACL_PASSWORD_CHANGE_H

#include "postgres.h"

/*
 * The caller's own; a temporary password is changed here.  Ends their other
 * sessions.  28P01 for a wrong old one, 22023 for a new one that nobody may
 * have or that is the old one.
 */
extern void pacl_password_change(const char *old_password,
								 const char *new_password);

/*
 * Sends a token to the address if an account has it.  The same answer for
 * every text, so that nobody learns who has an account; at most a few times
 * an hour.
 */
extern void pacl_password_request_reset(const char *email);

/*
 * Sets the password of the account that was sent the token, ends all its
 * sessions and opens one, whose token is returned, palloc'd.  28000 for a
 * token that is unknown, used or lapsed.
 */
extern char *pacl_password_reset(const char *token,
								 const char *new_password);

#endif							/* PACL_PASSWORD_CHANGE_H */
