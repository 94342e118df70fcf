/*
 * address.h
 *		E-mail addresses and phone numbers that people give.
 */
#ifndef PACL_ADDRESS_H
#define PACL_ADDRESS_H

#include "postgres.h"

#include "pure/token.h"

/*
 * The address without surrounding blanks, in lower case, palloc'd.  Raises
 * 22023 for a text that is not an address: malformed, over 254 characters,
 * with letters of another alphabet that look like ours.
 */
extern char *pacl_email_fold(const char *text);

/*
 * The number as E.164 has it, palloc'd; null for null and for nothing but
 * blanks.  One without a country code is the country's.  Raises 22023 for a
 * text that is no number; "what" names it in the error.
 */
extern char *pacl_phone_fold(const char *what, const char *text,
							 const char *country);

/*
 * The digest under which a folded address is looked up, kept unique, blocked
 * and told apart, wherever an address is to be compared and not shown: the
 * one place for it.  It is BLAKE2b, keyed with the database's own key
 * (practiceacl.email_key), of the plain BLAKE2b of the address, so that a
 * list of addresses undoes no digest for anyone who does not have the key;
 * and a plain digest of 0.1.0 becomes a keyed one without the address.  The
 * key is made when it is first needed, sealed if there is a key file
 * (key_file.h), and restored with the rest of the data.  55000 if it is
 * sealed and cannot be opened, or is not there while digests are: no other
 * key is made then.
 */
extern void pacl_email_digest(const char *address, PaclDigest *digest);

/*
 * The same of other bytes than an address, which begin with what they are for:
 * the database's key serves that, too.
 */
extern void pacl_address_key_sign(const void *bytes, size_t length,
								  PaclDigest *digest);

/*
 * Keys a plain digest of 0.1.0, in place: for the update from there, which
 * makes the key.
 */
extern void pacl_email_key_digest(PaclDigest *digest);

/*
 * Seals the key if it is in clear, or sealed with another key than the first
 * of the key file; false if there is nothing to do.  Raises as key_file.h
 * says.
 */
extern bool pacl_email_key_seal(void);

#endif							/* PACL_ADDRESS_H */
