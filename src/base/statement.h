/*
 * statement.h
 *		SQL from C: prepared once a backend, arguments in, typed columns out.
 *
 * Only statement.c speaks SPI.  A statement is a static variable
 * beside the function that runs it; its plan is kept for the life of the
 * backend, and the types of its parameters are those of its first arguments.
 * All names in its text are qualified: it may run under any search_path.
 */
#ifndef PACL_STATEMENT_H
#define PACL_STATEMENT_H

#include "postgres.h"
#include "catalog/pg_type.h"
#include "datatype/timestamp.h"
#include "utils/jsonb.h"
#include "utils/timestamp.h"
#include "utils/uuid.h"

#include "pure/rights.h"

typedef struct PaclStatement
{
	const char *sql;
	void	   *plan;
	bool		as_reader;		/* a query that sees what its caller's
								 * statement sees, and writes nothing */
} PaclStatement;

/*
 * What a file of rows has of them, at its end:
 *
 *		PACL_STATEMENTS(grant,
 *			PACL_ONE(select_grant),
 *			PACL_EACH(an_array));
 *
 * so that all can be tried before one is needed.
 */
typedef struct PaclStatementList
{
	const char *file;			/* without "_store.c" */
	int			count;
	const struct PaclStatements
	{
		PaclStatement *first;
		int			count;
	}		   *items;
} PaclStatementList;

