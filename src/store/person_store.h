/*
 * person_store.h
 *		Rows of accounts, as far as they tell who somebody is.
 */
#ifndef PACL_PERSON_STORE_H
#define PACL_PERSON_STORE_H

#include "postgres.h"
#include "utils/uuid.h"

#include "pure/token.h"

typedef struct PaclPerson
{
	pg_uuid_t	id;
	char	   *status;			/* active, blocked, deleted */
	char	   *email;			/* folded; null once deleted */
	char	   *first_name;
	char	   *last_name;
	char	   *mobile;			/* or null */
	char	   *country;
	char	   *time_zone;
	bool		used;			/* has logged in at least once */
} PaclPerson;

/* By id or by folded address; false if there is none.  Strings palloc'd. */
extern bool pacl_person_store_read(const pg_uuid_t *id, PaclPerson *person);
extern bool pacl_person_store_find(const char *email, PaclPerson *person);

/*
 * Makes an active account of it, with a new id, which is set.  False, and
 * nothing done, if somebody has the address already.
 */
extern bool pacl_person_store_insert(PaclPerson *person);

/*
 * Writes names, address, mobile, country and zone.  False, and nothing done,
 * if somebody else has the address.
 */
extern bool pacl_person_store_update(const PaclPerson *person);

/* Whether the digest of an address is among the blocked ones. */
extern bool pacl_person_store_is_blocked(const PaclDigest *digest);

#endif							/* PACL_PERSON_STORE_H */
