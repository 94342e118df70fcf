/*
 * statement.c
 *		SQL from C: prepared once a backend, arguments in, typed columns out.
 */
#include "postgres.h"

#include "access/htup_details.h"
#include "access/xact.h"
#include "catalog/namespace.h"
#include "catalog/pg_class.h"
#include "executor/spi.h"
#include "miscadmin.h"
#include "parser/parse_param.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/datum.h"
#include "utils/guc.h"
#include "utils/lsyscache.h"
#include "utils/memutils.h"
#include "utils/resowner.h"
#include "utils/syscache.h"

#include "compat.h"
#include "base/statement.h"
#include "reader/release.h"

#define MAX_ARGS 24
#define CURSOR_BATCH 1000

PaclArg
pacl_text(const char *text)
{
	return pacl_datum(TEXTOID,
					  text == NULL ? (Datum) 0 : PointerGetDatum(cstring_to_text(text)),
					  text == NULL);
}

PaclArg
pacl_bytes(const void *bytes, size_t length)
{
	bytea	   *value;

	if (bytes == NULL)
		return pacl_datum(BYTEAOID, (Datum) 0, true);
	value = palloc(VARHDRSZ + length);
	SET_VARSIZE(value, VARHDRSZ + length);
	memcpy(VARDATA(value), bytes, length);
	return pacl_datum(BYTEAOID, PointerGetDatum(value), false);
}

PaclArg
pacl_json(const char *text)
{
	if (text == NULL)
		return pacl_datum(JSONBOID, (Datum) 0, true);
	return pacl_datum(JSONBOID,
					  DirectFunctionCall1(jsonb_in, CStringGetDatum(text)),
					  false);
}

PaclArg
pacl_rights(PaclRights rights)
{
	char		text[PACL_RIGHTS_TEXT_MAX];

	pacl_rights_format(rights, text);
	return pacl_text(text);
}

PaclArg
pacl_uuids(const pg_uuid_t *ids, int count)
{
	Datum	   *items = palloc(Max(count, 1) * sizeof(Datum));

	for (int i = 0; i < count; i++)
		items[i] = UUIDPGetDatum(&ids[i]);
	return pacl_datum(UUIDARRAYOID,
					  PointerGetDatum(construct_array(items, count, UUIDOID, UUID_LEN,
													  false, TYPALIGN_CHAR)),
					  false);
}

PaclArg
pacl_times(const TimestampTz *times, int count)
{
	Datum	   *items = palloc(Max(count, 1) * sizeof(Datum));

	for (int i = 0; i < count; i++)
		items[i] = TimestampTzGetDatum(times[i]);
	return pacl_datum(TIMESTAMPTZARRAYOID,
					  PointerGetDatum(construct_array(items, count, TIMESTAMPTZOID,
													  sizeof(TimestampTz), FLOAT8PASSBYVAL,
													  TYPALIGN_DOUBLE)),
					  false);
}

static void
connect(void)
{
	if (SPI_connect() != SPI_OK_CONNECT)
		elog(ERROR, "could not connect to SPI");
}

/*
 * Prepares a statement of ours.  What it speaks of exists, unless the objects
 * are of another release than the module: then that is said instead.  The
 * parser, which found something missing, left nothing half done.
 */
static SPIPlanPtr
prepare(const char *sql, int nargs, Oid *types)
{
	MemoryContext outer = CurrentMemoryContext;
	SPIPlanPtr	plan = NULL;

	PG_TRY();
	{
		plan = SPI_prepare(sql, nargs, types);
	}
	PG_CATCH();
	{
		ErrorData  *error;

		MemoryContextSwitchTo(outer);
		error = CopyErrorData();
		FlushErrorState();
		if (ERRCODE_TO_CATEGORY(error->sqlerrcode) ==
			ERRCODE_SYNTAX_ERROR_OR_ACCESS_RULE_VIOLATION)
			pacl_check_release();
		ReThrowError(error);
	}
	PG_END_TRY();
	if (plan == NULL)
		elog(ERROR, "could not prepare \"%s\": %s", sql,
			 SPI_result_code_string(SPI_result));
	return plan;
}

