/*
 * credentials.c
 *		Passwords and second factors that move with an organization.
 *
 * What is sealed is binary: the organization, the key that the source gives out
 * when it has closed, a count, and the people one after the other.  Both cells
 * have the same version of the extension, so the form may change with it.
 */
#include "postgres.h"

#include <sodium.h>

#include "libpq/pqformat.h"

#include "base/activity.h"
#include "base/facts.h"
#include "base/key_file.h"
#include "base/lock.h"
#include "compat.h"
#include "errors.h"
#include "identity/password.h"
#include "identity/session.h"
#include "operations/cell_move.h"
#include "operations/credentials.h"
#include "operations/credentials_store.h"
#include "pure/totp.h"
#include "pure/uuid.h"
#include "reader/view.h"

/* More than one person takes. */
#define PERSON_BYTES	1024

/* What is being written; its buffer is wiped once it is sealed. */
typedef struct Writer
{
	StringInfoData out;
	int			people;
	int			passwords;
	int			factors;
} Writer;

static void
record(const char *act, const pg_uuid_t *organization_id, PaclFacts *facts)
{
	PaclEntry	entry = {.act = act, .by_operator = true};

	entry.subject_id = organization_id;
	entry.facts = pacl_facts_end(facts);
	(void) pacl_activity_record(&entry);
}

static void
add_key(PaclFacts *facts, const uint8 *public_key)
{
	char		text[2 * crypto_box_PUBLICKEYBYTES + 1];

	(void) sodium_bin2hex(text, sizeof(text), public_key,
						  crypto_box_PUBLICKEYBYTES);
	pacl_facts_text(facts, "key", text);
}

static bool
is_in(const pg_uuid_t *organization_id, PaclMove *move, const char *state)
{
	return pacl_cell_store_read(organization_id, move) &&
		strcmp(move->state, state) == 0;
}

pg_noreturn static void
raise_state(const PaclMove *move)
{
	ereport(ERROR,
			(errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
			 errword("move_state"),
			 errmsg("the move of the organization is not in the state for this"),
			 move->state == NULL ? errdetail("It is not being moved.") :
			 errdetail("Its state here is \"%s\".", move->state)));
}

static void
make_key(const pg_uuid_t *organization_id, uint8 *public_key,
		 uint8 *private_key)
{
	bytea	   *sealed;

	pacl_key_file_require();
	if (crypto_box_keypair(public_key, private_key) != 0)
		elog(ERROR, "could not make a key");
	sealed = pacl_key_file_seal(PACL_SEALED_CREDENTIAL_KEY, organization_id,
								private_key, crypto_box_SECRETKEYBYTES);
	pacl_credentials_store_set_key(organization_id, sealed);
}

/* The private key is the caller's to wipe. */
static void
open_key(const pg_uuid_t *organization_id, const bytea *sealed,
		 uint8 *public_key, uint8 *private_key)
{
	pacl_key_file_open(PACL_SEALED_CREDENTIAL_KEY, organization_id, sealed,
					   private_key, crypto_box_SECRETKEYBYTES);
	(void) crypto_scalarmult_base(public_key, private_key);
}

bytea *
pacl_credentials_accept(const pg_uuid_t *organization_id)
{
	bytea	   *result = palloc(VARHDRSZ + crypto_box_PUBLICKEYBYTES);
	uint8	   *public_key = (uint8 *) VARDATA(result);
	uint8		private_key[crypto_box_SECRETKEYBYTES];
	bytea	   *sealed;
	PaclFacts	facts;
	PaclMove	move;

	SET_VARSIZE(result, VARHDRSZ + crypto_box_PUBLICKEYBYTES);
	pacl_lock_organization_to_move(organization_id);
	if (!is_in(organization_id, &move, "adopting"))
		raise_state(&move);
	sealed = pacl_credentials_store_key(organization_id);
	if (sealed != NULL)
	{
		open_key(organization_id, sealed, public_key, private_key);
		explicit_bzero(private_key, sizeof(private_key));
		return result;
	}
	make_key(organization_id, public_key, private_key);
	explicit_bzero(private_key, sizeof(private_key));
	pacl_facts_begin(&facts);
	add_key(&facts, public_key);
	record("credentials.accepted", organization_id, &facts);
	return result;
}

static void
write_raw(StringInfo out, const void *bytes, int length)
{
	appendBinaryStringInfo(out, (const char *) bytes, length);
}

