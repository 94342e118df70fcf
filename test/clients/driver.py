"""The half of a client program that is the same for every library of Python:
it reads requests, a line each, has the library carry them out, and answers.
How lines are written is told in test/clients/run."""

import datetime
import json
import re
import sys
import threading
import traceback
import uuid

ESCAPES = {"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r"}


def escape(text):
    return re.sub(r"[\\\t\n\r]", lambda m: ESCAPES[m[0]], text)


def unescape(text):
    if text == r"\N":
        return None
    return re.sub(r"\\(.)", lambda m: {"t": "\t", "n": "\n", "r": "\r"}.get(m[1], m[1]), text)


def shown(value):
    """A value as the library made it, with a letter for its type."""
    if value is None:
        return r"\N"
    if isinstance(value, bool):
        return "b:" + str(value).lower()
    if isinstance(value, int):
        return f"n:{value}"
    if isinstance(value, datetime.datetime):
        if value.tzinfo is None:
            return "naive:" + value.isoformat()
        utc = value.astimezone(datetime.timezone.utc)
        return "t:" + utc.replace(tzinfo=None).isoformat() + "Z"
    if isinstance(value, (list, tuple)):
        return "a:" + ",".join(map(str, value))
    if isinstance(value, dict):
        return "j:" + escape(json.dumps(value, ensure_ascii=False, separators=(",", ":")))
    return "s:" + escape(str(value))


def given(kind, text):
    if text is None:
        return None
    if kind == "timestamptz":
        return moment(text)
    if kind == "bool":
        return text == "true"
    if kind == "int":
        return int(text)
    if kind == "uuid":
        return uuid.UUID(text)
    if kind == "json":
        return json.loads(text)
    return text


def moment(text):
    return datetime.datetime.fromisoformat(text.replace("Z", "+00:00"))


def put(*fields):
    sys.stdout.write("\t".join(fields) + "\n")


def put_rows(rows):
    for row in rows:
        put("row", *map(shown, row))
    put("done")


def put_error(error):
    cause = error
    while cause is not None and getattr(cause, "diag", None) is None:
        cause = getattr(cause, "orig", None) or cause.__cause__
    if cause is None or cause.diag.sqlstate is None:
        put("broken", escape(traceback.format_exc()))
        return
    diag = cause.diag
    put("error", diag.sqlstate, *(
        escape(field) if field else r"\N"
        for field in (diag.constraint_name, diag.column_name, diag.table_name)))


def swallow(library, connection, token, agenda, starts_at):
    """Books, then has an error and goes on as if nothing had been: whether the
    library says that it is done."""
    sql = "SELECT practiceacl.book($1, $2)"
    try:
        with library.acting_for(connection, token) as transaction:
            library.run(transaction, sql, [agenda, starts_at])
            try:
                library.run(transaction, sql, [None, starts_at])
            except Exception:
                pass
    except Exception:
        return False
    return True


def soak(library, total, people):
    """Many transactions at once over a pool that is smaller than they are;
    each must be who it is and see what that one sees."""
    strays = []
    threads = 8

    def work(begin):
        connection = library.connect()
        sql = ("SELECT practiceacl.current_account(),"
               " (SELECT count(*)::int FROM practiceacl.my_agendas)")
        for number in range(begin, total, threads):
            token, account, agendas = people[number % len(people)]
            if token is None:
                rows = library.outside(connection, sql, [])
            else:
                rows = library.query(connection, token, sql, [])
            me, count = rows[0]
            if (None if me is None else str(me), count) != (account, agendas):
                strays.append(number)
        library.disconnect(connection)

    workers = [threading.Thread(target=work, args=(begin,)) for begin in range(threads)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    return len(strays)


def serve(library):
    """library: connect() and disconnect(connection); query(connection, token,
    sql, values) in a transaction on behalf of a session and outside(connection,
    sql, values) without one, where sql has $1, $2 and so on; acting_for(connection,
    token) and run(transaction, sql, values), of which query consists; and the
    recipes of the manual: log_in, week, book, bookable."""
    connection = library.connect()
    for line in sys.stdin:
        what, *fields = map(unescape, line.rstrip("\n").split("\t"))
        try:
            if what == "query":
                token, sql, *rest = fields
                values = [given(kind, text) for kind, text in zip(rest[::2], rest[1::2])]
                put_rows(library.outside(connection, sql, values) if token is None
                         else library.query(connection, token, sql, values))
            elif what == "soak":
                people = [(fields[i], fields[i + 1], int(fields[i + 2]))
                          for i in range(1, len(fields), 3)]
                put_rows([[soak(library, int(fields[0]), people)]])
            elif what == "log_in":
                put_rows([[library.log_in(connection, *fields)]])
            elif what == "week":
                put_rows(library.week(connection, fields[0], moment(fields[1])))
            elif what == "book":
                token, agenda, starts_at, patient = fields
                put_rows([[library.book(connection, token, uuid.UUID(agenda),
                                        moment(starts_at), patient)]])
            elif what == "swallow":
                put_rows([[swallow(library, connection, fields[0], uuid.UUID(fields[1]),
                                   moment(fields[2]))]])
            elif what == "bookable":
                put_rows(library.bookable(connection, fields[0]))
            else:
                put("broken", "unknown request " + what)
        except Exception as error:
            put_error(error)
        sys.stdout.flush()
