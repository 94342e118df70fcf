
/*
 * Carries out requests: how lines are written is told in test/clients/run.
 */
#include <pthread.h>

#define MOST_FIELDS 64

/* Of the types that the story meets; void has no value to show. */
#define BOOL_OID		16
#define INT8_OID		20
#define INT4_OID		23
#define TEXTS_OID		1009
#define TIMESTAMPTZ_OID	1184
#define JSONB_OID		3802

static void
unescape(char *text)
{
	char	   *to = text;

	for (char *from = text; *from != '\0'; from++)
	{
		if (*from == '\\' && from[1] != '\0')
		{
			from++;
			*to++ = *from == 't' ? '\t' : *from == 'n' ? '\n' : *from;
		}
		else
			*to++ = *from;
	}
	*to = '\0';
}

static void
put(const char *text)
{
	for (; *text != '\0'; text++)
	{
		switch (*text)
		{
			case '\\':
				fputs("\\\\", stdout);
				break;
			case '\t':
				fputs("\\t", stdout);
				break;
			case '\n':
				fputs("\\n", stdout);
				break;
			default:
				putchar(*text);
		}
	}
}

/* jsonb as text has a blank after each colon and comma. */
static void
put_json(const char *text)
{
	for (; *text != '\0'; text++)
		if (!(*text == ' ' && (text[-1] == ':' || text[-1] == ',')))
			putchar(*text);
}

static void
put_value(const PGresult *result, int row, int column)
{
	const char *value = PQgetvalue(result, row, column);
	size_t		length = strlen(value);

	if (PQgetisnull(result, row, column))
		fputs("\\N", stdout);
	else if (PQftype(result, column) == BOOL_OID)
		printf("b:%s", *value == 't' ? "true" : "false");
	else if (PQftype(result, column) == INT4_OID || PQftype(result, column) == INT8_OID)
		printf("n:%s", value);
	else if (PQftype(result, column) == TEXTS_OID)
		printf("a:%.*s", (int) length - 2, value + 1);
	else if (PQftype(result, column) == JSONB_OID)
	{
		fputs("j:", stdout);
		put_json(value);
	}
	else if (PQftype(result, column) == TIMESTAMPTZ_OID && length > 3 && strcmp(value + length - 3, "+00") == 0)
		printf("t:%.10sT%.*sZ", value, (int) length - 14, value + 11);
	else
	{
		fputs("s:", stdout);
		put(value);
	}
}

static const char *
field(const PGresult *result, int code)
{
	const char *value = PQresultErrorField(result, code);

	return value == NULL ? "\\N" : value;
}

static void
answer(PGresult *result)
{
	if (failed(result) && PQresultErrorField(result, PG_DIAG_SQLSTATE) == NULL)
		printf("broken\t%s\n", PQresStatus(PQresultStatus(result)));
	else if (failed(result))
		printf("error\t%s\t%s\t%s\t%s\n", field(result, PG_DIAG_SQLSTATE), field(result, PG_DIAG_CONSTRAINT_NAME),
			   field(result, PG_DIAG_COLUMN_NAME), field(result, PG_DIAG_TABLE_NAME));
	else
	{
		for (int row = 0; row < PQntuples(result); row++)
		{
			fputs("row", stdout);
			for (int column = 0; column < PQnfields(result); column++)
			{
				putchar('\t');
				put_value(result, row, column);
			}
			putchar('\n');
		}
		puts("done");
	}
	PQclear(result);
	fflush(stdout);
}

static PGconn *
connect_here(void)
{
	PGconn	   *connection = PQconnectdb(getenv("DATABASE_URL"));

	if (PQstatus(connection) != CONNECTION_OK)
	{
		fputs(PQerrorMessage(connection), stderr);
		exit(1);
	}
	return connection;
}

typedef struct Share
{
	pthread_t	thread;
	int			begin;
	int			total;
	int			people;
	char	  **fields;
	int			strays;
}			Share;

#define THREADS 8

