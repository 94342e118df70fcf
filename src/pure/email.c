/*
 * email.c
 *		E-mail addresses: what they look like, and when two are the same.
 */
#include "postgres.h"

#include "pure/email.h"

#define LOCAL_PART_LENGTH	64	/* RFC 5321, 4.5.3.1.1 */
#define LABEL_LENGTH		63	/* RFC 1035, 2.3.4 */

static bool
is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

static bool
is_letter_or_digit(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
}

/* The dot-atom of RFC 5322 without quoting, which nobody uses but forgers. */
static const char *
flaw_of_local_part(const char *part, size_t length)
{
	if (length == 0)
		return "nothing stands before the @";
	if (length > LOCAL_PART_LENGTH)
		return "more than 64 characters stand before the @";
	for (size_t i = 0; i < length; i++)
	{
		if (part[i] == '.')
		{
			if (i == 0 || i == length - 1 || part[i - 1] == '.')
				return "a dot stands at an end or beside another before the @";
		}
		else if (!is_letter_or_digit(part[i]) &&
				 strchr("!#$%&'*+-/=?^_`{|}~", part[i]) == NULL)
			return "it contains a character that is not allowed before the @";
	}
	return NULL;
}

static const char *
flaw_of_domain(const char *domain)
{
	int			labels = 0;

	for (;;)
	{
		size_t		length = strcspn(domain, ".");

		if (length == 0)
			return "a part of its domain is empty";
		if (length > LABEL_LENGTH)
			return "a part of its domain has more than 63 characters";
		if (domain[0] == '-' || domain[length - 1] == '-')
			return "a part of its domain begins or ends with a hyphen";
		for (size_t i = 0; i < length; i++)
			if (!is_letter_or_digit(domain[i]) && domain[i] != '-')
				return "its domain contains a character that is not allowed";
		labels++;
		if (domain[length] == '\0')
			break;
		domain += length + 1;
	}
	if (labels < 2)
		return "its domain has no dot";
	if (strspn(domain, "0123456789") == strlen(domain))
		return "its domain ends in a number";
	return NULL;
}

static const char *
flaw_of_address(const char *address)
{
	const char *at = strchr(address, '@');
	const char *flaw;

	if (at == NULL)
		return "it has no @";
	if (strchr(at + 1, '@') != NULL)
		return "it has more than one @";
	flaw = flaw_of_local_part(address, at - address);
	return flaw != NULL ? flaw : flaw_of_domain(at + 1);
}

static const char *
fold(const char *text, char address[PACL_EMAIL_LENGTH + 1])
{
	size_t		length;

	while (is_blank(*text))
		text++;
	length = strlen(text);
	while (length > 0 && is_blank(text[length - 1]))
		length--;

	if (length == 0)
		return "it is empty";
	for (size_t i = 0; i < length; i++)
		if ((unsigned char) text[i] >= 128)
			return "it contains a character that is not ASCII";
	if (length > PACL_EMAIL_LENGTH)
		return "it has more than 254 characters";

	for (size_t i = 0; i < length; i++)
		address[i] = text[i] >= 'A' && text[i] <= 'Z' ?
			text[i] + ('a' - 'A') : text[i];
	address[length] = '\0';
	return flaw_of_address(address);
}

bool
pacl_email_parse(const char *text, char address[PACL_EMAIL_LENGTH + 1],
				 const char **flaw)
{
	const char *found = fold(text, address);

	if (flaw != NULL)
		*flaw = found;
	return found == NULL;
}
