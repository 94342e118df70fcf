/*
 * organization_store.h
 *		Rows of organizations, and of the service offers they may buy.
 */
#ifndef PACL_ORGANIZATION_STORE_H
#define PACL_ORGANIZATION_STORE_H

#include "postgres.h"
#include "datatype/timestamp.h"
#include "utils/numeric.h"
#include "utils/uuid.h"

#include "pure/rights.h"

typedef struct PaclOrganization
{
	char	   *name;
	char	   *country;
	char	   *time_zone;
	char	   *second_factor;	/* of whom it is demanded; null when made */
	bool		closed;
	PaclRights	colleague_rights;	/* of agendas that are created */
	bool		holder_consents;	/* see access/consent.h */
} PaclOrganization;

/* False if there is none; the strings are palloc'd. */
extern bool pacl_organization_store_read(const pg_uuid_t *id,
										 PaclOrganization *organization);

extern void pacl_organization_store_insert(const pg_uuid_t *id,
										   const PaclOrganization *organization);

extern void pacl_organization_store_update(const pg_uuid_t *id,
										   const PaclOrganization *organization);

/* Closes it at a moment, or opens it again. */
extern void pacl_organization_store_close(const pg_uuid_t *id, TimestampTz at);
extern void pacl_organization_store_reopen(const pg_uuid_t *id);

#endif							/* PACL_ORGANIZATION_STORE_H */
