"""The feeds as others read them: three parsers, a program that subscribes, a
dump.  Speaks TAP; the database that the environment names has the extension."""
import datetime
import http.server
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import threading
import urllib.error
import urllib.request

HERE = os.path.dirname(os.path.abspath(__file__))
BUILD = os.environ['PACL_BUILD']
number = 0
failed = 0


def ok(passed, name, *facts):
    global number, failed
    number += 1
    failed += not passed
    print(('ok' if passed else 'not ok') + f' {number} - {name}', flush=True)
    if not passed:
        for fact in facts:
            print('#', str(fact)[:2000])


def skip(name, why):
    global number
    number += 1
    print(f'ok {number} - {name} # skip {why}', flush=True)


def psql(sql, database=None, **variables):
    """The output of SQL, in which variables are psql's."""
    command = ['psql', '-qXAt', '-v', 'ON_ERROR_STOP=1', '-d', database or os.environ['PGDATABASE']]
    for name, value in variables.items():
        command += ['-v', f'{name}={value}']
    done = subprocess.run(command, input=sql, capture_output=True, text=True, encoding='utf-8',
                          env={**os.environ, 'PGCLIENTENCODING': 'UTF8', 'PGTZ': 'UTC'})
    if done.returncode:
        raise RuntimeError(done.stderr)
    return done.stdout.strip('\n')


def as_doctor(sql):
    return psql("BEGIN; SELECT FROM practiceacl.enter(:'session');" + sql + '; COMMIT;',
                session=session, agenda=agenda)


def feed(which, database=None):
    """As it is, without the end of psql's line."""
    return subprocess.run(['psql', '-qXAt', '-d', database or os.environ['PGDATABASE'], '-v', f'token={which}'],
                          input=b"SELECT practiceacl.feed(:'token')", capture_output=True,
                          env={**os.environ, 'PGCLIENTENCODING': 'UTF8'}).stdout[:-1]


# -- a doctor whose calendar has everything that is hard to write ------------

facts = psql("""
SELECT organization_id AS org, account_id AS admin FROM practiceacl.create_organization('Cabinet', 'admin@c.example', 'Ad', 'Min') \\gset
SELECT practiceacl.open_session(:'admin') AS token \\gset
BEGIN;
SELECT FROM practiceacl.enter(:'token');
SELECT account_id AS doctor, agenda_id AS agenda FROM practiceacl.create_user(:'org', 'doc@c.example', 'Zoé', 'Noël',
    agenda => '{"name": "Dr Zoé Noël; salle 1, étage 2", "data_controller": "Dr Noël"}') \\gset
SELECT account_id AS other, agenda_id AS empty FROM practiceacl.create_user(:'org', 'doc2@c.example', 'Eva', 'Leer',
    agenda => '{"name": "Empty", "data_controller": "Dr Leer"}') \\gset
COMMIT;
SELECT practiceacl.open_session(:'doctor') AS session, practiceacl.open_session(:'other') AS other_session \\gset
\\echo :agenda :session :empty :other_session
""").split()
agenda, session, empty, other_session = facts

phone = '0123456789ABCDEF0123456789ABCDEF0123456789ABCDEF0123456789ABCDEF:📞'
hard = [phone, 'a' * 62 + '\n•tail', 'é' * 200, '👩‍⚕️' * 30, 'back\\slash; semi, comma: colon "quote"',
        'line\r\nbreak', 'tab\tand \x07 bell', ' leading and trailing ', 'BEGIN:VEVENT', 'END:VCALENDAR\nX:1']
for index, words in enumerate(hard):
    as_doctor(f"""SELECT practiceacl.book(:'agenda', ((now() AT TIME ZONE 'Europe/Paris')::date + 3 + {index} + time '09:10')
        AT TIME ZONE 'Europe/Paris', patient => left($words${words}$words$, 500), note => $words${words}$words$)""")
# The hour that the clocks show twice: both, and the hours around.
today = datetime.date.fromisoformat(psql("SELECT ((now() AT TIME ZONE 'Europe/Paris')::date)"))


