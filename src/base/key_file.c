/*
 * key_file.c
 *		The file practiceacl.key_file: keys that are not in the database.
 *
 * Between the reading of the keys and their wiping nothing raises an error,
 * so they are never left behind.
 */
#include "postgres.h"

#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "miscadmin.h"
#include "storage/fd.h"

#include "base/key_file.h"
#include "compat.h"
#include "errors.h"
#include "pure/seal.h"
#include "settings.h"

/* Sixteen keys, and what may be said of them. */
#define MOST_BYTES	16384

/* The longest secret of any kind. */
#define SECRET_BYTES	64

/* What is wrong with the file, in words that do not say where it is. */
typedef char Flaw[256];

bool
pacl_key_file_is_set(void)
{
	return pacl_key_file[0] != '\0';
}

/*
 * As PostgreSQL wants a TLS key: the server's and nobody else's to read, or
 * root's and readable by the server's group.
 */
static bool
is_private(const struct stat *status, Flaw flaw)
{
	if (!S_ISREG(status->st_mode))
		snprintf(flaw, sizeof(Flaw), "it is not a regular file");
	else if (status->st_uid != geteuid() && status->st_uid != 0)
		snprintf(flaw, sizeof(Flaw), "it belongs neither to the server's user nor to root");
	else if (status->st_mode & (status->st_uid == 0 ?
								S_IWGRP | S_IXGRP | S_IRWXO : S_IRWXG | S_IRWXO))
		snprintf(flaw, sizeof(Flaw), "others may read or change it: its mode must be 0600, or 0640 if it belongs to root");
	else if (status->st_size > MOST_BYTES)
		snprintf(flaw, sizeof(Flaw), "it has more than %d bytes", MOST_BYTES);
	else
		return true;
	return false;
}

/* The file's bytes, with room for a terminator; -1 and a flaw if it cannot. */
static ssize_t
read_bytes(int file, char *text, Flaw flaw)
{
	struct stat status;
	ssize_t		length = 0;

	if (fstat(file, &status) != 0)
	{
		snprintf(flaw, sizeof(Flaw), "%s", strerror(errno));
		return -1;
	}
	if (!is_private(&status, flaw))
		return -1;
	while (length < MOST_BYTES)
	{
		ssize_t		count = read(file, text + length, MOST_BYTES - length);

		if (count < 0 && errno == EINTR)
			continue;
		if (count < 0)
		{
			snprintf(flaw, sizeof(Flaw), "%s", strerror(errno));
			return -1;
		}
		if (count == 0)
			break;
		length += count;
	}
	return length;
}

/* Reads the keys; false, and nothing secret left, with a flaw. */
static bool
read_keys(PaclKeyList *list, Flaw flaw)
{
	char		text[MOST_BYTES + 1];
	ssize_t		length;
	int			line;
	const char *what;
	bool		good = false;

	/* What is no regular file is not to hold us up. */
	int			file = OpenTransientFile(pacl_key_file,
										 O_RDONLY | O_NONBLOCK | PG_BINARY);

	if (file < 0)
	{
		snprintf(flaw, sizeof(Flaw), "%s", strerror(errno));
		return false;
	}
	length = read_bytes(file, text, flaw);
	(void) CloseTransientFile(file);
	if (length >= 0)
	{
		good = pacl_key_list_parse(text, length, list, &line, &what);
		if (!good && line == 0)
			snprintf(flaw, sizeof(Flaw), "it is empty");
		else if (!good)
			snprintf(flaw, sizeof(Flaw), "line %d %s", line, what);
	}
	explicit_bzero(text, sizeof(text));
	if (!good)
		explicit_bzero(list, sizeof(*list));
	return good;
}

static void
raise_unset(const char *detail)
{
	ereport(ERROR,
			(errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
			 errword("key_file"),
			 errmsg("practiceacl.key_file is not set"),
			 errdetail("%s", detail),
			 errhint("An operator makes the file of keys and sets the parameter.")));
}