static SPIPlanPtr
prepared(PaclStatement *statement, int nargs, const PaclArg *args)
{
	Oid			types[MAX_ARGS];
	SPIPlanPtr	plan;

	if (statement->plan != NULL)
		return statement->plan;

	Assert(nargs <= MAX_ARGS);
	for (int i = 0; i < nargs; i++)
		types[i] = args[i].type;
	plan = prepare(statement->sql, nargs, types);
	SPI_keepplan(plan);
	statement->plan = plan;
	return plan;
}

/* The parser takes any types of parameters, and notes them. */
typedef struct AnyParams
{
	Oid		   *types;
	int			count;
} AnyParams;

static void
take_any_params(ParseState *parser, void *state)
{
	AnyParams  *params = state;

	setup_parse_variable_parameters(parser, &params->types, &params->count);
}

static void
parse(const char *sql)
{
	AnyParams	params = {NULL, 0};
	SPIPrepareOptions options = {
		.parserSetup = take_any_params,
		.parserSetupArg = &params
	};

	connect();
	if (SPI_prepare_extended(sql, &options) == NULL)
		elog(ERROR, "could not prepare \"%s\": %s", sql,
			 SPI_result_code_string(SPI_result));
	SPI_finish();
}

/* A parser that fails holds locks and references: a subtransaction ends them. */
char *
pacl_statement_problem(const PaclStatement *statement)
{
	MemoryContext context = CurrentMemoryContext;
	ResourceOwner owner = CurrentResourceOwner;
	char	   *volatile problem = NULL;

	BeginInternalSubTransaction(NULL);
	PG_TRY();
	{
		MemoryContextSwitchTo(context);
		parse(statement->sql);
		ReleaseCurrentSubTransaction();
	}
	PG_CATCH();
	{
		ErrorData  *error;

		MemoryContextSwitchTo(context);
		error = CopyErrorData();
		FlushErrorState();
		RollbackAndReleaseCurrentSubTransaction();
		if (ERRCODE_TO_CATEGORY(error->sqlerrcode) !=
			ERRCODE_SYNTAX_ERROR_OR_ACCESS_RULE_VIOLATION)
			ReThrowError(error);
		problem = error->message;
	}
	PG_END_TRY();
	MemoryContextSwitchTo(context);
	CurrentResourceOwner = owner;
	return problem;
}

static void
execute(PaclStatement *statement, int nargs, const PaclArg *args,
		long limit)
{
	Datum		values[MAX_ARGS];
	char		nulls[MAX_ARGS];
	int			result;

	for (int i = 0; i < nargs; i++)
	{
		values[i] = args[i].value;
		nulls[i] = args[i].isnull ? 'n' : ' ';
	}
	result = SPI_execute_plan(prepared(statement, nargs, args), values, nulls,
							  statement->as_reader, limit);
	if (result < 0)
		elog(ERROR, "could not run \"%s\": %s", statement->sql,
			 SPI_result_code_string(result));
}

uint64
pacl_run(PaclStatement *statement, int nargs, const PaclArg *args)
{
	uint64		touched;

	connect();
	execute(statement, nargs, args, 0);
	touched = SPI_processed;
	SPI_finish();
	return touched;
}

/*
 * The rows move out of SPI's memory into the caller's, so that SPI is closed
 * again before anything else happens.
 */
void
pacl_query(PaclRows *rows, PaclStatement *statement, int nargs,
		   const PaclArg *args)
{
	rows->owner = CurrentMemoryContext;
	connect();
	execute(statement, nargs, args, 0);
	if (SPI_tuptable == NULL)
		elog(ERROR, "\"%s\" returns no rows", statement->sql);
	rows->count = SPI_processed;
	rows->position = 0;
	rows->table = SPI_tuptable;
	MemoryContextSetParent(SPI_tuptable->tuptabcxt, rows->owner);
	SPI_finish();
}

bool
pacl_next(PaclRows *rows)
{
	if (rows->position >= rows->count)
		return false;
	rows->position++;
	return true;
}

void
pacl_done(PaclRows *rows)
{
	MemoryContextDelete(((SPITupleTable *) rows->table)->tuptabcxt);
	rows->table = NULL;
}

