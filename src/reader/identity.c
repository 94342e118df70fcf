/*
 * identity.c
 *		Who is calling: from the token in practiceacl.session, or from the
 *		database role of a person who has one.
 *
 * What is found is remembered for the view (see view.h) and compared with
 * the clock at every question.
 */
#include "postgres.h"

#include <sodium.h>

#include "miscadmin.h"
#include "utils/builtins.h"
#include "utils/memutils.h"
#include "utils/timestamp.h"

#include "compat.h"
#include "pure/token.h"
#include "reader/identity.h"
#include "reader/memberships.h"
#include "reader/relation.h"
#include "reader/view.h"
#include "settings.h"

typedef struct Memo
{
	PaclView	view;
	bool		known;
	TimestampTz until;			/* the session lapses */
	PaclCaller	caller;
} Memo;

static Memo memo;
static char *remembered_client = NULL;

/*
 * For whom the extension's owner reads: while the setting has this token, which
 * is in no table and which nobody but this back end knows.
 */
static char reading_token[PACL_TOKEN_LENGTH + 1];
static pg_uuid_t reading_for;

/* The digest of the last token seen: a function of its text alone. */
static char digested_token[PACL_TOKEN_LENGTH + 1];
static PaclDigest token_digest;

static bool
digest_of_setting(PaclDigest *digest)
{
	if (strcmp(pacl_session_token, digested_token) != 0)
	{
		PaclDigest	fresh;

		if (!pacl_token_digest(PACL_TOKEN_SESSION, pacl_session_token, &fresh))
			return false;
		token_digest = fresh;
		strlcpy(digested_token, pacl_session_token, sizeof(digested_token));
	}
	*digest = token_digest;
	return true;
}

static bool
find_session_of_token(const PaclDigest *digest, pg_uuid_t *session_id)
{
	struct
	{
		char		header[VARHDRSZ];
		PaclDigest	digest;
	}			wanted;
	Datum		key = PointerGetDatum(&wanted);
	PaclScan	scan;
	HeapTuple	row;
	bool		found = false;

	SET_VARSIZE(&wanted, VARHDRSZ + PACL_DIGEST_BYTES);
	wanted.digest = *digest;

	pacl_scan_begin(&scan, PACL_SESSION_TOKEN_BY_DIGEST, 1, &key);
	row = pacl_scan_next(&scan);
	if (row != NULL)
	{
		bytea	   *stored = DatumGetByteaPP(pacl_scan_value(&scan, row,
															 Anum_session_token_digest));

		/* The index has compared already; in constant time only this does. */
		found = VARSIZE_ANY_EXHDR(stored) == PACL_DIGEST_BYTES &&
			sodium_memcmp(VARDATA_ANY(stored), digest->data,
						  PACL_DIGEST_BYTES) == 0;
		*session_id = *DatumGetUUIDP(pacl_scan_value(&scan, row,
													 Anum_session_token_session_id));
	}
	pacl_scan_end(&scan);
	return found;
}

/*
 * Fills in the caller from the session, with the second factor that was given
 * in it; false if it has ended or lapsed.
 */
static bool
read_session(const pg_uuid_t *session_id, PaclCaller *caller,
			 TimestampTz *until, bool *has_given, pg_uuid_t *given)
{
	Datum		key = UUIDPGetDatum(session_id);
	PaclScan	scan;
	HeapTuple	row;
	bool		live = false;

	pacl_scan_begin(&scan, PACL_SESSION_BY_ID, 1, &key);
	row = pacl_scan_next(&scan);
	if (row != NULL)
	{
		bool		isnull;
		Datum		confirmed;
		Datum		agenda;
		Datum		factor;
		Datum		client;

		*until = DatumGetTimestampTz(pacl_scan_value(&scan, row,
													 Anum_session_expires_at));
		caller->last_seen_at = DatumGetTimestampTz(pacl_scan_value(&scan, row,
																   Anum_session_last_seen_at));
		if (pacl_session_idle_timeout > 0)
			*until = Min(*until, caller->last_seen_at +
						 pacl_session_idle_timeout * USECS_PER_SEC);
		caller->account_id = *DatumGetUUIDP(pacl_scan_value(&scan, row,
															Anum_session_account_id));
		caller->has_session = true;
		caller->session_id = *session_id;
		if (DatumGetBool(pacl_scan_value(&scan, row, Anum_session_limited)))
			caller->missing = PACL_MISSING_PASSWORD;
		caller->factor_elsewhere = DatumGetBool(pacl_scan_value(&scan, row,
																Anum_session_second_factor_elsewhere));
		factor = pacl_scan_column(&scan, row, Anum_session_second_factor_id,
								  &isnull);
		*has_given = !isnull;
		if (!isnull)
			*given = *DatumGetUUIDP(factor);
		confirmed = pacl_scan_column(&scan, row, Anum_session_confirmed_until,
									 &isnull);
		caller->confirmed_until = isnull ? DT_NOBEGIN :
			DatumGetTimestampTz(confirmed);
		agenda = pacl_scan_column(&scan, row, Anum_session_agenda_id, &isnull);
		caller->has_agenda = !isnull;
		if (!isnull)
			caller->agenda_id = *DatumGetUUIDP(agenda);
		client = pacl_scan_column(&scan, row, Anum_session_client, &isnull);
		if (!isnull)
		{
			text	   *words = DatumGetTextPP(client);
			size_t		length = VARSIZE_ANY_EXHDR(words);

			remembered_client = MemoryContextAlloc(TopMemoryContext, length + 1);
			memcpy(remembered_client, VARDATA_ANY(words), length);
			remembered_client[length] = '\0';
			caller->client = remembered_client;
		}
		(void) pacl_scan_column(&scan, row, Anum_session_ended_at, &isnull);
		live = isnull;
	}
	pacl_scan_end(&scan);
	return live;
}