static void *
look(void *argument)
{
	Share	   *share = argument;
	PGconn	   *connection = connect_here();
	const char *sql = "SELECT practiceacl.current_account(), (SELECT count(*)::int FROM practiceacl.my_agendas)";

	for (int n = share->begin; n < share->total; n += THREADS)
	{
		char	  **person = share->fields + n % share->people * 3;
		PGresult   *result = person[0] == NULL ? run(connection, sql, 0, NULL) : as(connection, person[0], sql, 0, NULL);

		if (failed(result) || strcmp(PQgetvalue(result, 0, 0), person[1] == NULL ? "" : person[1]) != 0 ||
			strcmp(PQgetvalue(result, 0, 1), person[2]) != 0)
			share->strays++;
		PQclear(result);
	}
	PQfinish(connection);
	return NULL;
}

static void
soak(char **fields, int count)
{
	Share		shares[THREADS];
	int			strays = 0;

	for (int i = 0; i < THREADS; i++)
	{
		shares[i].begin = i;
		shares[i].total = atoi(fields[0]);
		shares[i].people = (count - 1) / 3;
		shares[i].fields = fields + 1;
		shares[i].strays = 0;
		pthread_create(&shares[i].thread, NULL, look, &shares[i]);
	}
	for (int i = 0; i < THREADS; i++)
	{
		pthread_join(shares[i].thread, NULL);
		strays += shares[i].strays;
	}
	printf("row\tn:%d\ndone\n", strays);
	fflush(stdout);
}

/* Books, then has an error and goes on: whether COMMIT says that it is done. */
static void
swallow(PGconn *connection, char **fields)
{
	const char *token = fields[0];
	const char *good[] = {fields[1], fields[2]};
	const char *bad[] = {NULL, fields[2]};
	const char *sql = "SELECT practiceacl.book($1, $2)";
	PGresult   *result;

	PQclear(PQexec(connection, "BEGIN"));
	PQclear(run(connection, "SELECT practiceacl.enter($1)", 1, &token));
	PQclear(run(connection, sql, 2, good));
	PQclear(run(connection, sql, 2, bad));
	result = PQexec(connection, "COMMIT");
	printf("row\tb:%s\ndone\n", strcmp(PQcmdStatus(result), "COMMIT") == 0 ? "true" : "false");
	fflush(stdout);
	PQclear(result);
}

static void
carry_out(PGconn *connection, const char *what, char **fields, int count)
{
	const char *values[MOST_FIELDS];
	int			given = 0;

	for (int i = 3; i < count; i += 2)
		values[given++] = fields[i];
	if (strcmp(what, "query") == 0)
		answer(fields[0] == NULL ? run(connection, fields[1], given, values) :
			   as(connection, fields[0], fields[1], given, values));
	else if (strcmp(what, "log_in") == 0)
		answer(log_in(connection, fields[0], fields[1], fields[2]));
	else if (strcmp(what, "week") == 0)
		answer(week(connection, fields[0], fields[1]));
	else if (strcmp(what, "book") == 0)
		answer(book(connection, fields[0], fields[1], fields[2], fields[3]));
	else if (strcmp(what, "swallow") == 0)
		swallow(connection, fields);
	else if (strcmp(what, "bookable") == 0)
		answer(bookable(connection, fields[0]));
	else
		soak(fields, count);
}

int
main(void)
{
	PGconn	   *connection;
	char	   *line = NULL;
	size_t		size = 0;

	setenv("PGTZ", "UTC", 1);
	connection = connect_here();
	while (getline(&line, &size, stdin) > 0)
	{
		char	   *fields[MOST_FIELDS];
		char	   *rest = line;
		int			count = 0;

		line[strcspn(line, "\n")] = '\0';
		while (count < MOST_FIELDS && (fields[count] = strsep(&rest, "\t")) != NULL)
		{
			if (strcmp(fields[count], "\\N") == 0)
				fields[count] = NULL;
			else
				unescape(fields[count]);
			count++;
		}
		carry_out(connection, fields[0], fields + 1, count - 1);
	}
	free(line);
	PQfinish(connection);
	return 0;
}