/* Where it is stands in the server's log only. */
static void
raise_unusable(const Flaw flaw)
{
	ereport(ERROR,
			(errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
			 errword("key_file"),
			 errmsg("the file that practiceacl.key_file names cannot be used"),
			 errdetail("Of the file, %s.", flaw),
			 errdetail_log("Of \"%s\", %s.", pacl_key_file, flaw),
			 errhint("An operator repairs it; practiceacl.health() tells whether it is well.")));
}

static void
require_keys(PaclKeyList *list, const char *unset_detail)
{
	Flaw		flaw;

	if (!pacl_key_file_is_set())
		raise_unset(unset_detail);
	if (!read_keys(list, flaw))
		raise_unusable(flaw);
}

static PaclSealPlace
place_of(const char *kind, const pg_uuid_t *row)
{
	PaclSealPlace place = {.kind = kind};

	if (row != NULL)
		memcpy(place.row, row->data, sizeof(place.row));
	return place;
}

void
pacl_key_file_require(void)
{
	PaclKeyList list;

	require_keys(&list, "Secrets of this kind are kept only sealed with a key that is not in the database.");
	explicit_bzero(&list, sizeof(list));
}

char *
pacl_key_file_first(void)
{
	char		name[PACL_KEY_NAME_MAX + 1];
	PaclKeyList list;

	require_keys(&list, "It names the file with the keys.");
	strlcpy(name, list.keys[0].name, sizeof(name));
	explicit_bzero(&list, sizeof(list));
	return pstrdup(name);
}

bytea *
pacl_key_file_seal(const char *kind, const pg_uuid_t *row,
				   const void *secret, size_t length)
{
	PaclSealPlace place = place_of(kind, row);
	bytea	   *sealed = palloc(VARHDRSZ + 256 + length);
	PaclKeyList list;

	require_keys(&list, "Secrets of this kind are kept only sealed with a key that is not in the database.");
	pacl_seal(&list, &place, secret, length, (uint8 *) VARDATA(sealed));
	SET_VARSIZE(sealed, VARHDRSZ + pacl_sealed_length(&list, length));
	explicit_bzero(&list, sizeof(list));
	return sealed;
}

/* The name of a sealed secret's key, for messages. */
static const char *
key_of(const bytea *sealed, char name[PACL_KEY_NAME_MAX + 1])
{
	return pacl_sealed_key((const uint8 *) VARDATA_ANY(sealed),
						   VARSIZE_ANY_EXHDR(sealed), name) ? name : "?";
}

static PaclUnsealing
unseal(const char *kind, const pg_uuid_t *row, const PaclKeyList *list,
	   const bytea *sealed, void *secret, size_t length)
{
	PaclSealPlace place = place_of(kind, row);

	return pacl_unseal(list, &place, (const uint8 *) VARDATA_ANY(sealed),
					   VARSIZE_ANY_EXHDR(sealed), secret, length);
}

static void
raise_not_opened(PaclUnsealing result, const bytea *sealed)
{
	char		name[PACL_KEY_NAME_MAX + 1];

	if (result == PACL_NO_SUCH_KEY)
		ereport(ERROR,
				(errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
				 errword("key_file"),
				 errmsg("the file that practiceacl.key_file names does not have the key \"%s\"",
						key_of(sealed, name)),
				 errdetail("A secret was sealed with it."),
				 errhint("Add the key from the server where the secret was sealed.")));
	ereport(ERROR,
			(errcode(ERRCODE_DATA_CORRUPTED),
			 errword("sealed_otherwise"),
			 errmsg("a sealed secret does not open with key \"%s\"",
					key_of(sealed, name)),
			 errdetail("practiceacl.key_file has another key of this name, or the secret was sealed for another row.")));
}

