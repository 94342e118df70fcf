/*
 * phone.c
 *		Phone numbers: how people write them, and E.164.
 */
#include "postgres.h"

#include "pure/phone.h"

#define SHORTEST	7
#define LONGEST		15

/* What stands before a national number that is called within the country. */
typedef enum Trunk
{
	NONE,
	ZERO,						/* a 0, which goes */
	KEPT,						/* a 0, which belongs to the number */
	ONE							/* a 1, which may be left out */
} Trunk;

typedef struct Plan
{
	const char *country;
	const char *code;
	Trunk		trunk;
	int			shortest;		/* digits after the code and the trunk */
	int			longest;
} Plan;

static const Plan plans[] = {
	{"AT", "43", ZERO, 4, 13}, {"BE", "32", ZERO, 8, 9},
	{"CA", "1", ONE, 10, 10}, {"CH", "41", ZERO, 9, 12},
	{"DE", "49", ZERO, 5, 13}, {"DK", "45", NONE, 8, 8},
	{"ES", "34", NONE, 9, 9}, {"FI", "358", ZERO, 5, 12},
	{"FR", "33", ZERO, 9, 9}, {"GB", "44", ZERO, 9, 10},
	{"GF", "594", ZERO, 9, 9}, {"GP", "590", ZERO, 9, 9},
	{"IE", "353", ZERO, 7, 10}, {"IT", "39", KEPT, 6, 12},
	{"LU", "352", NONE, 4, 12}, {"MC", "377", NONE, 8, 9},
	{"MQ", "596", ZERO, 9, 9}, {"NC", "687", NONE, 6, 6},
	{"NL", "31", ZERO, 9, 11}, {"NO", "47", NONE, 8, 8},
	{"PF", "689", NONE, 6, 8}, {"PL", "48", NONE, 9, 9},
	{"PT", "351", NONE, 9, 9}, {"RE", "262", ZERO, 9, 9},
	{"SE", "46", ZERO, 6, 10}, {"US", "1", ONE, 10, 10},
	{"YT", "262", ZERO, 9, 9},
};

/* What people put between digits; the longer ones are UTF-8. */
static const char *const separators[] = {
	" ", "-", ".", "/", "\t", "(", ")", "\xC2\xA0", "\xE2\x80\xAF",
	"\xE2\x80\x89", "\xE2\x80\x90", "\xE2\x80\x91", "\xE2\x80\x93",
};

/* Digits as they were written, a plus sign first if there was one. */
typedef struct Written
{
	char		text[PACL_PHONE_WRITTEN + 1];
	int			length;
	bool		trunk;			/* "(0)" stood after the country code */
} Written;

static int
separator_length(const char *at)
{
	for (int i = 0; i < (int) lengthof(separators); i++)
		if (strncmp(at, separators[i], strlen(separators[i])) == 0)
			return (int) strlen(separators[i]);
	return 0;
}

/* How long the "(0)" at a place is, blanks in it included; 0 if there is none. */
static int
trunk_length(const char *at)
{
	const char *end = at + 1;

	if (*at != '(')
		return 0;
	end += strspn(end, " ");
	if (*end++ != '0')
		return 0;
	end += strspn(end, " ");
	return *end == ')' ? (int) (end + 1 - at) : 0;
}

static const char *
collect(const char *text, Written *written)
{
	written->length = 0;
	written->trunk = false;
	while (*text != '\0')
	{
		int			length = trunk_length(text);

		if (length > 0 && written->length > 1 && !written->trunk)
			written->trunk = true;
		else if ((length = separator_length(text)) == 0)
		{
			if (!(*text >= '0' && *text <= '9') &&
				!(*text == '+' && written->length == 0))
				return "it contains something else than digits";
			if (written->length == PACL_PHONE_WRITTEN)
				return "it is too long";
			written->text[written->length++] = *text;
			length = 1;
		}
		text += length;
	}
	written->text[written->length] = '\0';
	return written->length == 0 ? "it is empty" : NULL;
}

static const Plan *
plan_of_country(const char *country)
{
	for (int i = 0; country != NULL && i < (int) lengthof(plans); i++)
		if (strcmp(plans[i].country, country) == 0)
			return &plans[i];
	return NULL;
}

/* No code begins another one's. */
static const Plan *
plan_of_digits(const char *digits)
{
	for (int i = 0; i < (int) lengthof(plans); i++)
		if (strncmp(plans[i].code, digits, strlen(plans[i].code)) == 0)
			return &plans[i];
	return NULL;
}

static const char *
finish(const Plan *plan, const char *code, const char *rest, char *number)
{
	size_t		length = strlen(code) + strlen(rest);
	size_t		national = strlen(rest);

	if (length < SHORTEST || (plan != NULL && national < plan->shortest))
		return "it has too few digits";
	if (length > LONGEST || (plan != NULL && national > plan->longest))
		return "it has too many digits";
	number[0] = '+';
	strcpy(number + 1, code);
	strcat(number, rest);
	return NULL;
}

/* The digits after + or 00. */
static const char *
read_international(const char *digits, bool trunk, char *number)
{
	const Plan *plan = plan_of_digits(digits);
	char		kept[PACL_PHONE_WRITTEN + 2];

	if (digits[0] == '0')
		return "no country code begins with 0";
	if (plan == NULL)
		return finish(NULL, "", digits, number);
	digits += strlen(plan->code);
	if (plan->trunk == KEPT && trunk)
	{
		kept[0] = '0';
		strcpy(kept + 1, digits);
		digits = kept;
	}
	else if (plan->trunk == ZERO && !trunk && digits[0] == '0')
		digits++;
	if (plan->trunk == ZERO && digits[0] == '0')
		return "no number of this country begins so";
	return finish(plan, plan->code, digits, number);
}

static const char *
read_national(const char *digits, const char *country, char *number)
{
	const Plan *plan = plan_of_country(country);

	if (plan == NULL)
		return "it has no country code";
	if (plan->trunk == ZERO)
	{
		if (digits[0] != '0')
			return "it begins neither with a country code nor with 0";
		digits++;
	}
	else if (plan->trunk == ONE && digits[0] == '1')
		digits++;
	if (digits[0] == '0' && plan->trunk != KEPT)
		return "no number of this country begins so";
	return finish(plan, plan->code, digits, number);
}

bool
pacl_phone_parse(const char *text, const char *country,
				 char number[PACL_PHONE_LENGTH + 1], const char **flaw)
{
	Written		written;
	const char *found = collect(text, &written);

	if (found != NULL)
		 /* nothing to read */ ;
	else if (written.text[0] == '+')
		found = read_international(written.text + 1, written.trunk, number);
	else if (strncmp(written.text, "00", 2) == 0)
		found = read_international(written.text + 2, written.trunk, number);
	else if (written.trunk)
		found = "a 0 in brackets follows a country code";
	else
		found = read_national(written.text, country, number);
	if (flaw != NULL)
		*flaw = found;
	return found == NULL;
}