static void
write_bytes(StringInfo out, const void *bytes, int length)
{
	pq_sendint32(out, length);
	write_raw(out, bytes, length);
}

static void
write_factor(StringInfo out, const PaclCredential *credential)
{
	uint8		secret[PACL_TOTP_SECRET_BYTES];

	pacl_key_file_open(PACL_SEALED_SECOND_FACTOR, &credential->account_id,
					   credential->factor.sealed, secret, sizeof(secret));
	write_raw(out, &credential->factor.id, UUID_LEN);
	write_raw(out, secret, sizeof(secret));
	explicit_bzero(secret, sizeof(secret));
	pq_sendint64(out, credential->factor.enrolled_at);
	pq_sendint64(out, credential->confirmed_at);
	pq_sendint64(out, credential->factor.last_step);
	write_bytes(out, credential->codes,
				credential->code_count * PACL_DIGEST_BYTES);
}

/* The buffer is as large as it has to be before anything secret is in it. */
static void
write_person(void *state, const PaclCredential *credential)
{
	Writer	   *writer = state;
	const char *hash = credential->password.hash;

	if (writer->out.maxlen - writer->out.len < PERSON_BYTES)
	{
		StringInfoData larger;

		initStringInfo(&larger);
		enlargeStringInfo(&larger, 2 * writer->out.maxlen);
		appendBinaryStringInfo(&larger, writer->out.data, writer->out.len);
		explicit_bzero(writer->out.data, writer->out.len);
		writer->out = larger;
	}
	write_raw(&writer->out, &credential->account_id, UUID_LEN);
	pq_sendint64(&writer->out, credential->changed_at);
	pq_sendbyte(&writer->out, credential->password.temporary);
	pq_sendint64(&writer->out, credential->password.temporary_until);
	write_bytes(&writer->out, hash == NULL ? "" : hash,
				hash == NULL ? 0 : strlen(hash));
	pq_sendbyte(&writer->out, credential->has_factor);
	if (credential->has_factor)
		write_factor(&writer->out, credential);
	writer->people++;
	writer->passwords += hash == NULL ? 0 : 1;
	writer->factors += credential->has_factor ? 1 : 0;
}

static void
check_public_key(const bytea *key)
{
	static const uint8 zeros[crypto_box_PUBLICKEYBYTES];

	if (VARSIZE_ANY_EXHDR(key) != crypto_box_PUBLICKEYBYTES ||
		memcmp(VARDATA_ANY(key), zeros, sizeof(zeros)) == 0)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errword("public_key"),
				 errargument("public_key"),
				 errmsg("the key is none of another cell"),
				 errhint("Give what practiceacl.accept_credentials() returned there.")));
}

bytea *
pacl_credentials_seal(const pg_uuid_t *organization_id,
					  const bytea *public_key)
{
	const uint8 *key = (const uint8 *) VARDATA_ANY(public_key);
	Writer		writer = {{0}};
	PaclFacts	facts;
	PaclMove	move;
	bytea	   *sealed;
	char	   *move_key;
	size_t		length;
	int			failed;

	check_public_key(public_key);
	pacl_lock_organization_to_move(organization_id);
	if (!is_in(organization_id, &move, "published") &&
		!is_in(organization_id, &move, "handed_over") &&
		!is_in(organization_id, &move, "released"))
		raise_state(&move);
	move_key = pacl_credentials_store_note(organization_id, pacl_view_time());
	initStringInfo(&writer.out);
	enlargeStringInfo(&writer.out, 16 * PERSON_BYTES);
	write_raw(&writer.out, organization_id, UUID_LEN);
	write_bytes(&writer.out, move_key, strlen(move_key));
	pacl_credentials_store_read(organization_id, write_person, &writer);

	length = writer.out.len + crypto_box_SEALBYTES;
	sealed = palloc(VARHDRSZ + length);
	SET_VARSIZE(sealed, VARHDRSZ + length);
	failed = crypto_box_seal((uint8 *) VARDATA(sealed),
							 (uint8 *) writer.out.data, writer.out.len, key);
	explicit_bzero(writer.out.data, writer.out.len);
	if (failed)
		elog(ERROR, "could not seal credentials");
	pacl_facts_begin(&facts);
	add_key(&facts, key);
	pacl_facts_int(&facts, "passwords", writer.passwords);
	pacl_facts_int(&facts, "second_factors", writer.factors);
	record("credentials.sealed", organization_id, &facts);
	return sealed;
}