/* Opens, and says whether with the first key; raises if it does not open. */
static bool
open_secret(const char *kind, const pg_uuid_t *row, const bytea *sealed,
			void *secret, size_t length, bytea **again)
{
	PaclSealPlace place = place_of(kind, row);
	char		name[PACL_KEY_NAME_MAX + 1];
	PaclKeyList list;
	PaclUnsealing result;

	require_keys(&list, psprintf("A secret was sealed with its key \"%s\".",
								 key_of(sealed, name)));
	result = unseal(kind, row, &list, sealed, secret, length);
	if (again != NULL && result == PACL_UNSEALED_BY_OLDER)
	{
		pacl_seal(&list, &place, secret, length, (uint8 *) VARDATA(*again));
		SET_VARSIZE(*again, VARHDRSZ + pacl_sealed_length(&list, length));
	}
	explicit_bzero(&list, sizeof(list));
	if (result != PACL_UNSEALED && result != PACL_UNSEALED_BY_OLDER)
		raise_not_opened(result, sealed);
	return result == PACL_UNSEALED;
}

void
pacl_key_file_open(const char *kind, const pg_uuid_t *row,
				   const bytea *sealed, void *secret, size_t length)
{
	(void) open_secret(kind, row, sealed, secret, length, NULL);
}

bytea *
pacl_key_file_reseal(const char *kind, const pg_uuid_t *row,
					 const bytea *sealed, size_t length)
{
	bytea	   *again = palloc(VARHDRSZ + 256 + length);
	uint8		secret[SECRET_BYTES];
	bool		is_first;

	Assert(length <= sizeof(secret));
	is_first = open_secret(kind, row, sealed, secret, length, &again);
	explicit_bzero(secret, sizeof(secret));
	return is_first ? NULL : again;
}

/* A base backup copies the data directory, and the file with it. */
static bool
is_in_data_directory(void)
{
	char		file[PATH_MAX];
	char		directory[PATH_MAX];

	return realpath(pacl_key_file, file) != NULL &&
		realpath(DataDir, directory) != NULL &&
		path_is_prefix_of_path(directory, file);
}

char *
pacl_key_file_problem(void)
{
	PaclKeyList list;
	Flaw		flaw;

	if (!pacl_key_file_is_set())
		return pstrdup("practiceacl.key_file is not set: the key of addresses' digests is dumped in clear, and nobody can enrol a second factor");
	if (!read_keys(&list, flaw))
		return psprintf("the file that practiceacl.key_file names cannot be used: %s",
						flaw);
	explicit_bzero(&list, sizeof(list));
	if (is_in_data_directory())
		return pstrdup("the file that practiceacl.key_file names is in the data directory: every base backup carries it");
	return NULL;
}

char *
pacl_sealed_problem(const char *kind, const pg_uuid_t *row,
					const bytea *sealed)
{
	size_t		length = pacl_unsealed_length((const uint8 *) VARDATA_ANY(sealed),
											  VARSIZE_ANY_EXHDR(sealed));
	uint8		secret[SECRET_BYTES];
	char		name[PACL_KEY_NAME_MAX + 1];
	PaclKeyList list;
	PaclUnsealing result;
	Flaw		flaw;

	if (!pacl_key_file_is_set() || !read_keys(&list, flaw))
		return psprintf("sealed with key \"%s\" of practiceacl.key_file, which cannot be read",
						key_of(sealed, name));
	result = length > sizeof(secret) ? PACL_NOT_AUTHENTIC :
		unseal(kind, row, &list, sealed, secret, length);
	explicit_bzero(secret, sizeof(secret));
	explicit_bzero(&list, sizeof(list));
	if (result == PACL_NO_SUCH_KEY)
		return psprintf("sealed with key \"%s\", which practiceacl.key_file does not have",
						key_of(sealed, name));
	if (result == PACL_NOT_AUTHENTIC)
		return psprintf("sealed for another row, or with another key than the \"%s\" of practiceacl.key_file",
						key_of(sealed, name));
	if (result == PACL_UNSEALED_BY_OLDER)
		return psprintf("sealed with the older key \"%s\": seal again with practiceacl.seal_secrets()",
						key_of(sealed, name));
	return NULL;
}
