/*
 * address.c
 *		E-mail addresses and phone numbers that people give.
 */
#include "postgres.h"

#include "base/address.h"
#include "base/address_store.h"
#include "base/fields.h"
#include "base/key_file.h"
#include "errors.h"
#include "pure/email.h"
#include "pure/phone.h"

char *
pacl_email_fold(const char *text)
{
	char	   *address = palloc(PACL_EMAIL_LENGTH + 1);
	const char *flaw;

	if (!pacl_email_parse(text, address, &flaw))
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errword("email_address"),
				 errmsg("invalid e-mail address"),
				 errdetail("As an address, %s.", flaw),
				 strstr(flaw, "ASCII") != NULL ?
				 errhint("Look for letters of another alphabet that look like Latin ones; write a domain of another script in its xn-- form.") :
				 errhint("Write it as name@example.org.")));
	return address;
}

char *
pacl_phone_fold(const char *what, const char *text, const char *country)
{
	char	   *number = palloc(PACL_PHONE_LENGTH + 1);
	const char *flaw;
	char	   *trimmed;

	if (text == NULL)
		return NULL;
	trimmed = pacl_text_trim(pstrdup(text));
	if (trimmed[0] == '\0')
		return NULL;
	if (!pacl_phone_parse(trimmed, country, number, &flaw))
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errword("phone_number"),
				 errargument(what),
				 errmsg("%s must be a phone number", what),
				 errdetail("As a phone number, %s.", flaw),
				 errhint("Write it with its country code, as in +33 6 12 34 56 78.")));
	return number;
}

/*
 * Reads the key, which the caller wipes; false if there is none.  A sealed key
 * whose file is not here is an error: another key would find no address, and
 * none of those that are blocked.
 */
static bool
read_key(PaclDigest *key)
{
	bytea	   *sealed = NULL;

	if (!pacl_email_store_key(key, &sealed))
		return false;
	if (sealed != NULL)
		pacl_key_file_open(PACL_SEALED_EMAIL_KEY, NULL, sealed,
						   key->data, PACL_DIGEST_BYTES);
	return true;
}

/* Of two first keys made at once, the one that is kept serves both. */
static void
make_key(PaclDigest *key)
{
	bytea	   *sealed = NULL;

	pacl_digest_random(key);
	if (pacl_key_file_is_set())
		sealed = pacl_key_file_seal(PACL_SEALED_EMAIL_KEY, NULL,
									key->data, PACL_DIGEST_BYTES);
	pacl_email_store_keep_key(key, sealed);
	if (!read_key(key))
		ereport(ERROR,
				(errcode(ERRCODE_T_R_SERIALIZATION_FAILURE),
				 errword("concurrent_update"),
				 errmsg("could not serialize access due to concurrent update")));
}

static void
raise_key_lost(void)
{
	ereport(ERROR,
			(errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
			 errword("email_key_lost"),
			 errmsg("the key of addresses' digests is missing"),
			 errdetail("There are digests that were made with it: with another key no address would be found, and none of those that are blocked."),
			 errhint("Restore the row of practiceacl.email_key from the dump that the others come from.")));
}

void
pacl_address_key_sign(const void *bytes, size_t length, PaclDigest *digest)
{
	PaclDigest	key;

	pacl_digest_bytes(bytes, length, digest);
	if (!read_key(&key))
	{
		/* Somebody else may have made key and digests since. */
		if (!pacl_email_store_has_digests())
			make_key(&key);
		else if (!read_key(&key))
			raise_key_lost();
	}
	pacl_digest_keyed(&key, digest);
	explicit_bzero(&key, sizeof(key));
}

void
pacl_email_digest(const char *address, PaclDigest *digest)
{
	pacl_address_key_sign(address, strlen(address), digest);
}

void
pacl_email_key_digest(PaclDigest *digest)
{
	PaclDigest	key;

	if (!read_key(&key))
		make_key(&key);
	pacl_digest_keyed(&key, digest);
	explicit_bzero(&key, sizeof(key));
}

bool
pacl_email_key_seal(void)
{
	PaclDigest	key;
	bytea	   *sealed = NULL;

	if (!pacl_email_store_key(&key, &sealed))
		return false;
	sealed = sealed == NULL ?
		pacl_key_file_seal(PACL_SEALED_EMAIL_KEY, NULL, key.data, PACL_DIGEST_BYTES) :
		pacl_key_file_reseal(PACL_SEALED_EMAIL_KEY, NULL, sealed, PACL_DIGEST_BYTES);
	explicit_bzero(&key, sizeof(key));
	if (sealed != NULL)
		pacl_email_store_seal_key(sealed);
	return sealed != NULL;
}
