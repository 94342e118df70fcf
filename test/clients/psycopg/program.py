import sys as _sys
import re as _re
from psycopg.types.json import Jsonb

_sys.path.insert(0, os.environ["CLIENTS"])
import driver as _driver


def _run(connection, sql, values):
    values = [Jsonb(value) if isinstance(value, dict) else value for value in values]
    cursor = connection.execute(_re.sub(r"\$\d+", "%s", sql), values or None)
    return cursor.fetchall() if cursor.description else []


class _Library:
    connect = staticmethod(connect)
    log_in = staticmethod(log_in)
    week = staticmethod(week)
    book = staticmethod(book)
    bookable = staticmethod(bookable)
    acting_for = staticmethod(acting_for)
    run = staticmethod(_run)

    @staticmethod
    def disconnect(connection):
        connection.close()

    @staticmethod
    def outside(connection, sql, values):
        return _run(connection, sql, values)

    @staticmethod
    def query(connection, token, sql, values):
        with acting_for(connection, token):
            return _run(connection, sql, values)


_driver.serve(_Library)
