/*
 * phone.h
 *		Phone numbers: how people write them, and E.164.
 */
#ifndef PACL_PHONE_H
#define PACL_PHONE_H

#include "postgres.h"

#define PACL_PHONE_LENGTH	16	/* a plus sign and 15 digits */
#define PACL_PHONE_WRITTEN	50	/* bytes of a number as it is given */

/*
 * Writes the number as E.164 has it, "+33612345678"; false if the text is none,
 * and then *flaw, unless flaw is null, completes the sentence "As a phone
 * number, …".  Blanks, hyphens, dots, slashes and brackets may stand in it; the
 * country code begins with + or 00, and a trunk zero after it, "(0)" or a bare
 * one where the country has no such numbers, is understood.  A number without
 * a country code is one of the country, ISO 3166-1 or null, if its plan is
 * known here.  Raises nothing.
 */
extern bool pacl_phone_parse(const char *text, const char *country,
							 char number[PACL_PHONE_LENGTH + 1],
							 const char **flaw);

#endif							/* PACL_PHONE_H */
