/*
 * name.c
 *		Names as people read them: what stands around them, what cannot be seen.
 */
#include "postgres.h"

#include "pure/name.h"

#define ZERO_WIDTH_NON_JOINER	0x200C
#define ZERO_WIDTH_JOINER		0x200D

typedef struct Range
{
	uint32		first;
	uint32		last;
} Range;

/* White space, as Unicode has it. */
static const Range blanks[] = {
	{0x0009, 0x000D}, {0x0020, 0x0020}, {0x0085, 0x0085}, {0x00A0, 0x00A0},
	{0x1680, 0x1680}, {0x2000, 0x200A}, {0x2028, 0x2029}, {0x202F, 0x202F},
	{0x205F, 0x205F}, {0x3000, 0x3000},
};

/* Controls, format characters, fillers and tags. */
static const Range invisibles[] = {
	{0x0000, 0x001F}, {0x007F, 0x009F}, {0x00AD, 0x00AD}, {0x034F, 0x034F},
	{0x061C, 0x061C}, {0x115F, 0x1160}, {0x17B4, 0x17B5}, {0x180B, 0x180F},
	{0x200B, 0x200F}, {0x2028, 0x202E}, {0x2060, 0x206F}, {0x3164, 0x3164},
	{0xFEFF, 0xFEFF}, {0xFFA0, 0xFFA0}, {0xFFF0, 0xFFFB}, {0x1BCA0, 0x1BCA3},
	{0x1D173, 0x1D17A}, {0xE0000, 0xE0FFF},
};

/* Scripts whose letters join, from Arabic to Khmer and beyond. */
static const Range joining[] = {
	{0x0600, 0x109F}, {0x1700, 0x18AF}, {0x1900, 0x1CFF}, {0xA800, 0xABFF},
	{0xFB50, 0xFDFF}, {0xFE70, 0xFEFC}, {0x10A00, 0x11FFF},
};

static bool
is_among(uint32 c, const Range *ranges, int count)
{
	for (int i = 0; i < count; i++)
		if (c >= ranges[i].first && c <= ranges[i].last)
			return true;
	return false;
}

#define IS_AMONG(c, ranges) is_among(c, ranges, lengthof(ranges))

/* The character at a place, and where the next one begins. */
static uint32
next_character(const char **place)
{
	const unsigned char *at = (const unsigned char *) *place;
	int			more = *at < 0xC0 ? 0 : *at < 0xE0 ? 1 : *at < 0xF0 ? 2 : 3;
	uint32		c = more == 0 ? *at : *at & (0x3F >> more);

	for (at++; more > 0 && (*at & 0xC0) == 0x80; more--)
		c = (c << 6) | (*at++ & 0x3F);
	*place = (const char *) at;
	return c;
}

char *
pacl_name_trim(char *text)
{
	const char *begin = text;
	const char *end = text;
	const char *next = text;

	while (*next != '\0')
	{
		bool		blank = IS_AMONG(next_character(&next), blanks);

		if (!blank)
			end = next;
		else if (end == text)
			begin = next;
	}
	if (end == text)
		begin = end;
	text[end - text] = '\0';
	return text + (begin - text);
}

/* Whether a joiner stands between two letters that it joins or parts. */
static bool
joins(uint32 before, const char *after)
{
	return IS_AMONG(before, joining) && *after != '\0' &&
		IS_AMONG(next_character(&after), joining);
}

uint32
pacl_name_invisible(const char *text)
{
	uint32		before = 0;

	while (*text != '\0')
	{
		uint32		c = next_character(&text);
		bool		joiner = c == ZERO_WIDTH_NON_JOINER ||
			c == ZERO_WIDTH_JOINER;

		if (IS_AMONG(c, invisibles) && !(joiner && joins(before, text)))
			return c;
		before = c;
	}
	return 0;
}
