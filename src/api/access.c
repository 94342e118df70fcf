/*
 * access.c
 *		Doorway: the questions that row security and back ends ask.
 */
#include "postgres.h"

#include "catalog/pg_type.h"
#include "fmgr.h"
#include "mb/pg_wchar.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/uuid.h"

#include "api/arguments.h"
#include "reader/access.h"
#include "reader/identity.h"

PG_FUNCTION_INFO_V1(practiceacl_can);
PG_FUNCTION_INFO_V1(practiceacl_agendas);
PG_FUNCTION_INFO_V1(practiceacl_rights_on);
PG_FUNCTION_INFO_V1(practiceacl_is_admin);
PG_FUNCTION_INFO_V1(practiceacl_is_member);
PG_FUNCTION_INFO_V1(practiceacl_reading_account);

/* A null agenda or requirement is something that nobody may do. */
Datum
practiceacl_can(PG_FUNCTION_ARGS)
{
	if (PG_ARGISNULL(0) || PG_ARGISNULL(1))
		PG_RETURN_BOOL(false);
	PG_RETURN_BOOL(pacl_access_can(PG_GETARG_UUID_P(0), PG_GETARG_RIGHTS(1)));
}

Datum
practiceacl_agendas(PG_FUNCTION_ARGS)
{
	pg_uuid_t  *agendas = NULL;
	int			count = 0;
	Datum	   *items;

	if (!PG_ARGISNULL(0))
		agendas = pacl_access_agendas(PG_GETARG_RIGHTS(0), &count);
	if (count == 0)
		PG_RETURN_ARRAYTYPE_P(construct_empty_array(UUIDOID));

	items = palloc(count * sizeof(Datum));
	for (int i = 0; i < count; i++)
		items[i] = UUIDPGetDatum(&agendas[i]);
	PG_RETURN_ARRAYTYPE_P(construct_array(items, count, UUIDOID, UUID_LEN,
										  false, TYPALIGN_CHAR));
}

Datum
practiceacl_rights_on(PG_FUNCTION_ARGS)
{
	if (PG_ARGISNULL(0))
		PG_RETURN_RIGHTS(PACL_RIGHTS_NONE);
	PG_RETURN_RIGHTS(pacl_access_rights(PG_GETARG_UUID_P(0)));
}

Datum
practiceacl_is_admin(PG_FUNCTION_ARGS)
{
	char	   *word;
	PaclAdmin	level;

	if (PG_ARGISNULL(0) || PG_ARGISNULL(1))
		PG_RETURN_BOOL(false);
	word = text_to_cstring(PG_GETARG_TEXT_PP(1));
	if (!pacl_admin_parse(word, &level))
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("\"%.*s\" is not an administrator level",
						pg_mbcliplen(word, strlen(word), 40), word),
				 errhint("The levels are none, users and full.")));
	/* "none" asks for nothing, so every member would be one. */
	PG_RETURN_BOOL(level != PACL_ADMIN_NONE &&
				   pacl_access_is_admin(PG_GETARG_UUID_P(0), level));
}

/* For policies: whether the caller belongs to the organization. */
Datum
practiceacl_is_member(PG_FUNCTION_ARGS)
{
	const PaclMember *member;

	if (PG_ARGISNULL(0))
		PG_RETURN_BOOL(false);
	member = pacl_access_member(PG_GETARG_UUID_P(0));
	PG_RETURN_BOOL(member != NULL && member->listed);
}

/* For policies: the account whose own rows may be read, or null. */
Datum
practiceacl_reading_account(PG_FUNCTION_ARGS)
{
	const PaclCaller *caller = pacl_identity_reader();
	pg_uuid_t  *account_id;

	if (caller == NULL)
		PG_RETURN_NULL();
	account_id = palloc(sizeof(pg_uuid_t));
	*account_id = caller->account_id;
	PG_RETURN_UUID_P(account_id);
}
