/*
 * seal.c
 *		Sealing small secrets with keys that are kept elsewhere.
 *
 * What is sealed is a version, the key's name with its length, a nonce, and
 * the secret with its tag: XChaCha20-Poly1305, whose nonces may be random.
 * The form is frozen: sealed secrets are rows.
 */
#include "postgres.h"

#include <sodium.h>

#include "pure/seal.h"

#define VERSION			1
#define HEADER_BYTES	2		/* version, length of the name */
#define NONCE_BYTES		crypto_aead_xchacha20poly1305_ietf_NPUBBYTES
#define TAG_BYTES		crypto_aead_xchacha20poly1305_ietf_ABYTES
#define KIND_BYTES		32		/* of a place's kind, padded with zeros */
#define PLACE_BYTES		(KIND_BYTES + 16)
#define BLANKS			" \t\r"

StaticAssertDecl(PACL_KEY_BYTES == crypto_aead_xchacha20poly1305_ietf_KEYBYTES,
				 "the cipher must have keys of this length");

static bool
is_name(const char *word)
{
	size_t		length = strlen(word);

	return length <= PACL_KEY_NAME_MAX &&
		strspn(word, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.") == length;
}

static bool
read_key(const char *word, uint8 *bytes)
{
	size_t		length;

	if (strlen(word) == 2 * PACL_KEY_BYTES)
		return sodium_hex2bin(bytes, PACL_KEY_BYTES, word, strlen(word), NULL,
							  &length, NULL) == 0 && length == PACL_KEY_BYTES;
	return (sodium_base642bin(bytes, PACL_KEY_BYTES, word, strlen(word), NULL,
							  &length, NULL,
							  sodium_base64_VARIANT_ORIGINAL) == 0 ||
			sodium_base642bin(bytes, PACL_KEY_BYTES, word, strlen(word), NULL,
							  &length, NULL,
							  sodium_base64_VARIANT_URLSAFE_NO_PADDING) == 0) &&
		length == PACL_KEY_BYTES;
}

static const PaclKey *
find_key(const PaclKeyList *list, const char *name)
{
	for (int i = 0; i < list->count; i++)
		if (strcmp(list->keys[i].name, name) == 0)
			return &list->keys[i];
	return NULL;
}

/* One line that is neither empty nor a comment; returns what is wrong. */
static const char *
read_line(char *text, PaclKeyList *list)
{
	char	   *name = text;
	char	   *key;
	char	   *rest;
	PaclKey    *place;

	key = name + strcspn(name, BLANKS);
	if (*key != '\0')
		*key++ = '\0';
	key += strspn(key, BLANKS);
	rest = key + strcspn(key, BLANKS);
	if (*rest != '\0')
		*rest++ = '\0';
	if (rest[strspn(rest, BLANKS)] != '\0')
		return "has more than a name and a key";
	if (!is_name(name))
		return "begins with no name of letters, digits, \"-\", \"_\" and \".\", at most 64 of them";
	if (find_key(list, name) != NULL)
		return "has the name of an earlier key";
	if (list->count == PACL_KEYS_MAX)
		return "is one key too many";
	place = &list->keys[list->count];
	if (!read_key(key, place->bytes))
		return "has no key of 32 bytes in hexadecimal or base64 after the name";
	strlcpy(place->name, name, sizeof(place->name));
	list->count++;
	return NULL;
}

bool
pacl_key_list_parse(char *text, size_t length, PaclKeyList *list, int *line,
					const char **flaw)
{
	char	   *next = text;
	char	   *end = text + length;

	list->count = 0;
	*line = 0;
	*flaw = NULL;
	while (next < end && *flaw == NULL)
	{
		char	   *start = next;
		char	   *stop = memchr(start, '\n', end - start);

		(*line)++;
		next = stop == NULL ? end : stop + 1;
		if (stop == NULL)
			stop = end;
		if (memchr(start, '\0', stop - start) != NULL)
		{
			*flaw = "is no text";
			break;
		}
		/* What ends the last line is the terminator that follows the text. */
		*stop = '\0';
		start += strspn(start, BLANKS);
		if (*start != '\0' && *start != '#')
			*flaw = read_line(start, list);
	}
	if (*flaw == NULL && list->count == 0)
		*flaw = "has no key";
	return *flaw == NULL;
}

static size_t
head_length(const char *name)
{
	return HEADER_BYTES + strlen(name);
}

size_t
pacl_sealed_length(const PaclKeyList *list, size_t length)
{
	return head_length(list->keys[0].name) + NONCE_BYTES + length + TAG_BYTES;
}

/* What is authenticated beside the secret: the head, and the place. */
static size_t
write_context(uint8 *context, const uint8 *head, size_t length,
			  const PaclSealPlace *place)
{
	Assert(strlen(place->kind) <= KIND_BYTES);
	memcpy(context, head, length);
	memset(context + length, 0, KIND_BYTES);
	memcpy(context + length, place->kind, strlen(place->kind));
	memcpy(context + length + KIND_BYTES, place->row, sizeof(place->row));
	return length + PLACE_BYTES;
}

void
pacl_seal(const PaclKeyList *list, const PaclSealPlace *place,
		  const uint8 *secret, size_t length, uint8 *sealed)
{
	const PaclKey *key = &list->keys[0];
	size_t		head = head_length(key->name);
	uint8		context[HEADER_BYTES + PACL_KEY_NAME_MAX + PLACE_BYTES];
	size_t		context_length;

	sealed[0] = VERSION;
	sealed[1] = (uint8) strlen(key->name);
	memcpy(sealed + HEADER_BYTES, key->name, strlen(key->name));
	randombytes_buf(sealed + head, NONCE_BYTES);
	context_length = write_context(context, sealed, head, place);
	(void) crypto_aead_xchacha20poly1305_ietf_encrypt(sealed + head + NONCE_BYTES, NULL,
													  secret, length,
													  context, context_length,
													  NULL, sealed + head,
													  key->bytes);
}

bool
pacl_sealed_key(const uint8 *sealed, size_t sealed_length,
				char name[PACL_KEY_NAME_MAX + 1])
{
	if (sealed_length < HEADER_BYTES || sealed[0] != VERSION ||
		sealed[1] > PACL_KEY_NAME_MAX ||
		sealed_length < HEADER_BYTES + sealed[1] + NONCE_BYTES + TAG_BYTES)
		return false;
	memcpy(name, sealed + HEADER_BYTES, sealed[1]);
	name[sealed[1]] = '\0';
	return is_name(name);
}

size_t
pacl_unsealed_length(const uint8 *sealed, size_t sealed_length)
{
	char		name[PACL_KEY_NAME_MAX + 1];

	return !pacl_sealed_key(sealed, sealed_length, name) ? 0 :
		sealed_length - head_length(name) - NONCE_BYTES - TAG_BYTES;
}

PaclUnsealing
pacl_unseal(const PaclKeyList *list, const PaclSealPlace *place,
			const uint8 *sealed, size_t sealed_length,
			uint8 *secret, size_t length)
{
	char		name[PACL_KEY_NAME_MAX + 1];
	uint8		context[HEADER_BYTES + PACL_KEY_NAME_MAX + PLACE_BYTES];
	const PaclKey *key;
	size_t		head;

	if (!pacl_sealed_key(sealed, sealed_length, name))
		return PACL_NOT_AUTHENTIC;
	key = find_key(list, name);
	if (key == NULL)
		return PACL_NO_SUCH_KEY;
	head = head_length(name);
	if (sealed_length != head + NONCE_BYTES + length + TAG_BYTES ||
		crypto_aead_xchacha20poly1305_ietf_decrypt(secret, NULL, NULL,
												   sealed + head + NONCE_BYTES,
												   length + TAG_BYTES,
												   context,
												   write_context(context, sealed, head, place),
												   sealed + head,
												   key->bytes) != 0)
		return PACL_NOT_AUTHENTIC;
	return key == &list->keys[0] ? PACL_UNSEALED : PACL_UNSEALED_BY_OLDER;
}