pg_noreturn static void
raise_not_of_this_move(void)
{
	ereport(ERROR,
			(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
			 errword("wrong_credentials"),
			 errargument("credentials"),
			 errmsg("the credentials were not sealed for this move"),
			 errhint("Give what practiceacl.seal_credentials() returned in the source for this cell's key.")));
}

/* What is left to read; nothing is read beyond it. */
static const char *
read_bytes(StringInfo in, int length)
{
	if (length < 0 || in->len - in->cursor < length)
		raise_not_of_this_move();
	return pq_getmsgbytes(in, length);
}

static int64
read_int64(StringInfo in)
{
	if (in->len - in->cursor < 8)
		raise_not_of_this_move();
	return pq_getmsgint64(in);
}

static int
read_length(StringInfo in)
{
	if (in->len - in->cursor < 4)
		raise_not_of_this_move();
	return pq_getmsgint(in, 4);
}

static bool
read_flag(StringInfo in)
{
	return *read_bytes(in, 1) != 0;
}

static TimestampTz
read_time(StringInfo in)
{
	TimestampTz time = read_int64(in);

	if (!IS_VALID_TIMESTAMP(time))
		raise_not_of_this_move();
	return time;
}

/* A secret is sealed for the row that it gets here as soon as it is read. */
static void
read_factor(StringInfo in, PaclCredential *credential)
{
	int			length;

	memcpy(&credential->factor.id, read_bytes(in, UUID_LEN), UUID_LEN);
	credential->factor.sealed =
		pacl_key_file_seal(PACL_SEALED_SECOND_FACTOR, &credential->account_id,
						   read_bytes(in, PACL_TOTP_SECRET_BYTES),
						   PACL_TOTP_SECRET_BYTES);
	credential->factor.enrolled_at = read_time(in);
	credential->confirmed_at = read_time(in);
	credential->factor.last_step = read_int64(in);
	length = read_length(in);
	if (length % PACL_DIGEST_BYTES != 0 || length > sizeof(credential->codes))
		raise_not_of_this_move();
	memcpy(credential->codes, read_bytes(in, length), length);
	credential->code_count = length / PACL_DIGEST_BYTES;
}

static void
read_person(StringInfo in, PaclCredential *credential)
{
	int			length;

	memset(credential, 0, sizeof(PaclCredential));
	memcpy(&credential->account_id, read_bytes(in, UUID_LEN), UUID_LEN);
	credential->changed_at = read_time(in);
	credential->password.temporary = read_flag(in);
	credential->password.temporary_until = read_time(in);
	length = read_length(in);
	if (length > 0)
		credential->password.hash = pnstrdup(read_bytes(in, length), length);
	if (credential->password.hash != NULL &&
		!pacl_password_is_hash(credential->password.hash))
		raise_not_of_this_move();
	credential->has_factor = read_flag(in);
	if (credential->has_factor)
		read_factor(in, credential);
}

static void
take_over(const PaclCredential *credential)
{
	const pg_uuid_t *account_id = &credential->account_id;
	const PaclSecondFactor *factor = &credential->factor;

	if (credential->password.hash != NULL)
		pacl_account_store_set_password(account_id, credential->password.hash,
										credential->changed_at,
										credential->password.temporary,
										credential->password.temporary_until);
	if (!credential->has_factor)
		return;
	pacl_second_factor_store_enrol(account_id, &factor->id, factor->sealed,
								   factor->enrolled_at);
	pacl_second_factor_store_confirm(account_id, &factor->id,
									 credential->confirmed_at);
	(void) pacl_second_factor_store_use_step(account_id, factor->last_step);
	pacl_second_factor_store_set_codes(account_id, credential->codes,
									   credential->code_count);
}

/* Both are in ascending order, so each is found once. */
static bool
is_awaited(const pg_uuid_t *awaited, int count, int *next,
		   const pg_uuid_t *account_id)
{
	while (*next < count &&
		   memcmp(&awaited[*next], account_id, UUID_LEN) < 0)
		(*next)++;
	if (*next == count || !pacl_uuid_equal(&awaited[*next], account_id))
		return false;
	(*next)++;
	return true;
}