static bool
is_word(Datum value, const char *word)
{
	text	   *given = DatumGetTextPP(value);
	size_t		length = strlen(word);

	return VARSIZE_ANY_EXHDR(given) == length &&
		memcmp(VARDATA_ANY(given), word, length) == 0;
}

/* Whether the account is active, and its second factor, if it has one. */
static bool
read_account(const pg_uuid_t *account_id, bool *has_factor,
			 pg_uuid_t *factor_id)
{
	Datum		key = UUIDPGetDatum(account_id);
	PaclScan	scan;
	HeapTuple	row;
	bool		active = false;

	pacl_scan_begin(&scan, PACL_ACCOUNT_BY_ID, 1, &key);
	row = pacl_scan_next(&scan);
	if (row != NULL)
	{
		bool		isnull;
		Datum		factor;

		active = is_word(pacl_scan_value(&scan, row, Anum_account_status),
						 "active");
		factor = pacl_scan_column(&scan, row, Anum_account_second_factor_id,
								  &isnull);
		*has_factor = !isnull;
		if (!isnull)
			*factor_id = *DatumGetUUIDP(factor);
	}
	pacl_scan_end(&scan);
	return active;
}

bool
pacl_identity_is_active(const pg_uuid_t *account_id)
{
	bool		has_factor;
	pg_uuid_t	factor_id;

	return read_account(account_id, &has_factor, &factor_id);
}

/* Whoever is known otherwise than by a session. */
static void
identify_without_session(PaclCaller *caller, const pg_uuid_t *account_id)
{
	caller->account_id = *account_id;
	caller->has_session = false;
	memset(&caller->session_id, 0, sizeof(pg_uuid_t));
	caller->last_seen_at = DT_NOBEGIN;
	caller->has_agenda = false;
	caller->confirmed_until = DT_NOBEGIN;
}

/*
 * The account of a database role of its own.  After a restore the OIDs are
 * other roles': the name must agree as well.
 */
static bool
read_mapped_role(Oid role, PaclCaller *caller)
{
	Datum		key = ObjectIdGetDatum(role);
	PaclScan	scan;
	HeapTuple	row;
	bool		found = false;

	pacl_scan_begin(&scan, PACL_ROLE_ACCOUNT_BY_OID, 1, &key);
	row = pacl_scan_next(&scan);
	if (row != NULL)
	{
		char	   *mapped = TextDatumGetCString(pacl_scan_value(&scan, row,
																 Anum_role_account_role_name));
		char	   *actual = GetUserNameFromId(role, true);

		found = actual != NULL && strcmp(actual, mapped) == 0;
		identify_without_session(caller,
								 DatumGetUUIDP(pacl_scan_value(&scan, row,
															   Anum_role_account_account_id)));
	}
	pacl_scan_end(&scan);
	return found;
}

/* Whether an organization demands a second factor of a member. */
static bool
organization_demands(const pg_uuid_t *organization_id, bool of_administrator)
{
	Datum		key = UUIDPGetDatum(organization_id);
	PaclScan	scan;
	HeapTuple	row;
	bool		demands = false;

	pacl_scan_begin(&scan, PACL_ORGANIZATION_BY_ID, 1, &key);
	row = pacl_scan_next(&scan);
	if (row != NULL)
	{
		Datum		whose = pacl_scan_value(&scan, row,
											Anum_organization_second_factor);

		demands = is_word(whose, "everyone") ||
			(of_administrator && is_word(whose, "administrators"));
	}
	pacl_scan_end(&scan);
	return demands;
}

