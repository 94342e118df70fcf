/*
 * id.c
 *		Entry points: identifiers.
 */
#include "postgres.h"

#include "fmgr.h"

#include "pure/uuid.h"

PG_FUNCTION_INFO_V1(practiceacl_new_id);
PG_FUNCTION_INFO_V1(practiceacl_id_hour);

Datum
practiceacl_new_id(PG_FUNCTION_ARGS)
{
	pg_uuid_t  *id = palloc(sizeof(pg_uuid_t));

	pacl_uuid_make(id);
	PG_RETURN_UUID_P(id);
}

Datum
practiceacl_id_hour(PG_FUNCTION_ARGS)
{
	PG_RETURN_INT32(pacl_uuid_hour(PG_GETARG_UUID_P(0)));
}