def last_sunday_of_october(year):
    day = datetime.date(year, 10, 31)
    return day - datetime.timedelta((day.weekday() + 1) % 7)


back = next(day for day in map(last_sunday_of_october, range(today.year, today.year + 2)) if day > today)
for hour in range(-1, 4):
    as_doctor(f"SELECT practiceacl.book(:'agenda', timestamptz '{back} 00:30Z' + interval '{hour} hours', patient => 'clocks {hour}')")
as_doctor(f"SELECT practiceacl.add_absence(:'agenda', timestamptz '{today} 00:00Z' + interval '40 days', timestamptz '{today} 00:00Z' + interval '9 years', 'long')")
as_doctor(f"SELECT practiceacl.add_absence(:'agenda', timestamptz '{today} 00:00Z' + interval '20 days', timestamptz '{today} 00:00Z' + interval '21 days', 'short')")
psql("INSERT INTO practiceacl.closing (organization_id, from_date, until_date, name, created_by) "
     "SELECT organization_id, current_date + 25, current_date + 26, 'works', holder_id FROM practiceacl.agenda WHERE id = :'agenda'", agenda=agenda)

feed_id, token = as_doctor("SELECT * FROM practiceacl.create_feed(:'agenda', 'full')").splitlines()[-1].split('|')
_, busy_token = as_doctor("SELECT * FROM practiceacl.create_feed(:'agenda', 'busy')").splitlines()[-1].split('|')
content = feed(token)

# -- as it is written ---------------------------------------------------------

lines = content.split(b'\r\n')
ok(content.endswith(b'END:VCALENDAR\r\n'), 'it ends with its end')
ok(not re.search(rb'[^\r]\n|\r[^\n]', content), 'lines end with CRLF alone')
ok(max(map(len, lines)) <= 75, 'no line has more than 75 octets', max(lines, key=len))


def is_utf8(line):
    try:
        line.decode()
        return True
    except UnicodeDecodeError:
        return False


ok(all(map(is_utf8, lines)), 'no fold is inside a character (ical-generator #221, iCalcreator #126)')
ok(lines.count(b'BEGIN:VEVENT') == lines.count(b'END:VEVENT') == len(hard) + 8,
   'what a patient is called begins no event', lines.count(b'BEGIN:VEVENT'))
ok(b'BEGIN:VTIMEZONE' in content, 'the zone is described (publishpress-planner #784)')
ok(b'REFRESH-INTERVAL;VALUE=DURATION:PT15M' in content, 'it says how often to come back')

# -- as three parsers read it -------------------------------------------------

rows = json.loads(as_doctor("""
SELECT jsonb_agg(jsonb_build_array(c.kind || '-' || c.id || '@practiceacl', c.kind = 'closing',
    to_char(c.starts_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.000"Z"'),
    to_char(c.ends_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.000"Z"'), c.patient, c.note))
FROM practiceacl.calendar c WHERE c.agenda_id = :'agenda'""").splitlines()[-1])


def said(words):
    """A text as iCalendar can say it."""
    words = (words or '').replace('\r\n', '\n').replace('\r', '\n')
    return re.sub('[\x00-\x08\x0b-\x1f\x7f]', '', words)


def compare(name, events):
    # A date has no zone: readers put it into their own.
    found = {e[0]: e for e in events}
    wrong = []
    for uid, whole_days, starts, ends, patient, note in rows:
        event = found.get(uid)
        if event is None or bool(event[1]) != whole_days or (not whole_days and event[2:4] != [starts, ends]):
            wrong.append((uid, starts, ends, event))
        elif patient and (event[4].strip() != said(patient).strip() or event[5].strip() != said(note).strip()):
            wrong.append((patient, note, event))
    ok(len(found) == len(rows) and not wrong, f'{name} reads what the database says', len(found), len(rows), *wrong)


def utc(value):
    if not isinstance(value, datetime.datetime):
        return True, value.isoformat()
    return False, value.astimezone(datetime.timezone.utc).strftime('%Y-%m-%dT%H:%M:%S.000Z')


