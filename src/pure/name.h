/*
 * name.h
 *		Names as people read them: what stands around them, what cannot be seen.
 *
 * Both take UTF-8 that is valid, as a database of that encoding holds it.
 */
#ifndef PACL_NAME_H
#define PACL_NAME_H

#include "postgres.h"

/* The text without the blanks of any script around it, in place. */
extern char *pacl_name_trim(char *text);

/*
 * The first character in the text that nobody sees: a control, one that turns
 * the direction of writing, or one without width.  With them a name passes for
 * another, or turns around what is written beside it.  0 if there is none.
 * The two joiners are letters' own between letters of scripts that join, such as
 * Persian or Hindi.
 */
extern uint32 pacl_name_invisible(const char *text);

#endif							/* PACL_NAME_H */
