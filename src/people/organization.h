/*
 * organization.h
 *		Organizations and service offers: mostly the operator's acts.
 */
#ifndef PACL_ORGANIZATION_H
#define PACL_ORGANIZATION_H

#include "postgres.h"
#include "utils/jsonb.h"
#include "utils/numeric.h"
#include "utils/uuid.h"

typedef struct PaclOrganizationRequest
{
	const char *name;
	const char *admin_email;
	const char *admin_first_name;
	const char *admin_last_name;
	const char *country;
	const char *time_zone;
} PaclOrganizationRequest;

typedef struct PaclNewOrganization
{
	pg_uuid_t	organization_id;
	pg_uuid_t	account_id;
	const char *temporary_password; /* if it may be returned, else null */
} PaclNewOrganization;

/*
 * The operator makes an organization and its first full administrator, for an
 * address that has no account yet: 23505 otherwise, because nobody joins
 * anything without accepting.
 */
extern PaclNewOrganization pacl_organization_create(const PaclOrganizationRequest *request);

/*
 * A full administrator changes name, country, zone, or of whom a second factor
 * is demanded: that with a fresh authentication (PA010), and for more people
 * only if they have given one themselves (PA032).
 */
extern void pacl_organization_update(const pg_uuid_t *organization_id,
									 Jsonb *changes);

/*
 * The operator closes an organization: its members are disabled, its data
 * stays.  Closing it twice is nothing.
 */
extern void pacl_organization_close(const pg_uuid_t *organization_id);

/*
 * The operator opens it again: members whom the closing disabled are what
 * they were; those who were disabled before stay so.  Opening an open one
 * does nothing.
 */
extern void pacl_organization_reopen(const pg_uuid_t *organization_id);

#endif							/* PACL_ORGANIZATION_H */