/* Whether any organization demands one of the account. */
static bool
is_demanded(const pg_uuid_t *account_id)
{
	int			count;
	const PaclMembership *members = pacl_memberships_of(account_id, &count);
	bool		demanded = false;

	for (int i = 0; i < count && !demanded; i++)
		if (members[i].active || members[i].away)
			demanded = organization_demands(&members[i].organization_id,
											members[i].admin != PACL_ADMIN_NONE);
	return demanded;
}

/*
 * A person who has a second factor gives it before all else: a temporary
 * password may be somebody else's knowledge.  Whoever has none sets one up
 * last, with a password that is their own.
 */
static void
find_missing_factor(PaclCaller *caller, const pg_uuid_t *factor_id,
					bool has_given, const pg_uuid_t *given)
{
	if (caller->factor_elsewhere ||
		(caller->reads_only && caller->has_factor))
		return;
	if (caller->has_factor)
	{
		if (!has_given || memcmp(given, factor_id, UUID_LEN) != 0)
			caller->missing = PACL_MISSING_FACTOR;
	}
	else if (caller->missing == PACL_MISSING_NOTHING &&
			 is_demanded(&caller->account_id))
		caller->missing = PACL_MISSING_ENROLMENT;
}

/* A token that is set wins, and a bad one does not fall back on the role. */
static bool
identify(PaclCaller *caller, TimestampTz *until)
{
	PaclDigest	digest;
	pg_uuid_t	session_id;
	pg_uuid_t	factor_id;
	pg_uuid_t	given;
	bool		has_given = false;

	*until = DT_NOEND;
	caller->reads_only = pacl_session_token[0] != '\0' &&
		strcmp(pacl_session_token, reading_token) == 0;
	caller->missing = PACL_MISSING_NOTHING;
	caller->factor_elsewhere = false;
	caller->client = NULL;
	if (remembered_client != NULL)
	{
		pfree(remembered_client);
		remembered_client = NULL;
	}
	if (caller->reads_only)
		identify_without_session(caller, &reading_for);
	else if (pacl_session_token[0] == '\0' ?
			 !read_mapped_role(GetSessionUserId(), caller) :
			 (!digest_of_setting(&digest) ||
			  !find_session_of_token(&digest, &session_id) ||
			  !read_session(&session_id, caller, until, &has_given, &given)))
		return false;
	if (!read_account(&caller->account_id, &caller->has_factor, &factor_id))
		return false;
	find_missing_factor(caller, &factor_id, has_given, &given);
	return true;
}

bool
pacl_identity_read_as(const pg_uuid_t *account_id)
{
	PaclDigest	unused;

	pacl_token_make(PACL_TOKEN_SESSION, reading_token, &unused);
	reading_for = *account_id;
	pacl_settings_enter(reading_token);
	return pacl_identity_reader(NULL) != NULL;
}

const PaclCaller *
pacl_identity_caller(void)
{
	if (!pacl_view_is_current(&memo.view))
	{
		memo.view.taken = false;
		memo.known = identify(&memo.caller, &memo.until);
		pacl_view_take(&memo.view);
	}
	if (!memo.known || pacl_view_time() >= memo.until)
		return NULL;
	return &memo.caller;
}

const PaclCaller *
pacl_identity_reader(TimestampTz *until)
{
	const PaclCaller *caller = pacl_identity_caller();

	if (until != NULL)
		*until = memo.until;
	return caller == NULL || caller->missing != PACL_MISSING_NOTHING ? NULL : caller;
}

bool
pacl_identity_is_fresh(const PaclCaller *caller)
{
	TimestampTz now = pacl_view_time();

	return caller->confirmed_until > now &&
		caller->confirmed_until <=
		now + 2 * PACL_SESSION_CONFIRMED_SECS * USECS_PER_SEC;
}

/* Whether any row of the mappings has this key. */
static bool
mapping_exists(PaclLookup lookup, Datum key)
{
	PaclScan	scan;
	bool		found;

	pacl_scan_begin(&scan, lookup, 1, &key);
	found = pacl_scan_next(&scan) != NULL;
	pacl_scan_end(&scan);
	return found;
}

/* The name alone counts too: after a restore the OIDs are other roles'. */
bool
pacl_identity_is_claimed(void)
{
	Oid			role = GetSessionUserId();

	return pacl_session_token[0] != '\0' ||
		mapping_exists(PACL_ROLE_ACCOUNT_BY_OID, ObjectIdGetDatum(role)) ||
		mapping_exists(PACL_ROLE_ACCOUNT_BY_NAME,
					   CStringGetTextDatum(GetUserNameFromId(role, false)));
}
