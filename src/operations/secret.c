/*
 * secret.c
 *		Secrets that are sealed with keys outside of the database.
 */
#include "postgres.h"

#include "base/activity.h"
#include "base/address.h"
#include "base/facts.h"
#include "base/key_file.h"
#include "identity/second_factor.h"
#include "operations/credentials.h"
#include "operations/secret.h"

int64
pacl_secrets_seal(void)
{
	char	   *key = pacl_key_file_first();
	int64		count = (pacl_email_key_seal() ? 1 : 0) +
		pacl_second_factor_seal() + pacl_credentials_reseal();
	PaclEntry	entry = {.act = "secrets.sealed", .by_operator = true};
	PaclFacts	facts;

	if (count == 0)
		return 0;
	pacl_facts_begin(&facts);
	pacl_facts_text(&facts, "key", key);
	pacl_facts_int(&facts, "secrets", count);
	entry.facts = pacl_facts_end(&facts);
	(void) pacl_activity_record(&entry);
	return count;
}
