/*
 * line.c
 *		Content lines of iCalendar (RFC 5545, 3.1 and 3.3.11).
 */
#include "postgres.h"

#include "line.h"

/* Where the line that is being written began. */
typedef struct Line
{
	StringInfo	lines;
	int			begins;
} Line;

/* Octets that follow the first one of a character of UTF-8. */
static int
following(unsigned char first)
{
	return first < 0xc0 ? 0 : first < 0xe0 ? 1 : first < 0xf0 ? 2 : 3;
}

/* Some octets that stay together: an escape, or a whole character. */
static void
append_whole(Line *line, const char *octets, int count)
{
	if (line->lines->len - line->begins + count > PACL_ICAL_LINE_OCTETS)
	{
		appendStringInfoString(line->lines, "\r\n");
		line->begins = line->lines->len;
		appendStringInfoChar(line->lines, ' ');
	}
	appendBinaryStringInfo(line->lines, octets, count);
}

/*
 * A line break, however it was typed, is \n; other control characters cannot
 * be said in TEXT and are left out.  Returns how many octets it read.
 */
static int
append_escaped(Line *line, const char *value, int left)
{
	unsigned char c = (unsigned char) value[0];
	char		escape[2] = {'\\', value[0]};
	int			count;

	if (c == '\r' && left > 1 && value[1] == '\n')
		return 1;
	if (c == '\r' || c == '\n')
		append_whole(line, "\\n", 2);
	else if (c == '\\' || c == ';' || c == ',')
		append_whole(line, escape, 2);
	else if ((c >= ' ' && c != 0x7f) || c == '\t')
	{
		count = Min(1 + following(c), left);
		append_whole(line, value, count);
		return count;
	}
	return 1;
}

void
pacl_ical_line(StringInfo lines, const char *name, const char *value,
			   int length)
{
	Line		line = {lines, lines->len};

	for (int i = 0; name[i] != '\0'; i++)
		append_whole(&line, name + i, 1);
	append_whole(&line, ":", 1);
	for (int i = 0; i < length;)
		i += append_escaped(&line, value + i, length - i);
	appendStringInfoString(lines, "\r\n");
}
