# A plain dump, restored by psql, is the same database: every row, every
# privilege, the application's protected tables, and a record that verifies.
use strict;
use warnings;
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;

my $node = PostgreSQL::Test::Cluster->new('dump');
$node->init;
my $key_file = PostgreSQL::Test::Utils::tempdir() . '/keys';
append_to_file($key_file, "only " . '0f' x 32 . "\n");
chmod 0600, $key_file;
$node->append_conf('postgresql.conf', "log_parameter_max_length = 0\npracticeacl.key_file = '$key_file'\n");
$node->start;
$node->safe_psql('postgres', 'CREATE DATABASE clinic');
my ($org, $agenda, $holder, $reader) = map { "00000000-0000-7000-8000-0000000000$_" } qw(01 b1 a1 a2);

$node->safe_psql('clinic', qq{
	CREATE EXTENSION practiceacl;
	CREATE ROLE app LOGIN;
	CREATE ROLE ops LOGIN;
	CREATE ROLE person LOGIN;
	CREATE ROLE letters LOGIN;
	SELECT practiceacl.grant_application('app'), practiceacl.grant_application('person'),
		practiceacl.grant_application('letters'), practiceacl.grant_operator('ops');
	GRANT CREATE ON SCHEMA public TO letters;

	INSERT INTO practiceacl.organization (id, name) VALUES ('$org', 'Practice "of" L''Étoile');
	SELECT practiceacl.set_service_offer('full', 'Full', 39.90);
	INSERT INTO practiceacl.account (id, email, first_name, last_name) VALUES
		('$holder', 'holder\@x.test', 'Élise', 'Holder'), ('$reader', 'reader\@x.test', 'Rea', 'Der');
	SELECT practiceacl.digest_emails();
	INSERT INTO practiceacl.membership (organization_id, account_id, admin, features) VALUES
		('$org', '$holder', 'full', 'export'), ('$org', '$reader', 'none', 'none');
	INSERT INTO practiceacl.agenda (organization_id, id, holder_id, time_zone, name, data_controller, service_offer)
		VALUES ('$org', '$agenda', '$holder', 'Europe/Paris', 'Room 1', 'Practice', 'full');
	\\i $ENV{PRACTICEACL_TREE}/test/setup/record.sql
	SELECT record.begin_all();
	INSERT INTO practiceacl.access_grant (organization_id, agenda_id, account_id, rights, valid_during) VALUES
		('$org', '$agenda', '$reader', 'read+private', '[2020-01-01,2099-01-01)');
	INSERT INTO practiceacl.rights_request (organization_id, agenda_id, account_id, requested_by, rights, valid_during, expires_at, reason)
		VALUES ('$org', '$agenda', '$reader', '$reader', 'book+overbook', '[2065-01-01, 2065-02-01)', '2065-02-01', 'the "new" hours');
	INSERT INTO practiceacl.access_history (organization_id, agenda_id, account_id, kind, rights, recorded_during)
		VALUES ('$org', '$agenda', '$reader', 'grant', 'book', '[2020-01-01,2021-01-01)');
	INSERT INTO practiceacl.agenda_group (organization_id, id, name) VALUES ('$org', '$reader', 'Site "north"');
	INSERT INTO practiceacl.agenda_group_member (organization_id, group_id, agenda_id) VALUES ('$org', '$reader', '$agenda');
	INSERT INTO practiceacl.group_grant (organization_id, group_id, account_id, rights, valid_during)
		VALUES ('$org', '$reader', '$reader', 'freebusy', '(,)'), ('$org', NULL, '$reader', 'freebusy', '[2065-01-01, 2066-01-01)');
	INSERT INTO practiceacl.profile (organization_id, id, name, features) VALUES ('$org', '$reader', 'Desk', 'billing');
	INSERT INTO practiceacl.profile_right (organization_id, profile_id, group_id, rights) VALUES ('$org', '$reader', '$reader', 'freebusy');
	INSERT INTO practiceacl.profile_member (organization_id, profile_id, account_id) VALUES ('$org', '$reader', '$reader');
	UPDATE practiceacl.membership SET shares = true WHERE account_id = '$reader';
	INSERT INTO practiceacl.organization_move (organization_id, state, seal, moved_to, heads)
	VALUES ('00000000-0000-7000-8000-0000000000ee', 'forgotten', 'x', 'elsewhere', '[]');
	INSERT INTO practiceacl.awaited_credential VALUES ('$reader', '00000000-0000-7000-8000-0000000000ee', '2058-03-04 00:00Z');
	INSERT INTO practiceacl.organization_cell VALUES ('00000000-0000-7000-8000-0000000000ee', 'else"where', 7, '2058-03-04 00:00Z');
	INSERT INTO practiceacl.reading_note (organization_id, account_id, noted_at, emergency, agendas)
		VALUES ('$org', '$reader', now(), true, ARRAY['$agenda'::uuid]);
	INSERT INTO practiceacl.reading VALUES ('$org', '$agenda', '$reader', '2058-03-04', false, 3);
	INSERT INTO practiceacl.access_review (organization_id, id, started_by, ends_at)
		VALUES ('$org', '$agenda', '$holder', '2099-01-01');
	INSERT INTO practiceacl.access_review_item (organization_id, review_id, grant_id, agenda_id, account_id, rights)
		SELECT organization_id, agenda_id, id, agenda_id, account_id, rights FROM practiceacl.access_grant;
	INSERT INTO practiceacl.opening (organization_id, agenda_id, weekday, opens_at, closes_at)
		VALUES ('$org', '$agenda', 1, '08:00', '12:00');
	INSERT INTO practiceacl.opening (organization_id, agenda_id, weekday, opens_at, closes_at, every_weeks, from_week)
		VALUES ('$org', '$agenda', 2, '08:00', '12:00', 2, '2065-01-05');
	INSERT INTO practiceacl.closing (organization_id, from_date, until_date, name, created_by)
		VALUES ('$org', '2065-12-25', '2065-12-25', 'Noël', '$holder');
	INSERT INTO practiceacl.absence (organization_id, agenda_id, starts_at, ends_at, created_by)
		VALUES ('$org', '$agenda', '2065-08-01', '2065-08-15', '$holder');
	INSERT INTO practiceacl.role_account SELECT oid, rolname, '$reader' FROM pg_roles WHERE rolname = 'person';
	INSERT INTO practiceacl.password VALUES ('$holder', '\$argon2id\$x', now(), now() + interval '7 days');
	INSERT INTO practiceacl.recovery_code VALUES ('\\x06', '$holder');
	INSERT INTO practiceacl.account_token (digest, account_id, kind, new_email, expires_at)
		VALUES ('\\x01', '$reader', 'email_change', 'new\@x.test', now());
	INSERT INTO practiceacl.blocked_email VALUES ('\\x02', 'spam');
	INSERT INTO practiceacl.log_in_failure VALUES ('\\x03', 3, now());
	INSERT INTO practiceacl.invitation (organization_id, id, email, invited_by, expires_at, first_name, last_name, offer)
		VALUES ('$org', '$agenda', 'new\@x.test', '$holder', now(), 'N', 'Ew', '{"admin": "none"}');
	INSERT INTO practiceacl.invitation_token VALUES ('\\x04', '$org', '$agenda');
	INSERT INTO practiceacl.slot_hold (organization_id, agenda_id, session_id, account_id, starts_at, ends_at, expires_at)
		VALUES ('$org', '$agenda', '$holder', '$holder', '2065-01-06', '2065-01-07', now());
	INSERT INTO practiceacl.outbox (kind, recipient, payload, sealed_secret) VALUES ('welcome', 'x', '{"a": [1, "é"]}', '\\x0500ff');
	UPDATE practiceacl.agenda SET reminders = '{"2 days", "02:00:00"}', location_name = 'Annexe', location_address = E'1 rue\nParis' WHERE id = '$agenda';
	SELECT practiceacl.set_mailer_key(decode(repeat('09', 32), 'hex'));
	SELECT practiceacl.announce_agendas(true);
	SELECT record.append('$reader', '$reader', NULL, 'organization.created', '2020-01-01Z');
	SELECT practiceacl.seal_activity('$reader', '2021-01-01Z', (SELECT encode(record.blake2b(convert_to(
		string_agg(l || E'\\n', '' ORDER BY n), 'UTF8')), 'hex')
		FROM practiceacl.export_activity('$reader', '2021-01-01Z') WITH ORDINALITY AS f (l, n)));
});
my $token = $node->safe_psql('clinic', "SELECT practiceacl.open_session('$holder')");
$node->safe_psql('clinic', qq{
	BEGIN;
	SELECT practiceacl.enter('$token');
	SELECT practiceacl.book('$agenda', '2065-01-05 08:00Z'::timestamptz + n * interval '1 h',
		patient => 'Patient ' || n, private => n % 2 = 0) FROM generate_series(1, 20) AS n;
	SELECT practiceacl.offer_type('$agenda', practiceacl.set_appointment_type('$org', 'Check-up',
		'{"duration": 20, "buffer_before": 5, "color": "#3366cc", "attributes": {"a": "é"}}'), '25 minutes');
	SELECT practiceacl.book('$agenda', '2065-01-07 09:00Z', appointment_type => (SELECT type_id FROM practiceacl.agenda_types));
	SELECT practiceacl.book('$agenda', '2065-01-05 09:00Z', overbook => true, reason => 'urgent');
	SELECT practiceacl.join_waiting_list(ARRAY['$agenda']::uuid[], '2065-01-05', '2065-01-05', patient => 'Yann', contact => 'yann\@x.test');
	SELECT practiceacl.cancel_appointment((SELECT id FROM practiceacl.appointment WHERE starts_at = '2065-01-05 10:00Z'));
	SELECT practiceacl.join_waiting_list(ARRAY['$agenda']::uuid[], '2065-01-08', '2065-01-09', patient => 'Zoe', weekdays => '{4,5}', day_from => '09:00', day_until => '12:00');
	SELECT practiceacl.book('$agenda', '2065-01-08 09:00Z', contact => 'patient\@x.test');
	SELECT practiceacl.read_notice(practiceacl.publish_notice('News', 'Body'));
	SELECT practiceacl.confirm_session('$token');
	SELECT practiceacl.add_agenda('$org', NULL, '{"kind": "room", "name": "Salle 1"}') AS room \\gset
	SELECT practiceacl.set_rights(:'room', '$holder', 'book') \\g /dev/null
	SELECT practiceacl.book('$agenda', '2065-01-09 09:00Z', patient => 'Nina', also => ARRAY[:'room']::uuid[]);
	SELECT practiceacl.book('$agenda', now() - interval '100 days', patient => 'Odile');
	SELECT practiceacl.enrol_second_factor() \\g /dev/null
	COMMIT;
	SELECT practiceacl.archive_appointments(now() - interval '60 days');
	SET ROLE letters;
	CREATE TABLE public.letter (id int PRIMARY KEY, agenda_id uuid, body text);
	INSERT INTO public.letter VALUES (1, '$agenda', 'theirs'), (2, '$org', 'not theirs');
	GRANT SELECT ON public.letter TO app;
	SELECT practiceacl.protect('public.letter', read => 'read+private', write => 'owner');
});

