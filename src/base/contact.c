/*
 * contact.c
 *		How somebody is to be reached, as people write it.
 */
#include "postgres.h"

#include "base/contact.h"
#include "pure/email.h"
#include "pure/phone.h"

static void
read_emails(char *words, PaclContactCallback visit, void *state)
{
	char	   *rest = NULL;

	for (char *word = strtok_r(words, " <>():\"", &rest); word != NULL;
		 word = strtok_r(NULL, " <>():\"", &rest))
	{
		PaclContactAddress found = {"email", palloc(PACL_EMAIL_LENGTH + 1)};

		if (pacl_email_parse(word, found.address, NULL))
			visit(state, &found);
	}
}

/* "Mobile: 06 12 34 56 78" is a number, too. */
static void
read_phone(const char *words, const char *country, PaclContactCallback visit,
		   void *state)
{
	PaclContactAddress found = {"sms", palloc(PACL_PHONE_LENGTH + 1)};
	const char *start = words + strcspn(words, "+0123456789");

	if (pacl_phone_parse(start, country, found.address, NULL))
		visit(state, &found);
}

void
pacl_contact_read(const char *contact, const char *country,
				  PaclContactCallback visit, void *state)
{
	char	   *parts = pstrdup(contact);
	char	   *rest = NULL;

	for (char *part = strtok_r(parts, ",;\t\r\n", &rest); part != NULL;
		 part = strtok_r(NULL, ",;\t\r\n", &rest))
		if (strchr(part, '@') != NULL)
			read_emails(part, visit, state);
		else
			read_phone(part, country, visit, state);
	pfree(parts);
}

static void
keep_first(void *state, const PaclContactAddress *address)
{
	PaclContactAddress *first = state;

	if (first->address == NULL)
		*first = *address;
}

bool
pacl_contact_first(const char *contact, const char *country,
				   PaclContactAddress *first)
{
	first->address = NULL;
	pacl_contact_read(contact, country, keep_first, first);
	return first->address != NULL;
}
