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

/* Their password and second factor may come with this organization. */
extern void pacl_registration_store_await(const pg_uuid_t *account_id,
										  const pg_uuid_t *organization_id,
										  TimestampTz at);

#endif							/* PACL_REGISTRATION_STORE_H */
