# The server is killed in the middle of bookings, and while what is old goes to the
# archive.  What was acknowledged is there afterwards, what was not is there as a
# whole or not at all; what was moved is in one place.
use strict;
use warnings FATAL => 'all';
use Clinic;
use IPC::Run ();
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;
use Time::HiRes qw(sleep);

my $node = PostgreSQL::Test::Cluster->new('crash');
$node->init;
$node->append_conf('postgresql.conf', "synchronous_commit = on\ncheckpoint_timeout = 30s\nmax_wal_size = 64MB\nautovacuum_naptime = 1s\nrestart_after_crash = off");
$node->start;
Clinic::fill($node);
my $token = $node->safe_psql('postgres', "SELECT token FROM clinic.token WHERE name = 'anna'");

# Each client books slots of its own and says so when it was told so.
my @clients;
for my $client (1 .. 4)
{
	my $script = "SET search_path = clinic, public;\n";
	for my $n (1 .. 4000)
	{
		my $slot = $n * 4 + $client;
		$script .= "BEGIN; SET LOCAL ROLE clinic_app; SELECT practiceacl.enter('$token') \\g /dev/null\n"
			. "SELECT practiceacl.book(agenda('anna'), at('00:00') + $slot * interval '5 min', at('00:05') + $slot * interval '5 min',"
			. " patient => 'P$slot', appointment_id => id($slot)) \\g /dev/null\nCOMMIT;\n\\echo $slot\n";
	}
	my $file = $node->basedir . "/client$client.sql";
	append_to_file($file, $script);
	my %run = (out => '', err => '');
	$run{handle} = IPC::Run::start(
		[ 'psql', '-XqAt', '-v', 'ON_ERROR_STOP=1', '-d', $node->connstr('postgres'), '-f', $file ],
		'<', \undef, '>', \$run{out}, '2>', \$run{err});
	push @clients, \%run;
}
$node->safe_psql('postgres', q{
	INSERT INTO practiceacl.appointment (organization_id, agenda_id, starts_at, ends_at, created_by, patient)
	SELECT clinic.org('north'), clinic.agenda('bert'), at, at + interval '20 min', clinic.account('bert'), 'old ' || n
	FROM generate_series(1, 20000) AS n, LATERAL (SELECT '2015-01-01Z'::timestamptz + n * interval '30 min' AS at) AS t});
my %archiver = (out => '', err => '');
my $batches = $node->basedir . '/archiver.sql';
# With pauses: however fast the machine, the crash comes before the end.
append_to_file($batches, "SELECT practiceacl.archive_appointments('2021-01-01Z', 50);\nDO 'BEGIN PERFORM pg_sleep(0.02); END';\n" x 1000);
$archiver{handle} = IPC::Run::start([ 'psql', '-XqAt', '-d', $node->connstr('postgres'), '-f', $batches ],
	'<', \undef, '>', \$archiver{out}, '2>', \$archiver{err});
my $until = time + 2;
while (time < $until)
{
	$_->{handle}->pump_nb foreach @clients, \%archiver;
	sleep 0.02;
}
my $postmaster = $node->{_pid};
$node->kill9;
foreach (@clients, \%archiver)
{
	$_->{handle}->finish;
}
my @acknowledged = map { split /\n/, $_->{out} } @clients;
cmp_ok(scalar @acknowledged, '>', 50, 'the crash came in the middle: ' . @acknowledged . ' bookings were acknowledged');
cmp_ok(scalar @acknowledged, '<', 16000, 'and not after the end');
like(join('', map { $_->{err} } @clients), qr/connection|server/, 'the clients noticed');

# Until it is reaped, its lock file counts; and its orphans need a moment to go.
for (1 .. 100)
{
	last if !kill 0, $postmaster;
	sleep 0.1;
}
sleep 0.5;
$node->start;
$node->safe_psql('postgres', 'CREATE TABLE acknowledged (slot int)');
$node->safe_psql('postgres', 'INSERT INTO acknowledged VALUES ' . join(',', map { "($_)" } @acknowledged));
is($node->safe_psql('postgres', q{
	SELECT count(*) FROM acknowledged k LEFT JOIN practiceacl.appointment a ON a.id = clinic.id(k.slot)
	WHERE a.patient IS DISTINCT FROM 'P' || k.slot}), 0, 'all that was acknowledged is there');
cmp_ok($node->safe_psql('postgres', q{
	SELECT count(*) FROM practiceacl.appointment WHERE agenda_id = clinic.agenda('anna') AND id NOT IN (SELECT clinic.id(slot) FROM acknowledged)}),
	'<=', 4, 'and at most one more of each client');
is($node->safe_psql('postgres', q{
	SELECT count(*), count(DISTINCT id) FROM practiceacl.every_appointment WHERE patient LIKE 'old %'}), '20000|20000', 'what was old is in one place');
my $moved = 0;
$moved += $_ foreach split /\n/, $archiver{out};
cmp_ok($moved, '>', 0, "of which $moved had gone to the archive");
cmp_ok($moved, '<', 20000, 'and not all');
cmp_ok($node->safe_psql('postgres', 'SELECT count(*) FROM practiceacl.appointment_archive'), '>=', $moved, 'where they still are');
$node->safe_psql('postgres', "DELETE FROM practiceacl.appointment WHERE patient LIKE 'old %'; DELETE FROM practiceacl.appointment_archive");
Clinic::is_sound($node, 'after the crash');
is($node->safe_psql('postgres', q{
	SELECT count(*) FROM practiceacl.activity e LEFT JOIN practiceacl.appointment a ON a.id = e.subject_id
	WHERE e.act = 'appointment.booked' AND a.id IS NULL}), 0, 'nothing is on record that is not booked');

# The indexes tell the same as the table, and life goes on.
$node->safe_psql('postgres', 'CREATE EXTENSION IF NOT EXISTS amcheck');
is($node->safe_psql('postgres', q{
	SELECT count(bt_index_check(i.indexrelid, true)) > 10 FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid
	JOIN pg_am m ON m.oid = c.relam WHERE m.amname = 'btree' AND i.indrelid::regclass::text LIKE 'practiceacl.%'}),
	't', 'the indexes are whole');
is(Clinic::as($node, 'anna', "SELECT practiceacl.book(agenda('anna'), '2067-01-01 09:00Z', appointment_id => id(999999))"),
	'00000000-0000-7000-8000-00000c999999', 'booking goes on');
is(Clinic::as($node, 'anna', "SELECT practiceacl.book(agenda('anna'), at('00:00') + $acknowledged[0] * interval '5 min')"),
	'23P01', 'and what was taken is taken');
$node->stop;
done_testing();
