/*
 * line.h
 *		Content lines of iCalendar (RFC 5545, 3.1 and 3.3.11).
 */
#ifndef PACL_ICAL_LINE_H
#define PACL_ICAL_LINE_H

#include "postgres.h"
#include "lib/stringinfo.h"

/* Octets of a line, without its end. */
#define PACL_ICAL_LINE_OCTETS	75

/*
 * Appends a property: its name with its parameters as they stand, a colon and
 * its value, escaped as TEXT, folded between characters of UTF-8, with CRLF.
 */
extern void pacl_ical_line(StringInfo lines, const char *name,
						   const char *value, int length);

#endif							/* PACL_ICAL_LINE_H */
