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

unlike(slurp_file($node->logfile), qr/PANIC|TRAP|server process .* was terminated|XX000/, 'the server had no accident');
$node->stop;
done_testing();
