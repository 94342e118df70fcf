/*
 * membership_store.h
 *		Rows of memberships.
 */
#ifndef PACL_MEMBERSHIP_STORE_H
#define PACL_MEMBERSHIP_STORE_H

#include "postgres.h"
#include "datatype/timestamp.h"
#include "utils/uuid.h"

#include "pure/rights.h"
#include "reader/access.h"

typedef enum PaclMemberStatus
{
	PACL_MEMBER_ACTIVE,
	PACL_MEMBER_UNLISTED,		/* active, but the last access was taken */
	PACL_MEMBER_DISABLED,
	PACL_MEMBER_REMOVED
} PaclMemberStatus;

typedef struct PaclMembershipRow
{
	pg_uuid_t	organization_id;
	pg_uuid_t	account_id;
	PaclRights	features;
	PaclMemberStatus status;
	PaclAdmin	admin;
	char	   *job_title;		/* or null */
	char	   *work_mobile;	/* or null */
} PaclMembershipRow;

/* False if the account never belonged to the organization. */
extern bool pacl_membership_store_read(const pg_uuid_t *organization_id,
									   const pg_uuid_t *account_id,
									   PaclMembershipRow *membership);

extern void pacl_membership_store_insert(const PaclMembershipRow *membership,
										 TimestampTz at);

/*
 * Makes status, administrator level and features as they are here; what they
 * were goes into the history, as ended by "by" (null: an operator).  Nothing
 * happens if nothing differs.
 */
extern void pacl_membership_store_update(const PaclMembershipRow *membership,
										 const pg_uuid_t *by,
										 TimestampTz at);

/* Writes the job title and the mobile number at work. */
extern void pacl_membership_store_describe(const PaclMembershipRow *membership);

/*
 * That a member has something by a group or a profile from now on: whoever
 * inserts such a row says so, and the reader looks there.
 */
extern void pacl_membership_store_note_sharing(const pg_uuid_t *organization_id,
											   const pg_uuid_t *account_id);

/* Disables every member; what they were goes into the history. */
extern void pacl_membership_store_disable_all(const pg_uuid_t *organization_id,
											  TimestampTz at);

/*
 * Makes those members again what they were whom the closing of the
 * organization disabled; before it is opened.
 */
extern void pacl_membership_store_enable_closed(const pg_uuid_t *organization_id,
												TimestampTz at);

/* Whether the account was removed from the organization after a moment. */
extern bool pacl_membership_store_removed_since(const pg_uuid_t *organization_id,
												const pg_uuid_t *account_id,
												TimestampTz since);

/* The organizations to which an account belongs, ascending, palloc'd. */
extern pg_uuid_t *pacl_membership_store_organizations(const pg_uuid_t *account_id,
													  int *count);

/* The accounts that are or were members, palloc'd. */
extern pg_uuid_t *pacl_membership_store_accounts(const pg_uuid_t *organization_id,
												 int *count);

/*
 * How many others are full administrators who can act: who have come at least
 * once, or are a mapped role, and whose password is not a temporary one that
 * has lapsed.
 */
extern int	pacl_membership_store_other_full(const pg_uuid_t *organization_id,
											 const pg_uuid_t *account_id,
											 TimestampTz at);

/*
 * Whether the account holds an agenda of the organization or has rights there
 * that have not lapsed, apart from emergency reading; or any agenda of it has
 * rights for every colleague.
 */
extern bool pacl_membership_store_has_access(const pg_uuid_t *organization_id,
											 const pg_uuid_t *account_id,
											 TimestampTz at);

/* Whether the account has a place in another organization that works. */
extern bool pacl_membership_store_works_elsewhere(const pg_uuid_t *account_id,
												  const pg_uuid_t *organization_id);

/* Whether the account ever had a place in another organization. */
extern bool pacl_membership_store_known_elsewhere(const pg_uuid_t *account_id,
												  const pg_uuid_t *organization_id);

/* The agendas that the account holds or has any grant on, ascending. */
extern pg_uuid_t *pacl_membership_store_agendas(const pg_uuid_t *organization_id,
												const pg_uuid_t *account_id,
												int *count);

#endif							/* PACL_MEMBERSHIP_STORE_H */
