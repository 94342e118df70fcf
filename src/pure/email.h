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
 * Writes the folded address; false if the text is not an address, and then
 * *flaw, unless flaw is null, completes the sentence "As an address, …".
 * Raises nothing.  For raising, see domain/address.h.
 */
extern bool pacl_email_parse(const char *text,
							 char address[PACL_EMAIL_LENGTH + 1],
							 const char **flaw);

#endif							/* PACL_EMAIL_H */
