"""The resources of a clinic in which everything occurs, as two validators of npm
see them.  Speaks TAP; the database that the environment names has the extension."""
import json
import os
import shutil
import subprocess
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
MODULES = os.path.join(os.environ['PACL_BUILD'], 'standards', 'fhir')
VIEWS = ['practitioner', 'practitioner_role', 'location', 'schedule', 'slot', 'appointment']
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


def psql(sql):
    done = subprocess.run(['psql', '-qXAt', '-v', 'ON_ERROR_STOP=1', '-d', os.environ['PGDATABASE']], input=sql,
                          capture_output=True, text=True, env={**os.environ, 'PGCLIENTENCODING': 'UTF8'})
    if done.returncode:
        raise RuntimeError(done.stderr)
    return done.stdout.strip('\n')


def validate(resources):
    done = subprocess.run(['node', os.path.join(HERE, 'validate.mjs')], input=json.dumps(resources),
                          capture_output=True, text=True, env={**os.environ, 'VALIDATORS': MODULES})
    return json.loads(done.stdout) if done.returncode == 0 else [done.stderr]


os.makedirs(MODULES, exist_ok=True)
for file in ('package.json', 'package-lock.json'):
    shutil.copy(os.path.join(HERE, file), MODULES)
if shutil.which('npm') and not os.path.isdir(os.path.join(MODULES, 'node_modules', 'fhir')):
    subprocess.run(['npm', 'ci', '--ignore-scripts', '--no-audit', '--no-fund'], cwd=MODULES, capture_output=True)
if not shutil.which('node') or not os.path.isdir(os.path.join(MODULES, 'node_modules', 'fhir')):
    print('1..0 # skip npm brings no validators')
    sys.exit()

output = psql("""
SELECT organization_id AS org, account_id AS admin FROM practiceacl.create_organization('Cabinet', 'admin@c.example', 'Ad', 'Min') \\gset
SELECT practiceacl.open_session(:'admin') AS token \\gset
BEGIN;
SELECT FROM practiceacl.enter(:'token');
SELECT account_id AS doctor, agenda_id AS agenda FROM practiceacl.create_user(:'org', 'doc@c.example', 'Zoé', 'Noël', job_title => 'paediatrician',
    agenda => '{"name": "Dr Noël", "data_controller": "Dr Noël", "location": {"name": "North wing", "address": "1 rue des Lilas"},
                "openings": [{"weekday": 1, "from": "08:00", "to": "12:00"}, {"weekday": 4, "from": "08:00", "to": "24:00"}]}') \\gset
SELECT account_id AS empty FROM practiceacl.create_user(:'org', 'x@c.example', '-', 'X') \\gset
SELECT practiceacl.add_agenda(:'org', NULL, '{"name": "Room 1", "data_controller": "c", "kind": "room"}') AS room,
       practiceacl.add_agenda(:'org', NULL, '{"name": "Scanner", "data_controller": "c", "kind": "device"}') AS device \\gset
SELECT practiceacl.set_appointment_type(:'org', 'First visit', '{"duration": "30 min", "buffer_after": "10 min"}') AS type \\gset
SELECT FROM practiceacl.set_rights(:'room', :'doctor', 'book') a, practiceacl.set_rights(:'device', :'doctor', 'book') b;
COMMIT;
SELECT practiceacl.open_session(:'doctor') AS session \\gset
BEGIN;
SELECT FROM practiceacl.enter(:'session');
SELECT FROM practiceacl.offer_type(:'agenda', :'type');
SELECT date_trunc('day', now()) + interval '9 days 9 hours' AS at \\gset
SELECT practiceacl.book(:'agenda', :'at', patient => 'Marc Lefort', note => 'é "quoted" <b>', patient_ref => 'P-1', appointment_type => :'type') AS one,
       practiceacl.book(:'agenda', :'at'::timestamptz + interval '1 hour', private => true, patient_ref => 'P-2') AS two,
       practiceacl.book(:'agenda', :'at'::timestamptz + interval '2 hours') AS three,
       practiceacl.book(:'agenda', :'at'::timestamptz + interval '3 hours', patient => '  ', note => ' ') AS four,
       practiceacl.book(:'room', :'at'::timestamptz, patient => 'In the room') AS five,
       practiceacl.book(:'device', :'at'::timestamptz, patient => 'Scanned') AS six \\gset
SELECT FROM practiceacl.cancel_appointment(:'three');
SELECT FROM practiceacl.set_status(:'five', 'arrived') a, practiceacl.set_status(:'six', 'no_show') b, practiceacl.set_status(:'four', 'done') c;
SELECT FROM practiceacl.add_absence(:'agenda', :'at'::timestamptz + interval '2 days', :'at'::timestamptz + interval '3 days', 'away');
COMMIT;
SELECT practiceacl.open_session(:'empty') AS other \\gset
BEGIN;
SELECT FROM practiceacl.enter(:'session');
SELECT FROM practiceacl.set_rights(:'agenda', :'empty', 'read');
COMMIT;
\\echo :session :token :other :one
""")
session, admin, other, one = output.split()


