/*
 * rights_type.c
 *		Entry points of the type rights: text and binary form, operators, and
 *		what the btree and hash classes call.
 *
 * Comparisons never raise and look at nothing but their arguments: they are
 * declared LEAKPROOF, which lets the planner use them under row security.
 */
#include "postgres.h"

#include "catalog/pg_type.h"
#include "common/hashfn.h"
#include "fmgr.h"
#include "libpq/pqformat.h"
#include "utils/array.h"
#include "utils/builtins.h"

#include "access/rights_text.h"
#include "errors.h"
#include "pure/rights.h"

PG_FUNCTION_INFO_V1(practiceacl_rights_in);
PG_FUNCTION_INFO_V1(practiceacl_rights_out);
PG_FUNCTION_INFO_V1(practiceacl_rights_recv);
PG_FUNCTION_INFO_V1(practiceacl_rights_send);
PG_FUNCTION_INFO_V1(practiceacl_rights_contains);
PG_FUNCTION_INFO_V1(practiceacl_rights_contained);
PG_FUNCTION_INFO_V1(practiceacl_rights_or);
PG_FUNCTION_INFO_V1(practiceacl_rights_and);
PG_FUNCTION_INFO_V1(practiceacl_rights_minus);
PG_FUNCTION_INFO_V1(practiceacl_rights_eq);
PG_FUNCTION_INFO_V1(practiceacl_rights_ne);
PG_FUNCTION_INFO_V1(practiceacl_rights_lt);
PG_FUNCTION_INFO_V1(practiceacl_rights_le);
PG_FUNCTION_INFO_V1(practiceacl_rights_gt);
PG_FUNCTION_INFO_V1(practiceacl_rights_ge);
PG_FUNCTION_INFO_V1(practiceacl_rights_cmp);
PG_FUNCTION_INFO_V1(practiceacl_rights_hash);
PG_FUNCTION_INFO_V1(practiceacl_rights_hash_extended);
PG_FUNCTION_INFO_V1(practiceacl_level);
PG_FUNCTION_INFO_V1(practiceacl_flags);

/* rights_in(cstring): raises 22P02. */
Datum
practiceacl_rights_in(PG_FUNCTION_ARGS)
{
	char	   *text = PG_GETARG_CSTRING(0);

	PG_RETURN_RIGHTS(pacl_rights_read(text, strlen(text), fcinfo->context));
}

/* rights_out(rights) */
Datum
practiceacl_rights_out(PG_FUNCTION_ARGS)
{
	PG_RETURN_CSTRING(pacl_rights_text(PG_GETARG_RIGHTS(0)));
}

/*
 * rights_recv(internal): raises 22P03 for a level or flag that this version
 * does not know, rather than store what it could neither show nor check.
 */
Datum
practiceacl_rights_recv(PG_FUNCTION_ARGS)
{
	StringInfo	message = (StringInfo) PG_GETARG_POINTER(0);
	uint64		number = (uint64) pq_getmsgint64(message);

	if (!pacl_rights_valid(number))
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_BINARY_REPRESENTATION),
				 errword("binary_form"),
				 errmsg("invalid binary form of rights"),
				 errdetail("Level %d and flags 0x%llx are not all known here.",
						   pacl_rights_level(number),
						   (unsigned long long) pacl_rights_flags(number))));
	PG_RETURN_RIGHTS(number);
}

/* rights_send(rights): eight bytes in network order. */
Datum
practiceacl_rights_send(PG_FUNCTION_ARGS)
{
	StringInfoData message;

	pq_begintypsend(&message);
	pq_sendint64(&message, PG_GETARG_RIGHTS(0));
	PG_RETURN_BYTEA_P(pq_endtypsend(&message));
}

/* rights @> rights */
Datum
practiceacl_rights_contains(PG_FUNCTION_ARGS)
{
	PG_RETURN_BOOL(pacl_rights_cover(PG_GETARG_RIGHTS(0),
									 PG_GETARG_RIGHTS(1)));
}

/* rights <@ rights */
Datum
practiceacl_rights_contained(PG_FUNCTION_ARGS)
{
	PG_RETURN_BOOL(pacl_rights_cover(PG_GETARG_RIGHTS(1),
									 PG_GETARG_RIGHTS(0)));
}

