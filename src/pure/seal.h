/*
 * seal.h
 *		Sealing small secrets with keys that are kept elsewhere.
 *
 * A list of keys is text, one key a line: a name, and 32 bytes in hexadecimal
 * or base64.  Empty lines and those that begin with # say nothing.  The first
 * key seals, all of them open: that is how one replaces another.
 *
 * A sealed secret names its key, and belongs to the place for which it was
 * sealed: in another row it does not open.
 */
#ifndef PACL_SEAL_H
#define PACL_SEAL_H

#include "postgres.h"

#define PACL_KEY_BYTES		32
#define PACL_KEY_NAME_MAX	64	/* without a terminator */
#define PACL_KEYS_MAX		16

/* Secret: its maker wipes it with explicit_bzero(). */
typedef struct PaclKey
{
	char		name[PACL_KEY_NAME_MAX + 1];
	uint8		bytes[PACL_KEY_BYTES];
} PaclKey;

typedef struct PaclKeyList
{
	int			count;
	PaclKey		keys[PACL_KEYS_MAX];
} PaclKeyList;

/*
 * Reads a list; the text is changed.  On a flaw false, with the number of its
 * line and what is wrong there.
 */
extern bool pacl_key_list_parse(char *text, size_t length, PaclKeyList *list,
								int *line, const char **flaw);

/* What a secret is sealed for: kind and row are authenticated with it. */
typedef struct PaclSealPlace
{
	const char *kind;			/* the table; frozen, as it is sealed in */
	uint8		row[16];		/* its row, or zeros where there is only one */
} PaclSealPlace;

/* How long a secret of this length is when sealed with the list's first key. */
extern size_t pacl_sealed_length(const PaclKeyList *list, size_t length);

/* Seals with the first key; there is one. */
extern void pacl_seal(const PaclKeyList *list, const PaclSealPlace *place,
					  const uint8 *secret, size_t length, uint8 *sealed);

/* The name of the key of what was sealed; false if it is nothing sealed. */
extern bool pacl_sealed_key(const uint8 *sealed, size_t sealed_length,
							char name[PACL_KEY_NAME_MAX + 1]);

/* How long the secret is; 0 if it is nothing sealed. */
extern size_t pacl_unsealed_length(const uint8 *sealed, size_t sealed_length);

typedef enum PaclUnsealing
{
	PACL_UNSEALED,
	PACL_UNSEALED_BY_OLDER,		/* by another key than the first */
	PACL_NO_SUCH_KEY,
	PACL_NOT_AUTHENTIC			/* of another place, changed, or another
								 * length */
} PaclUnsealing;

extern PaclUnsealing pacl_unseal(const PaclKeyList *list,
								 const PaclSealPlace *place,
								 const uint8 *sealed, size_t sealed_length,
								 uint8 *secret, size_t length);

#endif							/* PACL_SEAL_H */
