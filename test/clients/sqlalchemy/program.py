# needs sqlalchemy, psycopg2
import json as _json
import re as _re
import sys as _sys
import uuid as _uuid

_sys.path.insert(0, os.environ["CLIENTS"])
import driver as _driver


def _run(connection, sql, values):
    # psycopg2 knows neither UUIDs nor JSON unless it is told.
    values = [str(value) if isinstance(value, _uuid.UUID)
              else _json.dumps(value) if isinstance(value, dict) else value
              for value in values]
    names = {f"p{number}": value for number, value in enumerate(values, 1)}
    result = connection.execute(text(_re.sub(r"\$(\d+)", r":p\1", sql.replace("::", r"\:\:"))), names)
    return [tuple(row) for row in result] if result.returns_rows else []


class _Library:
    connect = staticmethod(lambda: engine)
    disconnect = staticmethod(lambda connection: None)
    log_in = staticmethod(lambda connection, *arguments: log_in(*arguments))
    week = staticmethod(lambda connection, *arguments: [tuple(row) for row in week(*arguments)])
    book = staticmethod(lambda connection, token, agenda, *arguments: book(token, str(agenda), *arguments))
    bookable = staticmethod(lambda connection, token: [tuple(row) for row in bookable(token)])

    acting_for = staticmethod(lambda connection, token: acting_for(token))
    run = staticmethod(_run)

    @staticmethod
    def outside(connection, sql, values):
        with engine.begin() as connection:
            return _run(connection, sql, values)

    @staticmethod
    def query(connection, token, sql, values):
        with acting_for(token) as connection:
            return _run(connection, sql, values)


_driver.serve(_Library)