try:
    import icalendar
except ImportError:
    skip('icalendar', 'python3-icalendar is not installed')
else:
    calendar = icalendar.Calendar.from_ical(content)
    ok(str(calendar['X-WR-CALNAME']) == 'Dr Zoé Noël; salle 1, étage 2', 'the name of the calendar', calendar.get('X-WR-CALNAME'))
    compare('icalendar', [[str(e['UID']), utc(e['DTSTART'].dt)[0], utc(e['DTSTART'].dt)[1], utc(e['DTEND'].dt)[1],
                           str(e['SUMMARY']), str(e.get('DESCRIPTION', ''))] for e in calendar.walk('VEVENT')])
    ok(all(e.get('CLASS') == 'PRIVATE' and e.get('STATUS') == 'CONFIRMED' and 'DTSTAMP' in e for e in calendar.walk('VEVENT')),
       'every event has its class, status and stamp')
    zones = [z.to_tz() for z in calendar.walk('VTIMEZONE')]
    samples = [datetime.datetime(today.year, month, 15, 12) for month in range(1, 13)] + \
        [datetime.datetime(today.year + 1, month, 15, 12) for month in range(1, 13)]
    offsets = json.loads(psql("SELECT jsonb_agg(extract(epoch FROM t - (t AT TIME ZONE 'Europe/Paris' AT TIME ZONE 'UTC')) ORDER BY o) FROM unnest(string_to_array(:'times', ',')::timestamp[]) WITH ORDINALITY AS u (t, o)",
                              times=','.join(map(str, samples))))
    ok([z.utcoffset(s).total_seconds() for z in zones for s in samples] == offsets,
       'the VTIMEZONE has the offsets of the server', offsets)

    # South of the equator, a quarter of an hour, half an hour of summer, a winter time.
    for name in ('Europe/Paris', 'Australia/Sydney', 'Asia/Kathmandu', 'Australia/Lord_Howe', 'Europe/Dublin', 'America/New_York'):
        text = psql("SELECT practiceacl.ical_zone(:'name', :'first', :'last')", name=name,
                    first=f'{today.year - 1}-01-01', last=f'{today.year + 3}-01-01').replace('\n\n', '\n')
        rules = icalendar.Calendar.from_ical(f'BEGIN:VCALENDAR\r\n{text}\r\nEND:VCALENDAR\r\n').walk('VTIMEZONE')[0].to_tz()
        expected = json.loads(psql("SELECT jsonb_agg(extract(epoch FROM t - (t AT TIME ZONE :'name' AT TIME ZONE 'UTC')) ORDER BY o) FROM unnest(string_to_array(:'times', ',')::timestamp[]) WITH ORDINALITY AS u (t, o)",
                                   name=name, times=','.join(map(str, samples))))
        ok([rules.utcoffset(s).total_seconds() for s in samples] == expected, f'the rules of {name}', expected)
    ok({line[7:] for line in lines if line.startswith(b'TZNAME:')} == {b'CET', b'CEST'}, 'times have their names')

modules = os.path.join(BUILD, 'standards', 'ical')
if not shutil.which('npm') or not shutil.which('node'):
    skip('ical.js and node-ical', 'there is no npm')
else:
    os.makedirs(modules, exist_ok=True)
    for name in ('package.json', 'package-lock.json'):
        shutil.copy(os.path.join(HERE, name), modules)
    if not os.path.isdir(os.path.join(modules, 'node_modules', 'node-ical')):
        subprocess.run(['npm', 'ci', '--ignore-scripts', '--no-audit', '--no-fund'], cwd=modules, capture_output=True)
    if not os.path.isdir(os.path.join(modules, 'node_modules', 'node-ical')):
        skip('ical.js and node-ical', 'npm brings nothing')
    else:
        for zone in ('Europe/Paris', 'America/New_York'):
            done = subprocess.run(['node', os.path.join(HERE, 'readers.mjs')], input=content, capture_output=True,
                                  env={**os.environ, 'READERS': modules, 'TZ': zone})
            if done.returncode:
                ok(False, 'ical.js and node-ical', done.stderr.decode())
                continue
            for name, events in zip(('ical.js', 'node-ical'), json.loads(done.stdout)):
                compare(f'{name} in {zone}', events)

