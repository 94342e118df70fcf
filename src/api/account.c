/*
 * account.c
 *		Entry points: accounts.
 */
#include "postgres.h"

#include "fmgr.h"
#include "utils/jsonb.h"

#include "api/arguments.h"
#include "base/address.h"
#include "compat.h"
#include "errors.h"
#include "identity/account.h"
#include "identity/account_store.h"
#include "operations/role.h"
#include "people/block.h"
#include "people/erasure.h"
#include "people/user.h"

PG_FUNCTION_INFO_V1(practiceacl_update_my_account);
PG_FUNCTION_INFO_V1(practiceacl_request_email_change);
PG_FUNCTION_INFO_V1(practiceacl_confirm_email_change);
PG_FUNCTION_INFO_V1(practiceacl_delete_own_account);
PG_FUNCTION_INFO_V1(practiceacl_delete_account);
PG_FUNCTION_INFO_V1(practiceacl_export_own_account);
PG_FUNCTION_INFO_V1(practiceacl_export_account);
PG_FUNCTION_INFO_V1(practiceacl_block_account);
PG_FUNCTION_INFO_V1(practiceacl_unblock_account);
PG_FUNCTION_INFO_V1(practiceacl_renew_temporary_password);
PG_FUNCTION_INFO_V1(practiceacl_block_email);
PG_FUNCTION_INFO_V1(practiceacl_unblock_email);
PG_FUNCTION_INFO_V1(practiceacl_digest_emails);
PG_FUNCTION_INFO_V1(practiceacl_key_digest);
PG_FUNCTION_INFO_V1(practiceacl_map_role);
PG_FUNCTION_INFO_V1(practiceacl_unmap_role);

Datum
practiceacl_update_my_account(PG_FUNCTION_ARGS)
{
	ARG_REQUIRED(0, "changes");
	pacl_account_update_own(PG_GETARG_JSONB_P(0));
	PG_RETURN_VOID();
}

Datum
practiceacl_request_email_change(PG_FUNCTION_ARGS)
{
	pacl_account_request_email_change(pacl_arg_text(fcinfo, 0, "new_email"));
	PG_RETURN_VOID();
}

Datum
practiceacl_confirm_email_change(PG_FUNCTION_ARGS)
{
	pacl_account_confirm_email_change(pacl_arg_secret(fcinfo, 0, "token"));
	PG_RETURN_VOID();
}

Datum
practiceacl_delete_own_account(PG_FUNCTION_ARGS)
{
	pacl_erasure_delete_own();
	PG_RETURN_VOID();
}

Datum
practiceacl_delete_account(PG_FUNCTION_ARGS)
{
	pacl_erasure_delete(pacl_arg_uuid(fcinfo, 0, "account_id"));
	PG_RETURN_VOID();
}

Datum
practiceacl_export_own_account(PG_FUNCTION_ARGS)
{
	PG_RETURN_JSONB_P(pacl_erasure_export_own());
}

Datum
practiceacl_export_account(PG_FUNCTION_ARGS)
{
	PG_RETURN_JSONB_P(pacl_erasure_export(pacl_arg_uuid(fcinfo, 0, "account_id")));
}

Datum
practiceacl_block_account(PG_FUNCTION_ARGS)
{
	const pg_uuid_t *account_id = pacl_arg_uuid(fcinfo, 0, "account_id");

	pacl_block_account(account_id, pacl_arg_text(fcinfo, 1, "reason"));
	PG_RETURN_VOID();
}

Datum
practiceacl_unblock_account(PG_FUNCTION_ARGS)
{
	pacl_block_lift(pacl_arg_uuid(fcinfo, 0, "account_id"));
	PG_RETURN_VOID();
}

/*
 * An operator needs no session; everybody else is an administrator or nobody.
 */
Datum
practiceacl_renew_temporary_password(PG_FUNCTION_ARGS)
{
	const pg_uuid_t *account_id = pacl_arg_uuid(fcinfo, 0, "account_id");
	const char *password = pacl_role_is_operator() ?
		pacl_user_renew_password_by_operator(account_id) :
		pacl_user_renew_password(account_id);

	if (password == NULL)
		PG_RETURN_NULL();
	PG_RETURN_TEXT_P(cstring_to_text(password));
}

Datum
practiceacl_block_email(PG_FUNCTION_ARGS)
{
	pacl_account_block_email(pacl_arg_text(fcinfo, 0, "email"),
							 pacl_arg_text(fcinfo, 1, "reason"));
	PG_RETURN_VOID();
}

Datum
practiceacl_unblock_email(PG_FUNCTION_ARGS)
{
	pacl_account_unblock_email(pacl_arg_text(fcinfo, 0, "email"));
	PG_RETURN_VOID();
}

Datum
practiceacl_digest_emails(PG_FUNCTION_ARGS)
{
	PG_RETURN_INT64(pacl_account_store_digest_emails());
}

/* For the update from 0.1.0, whose digests were plain. */
Datum
practiceacl_key_digest(PG_FUNCTION_ARGS)
{
	bytea	   *plain = PG_GETARG_BYTEA_PP(0);
	bytea	   *keyed = palloc(VARHDRSZ + PACL_DIGEST_BYTES);
	PaclDigest	digest;

	if (VARSIZE_ANY_EXHDR(plain) != PACL_DIGEST_BYTES)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errword("wrong_length"),
				 errmsg("a digest must have %d bytes", PACL_DIGEST_BYTES)));
	memcpy(digest.data, VARDATA_ANY(plain), PACL_DIGEST_BYTES);
	pacl_email_key_digest(&digest);
	SET_VARSIZE(keyed, VARHDRSZ + PACL_DIGEST_BYTES);
	memcpy(VARDATA(keyed), digest.data, PACL_DIGEST_BYTES);
	PG_RETURN_BYTEA_P(keyed);
}

Datum
practiceacl_map_role(PG_FUNCTION_ARGS)
{
	ARG_REQUIRED(0, "role");
	pacl_account_map_role(PG_GETARG_OID(0),
						  pacl_arg_uuid(fcinfo, 1, "account_id"),
						  pacl_arg_bool(fcinfo, 2, "personal"));
	PG_RETURN_VOID();
}

Datum
practiceacl_unmap_role(PG_FUNCTION_ARGS)
{
	ARG_REQUIRED(0, "role");
	pacl_account_unmap_role(PG_GETARG_OID(0));
	PG_RETURN_VOID();
}