static void
take_over_all(const pg_uuid_t *organization_id, StringInfo in, Jsonb *parcel)
{
	int			count;
	pg_uuid_t  *awaited = pacl_credentials_store_awaited(organization_id,
														 parcel, &count);
	int			next = 0;
	int64		passwords = 0;
	int64		factors = 0;
	int64		left = 0;
	PaclFacts	facts;

	while (in->cursor < in->len)
	{
		PaclCredential credential;

		read_person(in, &credential);
		if (!is_awaited(awaited, count, &next, &credential.account_id))
		{
			left++;
			continue;
		}
		take_over(&credential);
		passwords += credential.password.hash != NULL ? 1 : 0;
		factors += credential.has_factor ? 1 : 0;
	}
	pacl_facts_begin(&facts);
	pacl_facts_int(&facts, "passwords", passwords);
	pacl_facts_int(&facts, "second_factors", factors);
	pacl_facts_int(&facts, "not_taken_over", left);
	record("credentials.received", organization_id, &facts);
}

/* Opened, palloc'd; the caller wipes it. */
static StringInfo
open_credentials(const pg_uuid_t *organization_id, const bytea *credentials)
{
	bytea	   *sealed_key = pacl_credentials_store_key(organization_id);
	size_t		length = VARSIZE_ANY_EXHDR(credentials);
	uint8		public_key[crypto_box_PUBLICKEYBYTES];
	uint8		private_key[crypto_box_SECRETKEYBYTES];
	StringInfo	in = makeStringInfo();
	bool		opened;

	if (sealed_key == NULL || length < crypto_box_SEALBYTES)
		raise_not_of_this_move();
	in->len = length - crypto_box_SEALBYTES;
	in->data = palloc(in->len + 1);
	in->data[in->len] = '\0';
	open_key(organization_id, sealed_key, public_key, private_key);
	opened = crypto_box_seal_open((uint8 *) in->data,
								  (const uint8 *) VARDATA_ANY(credentials),
								  length, public_key, private_key) == 0;
	explicit_bzero(private_key, sizeof(private_key));
	if (!opened)
		raise_not_of_this_move();
	return in;
}

/* Blocked in the source since this cell made their account. */
static void
block(const pg_uuid_t *organization_id, Jsonb *parcel)
{
	int			count;
	pg_uuid_t  *blocked = pacl_credentials_store_block(organization_id, parcel,
													   &count);

	for (int i = 0; i < count; i++)
	{
		PaclEntry	entry = {.act = "account.blocked", .by_operator = true};

		entry.account_id = &blocked[i];
		(void) pacl_session_end_all(&blocked[i], NULL);
		(void) pacl_activity_record(&entry);
	}
}

void
pacl_credentials_receive(const pg_uuid_t *organization_id,
						 const char *move_key, Jsonb *parcel,
						 const bytea *credentials)
{
	block(organization_id, parcel);
	if (credentials != NULL)
	{
		StringInfo	in = open_credentials(organization_id, credentials);
		int			length;

		if (memcmp(read_bytes(in, UUID_LEN), organization_id, UUID_LEN) != 0)
			raise_not_of_this_move();
		length = read_length(in);
		if (length != strlen(move_key) ||
			memcmp(read_bytes(in, length), move_key, length) != 0)
			raise_not_of_this_move();
		take_over_all(organization_id, in, parcel);
		explicit_bzero(in->data, in->len);
		(void) pacl_credentials_store_note(organization_id, pacl_view_time());
	}
	pacl_credentials_store_end(organization_id);
	pacl_credentials_store_set_key(organization_id, NULL);
}

bool
pacl_credentials_went(const pg_uuid_t *organization_id)
{
	return pacl_credentials_store_is_noted(organization_id);
}

void
pacl_credentials_lock_leaving(const pg_uuid_t *organization_id)
{
	int			count;
	pg_uuid_t  *leaving = pacl_credentials_store_leaving(organization_id,
														 &count);

	for (int i = 0; i < count; i++)
		pacl_lock_account(&leaving[i]);
}

int64
pacl_credentials_leave(const pg_uuid_t *organization_id)
{
	int			count;
	pg_uuid_t  *leaving = pacl_credentials_store_leaving(organization_id,
														 &count);

	for (int i = 0; i < count; i++)
		pacl_credentials_store_take(&leaving[i], organization_id,
									pacl_view_time());
	return count;
}

static bytea *
reseal(const pg_uuid_t *organization_id, const bytea *sealed)
{
	return pacl_key_file_reseal(PACL_SEALED_CREDENTIAL_KEY, organization_id,
								sealed, crypto_box_SECRETKEYBYTES);
}

int64
pacl_credentials_reseal(void)
{
	return pacl_credentials_store_reseal(reseal);
}
