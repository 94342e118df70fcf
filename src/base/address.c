/*
 * address.c
 *		E-mail addresses and phone numbers that people give.
 */
#include "postgres.h"

#include "base/address.h"
#include "base/address_store.h"
#include "base/fields.h"
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
				 errmsg("%s must be a phone number", what),
				 errdetail("As a phone number, %s.", flaw),
				 errhint("Write it with its country code, as in +33 6 12 34 56 78.")));
	return number;
}

void
pacl_email_digest(const char *address, PaclDigest *digest)
{
	pacl_digest_bytes(address, strlen(address), digest);
	pacl_email_key_digest(digest);
}

/* Two who need the first key at once: the one that is kept serves both. */
void
pacl_email_key_digest(PaclDigest *digest)
{
	PaclDigest	key;

	if (!pacl_email_store_key(&key))
	{
		pacl_digest_random(&key);
		pacl_email_store_keep_key(&key);
		if (!pacl_email_store_key(&key))
			ereport(ERROR,
					(errcode(ERRCODE_T_R_SERIALIZATION_FAILURE),
					 errmsg("could not serialize access due to concurrent update")));
	}
	pacl_digest_keyed(&key, digest);
}
