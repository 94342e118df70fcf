/*
 * address.h
 *		E-mail addresses that people give.
 */
#ifndef PACL_ADDRESS_H
#define PACL_ADDRESS_H

#include "postgres.h"

#include "pure/token.h"

/*
 * The address without surrounding blanks, in lower case, palloc'd.  Raises
 * 22023 for what is not an address: malformed, over 254 characters, with
 * letters of another alphabet that look like ours.
 */
extern char *pacl_email_fold(const char *text);

/* The digest under which a folded address is blocked and told apart. */
extern void pacl_email_digest(const char *address, PaclDigest *digest);

#endif							/* PACL_ADDRESS_H */
