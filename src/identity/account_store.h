/*
 * account_store.h
 *		Rows of accounts, and of their passwords and tokens.
 */
#ifndef PACL_ACCOUNT_STORE_H
#define PACL_ACCOUNT_STORE_H

#include "postgres.h"
#include "datatype/timestamp.h"
#include "utils/uuid.h"

#include "pure/token.h"

typedef struct PaclPassword
{
	char	   *hash;
	bool		temporary;
	TimestampTz temporary_until;	/* if temporary */
} PaclPassword;

/* The account's password, palloc'd; false if it has none. */
extern bool pacl_account_store_password(const pg_uuid_t *account_id,
										PaclPassword *password);

/* Whether the account opened a session from exactly this client since then. */
extern bool pacl_account_store_knows_client(const pg_uuid_t *account_id,
											const char *client,
											TimestampTz since);

/* Sets or replaces it. */
extern void pacl_account_store_set_password(const pg_uuid_t *account_id,
											const char *hash,
											TimestampTz changed_at,
											bool temporary,
											TimestampTz temporary_until);

/* The same password, hashed at another cost. */
extern void pacl_account_store_rehash_password(const pg_uuid_t *account_id,
											   const char *hash);

/* Whether there is such an account, neither blocked nor deleted. */
extern bool pacl_account_store_is_active(const pg_uuid_t *account_id);

/* Makes an account of the one status one of the other; false if it is none. */
extern bool pacl_account_store_set_status(const pg_uuid_t *account_id,
										  const char *from, const char *to);

/*
 * Whether, beyond that, the person may log in: not if they are disabled in
 * every organization to which they belong.
 */
extern bool pacl_account_store_may_log_in(const pg_uuid_t *account_id);

/*
 * Notes a log-in: the account's first use, and the last log-in in the
 * organization if the person belongs to exactly one.  A member of several
 * has come to none of them before choosing one of its agendas.
 */
extern void pacl_account_store_note_log_in(const pg_uuid_t *account_id,
										   TimestampTz at);

/* Notes a log-in in one organization, unless a later one is noted. */
extern void pacl_account_store_note_log_in_there(const pg_uuid_t *account_id,
												 const pg_uuid_t *organization_id,
												 TimestampTz at);

/* Whoever was invited at one address is invited at the other now. */
extern void pacl_account_store_move_invitations(const char *from,
												const char *to);

/* What a person may do with a token that they were sent. */
typedef enum PaclTokenPurpose
{
	PACL_TOKEN_FOR_PASSWORD_RESET,
	PACL_TOKEN_FOR_EMAIL_CHANGE
} PaclTokenPurpose;

/* Keeps a token's digest; new_email is null but for a change of address. */
extern void pacl_account_store_keep_token(const pg_uuid_t *account_id,
										  PaclTokenPurpose purpose,
										  const PaclDigest *digest,
										  const char *new_email,
										  TimestampTz at, TimestampTz until);

/* Whose live token it is, palloc'd, or null. */
extern pg_uuid_t *pacl_account_store_token_account(PaclTokenPurpose purpose,
												   const PaclDigest *digest,
												   TimestampTz at);

/*
 * Uses a live token up: false if somebody else has.  *new_email, unless
 * null, is set to the address that it confirms, palloc'd.
 */
extern bool pacl_account_store_use_token(PaclTokenPurpose purpose,
										 const PaclDigest *digest,
										 TimestampTz at, char **new_email);

/* Takes an account's tokens of one purpose away. */
extern void pacl_account_store_drop_tokens(const pg_uuid_t *account_id,
										   PaclTokenPurpose purpose);

/*
 * The address of this digest may not be taken, or may be; false if that was
 * so already, for the same reason.
 */
extern bool pacl_account_store_block_email(const PaclDigest *digest,
										   const char *reason,
										   TimestampTz at);
extern bool pacl_account_store_unblock_email(const PaclDigest *digest);

/* What a database role may be used for. */
typedef struct PaclRoleUse
{
	const char *audience;		/* one that is shared, or "superuser"; or null */
	bool		mapped;			/* its name is this account's already */
	bool		only_one;		/* no other role serves an application */
} PaclRoleUse;

extern void pacl_account_store_role_use(Oid role, const pg_uuid_t *account_id,
										PaclRoleUse *use);

/*
 * Makes a database role an account's own, in place of whatever the role, or
 * an older role of its name, was before; false if it was that already.
 */
extern bool pacl_account_store_map_role(Oid role, const char *role_name,
										const pg_uuid_t *account_id,
										TimestampTz at);

/*
 * Takes the mapping of a role away; returns the account that it was, or null
 * if it was none.
 */
extern pg_uuid_t *pacl_account_store_unmap_role(Oid role);

typedef struct PaclAccountRow
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
	bool		sms_copies;		/* wants text messages of appointments */
} PaclAccountRow;

/* By id or by folded address; false if there is none.  Strings palloc'd. */
extern bool pacl_account_store_read(const pg_uuid_t *id, PaclAccountRow *person);
extern bool pacl_account_store_find(const char *email, PaclAccountRow *person);

/*
 * The account of an address or, if there is none, whichever comes next in the
 * order of the addresses' digests; false if there is no account at all.  It
 * is the same work and as many rows whether somebody has the address or not,
 * and what is done with the account then can be so as well.
 */
extern bool pacl_account_store_find_nearest(const char *email,
											PaclAccountRow *person,
											bool *has_address);

/*
 * Makes an active account of it, with a new id, which is set.  False, and
 * nothing done, if somebody has the address already.
 */
extern bool pacl_account_store_insert(PaclAccountRow *person);

/*
 * Writes names, address, mobile, country and zone.  False, and nothing done,
 * if somebody else has the address.
 */
extern bool pacl_account_store_update(const PaclAccountRow *person);

/*
 * Makes the digests of addresses that have none, of accounts that were
 * written by hand; returns how many.  Raises 23505 for an address that two
 * accounts have.
 */
extern uint64 pacl_account_store_digest_emails(void);

/* Whether the digest of an address is among the blocked ones. */
extern bool pacl_account_store_is_blocked(const PaclDigest *digest);

#endif							/* PACL_ACCOUNT_STORE_H */
