/*
 * errors.c
 *		What errors.h needs of code.
 */
#include "postgres.h"

#include "errors.h"

const char *
pacl_argument_name(const char *shown)
{
	const char *start = shown;

	if (strncmp(start, "the ", 4) == 0)
		start += 4;
	start += start[0] == '"';

	return pnstrdup(start, strcspn(start, "\" "));
}