# Tables that move with organizations.
$node->safe_psql('clinic', q{
	CREATE SCHEMA "we""ird";
	CREATE TABLE "we""ird"."ta.ble" ("or%g" uuid, id int, parent int, PRIMARY KEY ("or%g", id), FOREIGN KEY ("or%g", parent) REFERENCES "we""ird"."ta.ble");
	CREATE TABLE public.child ("or%g" uuid, id int, PRIMARY KEY ("or%g", id), FOREIGN KEY ("or%g", id) REFERENCES "we""ird"."ta.ble") PARTITION BY HASH (id);
	CREATE TABLE public.half PARTITION OF public.child FOR VALUES WITH (MODULUS 1, REMAINDER 0);
	SELECT practiceacl.add_organization_table('child', 'or%g'), practiceacl.add_organization_table('"we""ird"."ta.ble"', 'or%g');
	INSERT INTO "we""ird"."ta.ble" VALUES ('00000000-0000-7000-8000-0000000000ed', 1, 1);
	INSERT INTO public.child VALUES ('00000000-0000-7000-8000-0000000000ed', 1);
});

# As psql alone restores it: nothing but the dump's own text.
$node->safe_psql('postgres', 'CREATE DATABASE restored');
my $file = "$PostgreSQL::Test::Utils::tmp_check/clinic.sql";
$node->command_ok([ 'pg_dump', '-d', $node->connstr('clinic'), '-f', $file ], 'dumped');
$node->command_ok([ 'psql', '-qX', '-v', 'ON_ERROR_STOP=1', '-o', "$file.out",
		'-d', $node->connstr('restored'), '-f', $file ], 'restored without an error');

