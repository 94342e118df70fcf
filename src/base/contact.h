/*
 * contact.h
 *		How somebody is to be reached, as people write it.
 */
#ifndef PACL_CONTACT_H
#define PACL_CONTACT_H

#include "postgres.h"

/* An address in the form in which messages are sent to it; palloc'd. */
typedef struct PaclContactAddress
{
	const char *channel;		/* "email" or "sms" */
	char	   *address;
} PaclContactAddress;

typedef void (*PaclContactCallback) (void *state,
									 const PaclContactAddress *address);

/*
 * Calls back for every e-mail address and phone number in a text, in its
 * order: "Mobile: 06 12 34 56 78; name@example.org" has two.  A number without
 * a country code is the country's.  What is neither is passed over.
 */
extern void pacl_contact_read(const char *contact, const char *country,
							  PaclContactCallback visit, void *state);

/* The first of them; false if there is none. */
extern bool pacl_contact_first(const char *contact, const char *country,
							   PaclContactAddress *first);

#endif							/* PACL_CONTACT_H */
