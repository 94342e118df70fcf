/*
 * operation.c
 *		Entry points: operating the database.
 */
#include "postgres.h"

#include "fmgr.h"
#include "funcapi.h"

#include "api/arguments.h"
#include "base/key_file.h"
#include "base/shared_count.h"
#include "operations/appointment_archive.h"
#include "operations/installation.h"
#include "operations/purge.h"
#include "operations/reference_store.h"
#include "operations/secret.h"
#include "operations/statement_check.h"

PG_FUNCTION_INFO_V1(practiceacl_archive_appointments);
PG_FUNCTION_INFO_V1(practiceacl_broken_references);
PG_FUNCTION_INFO_V1(practiceacl_broken_statements);
PG_FUNCTION_INFO_V1(practiceacl_check_schema);
PG_FUNCTION_INFO_V1(practiceacl_has_shared_counts);
PG_FUNCTION_INFO_V1(practiceacl_key_file_problem);
PG_FUNCTION_INFO_V1(practiceacl_module_version);
PG_FUNCTION_INFO_V1(practiceacl_purge);
PG_FUNCTION_INFO_V1(practiceacl_restore_appointments);
PG_FUNCTION_INFO_V1(practiceacl_seal_privileges);
PG_FUNCTION_INFO_V1(practiceacl_seal_secrets);
PG_FUNCTION_INFO_V1(practiceacl_sealed_problem);

Datum
practiceacl_module_version(PG_FUNCTION_ARGS)
{
	PG_RETURN_TEXT_P(cstring_to_text(PACL_VERSION));
}

Datum
practiceacl_has_shared_counts(PG_FUNCTION_ARGS)
{
	PG_RETURN_BOOL(pacl_shared_count_works());
}

static void
put_count(void *state, const char *what, int64 rows)
{
	ReturnSetInfo *result = state;
	Datum		values[2];
	bool		nulls[2] = {false, false};

	values[0] = CStringGetTextDatum(what);
	values[1] = Int64GetDatum(rows);
	tuplestore_putvalues(result->setResult, result->setDesc, values, nulls);
}

Datum
practiceacl_purge(PG_FUNCTION_ARGS)
{
	ARG_REQUIRED(0, "older_than");
	InitMaterializedSRF(fcinfo, 0);
	pacl_purge(PG_GETARG_INTERVAL_P(0), put_count, fcinfo->resultinfo);
	return (Datum) 0;
}

Datum
practiceacl_archive_appointments(PG_FUNCTION_ARGS)
{
	TimestampTz before = pacl_arg_time(fcinfo, 0, "before");

	PG_RETURN_INT64(pacl_appointment_archive(before,
											 pacl_arg_int(fcinfo, 1, "max_rows")));
}

Datum
practiceacl_restore_appointments(PG_FUNCTION_ARGS)
{
	TimestampTz ended_since = pacl_arg_time(fcinfo, 0, "ended_since");

	PG_RETURN_INT64(pacl_appointment_restore(ended_since,
											 pacl_arg_uuid_or_null(fcinfo, 1),
											 pacl_arg_int(fcinfo, 2, "max_rows")));
}

static void
put_reference(void *state, const char *constraint, const char *from_table,
			  const char *to_table, int64 rows)
{
	ReturnSetInfo *result = state;
	Datum		values[4];
	bool		nulls[4] = {false};

	values[0] = CStringGetTextDatum(constraint);
	values[1] = CStringGetTextDatum(from_table);
	values[2] = CStringGetTextDatum(to_table);
	values[3] = Int64GetDatum(rows);
	tuplestore_putvalues(result->setResult, result->setDesc, values, nulls);
}

Datum
practiceacl_broken_references(PG_FUNCTION_ARGS)
{
	InitMaterializedSRF(fcinfo, 0);
	pacl_reference_store_broken(put_reference, fcinfo->resultinfo);
	return (Datum) 0;
}

static void
put_statement(void *state, const char *file, const char *sql,
			  const char *problem)
{
	ReturnSetInfo *result = state;
	Datum		values[3];
	bool		nulls[3] = {false};

	values[0] = CStringGetTextDatum(file);
	values[1] = CStringGetTextDatum(sql);
	values[2] = CStringGetTextDatum(problem);
	tuplestore_putvalues(result->setResult, result->setDesc, values, nulls);
}

Datum
practiceacl_broken_statements(PG_FUNCTION_ARGS)
{
	InitMaterializedSRF(fcinfo, 0);
	pacl_statement_check(put_statement, fcinfo->resultinfo);
	return (Datum) 0;
}

Datum
practiceacl_check_schema(PG_FUNCTION_ARGS)
{
	pacl_installation_check_schema();
	PG_RETURN_VOID();
}

Datum
practiceacl_seal_privileges(PG_FUNCTION_ARGS)
{
	pacl_installation_seal();
	PG_RETURN_VOID();
}

Datum
practiceacl_seal_secrets(PG_FUNCTION_ARGS)
{
	PG_RETURN_INT64(pacl_secrets_seal());
}

static Datum
text_or_null(FunctionCallInfo fcinfo, const char *text)
{
	if (text == NULL)
		PG_RETURN_NULL();
	PG_RETURN_TEXT_P(cstring_to_text(text));
}

Datum
practiceacl_key_file_problem(PG_FUNCTION_ARGS)
{
	return text_or_null(fcinfo, pacl_key_file_problem());
}

/* The row is null for a kind of which there is only one. */
Datum
practiceacl_sealed_problem(PG_FUNCTION_ARGS)
{
	ARG_REQUIRED(2, "sealed");
	return text_or_null(fcinfo,
						pacl_sealed_problem(pacl_arg_text(fcinfo, 0, "kind"),
											PG_ARGISNULL(1) ? NULL : PG_GETARG_UUID_P(1),
											PG_GETARG_BYTEA_PP(2)));
}