/* rights | rights; also the step of the aggregate rights_union */
Datum
practiceacl_rights_or(PG_FUNCTION_ARGS)
{
	PG_RETURN_RIGHTS(pacl_rights_union(PG_GETARG_RIGHTS(0),
									   PG_GETARG_RIGHTS(1)));
}

/* rights & rights */
Datum
practiceacl_rights_and(PG_FUNCTION_ARGS)
{
	PG_RETURN_RIGHTS(pacl_rights_intersect(PG_GETARG_RIGHTS(0),
										   PG_GETARG_RIGHTS(1)));
}

/* rights - rights */
Datum
practiceacl_rights_minus(PG_FUNCTION_ARGS)
{
	PG_RETURN_RIGHTS(pacl_rights_without(PG_GETARG_RIGHTS(0),
										 PG_GETARG_RIGHTS(1)));
}

/* rights = rights */
Datum
practiceacl_rights_eq(PG_FUNCTION_ARGS)
{
	PG_RETURN_BOOL(PG_GETARG_RIGHTS(0) == PG_GETARG_RIGHTS(1));
}

/* rights <> rights */
Datum
practiceacl_rights_ne(PG_FUNCTION_ARGS)
{
	PG_RETURN_BOOL(PG_GETARG_RIGHTS(0) != PG_GETARG_RIGHTS(1));
}

/* rights < rights */
Datum
practiceacl_rights_lt(PG_FUNCTION_ARGS)
{
	PG_RETURN_BOOL(PG_GETARG_RIGHTS(0) < PG_GETARG_RIGHTS(1));
}

/* rights <= rights */
Datum
practiceacl_rights_le(PG_FUNCTION_ARGS)
{
	PG_RETURN_BOOL(PG_GETARG_RIGHTS(0) <= PG_GETARG_RIGHTS(1));
}

/* rights > rights */
Datum
practiceacl_rights_gt(PG_FUNCTION_ARGS)
{
	PG_RETURN_BOOL(PG_GETARG_RIGHTS(0) > PG_GETARG_RIGHTS(1));
}

/* rights >= rights */
Datum
practiceacl_rights_ge(PG_FUNCTION_ARGS)
{
	PG_RETURN_BOOL(PG_GETARG_RIGHTS(0) >= PG_GETARG_RIGHTS(1));
}

/* rights_cmp(rights, rights): the order of the btree class. */
Datum
practiceacl_rights_cmp(PG_FUNCTION_ARGS)
{
	PG_RETURN_INT32(pacl_rights_compare(PG_GETARG_RIGHTS(0),
										PG_GETARG_RIGHTS(1)));
}

/* rights_hash(rights): the hash class. */
Datum
practiceacl_rights_hash(PG_FUNCTION_ARGS)
{
	PaclRights	rights = PG_GETARG_RIGHTS(0);

	return hash_any((unsigned char *) &rights, sizeof(rights));
}

/* rights_hash_extended(rights, bigint): the hash class, with a seed. */
Datum
practiceacl_rights_hash_extended(PG_FUNCTION_ARGS)
{
	PaclRights	rights = PG_GETARG_RIGHTS(0);

	return hash_any_extended((unsigned char *) &rights, sizeof(rights),
							 PG_GETARG_INT64(1));
}

/* level(rights): the word for the level. */
Datum
practiceacl_level(PG_FUNCTION_ARGS)
{
	int			level = pacl_rights_level(PG_GETARG_RIGHTS(0));

	PG_RETURN_TEXT_P(cstring_to_text(pacl_rights_level_name(level)));
}

/* flags(rights): the words for the flags, in canonical order. */
Datum
practiceacl_flags(PG_FUNCTION_ARGS)
{
	PaclRights	rights = PG_GETARG_RIGHTS(0);
	Datum		words[PACL_FLAG_COUNT];
	int			count = 0;
	int			i;

	for (i = 0; i < PACL_FLAG_COUNT; i++)
	{
		if ((rights & (UINT64CONST(1) << i)) != 0)
			words[count++] = CStringGetTextDatum(pacl_rights_flag_name(i));
	}
	PG_RETURN_ARRAYTYPE_P(construct_array(words, count, TEXTOID, -1, false,
										  TYPALIGN_INT));
}
