/*
 * arguments.h
 *		What the entry points share: unpacking arguments, packing results.
 */
#ifndef PACL_ARGUMENTS_H
#define PACL_ARGUMENTS_H

#include "postgres.h"
#include "compat.h"
#include "fmgr.h"
#include "datatype/timestamp.h"
#include "utils/builtins.h"
#include "utils/timestamp.h"
#include "utils/uuid.h"

#include "base/statement.h"
#include "pure/period.h"
#include "pure/rights.h"

/*
 * The functions of the domain are not STRICT, so that a null where none may
 * be is an error that names the argument (22004) and not a silent null.
 */
pg_noreturn extern void pacl_argument_is_null(const char *name);

/* Required arguments. */
#define ARG_REQUIRED(n, name) \
	do { if (PG_ARGISNULL(n)) pacl_argument_is_null(name); } while (0)

static inline const pg_uuid_t *
pacl_arg_uuid(FunctionCallInfo fcinfo, int n, const char *name)
{
	ARG_REQUIRED(n, name);
	return PG_GETARG_UUID_P(n);
}

static inline char *
pacl_arg_text(FunctionCallInfo fcinfo, int n, const char *name)
{
	ARG_REQUIRED(n, name);
	return text_to_cstring(PG_GETARG_TEXT_PP(n));
}

/*
 * A token or a password.  One that stands in the text of the statement, where
 * drivers that bind nothing write it, is taken out of pg_stat_activity, which
 * every program of the same role can read.
 */
extern char *pacl_arg_secret(FunctionCallInfo fcinfo, int n, const char *name);
extern char *pacl_arg_secret_or_null(FunctionCallInfo fcinfo, int n);

static inline TimestampTz
pacl_arg_time(FunctionCallInfo fcinfo, int n, const char *name)
{
	ARG_REQUIRED(n, name);
	return PG_GETARG_TIMESTAMPTZ(n);
}

static inline bool
pacl_arg_bool(FunctionCallInfo fcinfo, int n, const char *name)
{
	ARG_REQUIRED(n, name);
	return PG_GETARG_BOOL(n);
}

static inline int
pacl_arg_int(FunctionCallInfo fcinfo, int n, const char *name)
{
	ARG_REQUIRED(n, name);
	return PG_GETARG_INT32(n);
}

static inline PaclRights
pacl_arg_rights(FunctionCallInfo fcinfo, int n, const char *name)
{
	ARG_REQUIRED(n, name);
	return PG_GETARG_RIGHTS(n);
}

/*
 * An interval as a length of time in microseconds: months of 30 days, days of
 * 24 hours.  Out of any sensible bounds it is the least or greatest number:
 * the rule says which bounds are its own.
 */
extern int64 pacl_arg_duration(FunctionCallInfo fcinfo, int n,
							   const char *name);

/*
 * A range of times as a half-open period; an infinite time is no bound.  22023
 * for an empty range.
 */
extern PaclPeriod pacl_arg_period(FunctionCallInfo fcinfo, int n,
								  const char *name);

/*
 * Whether an optional argument is missing: given as null, or not declared in
 * a database whose update has yet to be run.
 */
static inline bool
pacl_arg_absent(FunctionCallInfo fcinfo, int n)
{
	return n >= PG_NARGS() || PG_ARGISNULL(n);
}

/* A boolean that is false where an older declaration does not have it. */
static inline bool
pacl_arg_switch(FunctionCallInfo fcinfo, int n, const char *name)
{
	return n < PG_NARGS() && pacl_arg_bool(fcinfo, n, name);
}

/* Optional arguments: null where they are missing. */
static inline const pg_uuid_t *
pacl_arg_uuid_or_null(FunctionCallInfo fcinfo, int n)
{
	return pacl_arg_absent(fcinfo, n) ? NULL : PG_GETARG_UUID_P(n);
}

static inline char *
pacl_arg_text_or_null(FunctionCallInfo fcinfo, int n)
{
	return pacl_arg_absent(fcinfo, n) ? NULL :
		text_to_cstring(PG_GETARG_TEXT_PP(n));
}

/* An array of ids, none of them null; null where it is missing. */
extern pg_uuid_t *pacl_arg_uuids_or_null(FunctionCallInfo fcinfo, int n,
										 const char *name, int *count);

/*
 * An array of days of the week, Monday being 1: as bits 1 to 7, 0 where it is
 * missing.  Raises 22023 for an empty one and for what is no day.
 */
extern int	pacl_arg_weekdays(FunctionCallInfo fcinfo, int n);

/* One column of a row result; a null pointer is an SQL null. */
static inline Datum
pacl_result_text(const char *text, bool *isnull)
{
	*isnull = text == NULL;
	return text == NULL ? (Datum) 0 : CStringGetTextDatum(text);
}

static inline Datum
pacl_result_uuid(const pg_uuid_t *id, bool *isnull)
{
	*isnull = id == NULL;
	return UUIDPGetDatum(id);
}

/* A row result, built from values in the order of the OUT columns. */
extern Datum pacl_result_row(FunctionCallInfo fcinfo, Datum *values,
							 bool *nulls);

/*
 * The result of a set-returning function: all rows of a query whose columns
 * are those of the function, which is checked.  Closes the rows.
 */
extern Datum pacl_result_rows(FunctionCallInfo fcinfo, PaclRows *rows);

#endif							/* PACL_ARGUMENTS_H */