my @tables = split /\n/, $node->safe_psql('clinic', q{
	SELECT c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
	WHERE n.nspname = 'practiceacl' AND c.relkind = 'r' ORDER BY 1});

sub rows_of
{
	my ($database, $table) = @_;
	return $node->safe_psql($database,
		qq{SELECT coalesce(string_agg(t::text, E'\\n' ORDER BY t::text), '') FROM practiceacl.$table t});
}

# The tables that are not what they were.
sub differing
{
	my ($database) = @_;
	return join ' ', grep { rows_of($database, $_) ne rows_of('clinic', $_) } @tables;
}

for my $table (@tables)
{
	isnt(rows_of('clinic', $table), '', "$table has rows to compare");
	is(rows_of('restored', $table), rows_of('clinic', $table), "$table has come back");
}

sub same
{
	my ($what, $sql) = @_;
	my $before = $node->safe_psql('clinic', $sql);
	isnt($before, '', "$what: there is something");
	is($node->safe_psql('restored', $sql), $before, "$what: the same");
}
same('privileges', 'SELECT name, grantee::regrole, privilege FROM practiceacl.given_privileges ORDER BY name, 2, 3');
same('policies', q{
	SELECT polrelid::regclass, polname, polcmd, polpermissive, pg_get_expr(polqual, polrelid), pg_get_expr(polwithcheck, polrelid)
	FROM pg_policy ORDER BY polrelid::regclass::text, polname});