def as_who(token, sql):
    return json.loads(psql(f"BEGIN; SELECT FROM practiceacl.enter('{token}'); {sql}; COMMIT;").splitlines()[-1])


for who, token in (('the doctor', session), ('a reader', other), ('the administrator', admin)):
    for view in VIEWS:
        resources = as_who(token, f"SELECT coalesce(jsonb_agg(resource), '[]') FROM (SELECT *, row_number() OVER "
                              f"(PARTITION BY resource -> 'status') FROM practiceacl.fhir_{view}) AS numbered WHERE row_number <= 20")
        wrong = validate(resources)
        ok(not wrong, f'{view} of {who} is R4 ({len(resources)} resources)', *wrong[:5])
        if who == 'the doctor':
            ok(resources, f'and there are some of {view}')

statuses = as_who(session, "SELECT jsonb_agg(resource ->> 'status' ORDER BY resource ->> 'status') FROM practiceacl.fhir_appointment")
ok(statuses == ['arrived', 'booked', 'booked', 'cancelled', 'fulfilled', 'noshow'], 'every status has its word', statuses)
bundle = as_who(session, 'SELECT practiceacl.fhir_appointments()')
ok(not validate([bundle]) and len(bundle['entry']) == 6, 'a bundle is R4', *validate([bundle]))
ok(not validate([as_who(session, "SELECT practiceacl.fhir_appointments(last_updated => '2058-01-01')")]), 'so is an empty one')
masked = as_who(other, "SELECT jsonb_agg(resource) FROM practiceacl.fhir_appointment WHERE id IS NULL")
ok(len(masked) == 1 and 'P-2' not in json.dumps(masked) and 'id' not in masked[0], 'a private appointment has no id and no patient', masked)

cursor = as_who(session, 'SELECT to_jsonb(next_cursor) FROM practiceacl.fhir_changes()')
as_who(session, f"SELECT to_jsonb(1) FROM practiceacl.update_appointment('{one}', '{{\"note\": \"changed\"}}')")
answer = as_who(session, f"SELECT to_jsonb(c) FROM practiceacl.fhir_changes('{cursor}') c")
found = [entry['resource'] for entry in answer['bundle'].get('entry', [])]
ok([r['id'] for r in found] == [one] and found[0]['comment'] == 'changed' and found[0]['meta']['versionId'] == '2',
   'what changed is in the next bundle, as it is now', answer)
ok(not validate([answer['bundle']]), 'which is R4', *validate([answer['bundle']]))
broken = [{**found[0], 'status': 'perhaps'}, {**found[0], 'start': 'yesterday'}, {k: v for k, v in found[0].items() if k != 'participant'}]
ok(all(validate([resource]) for resource in broken), 'the validators would find what is not R4')

print(f'1..{number}')
sys.exit(failed != 0)
