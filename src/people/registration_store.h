/*
 * registration_store.h
 *		Rows of people of other cells.
 */
#ifndef PACL_REGISTRATION_STORE_H
#define PACL_REGISTRATION_STORE_H

#include "postgres.h"
#include "datatype/timestamp.h"
#include "utils/uuid.h"

#include "identity/account_store.h"

/* With the id that it has; false if somebody has the address. */
extern bool pacl_registration_store_insert(const PaclAccountRow *person,
										   TimestampTz at);

/*
 * Another id, in every column that names the account but those of the record;
 * how many rows.  Foreign keys do not look, so it takes a superuser.
 */
extern int64 pacl_registration_store_rename(const pg_uuid_t *from_account,
											const pg_uuid_t *into_account);

#endif							/* PACL_REGISTRATION_STORE_H */