bool
pacl_query_row(PaclRows *rows, PaclStatement *statement, int nargs,
			   const PaclArg *args)
{
	pacl_query(rows, statement, nargs, args);
	return pacl_next(rows);
}

Datum
pacl_column_datum(PaclRows *rows, int column, bool *isnull)
{
	SPITupleTable *table = rows->table;
	Form_pg_attribute attribute = TupleDescAttr(table->tupdesc, column - 1);
	Datum		value;
	MemoryContext outer;

	value = heap_getattr(table->vals[rows->position - 1], column,
						 table->tupdesc, isnull);
	if (*isnull || attribute->attbyval)
		return value;

	outer = MemoryContextSwitchTo(rows->owner);
	if (attribute->attlen == -1)
		value = PointerGetDatum(PG_DETOAST_DATUM_COPY(value));
	else
		value = datumCopy(value, attribute->attbyval, attribute->attlen);
	MemoryContextSwitchTo(outer);
	return value;
}

int
pacl_column_count(PaclRows *rows)
{
	return ((SPITupleTable *) rows->table)->tupdesc->natts;
}

Oid
pacl_column_type(PaclRows *rows, int column)
{
	return SPI_gettypeid(((SPITupleTable *) rows->table)->tupdesc, column);
}

/* The value of a column that must be of a type; zero for a null. */
static Datum
column_of(PaclRows *rows, int column, Oid type, bool *isnull)
{
	if (unlikely(pacl_column_type(rows, column) != type))
		elog(ERROR, "column %d is of type %s instead of %s", column,
			 format_type_be(pacl_column_type(rows, column)),
			 format_type_be(type));
	return pacl_column_datum(rows, column, isnull);
}

bool
pacl_column_isnull(PaclRows *rows, int column)
{
	SPITupleTable *table = rows->table;

	return heap_attisnull(table->vals[rows->position - 1], column,
						  table->tupdesc);
}

pg_uuid_t *
pacl_column_uuid(PaclRows *rows, int column)
{
	bool		isnull;
	Datum		value = column_of(rows, column, UUIDOID, &isnull);

	return isnull ? NULL : DatumGetUUIDP(value);
}

char *
pacl_column_text(PaclRows *rows, int column)
{
	bool		isnull;
	Datum		value = column_of(rows, column, TEXTOID, &isnull);
	MemoryContext outer;
	char	   *string;

	if (isnull)
		return NULL;
	outer = MemoryContextSwitchTo(rows->owner);
	string = TextDatumGetCString(value);
	MemoryContextSwitchTo(outer);
	return string;
}

bytea *
pacl_column_bytes(PaclRows *rows, int column)
{
	bool		isnull;
	Datum		value = column_of(rows, column, BYTEAOID, &isnull);

	return isnull ? NULL : DatumGetByteaP(value);
}

Jsonb *
pacl_column_jsonb(PaclRows *rows, int column)
{
	bool		isnull;
	Datum		value = column_of(rows, column, JSONBOID, &isnull);

	return isnull ? NULL : DatumGetJsonbP(value);
}

bool
pacl_column_bool(PaclRows *rows, int column)
{
	bool		isnull;
	Datum		value = column_of(rows, column, BOOLOID, &isnull);

	return !isnull && DatumGetBool(value);
}

int32
pacl_column_int(PaclRows *rows, int column)
{
	bool		isnull;
	Datum		value = column_of(rows, column, INT4OID, &isnull);

	return isnull ? 0 : DatumGetInt32(value);
}

int64
pacl_column_bigint(PaclRows *rows, int column)
{
	bool		isnull;
	Datum		value = column_of(rows, column, INT8OID, &isnull);

	return isnull ? 0 : DatumGetInt64(value);
}

TimestampTz
pacl_column_time(PaclRows *rows, int column)
{
	bool		isnull;
	Datum		value = column_of(rows, column, TIMESTAMPTZOID, &isnull);

	return isnull ? 0 : DatumGetTimestampTz(value);
}

