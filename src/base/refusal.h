/*
 * refusal.h
 *		Why something may not be done, as a value.
 *
 * A rule that is asked for one thing raises its refusal; a rule that is asked
 * for many (an import, a series) goes on, and tells it beside the item.
 */
#ifndef PACL_REFUSAL_H
#define PACL_REFUSAL_H

#include "postgres.h"
#include "utils/uuid.h"

#include "compat.h"

typedef struct PaclRefusal
{
	int			sqlstate;
	const char *word;			/* as errword() gives it */
	char	   *argument;		/* that is at fault, or null */
	char	   *message;
	char	   *detail;			/* or null */
	char	   *hint;			/* or null */
	char	   *facts;			/* for programs: a JSON object, or null */
	const pg_uuid_t *agenda_id; /* which of several it is about, or null */
} PaclRefusal;

/* Makes one, palloc'd; word is a literal, detail and hint may be null. */
extern PaclRefusal *pacl_refuse(int sqlstate, const char *word,
								const char *message, const char *detail,
								const char *hint);

/* One whose reason is an argument, or a key of one. */
extern PaclRefusal *pacl_refuse_argument(const char *argument, int sqlstate,
										 const char *word,
										 const char *message,
										 const char *detail,
										 const char *hint);

/* Raises it. */
pg_noreturn extern void pacl_refusal_raise(const PaclRefusal *refusal);

/* Raises it if there is one. */
extern void pacl_refusal_raise_if(const PaclRefusal *refusal);

/* "message: detail", palloc'd, for a result column. */
extern char *pacl_refusal_text(const PaclRefusal *refusal);

#endif							/* PACL_REFUSAL_H */
