/*
 * key_file.h
 *		The file practiceacl.key_file: keys that are not in the database.
 *
 * What is sealed with them is of no use to whoever has a dump or a backup and
 * not the file.  The file is read each time, and nothing of it stays in
 * memory: so it is always the file that is there now.
 */
#ifndef PACL_KEY_FILE_H
#define PACL_KEY_FILE_H

#include "postgres.h"
#include "utils/uuid.h"

/* The kinds of secrets, which are sealed with them: frozen. */
#define PACL_SEALED_EMAIL_KEY		"email_key"
#define PACL_SEALED_SECOND_FACTOR	"second_factor"
#define PACL_SEALED_CREDENTIAL_KEY	"credential_key"

/* Whether the setting names a file, readable or not. */
extern bool pacl_key_file_is_set(void);

/* 55000, naming the setting, if no file is named or it cannot be used. */
extern void pacl_key_file_require(void);

/* The sealed secret, palloc'd; row may be null.  Raises as above. */
extern bytea *pacl_key_file_seal(const char *kind, const pg_uuid_t *row,
								 const void *secret, size_t length);

/*
 * Opens a secret, which the caller wipes with explicit_bzero() when it has
 * been used.  55000 if the file, or the key in it, is not there; XX001 if the
 * secret is not what was sealed for this row.
 */
extern void pacl_key_file_open(const char *kind, const pg_uuid_t *row,
							   const bytea *sealed, void *secret,
							   size_t length);

/*
 * Seals again with the first key what was sealed with another one, palloc'd;
 * null for what has the first key already.  Raises as both of the above.
 */
extern bytea *pacl_key_file_reseal(const char *kind, const pg_uuid_t *row,
								   const bytea *sealed, size_t length);

/* The name of the key that seals, palloc'd.  Raises as above. */
extern char *pacl_key_file_first(void);

/* What is wrong with setting or file, palloc'd, or null.  Raises nothing. */
extern char *pacl_key_file_problem(void);

/*
 * What is wrong with a sealed secret, palloc'd, or null if it opens with the
 * first key.  Raises nothing.
 */
extern char *pacl_sealed_problem(const char *kind, const pg_uuid_t *row,
								 const bytea *sealed);

#endif							/* PACL_KEY_FILE_H */
