/*
 * email.h
 *		E-mail addresses: what they look like, and when two are the same.
 *
 * An address is what is left without surrounding blanks, in lower case; only
 * ASCII, so that no letter of another script can pass for one of ours, and a
 * domain of another script stands in its xn-- form.
 */
#ifndef PACL_EMAIL_H
#define PACL_EMAIL_H

#include "postgres.h"

#define PACL_EMAIL_LENGTH	254 /* characters, RFC 5321 */

/*
 * The folded address, palloc'd; null if the text is not an address, and then
 * *flaw says why, unless flaw is null.  Never raises.
 */
extern char *pacl_email_parse(const char *text, const char **flaw);

/* The same, but raises 22023 with the flaw and advice. */
extern char *pacl_email_fold(const char *text);

#endif							/* PACL_EMAIL_H */
