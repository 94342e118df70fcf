# 16 clients want every slot of one agenda, each in an order of its own: they
# queue; nobody is told anything but that a slot is taken, and none is left.
use strict;
use warnings FATAL => 'all';
use Clinic;
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;

my $slots = 240;
my $node = PostgreSQL::Test::Cluster->new('contention');
$node->init;
$node->append_conf('postgresql.conf', "log_lock_waits = on\ndeadlock_timeout = 100ms\nautovacuum = off");
$node->start;
Clinic::fill($node);
$node->safe_psql('postgres', q{
	CREATE FUNCTION clinic.try_slot(agenda uuid, slot int) RETURNS text LANGUAGE plpgsql AS $$
	BEGIN
		PERFORM practiceacl.book(agenda, clinic.at('00:00') + slot * interval '5 min',
			clinic.at('00:05') + slot * interval '5 min');
		RETURN 'booked';
	EXCEPTION WHEN exclusion_violation THEN
		RETURN 'taken';
	END $$;
	SELECT clinic.may('bert', 'book', 'anna');
	SELECT clinic.may('sara', 'book', 'bert');
	SELECT clinic.may('anna', 'book', 'bert');
});

# The 17 clients' steps have no common divisor with the number of slots.
my $script = $node->basedir . '/one.sql';
append_to_file($script, qq{
\\set i :i + 1
\\set slot (:i * 7 + :client_id * 37) % $slots
\\set who :client_id % 3
BEGIN;
SET LOCAL ROLE clinic_app;
SELECT practiceacl.enter(token) FROM clinic.token WHERE name = (ARRAY['anna', 'bert', 'sara'])[1 + :who];
SELECT clinic.try_slot(clinic.agenda('anna'), :slot);
COMMIT;
});
$node->command_checks_all(
	[ 'pgbench', '-n', '-c', 16, '-j', 2, '-t', $slots, '-D', 'i=0', '-f', $script, 'postgres' ],
	0, [ qr{processed: (\d+)/\1}, qr{failed transactions: 0 } ], [qr{^((?!ERROR|aborted).)*$}s],
	"16 clients and $slots slots");
is($node->safe_psql('postgres', q{
	SELECT count(*), count(DISTINCT starts_at) FROM practiceacl.appointment
	WHERE agenda_id = clinic.agenda('anna')}), "$slots|$slots", 'every slot is booked, once');
Clinic::is_sound($node, 'after the crowd');

# Two agendas in one transaction, in whatever order: a deadlock is the worst,
# and nothing half done is left of it.
my $both = $node->basedir . '/both.sql';
append_to_file($both, qq{
\\set i :i + 1
\\set slot 2000 + (:i * 7 + :client_id * 37) % 60
\\set first :client_id % 2
BEGIN;
SET LOCAL ROLE clinic_app;
SELECT practiceacl.enter(token) FROM clinic.token WHERE name = 'sara';
SELECT clinic.try_slot(clinic.agenda((ARRAY['anna', 'bert'])[1 + :first]), :slot) AS one,
	clinic.try_slot(clinic.agenda((ARRAY['bert', 'anna'])[1 + :first]), :slot) AS two;
COMMIT;
});
my ($out, $err) = run_command(
	[ 'pgbench', '-n', '-h', $node->host, '-p', $node->port, '-c', 8, '-j', 2, '-t', 60, '-D', 'i=0',
	  '--max-tries', 100, '--failures-detailed', '-f', $both, 'postgres' ]);
like($out, qr/failed transactions: 0 /, 'the victim of a deadlock succeeds when it tries again');
unlike($err, qr/aborted in command|ERROR:  (?!deadlock)/, 'and there is no other error');
is($node->safe_psql('postgres', q{
	SELECT count(*) FROM (
		SELECT starts_at FROM practiceacl.appointment WHERE starts_at >= clinic.at('00:00') + 2000 * interval '5 min'
		GROUP BY 1 HAVING count(DISTINCT agenda_id) = 2) AS on_both}), 60, 'both agendas have every slot booked');
