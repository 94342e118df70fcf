/*
 * password.c
 *		Passwords: Argon2id hashes, temporary ones, how they are checked.
 */
#include "postgres.h"

#include <sodium.h>

#include "common/string.h"
#include "mb/pg_wchar.h"
#include "miscadmin.h"
#include "utils/builtins.h"
#include "utils/fmgrprotos.h"
#include "utils/timestamp.h"

#include "base/lock.h"
#include "errors.h"
#include "identity/account_store.h"
#include "identity/password.h"
#include "reader/view.h"
#include "settings.h"

/* Letters and digits that are not taken for each other when read aloud. */
static const char readable[] = "abcdefghjkmnpqrstuvwxyz23456789";

/* Twenty of 31 characters: 99 bits. */
#define GROUPS			4
#define GROUP_LENGTH	5

StaticAssertDecl(crypto_pwhash_MEMLIMIT_MIN <= 8 * 1024,
				 "the smallest practiceacl.password_memory must be possible");

static unsigned long long
cost_passes(void)
{
	return pacl_password_passes;
}

static size_t
cost_memory(void)
{
	return (size_t) pacl_password_memory * 1024;
}

static void
raise_no_memory(void)
{
	ereport(ERROR,
			(errcode(ERRCODE_OUT_OF_MEMORY),
			 errword("memory"),
			 errmsg("not enough memory to hash a password"),
			 errdetail("One computation takes %d kB.", pacl_password_memory),
			 errhint("Lower practiceacl.password_memory or practiceacl.hash_slots.")));
}

/*
 * The password as it is hashed, palloc'd: keyboards and systems write the same
 * letters in different characters, which the server's own NFKC makes one.  An
 * encoding that is no Unicode has one character for each of its letters.
 */
static char *
normalize(const char *password)
{
	Datum		form = PointerGetDatum(cstring_to_text("NFKC"));

	if (GetDatabaseEncoding() != PG_UTF8 || pg_is_ascii(password))
		return pstrdup(password);
	return TextDatumGetCString(DirectFunctionCall2(unicode_normalize_func,
												   CStringGetTextDatum(password),
												   form));
}

static bool
waste(const char *password)
{
	char		hash[crypto_pwhash_STRBYTES];

	return crypto_pwhash_str(hash, password, strlen(password),
							 cost_passes(), cost_memory()) == 0;
}

static bool
verify(const char *password, const char *hash)
{
	return crypto_pwhash_str_verify(hash, password, strlen(password)) == 0;
}

/*
 * Argon2id runs in the functions around here only.  The slot is let go as soon as
 * the computation ends; if something raises meanwhile, the end of the
 * (sub)transaction lets it go.
 */
char *
pacl_password_hash(const char *password)
{
	char	   *hash = palloc(crypto_pwhash_STRBYTES);
	char	   *normal = normalize(password);
	int			slot = pacl_lock_hash_slot();
	bool		done = crypto_pwhash_str(hash, normal, strlen(normal),
										 cost_passes(), cost_memory()) == 0;

	pacl_unlock_hash_slot(slot);
	if (!done)
		raise_no_memory();
	return hash;
}

/*
 * Hashes of 0.1.0 were made of the text as it came, so a text that is not
 * normal is tried as it came too: whosever it is, for that is twice the time.
 */
PaclMatch
pacl_password_match(const char *password, const char *hash,
					PaclHashTurn turn, void *state)
{
	PaclMatch	match = PACL_MATCH_NOT_TRIED;
	char	   *normal = normalize(password);
	bool		as_it_came = strcmp(normal, password) != 0;
	bool		done = true;
	int			slot = pacl_lock_hash_slot();

	if (turn(state))
	{
		match = PACL_MATCH_NO;
		if (hash == NULL)
			done = waste(normal) && (!as_it_came || waste(password));
		else if (verify(normal, hash) ||
				 (as_it_came && verify(password, hash)))
			match = PACL_MATCH_YES;
	}
	pacl_unlock_hash_slot(slot);
	if (!done)
		raise_no_memory();
	return match;
}

/*
 * What is computed is as dear as the hash says, so the costs of one that
 * another cell made are no higher than this module's settings can be.
 */
bool
pacl_password_is_hash(const char *text)
{
	unsigned int memory;
	unsigned int passes;

	return strlen(text) < crypto_pwhash_STRBYTES &&
		sscanf(text, "$argon2id$v=19$m=%9u,t=%9u,p=1$", &memory, &passes) == 2 &&
		memory <= PACL_PASSWORD_MAX_MEMORY &&
		passes <= PACL_PASSWORD_MAX_PASSES &&
		crypto_pwhash_str_needs_rehash(text, cost_passes(), cost_memory()) >= 0;
}

bool
pacl_password_is_stale(const char *hash)
{
	return crypto_pwhash_str_needs_rehash(hash, cost_passes(),
										  cost_memory()) != 0;
}

void
pacl_password_check_given(const char *password)
{
	if (password[0] == '\0')
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errword("empty"),
				 errmsg("password must not be empty")));
	if (strlen(password) > PACL_PASSWORD_MAX_BYTES)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errword("too_long"),
				 errmsg("password is too long"),
				 errdetail("It has %zu bytes; at most %d are allowed.",
						   strlen(password), PACL_PASSWORD_MAX_BYTES)));
}

void
pacl_password_check_new(const char *password)
{
	pacl_password_check_given(password);
	if (Min(pg_mbstrlen(password), pg_mbstrlen(normalize(password))) <
		PACL_PASSWORD_MIN_CHARACTERS)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errword("too_short"),
				 errmsg("password is too short"),
				 errdetail("It needs at least %d characters.",
						   PACL_PASSWORD_MIN_CHARACTERS),
				 errhint("Several words in a row are easy to keep and hard to guess.")));
}

void
pacl_password_store(const pg_uuid_t *account_id, const char *hash)
{
	pacl_account_store_set_password(account_id, hash, pacl_view_time(),
									false, 0);
}

char *
pacl_password_prepare_temporary(char **hash)
{
	char	   *text = palloc(GROUPS * (GROUP_LENGTH + 1));
	char	   *next = text;

	for (int group = 0; group < GROUPS; group++)
	{
		for (int i = 0; i < GROUP_LENGTH; i++)
			*next++ = readable[randombytes_uniform(sizeof(readable) - 1)];
		*next++ = '-';
	}
	next[-1] = '\0';
	*hash = pacl_password_hash(text);
	return text;
}

void
pacl_password_store_temporary(const pg_uuid_t *account_id, const char *hash)
{
	TimestampTz now = pacl_view_time();

	pacl_account_store_set_password(account_id, hash, now, true,
									now + PACL_PASSWORD_TEMPORARY_DAYS * USECS_PER_DAY);
}