PaclRights
pacl_column_rights(PaclRows *rows, int column)
{
	bool		isnull;
	Datum		value = pacl_column_datum(rows, column, &isnull);

	return isnull ? PACL_RIGHTS_NONE : DatumGetRights(value);
}

char *
pacl_query_text(PaclStatement *statement, int nargs, const PaclArg *args)
{
	PaclRows	rows;
	char	   *text = NULL;

	if (pacl_query_row(&rows, statement, nargs, args))
		text = pacl_column_text(&rows, 1);
	pacl_done(&rows);
	return text;
}

Jsonb *
pacl_query_jsonb(PaclStatement *statement, int nargs, const PaclArg *args)
{
	PaclRows	rows;
	Jsonb	   *json = NULL;

	if (pacl_query_row(&rows, statement, nargs, args))
		json = pacl_column_jsonb(&rows, 1);
	pacl_done(&rows);
	return json;
}

pg_uuid_t *
pacl_rows_uuids(PaclRows *rows, int *count)
{
	pg_uuid_t  *ids = palloc(Max(rows->count, 1) * sizeof(pg_uuid_t));

	*count = 0;
	while (pacl_next(rows))
		ids[(*count)++] = *pacl_column_uuid(rows, 1);
	pacl_done(rows);
	return ids;
}

bool
pacl_rows_bool(PaclRows *rows)
{
	bool		yes = pacl_next(rows) && pacl_column_bool(rows, 1);

	pacl_done(rows);
	return yes;
}

void
pacl_run_text(const char *sql)
{
	int			result;

	connect();
	result = SPI_execute(sql, false, 0);
	if (result < 0)
		elog(ERROR, "could not run \"%s\": %s", sql,
			 SPI_result_code_string(result));
	SPI_finish();
}

void
pacl_read_text(const char *sql, PaclRowReader reader, void *state)
{
	MemoryContext outer = CurrentMemoryContext;
	SPIPlanPtr	plan;
	Portal		portal;
	Datum	   *values;
	bool	   *nulls;

	connect();
	plan = prepare(sql, 0, NULL);
	portal = SPI_cursor_open(NULL, plan, NULL, NULL, false);
	values = palloc(portal->tupDesc->natts * sizeof(Datum));
	nulls = palloc(portal->tupDesc->natts * sizeof(bool));
	for (;;)
	{
		SPI_cursor_fetch(portal, true, CURSOR_BATCH);
		if (SPI_processed == 0)
			break;
		for (uint64 i = 0; i < SPI_processed; i++)
		{
			MemoryContext inner;

			heap_deform_tuple(SPI_tuptable->vals[i], SPI_tuptable->tupdesc,
							  values, nulls);
			inner = MemoryContextSwitchTo(outer);
			reader(state, values, nulls, SPI_tuptable->tupdesc);
			MemoryContextSwitchTo(inner);
		}
		SPI_freetuptable(SPI_tuptable);
	}
	SPI_cursor_close(portal);
	SPI_finish();
}

/* The owner of the extension's tables, who is the owner of its functions. */
static Oid
extension_owner(void)
{
	Oid			table = get_relname_relid("account",
										  get_namespace_oid("practiceacl", false));
	HeapTuple	row = SearchSysCache1(RELOID, ObjectIdGetDatum(table));
	Oid			owner;

	if (!HeapTupleIsValid(row))
		elog(ERROR, "cache lookup failed for relation %u", table);
	owner = ((Form_pg_class) GETSTRUCT(row))->relowner;
	ReleaseSysCache(row);
	return owner;
}

void
pacl_owner_begin(PaclOwnerScope *scope)
{
	GetUserIdAndSecContext(&scope->user, &scope->context);
	SetUserIdAndSecContext(extension_owner(),
						   scope->context | SECURITY_LOCAL_USERID_CHANGE);
	scope->nest_level = NewGUCNestLevel();
	(void) set_config_option("search_path", "pg_catalog, pg_temp",
							 PGC_USERSET, PGC_S_SESSION, GUC_ACTION_SAVE,
							 true, 0, false);
}

void
pacl_owner_end(PaclOwnerScope *scope)
{
	AtEOXact_GUC(false, scope->nest_level);
	SetUserIdAndSecContext(scope->user, scope->context);
}