same('row security', q{
	SELECT oid::regclass, relrowsecurity, relforcerowsecurity FROM pg_class WHERE relrowsecurity ORDER BY oid::regclass::text});
same('tables that move', 'SELECT relation, organization_column, position, enabled FROM practiceacl.registered_table ORDER BY position');
same('health', 'SELECT * FROM practiceacl.health()');
is($node->safe_psql('restored', q{SELECT string_agg(check_name, ' ') FROM practiceacl.health() WHERE NOT ok}),
	'', 'health: all is well');
is($node->safe_psql('restored', qq{
		SELECT bool_and(first_broken IS NULL), sum(entries) FROM practiceacl.verify_activity('$org')}),
	't|36', 'the record verifies');
is($node->safe_psql('restored', 'SELECT first_broken IS NULL FROM practiceacl.verify_activity(NULL)'),
	't', 'also the database\'s');

# It works: the same session, the same rules, the same guarantee.
my ($status, $out, $err) = $node->psql('restored', qq{
	BEGIN;
	SELECT practiceacl.enter('$token');
	SELECT count(*) FROM practiceacl.appointment;
	SELECT string_agg(body, ',') FROM public.letter;
	SELECT practiceacl.book('$agenda', '2065-01-05 11:00Z') IS NULL;
	ROLLBACK;
}, extra_params => [ '-U', 'app' ]);
like($out, qr/^25\ntheirs$/m, 'the session goes on, and row security with it');
like($err, qr/this slot is already taken/, 'a taken slot is refused');
($status, $out, $err) = $node->psql('restored', qq{
	INSERT INTO practiceacl.appointment (organization_id, agenda_id, starts_at, ends_at, created_by)
	VALUES ('$org', '$agenda', '2065-01-05 11:05Z', '2065-01-05 11:06Z', '$holder')});
like($err, qr/appointment_no_overlap/, 'also by the constraint');
is($node->safe_psql('restored', 'SELECT count(*) FROM practiceacl.appointment', extra_params => [ '-U', 'person' ]),
	'24', 'a mapped role of the same cluster is the same person');

# In parallel, the order of the foreign keys is not kept: what is lost then is
# told.  Each recipe of the operators' guide restores everything.
my $directory = "$PostgreSQL::Test::Utils::tmp_check/clinic.dump";
$node->command_ok([ 'pg_dump', '-Fd', '-j', '4', '-d', $node->connstr('clinic'), '-f', $directory ], 'dumped in parallel');

sub restore
{
	my ($database, @passes) = @_;
	my $failed = 0;
	$node->safe_psql('postgres', "CREATE DATABASE $database");
	$failed ||= system('pg_restore', '-d', $node->connstr($database), @$_, $directory) for @passes;
	return $failed;
}

restore('careless', [ '-j', '4' ]);
my $losses = $node->safe_psql('careless', q{SELECT detail FROM practiceacl.health() WHERE check_name IN ('losses', 'orphans') AND NOT ok});
is($losses eq '', differing('careless') eq '', 'health() tells whether a careless restore has lost something');
note(differing('careless') . "\n$losses");

{
	local $ENV{PGOPTIONS} = '-c session_replication_role=replica';
	is(restore('triggers_off', [ '--exit-on-error', '-j', '4' ]), 0, 'by a superuser, with triggers off');
}
is(differing('triggers_off'), '', 'everything has come back');
is(restore('in_passes',
		[ '--exit-on-error', '--section=pre-data' ],
		[ '--exit-on-error', '--section=data', '-n', 'practiceacl' ],
		[ '--exit-on-error', '--section=data', '-N', 'practiceacl', '-j', '4' ],
		[ '--exit-on-error', '--section=post-data', '-j', '4' ]),
	0, 'by anybody, practiceacl in one pass');
is(differing('in_passes'), '', 'everything has come back');
for my $database (qw(triggers_off in_passes))
{
	is($node->safe_psql($database, q{SELECT string_agg(check_name || ': ' || detail, E'\n') FROM practiceacl.health() WHERE NOT ok}),
		'', "$database: all is well");
	is($node->safe_psql($database, 'SELECT count(*) FROM practiceacl.registered_table'), '2', "$database: the tables that move");
	is($node->safe_psql($database, 'SELECT count(*) FROM public.letter'), '2', "$database: the application's rows too");
}

$node->stop;
done_testing();
