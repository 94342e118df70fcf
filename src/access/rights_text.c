/*
 * rights_text.c
 *		Rights in documents: parsing, with errors that name what is valid.
 *
 * The type's input function and every function that takes rights inside a
 * document come through here, so that a slip of the pen is told the same
 * way everywhere.
 */
#include "postgres.h"

#include "mb/pg_wchar.h"

#include "compat.h"
#include "access/rights_text.h"
#include "errors.h"

/* So much of a wrong word is shown, in characters. */
#define WORD_SHOWN	40

/* The word for a message: whole characters, and a sign if it goes on. */
static char *
clip_word(const char *word, size_t len)
{
	int			shown = pg_mbcharcliplen(word, (int) len, WORD_SHOWN);

	return psprintf("%.*s%s", shown, word, shown < len ? "..." : "");
}

/* The advice that goes with every refusal. */
static int
hint_words(void)
{
	return errhint("Write one level (%s) and any flags (%s), joined by \"+\".",
				   PACL_LEVEL_WORDS, PACL_FLAG_WORDS);
}

/*
 * pacl_rights_read
 *		The rights that "len" bytes of text in the database's encoding say.
 *
 * Raises 22P02 if they say none.  With an ErrorSaveContext (PostgreSQL 16
 * and later; NULL for none) that error is saved there instead, and the
 * result has no meaning.
 */
PaclRights
pacl_rights_read(const char *text, size_t len, struct Node *escontext)
{
	PaclRights	rights = PACL_RIGHTS_NONE;
	const char *word;
	size_t		word_len;

	switch (pacl_rights_parse(text, len, &rights, &word, &word_len))
	{
		case PACL_RIGHTS_OK:
			break;
		case PACL_RIGHTS_EMPTY:
			ereturn(escontext, PACL_RIGHTS_NONE,
					(errcode(ERRCODE_INVALID_TEXT_REPRESENTATION),
					 errword("empty"),
					 errmsg("rights must not be empty"),
					 errdetail("No rights at all are written \"none\"."),
					 hint_words()));
			break;
		case PACL_RIGHTS_EMPTY_WORD:
			ereturn(escontext, PACL_RIGHTS_NONE,
					(errcode(ERRCODE_INVALID_TEXT_REPRESENTATION),
					 errword("unknown_word"),
					 errmsg("missing word in rights"),
					 errdetail("There is nothing before or after a \"+\"."),
					 hint_words()));
			break;
		case PACL_RIGHTS_UNKNOWN_WORD:
			ereturn(escontext, PACL_RIGHTS_NONE,
					(errcode(ERRCODE_INVALID_TEXT_REPRESENTATION),
					 errword("unknown_word"),
					 errmsg("unknown word \"%s\" in rights",
							clip_word(word, word_len)),
					 hint_words()));
			break;
		case PACL_RIGHTS_TWO_LEVELS:
			ereturn(escontext, PACL_RIGHTS_NONE,
					(errcode(ERRCODE_INVALID_TEXT_REPRESENTATION),
					 errword("second_level"),
					 errmsg("second level \"%s\" in rights",
							clip_word(word, word_len)),
					 errdetail("Rights have one level; "
							   "it includes those before it."),
					 hint_words()));
			break;
	}
	return rights;
}

/*
 * pacl_rights_text
 *		The canonical text of valid rights, in the current memory context.
 */
char *
pacl_rights_text(PaclRights rights)
{
	char	   *text = palloc(PACL_RIGHTS_TEXT_MAX);

	pacl_rights_format(rights, text);
	return text;
}
