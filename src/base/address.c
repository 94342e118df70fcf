/*
 * address.c
 *		E-mail addresses that people give.
 */
#include "postgres.h"

#include "base/address.h"
#include "pure/email.h"

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

void
pacl_email_digest(const char *address, PaclDigest *digest)
{
	pacl_digest_bytes(address, strlen(address), digest);
}
