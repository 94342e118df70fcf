# needs django, psycopg2
import json as _json
import re as _re
import sys as _sys
import uuid as _uuid

_sys.path.insert(0, os.environ["CLIENTS"])
import driver as _driver


def _run(cursor, sql, values):
    # psycopg2 writes values into the text, where a null has no type.
    values = [_json.dumps(value) if isinstance(value, dict) else value for value in values]
    cursor.execute(_re.sub(r"\$\d+", "%s", sql.replace("%", "%%")), values)
    return [_loaded(row, cursor) for row in cursor.fetchall()] if cursor.description else []


def _loaded(row, cursor):
    # Outside of a JSONField Django leaves jsonb as text.
    return [_json.loads(value) if value is not None and column.type_code == 3802 and isinstance(value, str) else value
            for value, column in zip(row, cursor.description)]


class _Library:
    connect = staticmethod(lambda: None)
    disconnect = staticmethod(lambda connection: connections.close_all())
    log_in = staticmethod(lambda connection, *arguments: log_in(*arguments))
    week = staticmethod(lambda connection, *arguments: week(*arguments))
    book = staticmethod(lambda connection, *arguments: book(*arguments))
    bookable = staticmethod(lambda connection, token: bookable(token))

    acting_for = staticmethod(lambda connection, token: acting_for(token))
    run = staticmethod(_run)

    @staticmethod
    def outside(connection, sql, values):
        with connections["default"].cursor() as cursor:
            return _run(cursor, sql, values)

    @staticmethod
    def query(connection, token, sql, values):
        with acting_for(token) as cursor:
            return _run(cursor, sql, values)


_driver.serve(_Library)
