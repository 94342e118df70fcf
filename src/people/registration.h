/*
 * registration.h
 *		People of other cells: the same account id everywhere.
 */
#ifndef PACL_REGISTRATION_H
#define PACL_REGISTRATION_H

#include "postgres.h"
#include "lib/stringinfo.h"
#include "utils/uuid.h"

#include "identity/account_store.h"

/* People who are registered one after the other; zeroed to begin with. */
typedef struct PaclRegistration
{
	StringInfo	refused;		/* the people whom this cell cannot take */
	const pg_uuid_t *organization_id;	/* with which they come */
} PaclRegistration;

/* Takes a person up, unless their id is known; or notes why not. */
extern void pacl_registration_add(void *registration, PaclAccountRow *person);

/* 23505 with the list if somebody could not be taken up. */
extern void pacl_registration_finish(const PaclRegistration *registration);

/*
 * The authenticator's: takes up one person.  22023 names what is wrong, 23505
 * if the cell knows the address or the id as somebody else's, PA030 if the
 * address is blocked.
 */
extern void pacl_registration_register(PaclAccountRow *person);

#endif							/* PACL_REGISTRATION_H */
