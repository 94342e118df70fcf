/*
 * refusal.c
 *		Why something may not be done, as a value.
 */
#include "postgres.h"

#include "base/refusal.h"
#include "errors.h"

PaclRefusal *
pacl_refuse(int sqlstate, const char *word, const char *message,
			const char *detail, const char *hint)
{
	PaclRefusal *refusal = palloc(sizeof(PaclRefusal));

	refusal->sqlstate = sqlstate;
	refusal->word = word;
	refusal->argument = NULL;
	refusal->message = pstrdup(message);
	refusal->detail = detail == NULL ? NULL : pstrdup(detail);
	refusal->hint = hint == NULL ? NULL : pstrdup(hint);
	refusal->facts = NULL;
	refusal->agenda_id = NULL;
	return refusal;
}

PaclRefusal *
pacl_refuse_argument(const char *argument, int sqlstate, const char *word,
					 const char *message, const char *detail,
					 const char *hint)
{
	PaclRefusal *refusal = pacl_refuse(sqlstate, word, message, detail, hint);

	refusal->argument = pstrdup(argument);
	return refusal;
}

void
pacl_refusal_raise(const PaclRefusal *refusal)
{
	ereport(ERROR,
			(errcode(refusal->sqlstate),
			 errword(refusal->word),
			 refusal->argument == NULL ? 0 : errargument(refusal->argument),
			 errmsg("%s", refusal->message),
			 refusal->detail == NULL ? 0 : errdetail("%s", refusal->detail),
			 refusal->hint == NULL ? 0 : errhint("%s", refusal->hint)));
}

void
pacl_refusal_raise_if(const PaclRefusal *refusal)
{
	if (refusal != NULL)
		pacl_refusal_raise(refusal);
}

char *
pacl_refusal_text(const PaclRefusal *refusal)
{
	if (refusal->detail == NULL)
		return refusal->message;
	return psprintf("%s: %s", refusal->message, refusal->detail);
}
