/*
 * id.c
 *		Entry points: identifiers.
 */
#include "postgres.h"

#include "fmgr.h"

#include "pure/uuid.h"

PG_FUNCTION_INFO_V1(practiceacl_new_id);

Datum
practiceacl_new_id(PG_FUNCTION_ARGS)
{
	pg_uuid_t  *id = palloc(sizeof(pg_uuid_t));

	pacl_uuid_make(id);
	PG_RETURN_UUID_P(id);
}
