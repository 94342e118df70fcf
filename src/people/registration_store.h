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


#endif							/* PACL_REGISTRATION_STORE_H */