psql('SELECT pg_sleep(1.1)')
ok(feed(token) == content, 'seconds later the feed is the same, stamps included (LiturgicalCalendarAPI #849)')

# -- a phone subscribes -------------------------------------------------------

counts = {'full': 0, 'unchanged': 0, 'refused': 0}


class Gateway(http.server.BaseHTTPRequestHandler):
    """The web server of doc/calendar-feeds.md."""

    def do_GET(self):
        which = self.path.strip('/').removesuffix('.ics')
        tag = psql("SELECT practiceacl.feed_tag(:'token')", token=which)
        if not tag:
            counts['refused'] += 1
            self.send_error(404)
        elif self.headers.get('If-None-Match') == f'"{tag}"':
            counts['unchanged'] += 1
            self.send_response(304)
            self.end_headers()
        else:
            counts['full'] += 1
            body = feed(which)
            self.send_response(200)
            self.send_header('Content-Type', 'text/calendar; charset=utf-8')
            self.send_header('ETag', f'"{tag}"')
            self.send_header('Cache-Control', 'private, no-cache')
            self.send_header('Content-Length', str(len(body)))
            self.end_headers()
            self.wfile.write(body)

    do_HEAD = do_GET

    def log_message(self, *arguments):
        pass


server = http.server.ThreadingHTTPServer(('127.0.0.1', 0), Gateway)
threading.Thread(target=server.serve_forever, daemon=True).start()
address = f'http://127.0.0.1:{server.server_port}/{token}.ics'

with urllib.request.urlopen(address) as answer:
    tag = answer.headers['ETag']
for _ in range(3):
    try:
        urllib.request.urlopen(urllib.request.Request(address, headers={'If-None-Match': tag}))
    except urllib.error.HTTPError as error:
        ok(error.code == 304, 'asked again, nothing is sent again', error.code)
ok(counts == {'full': 1, 'unchanged': 3, 'refused': 0}, 'one download for four questions', counts)

if not shutil.which('vdirsyncer') or not shutil.which('khal'):
    skip('vdirsyncer and khal', 'they are not installed')
else:
    home = tempfile.mkdtemp()
    local = os.path.join(home, 'calendar')
    os.mkdir(local)
    environment = {**os.environ, 'HOME': home, 'XDG_CONFIG_HOME': home, 'XDG_DATA_HOME': home, 'XDG_CACHE_HOME': home,
                   'LC_ALL': 'C.UTF-8', 'TZ': 'Europe/Paris'}
    with open(os.path.join(home, 'config'), 'w') as config:
        config.write(f'[general]\nstatus_path = "{home}/status"\n'
                     '[pair feed]\na = "phone"\nb = "practice"\ncollections = null\nconflict_resolution = "b wins"\n'
                     f'[storage phone]\ntype = "filesystem"\npath = "{local}"\nfileext = ".ics"\n'
                     f'[storage practice]\ntype = "http"\nurl = "{address}"\n')
    with open(os.path.join(home, 'khal.conf'), 'w') as config:
        config.write(f'[calendars]\n[[practice]]\npath = {local}\n[locale]\nlocal_timezone = Europe/Paris\n'
                     'default_timezone = Europe/Paris\ntimeformat = %H:%M\ndateformat = %Y-%m-%d\nlongdateformat = %Y-%m-%d\n'
                     'datetimeformat = %Y-%m-%d %H:%M\nlongdatetimeformat = %Y-%m-%d %H:%M\n'
                     f'[sqlite]\npath = {home}/khal.db\n')

    def run(*command):
        return subprocess.run(command, capture_output=True, text=True, env=environment, input='')

    def sync():
        return run('vdirsyncer', '-c', os.path.join(home, 'config'), 'sync')

    def listed():
        return run('khal', '-c', os.path.join(home, 'khal.conf'), 'list', '--notstarted', '--format',
                   '{start} {title}', today.isoformat(), '400d').stdout

    run('vdirsyncer', '-c', os.path.join(home, 'config'), 'discover')
    done = sync()
    ok(done.returncode == 0 and len(os.listdir(local)) == len(rows), 'vdirsyncer brings every event',
       done.stderr, len(os.listdir(local)))
    shown = listed()
    ok('clocks 0' in shown and f'{today + datetime.timedelta(7)} 09:10 back\\slash; semi' in shown, 'khal shows them', shown)
    before = {n: os.stat(os.path.join(local, n)).st_mtime_ns for n in os.listdir(local)}
    sync()
    ok(before == {n: os.stat(os.path.join(local, n)).st_mtime_ns for n in os.listdir(local)},
       'nothing is written again while nothing changes (nextcloud #58193)')
    as_doctor("SELECT practiceacl.move_appointment(id, starts_at + interval '5 hours') FROM practiceacl.calendar WHERE agenda_id = :'agenda' AND patient LIKE 'back%'; "
              "SELECT practiceacl.cancel_appointment(id) FROM practiceacl.calendar WHERE agenda_id = :'agenda' AND patient = 'clocks 0'")
    sync()
    shown = listed()
    ok('clocks 0' not in shown and f'{today + datetime.timedelta(7)} 14:10 back\\slash; semi' in shown,
       'what is moved or cancelled is so on the phone', shown)
    as_doctor(f"SELECT practiceacl.revoke_feed('{feed_id}')")
    ok(sync().returncode != 0, 'a revoked feed is refused')
    shutil.rmtree(home)

