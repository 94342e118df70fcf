/*
 * rights.c
 *		The words of rights: reading and writing the text form.
 *
 * A text is a list of words joined by '+'; blanks around a word and its case
 * do not matter.  At most one level may be named, anywhere in the list; none
 * named is the level none.  What is written is canonical: the level, then
 * the flags in the order of their bits.
 */
#include "postgres.h"

#include "pure/rights.h"

#define STRING(word) #word,

/* Indexed by level. */
static const char *const level_names[] = {PACL_LEVEL_LIST(STRING)};

/* Indexed by the number of the flag's bit. */
static const char *const flag_names[] = {PACL_FLAG_LIST(STRING)};

/* Blanks as SQL has them, whatever the locale. */
static inline bool
is_blank(char c)
{
	return c == ' ' || (c >= '\t' && c <= '\r');
}

/* Whether the word is this name, in any case; names are lower-case ASCII. */
static bool
word_is(const char *word, size_t len, const char *name)
{
	size_t		i;

	for (i = 0; i < len; i++)
	{
		char		c = word[i];

		if (c >= 'A' && c <= 'Z')
			c += 'a' - 'A';
		if (name[i] == '\0' || c != name[i])
			return false;
	}
	return name[len] == '\0';
}

/* The number of the name that the word is, or -1. */
static int
find_word(const char *word, size_t len, const char *const *names, int count)
{
	int			i;

	for (i = 0; i < count; i++)
	{
		if (word_is(word, len, names[i]))
			return i;
	}
	return -1;
}

/*
 * pacl_rights_level_name
 *		The word for a level (PACL_LEVEL_NONE to PACL_LEVEL_OWNER), in static
 *		memory; NULL for any other number.
 */
const char *
pacl_rights_level_name(int level)
{
	if (level < 0 || level >= PACL_LEVEL_COUNT)
		return NULL;
	return level_names[level];
}

/*
 * pacl_rights_flag_name
 *		The word for the flag of bit number "flag" (0 to PACL_FLAG_COUNT - 1),
 *		in static memory; NULL for any other number.
 */
const char *
pacl_rights_flag_name(int flag)
{
	if (flag < 0 || flag >= PACL_FLAG_COUNT)
		return NULL;
	return flag_names[flag];
}

/*
 * pacl_rights_parse
 *		Reads "len" bytes of text (no closing zero byte needed) into *out.
 *
 * In one pass, stopping at the first mistake: *out is then left alone, and
 * *bad_word and *bad_len are the offending word, a piece of the text itself
 * (of length zero when a word is missing).  Never raises.
 */
PaclRightsStatus
pacl_rights_parse(const char *text, size_t len, PaclRights *out,
				  const char **bad_word, size_t *bad_len)
{
	const char *end = text + len;
	const char *next = text;
	int			level = -1;
	uint64		flags = 0;

	while (next < end && is_blank(*next))
		next++;
	if (next == end)
	{
		*bad_word = text;
		*bad_len = 0;
		return PACL_RIGHTS_EMPTY;
	}

	for (;;)
	{
		const char *word;
		const char *stop;
		int			found;

		while (next < end && is_blank(*next))
			next++;
		word = next;
		while (next < end && *next != '+')
			next++;
		stop = next;
		while (stop > word && is_blank(stop[-1]))
			stop--;

		*bad_word = word;
		*bad_len = stop - word;
		if (stop == word)
			return PACL_RIGHTS_EMPTY_WORD;

		found = find_word(word, stop - word, flag_names, PACL_FLAG_COUNT);
		if (found >= 0)
			flags |= UINT64CONST(1) << found;
		else
		{
			found = find_word(word, stop - word, level_names,
							  PACL_LEVEL_COUNT);
			if (found < 0)
				return PACL_RIGHTS_UNKNOWN_WORD;
			if (level >= 0 && level != found)
				return PACL_RIGHTS_TWO_LEVELS;
			level = found;
		}

		if (next == end)
			break;
		next++;					/* past the '+'; a word must follow */
	}

	*bad_word = NULL;
	*bad_len = 0;
	*out = pacl_rights_make(Max(level, PACL_LEVEL_NONE), flags);
	return PACL_RIGHTS_OK;
}

/*
 * pacl_rights_format
 *		Writes the canonical text of a valid value, with a closing zero byte,
 *		into a buffer of at least PACL_RIGHTS_TEXT_MAX bytes; returns its
 *		length without that byte.
 */
size_t
pacl_rights_format(PaclRights r, char *buf)
{
	const char *word = level_names[pacl_rights_level(r)];
	size_t		len = strlen(word);
	int			i;

	memcpy(buf, word, len);
	for (i = 0; i < PACL_FLAG_COUNT; i++)
	{
		if ((r & (UINT64CONST(1) << i)) != 0)
		{
			size_t		word_len = strlen(flag_names[i]);

			buf[len++] = '+';
			memcpy(buf + len, flag_names[i], word_len);
			len += word_len;
		}
	}
	buf[len] = '\0';
	return len;
}