Clinic::is_sound($node, 'after the deadlocks');

# Visits that take a doctor, the only scanner and one of two rooms, named in two
# orders: nobody deadlocks or tries again, and no time is left.
$node->safe_psql('postgres', q{
	CREATE TABLE clinic.thing AS
	SELECT name, practiceacl.add_agenda(clinic.org('north'), NULL, jsonb_build_object('kind', 'room', 'name', name)) AS id
	FROM clinic.enter('carl'), unnest(ARRAY['one', 'two', 'scanner']) AS name;
	INSERT INTO practiceacl.access_grant (organization_id, agenda_id, account_id, rights)
	SELECT clinic.org('north'), t.id, clinic.account(who), 'book' FROM clinic.thing t, unnest(ARRAY['anna', 'bert', 'sara']) AS who;
	GRANT SELECT ON clinic.thing TO clinic_app;
	CREATE FUNCTION clinic.try_visit(doctor uuid, slot int, backwards boolean) RETURNS text LANGUAGE plpgsql AS $$
	DECLARE
		scanner uuid := (SELECT id FROM clinic.thing WHERE name = 'scanner');
	BEGIN
		PERFORM practiceacl.book(CASE WHEN backwards THEN scanner ELSE doctor END,
			clinic.at('00:00') + slot * interval '5 min', clinic.at('00:05') + slot * interval '5 min',
			also => ARRAY[CASE WHEN backwards THEN doctor ELSE scanner END],
			also_any => (SELECT array_agg(id ORDER BY CASE WHEN backwards THEN name END DESC, name) FROM clinic.thing WHERE name <> 'scanner'));
		RETURN 'booked';
	EXCEPTION WHEN exclusion_violation THEN
		RETURN 'taken';
	END $$;
});
my $deadlocks = $node->safe_psql('postgres', 'SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()');
my $visits = $node->basedir . '/visits.sql';
append_to_file($visits, qq{
\\set i :i + 1
\\set slot 4000 + (:i * 7 + :client_id * 37) % 90
\\set who :client_id % 3
\\set other (:client_id + :i) % 2
BEGIN;
SET LOCAL ROLE clinic_app;
SELECT practiceacl.enter(token) FROM clinic.token WHERE name = (ARRAY['anna', 'bert', 'sara'])[1 + :who];
SELECT clinic.try_visit(clinic.agenda((ARRAY['anna', 'bert'])[1 + :other]), :slot, :who = 1);
COMMIT;
});
$node->command_checks_all(
	[ 'pgbench', '-n', '-c', 16, '-j', 2, '-t', 90, '-D', 'i=0', '-f', $visits, 'postgres' ],
	0, [ qr{processed: (\d+)/\1}, qr{failed transactions: 0 } ], [qr{^((?!ERROR|aborted).)*$}s],
	'16 clients and 90 times of three agendas');
is($node->safe_psql('postgres', q{
	SELECT count(*), count(DISTINCT starts_at) FROM practiceacl.appointment
	WHERE starts_at >= clinic.at('00:00') + 4000 * interval '5 min'
	  AND agenda_id = (SELECT id FROM clinic.thing WHERE name = 'scanner')}), '90|90', 'the scanner is never idle');
is($node->safe_psql('postgres', q{
	SELECT count(*) FROM (
		SELECT coalesce(part_of, id) FROM practiceacl.appointment
		WHERE starts_at >= clinic.at('00:00') + 4000 * interval '5 min'
		GROUP BY 1 HAVING count(*) <> 3 OR count(*) FILTER (WHERE part_of IS NULL) <> 1) AS torn}), 0, 'and every visit is whole');
is($node->safe_psql('postgres', 'SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()'), $deadlocks, 'without a deadlock');
Clinic::is_sound($node, 'after the visits');

unlike(slurp_file($node->logfile), qr/PANIC|TRAP|server process .* was terminated|XX000/, 'the server had no accident');
$node->stop;
done_testing();