# -- somebody else's feed, and a database that only reads -----------------------

other_account = psql("SELECT holder_id FROM practiceacl.agenda WHERE id = :'empty'", empty=empty)
as_doctor(f"SELECT practiceacl.set_rights(:'agenda', '{other_account}', 'read+export')")
_, their_token = psql("BEGIN; SELECT FROM practiceacl.enter(:'session'); SELECT * FROM practiceacl.create_feed(:'agenda', 'full'); COMMIT;",
                      session=other_session, agenda=agenda).splitlines()[-1].split('|')
os.environ['PGOPTIONS'] = '-c practiceacl.record_reading=all'
their_content = feed(their_token)
del os.environ['PGOPTIONS']
noted = as_doctor(f"SELECT count(*) FROM practiceacl.readings(:'agenda') r WHERE r.account_id = '{other_account}'").splitlines()[-1]
ok(noted == '1', 'whoever takes an agenda away in a feed is among its readings', noted)
os.environ['PGOPTIONS'] = '-c default_transaction_read_only=on'
ok(feed(their_token) == their_content != b'', 'a database that only reads has the same feed')
del os.environ['PGOPTIONS']

# -- a restored dump, and a file that comes back -------------------------------

dump = subprocess.run(['pg_dump', os.environ['PGDATABASE']], capture_output=True, text=True, encoding='utf-8').stdout
ok(busy_token not in dump, 'a dump has no token')
copy = os.environ['PGDATABASE'] + '_copy'
subprocess.run(['createdb', '--template', 'template0', copy], check=True)
psql(dump, database=copy)
ok(feed(busy_token, copy) == feed(busy_token) != b'', 'a restored database answers the same token with the same content')
subprocess.run(['dropdb', copy], check=True)

with tempfile.NamedTemporaryFile('wb', suffix='.ics') as file:
    file.write(content)
    file.flush()
    result = psql("""\\set ics `cat """ + file.name + """`
BEGIN; SELECT FROM practiceacl.enter(:'session');
SELECT outcome, count(*) FROM practiceacl.import_calendar(:'agenda', :'ics') GROUP BY 1 ORDER BY 1; COMMIT;""",
                  session=other_session, agenda=empty)
ok(result == f'absent|3\nbooked|{len(hard) + 5}', 'a feed can be imported into another agenda', result)

print(f'1..{number}')
server.shutdown()
sys.exit(failed != 0)