#define PACL_ONE(statement) {&(statement), 1}
#define PACL_EACH(statements) {(statements), lengthof(statements)}
#define PACL_STATEMENTS(file, ...) \
	static const struct PaclStatements statements_[] = {__VA_ARGS__}; \
	const PaclStatementList pacl_##file##_statements = \
	{#file, lengthof(statements_), statements_}

typedef struct PaclArg
{
	Oid			type;
	Datum		value;
	bool		isnull;
} PaclArg;

/* An argument list: pacl_run(&s, PACL_ARGS(pacl_uuid(id), pacl_int(3))). */
#define PACL_ARGS(...) \
	lengthof(((PaclArg[]) {__VA_ARGS__})), (PaclArg[]) {__VA_ARGS__}
#define PACL_NO_ARGS 0, NULL

/* Anything, as an entry point received it. */
static inline PaclArg
pacl_datum(Oid type, Datum value, bool isnull)
{
	PaclArg		arg = {type, value, isnull};

	return arg;
}

/* Null pointers become SQL nulls. */
static inline PaclArg
pacl_uuid(const pg_uuid_t *id)
{
	return pacl_datum(UUIDOID, UUIDPGetDatum(id), id == NULL);
}

extern PaclArg pacl_text(const char *text);
extern PaclArg pacl_bytes(const void *bytes, size_t length);

/* JSON text, parsed by the statement ($n::jsonb is implied by the type). */
extern PaclArg pacl_json(const char *text);

static inline PaclArg
pacl_jsonb(Jsonb *value)
{
	return pacl_datum(JSONBOID, JsonbPGetDatum(value), value == NULL);
}

/* Rights travel as text: write $n::practiceacl.rights. */
extern PaclArg pacl_rights(PaclRights rights);

/* uuid[] */
extern PaclArg pacl_uuids(const pg_uuid_t *ids, int count);
extern PaclArg pacl_times(const TimestampTz *times, int count);

static inline PaclArg
pacl_time(TimestampTz time)
{
	return pacl_datum(TIMESTAMPTZOID, TimestampTzGetDatum(time), false);
}

/* Null where the flag says so. */
static inline PaclArg
pacl_time_if(bool given, TimestampTz time)
{
	return pacl_datum(TIMESTAMPTZOID, TimestampTzGetDatum(time), !given);
}

static inline PaclArg
pacl_int(int32 number)
{
	return pacl_datum(INT4OID, Int32GetDatum(number), false);
}

static inline PaclArg
pacl_bigint(int64 number)
{
	return pacl_datum(INT8OID, Int64GetDatum(number), false);
}

static inline PaclArg
pacl_bool(bool value)
{
	return pacl_datum(BOOLOID, BoolGetDatum(value), false);
}

/*
 * Runs a statement whose rows nobody wants; returns how many it touched.
 * Sees everything committed before it began, as a statement of its own.
 */
extern uint64 pacl_run(PaclStatement *statement, int nargs,
					   const PaclArg *args);

/*
 * Runs a query and reads its rows:
 *
 *		PaclRows rows;
 *
 *		pacl_query(&rows, &statement, PACL_ARGS(...));
 *		while (pacl_next(&rows))
 *			... pacl_column_uuid(&rows, 1) ...
 *		pacl_done(&rows);
 *
 * All rows are there when pacl_query returns, so other statements may run
 * between two pacl_next.  Columns are numbered from 1 and are copied into the
 * memory context in which pacl_query was called, so they outlive pacl_done.
 */
typedef struct PaclRows
{
	uint64		count;
	uint64		position;
	void	   *table;
	MemoryContext owner;
} PaclRows;

extern void pacl_query(PaclRows *rows, PaclStatement *statement, int nargs,
					   const PaclArg *args);
extern bool pacl_next(PaclRows *rows);
extern void pacl_done(PaclRows *rows);

extern bool pacl_column_isnull(PaclRows *rows, int column);

/* Null pointers, false, zero and infinity-free zero for SQL nulls. */
extern pg_uuid_t *pacl_column_uuid(PaclRows *rows, int column);
extern char *pacl_column_text(PaclRows *rows, int column);
extern bytea *pacl_column_bytes(PaclRows *rows, int column);
extern Jsonb *pacl_column_jsonb(PaclRows *rows, int column);
extern bool pacl_column_bool(PaclRows *rows, int column);
extern int32 pacl_column_int(PaclRows *rows, int column);
extern int64 pacl_column_bigint(PaclRows *rows, int column);
extern TimestampTz pacl_column_time(PaclRows *rows, int column);
extern PaclRights pacl_column_rights(PaclRows *rows, int column);

/* What the query has, from column 1 to pacl_column_count. */
extern int	pacl_column_count(PaclRows *rows);
extern Oid	pacl_column_type(PaclRows *rows, int column);

/* Any type, copied. */
extern Datum pacl_column_datum(PaclRows *rows, int column, bool *isnull);

/*
 * Asks for one row at the most: true, and *rows on it, if there is one.
 * Close with pacl_done in either case.
 */
extern bool pacl_query_row(PaclRows *rows, PaclStatement *statement,
						   int nargs, const PaclArg *args);

/* The one value of such a row, palloc'd, or null. */
extern char *pacl_query_text(PaclStatement *statement, int nargs,
							 const PaclArg *args);
extern Jsonb *pacl_query_jsonb(PaclStatement *statement, int nargs,
							   const PaclArg *args);

/* Reads the first column of all rows and closes: ids, palloc'd. */
extern pg_uuid_t *pacl_rows_uuids(PaclRows *rows, int *count);

/* Reads one yes or no and closes; no row is a no. */
extern bool pacl_rows_bool(PaclRows *rows);

/*
 * Parses a statement against the objects of this database, with whatever
 * types of parameters fit, and runs nothing: null, or the parser's message.
 */
extern char *pacl_statement_problem(const PaclStatement *statement);

/*
 * Text that is made when it runs: for DDL, and for relations that a caller
 * names.  Runs with the current user's privileges and is not kept.
 */
extern void pacl_run_text(const char *sql);

/*
 * Reads a query of made text through a cursor, as the current user, and calls
 * back for each row; values and nulls as the columns come.
 */
typedef void (*PaclRowReader) (void *state, Datum *values,
							   bool *nulls, TupleDesc descriptor);
extern void pacl_read_text(const char *sql, PaclRowReader reader,
						   void *state);

/*
 * Between these two the extension's owner acts, with a pinned search_path:
 * for functions that first had to read something as their caller.  An error
 * restores the caller by itself.
 */
typedef struct PaclOwnerScope
{
	Oid			user;
	int			context;
	int			nest_level;
} PaclOwnerScope;

extern void pacl_owner_begin(PaclOwnerScope *scope);
extern void pacl_owner_end(PaclOwnerScope *scope);

#endif							/* PACL_STATEMENT_H */
