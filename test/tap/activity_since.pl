# Following the record: nothing is skipped, whoever writes, prepares or turns
# the clock back; and nobody waits for what does not concern them.
use strict;
use warnings;
use Clinic;
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;

my $primary = PostgreSQL::Test::Cluster->new('primary');
$primary->init(allows_streaming => 1);
$primary->append_conf('postgresql.conf', 'max_prepared_transactions = 5');
$primary->start;
$primary->safe_psql('postgres', 'CREATE EXTENSION practiceacl');
my $publish = q{SELECT practiceacl.publish_notice('News', 'Body') \g /dev/null};
my $follow = q{SELECT pg_sleep(0.01) \g /dev/null
	SELECT count(*) FROM practiceacl.activity_since()};

$primary->safe_psql('postgres', $publish);
is($primary->safe_psql('postgres', $follow), '1', 'what is committed is shown');

# A prepared transaction keeps no time of its own.
$primary->safe_psql('postgres', "BEGIN; $publish\nPREPARE TRANSACTION 'later'");
is($primary->safe_psql('postgres', $follow), '1', 'a prepared transaction is waited for');
$primary->safe_psql('postgres', 'CREATE DATABASE elsewhere');
$primary->safe_psql('elsewhere', 'CREATE EXTENSION practiceacl');
$primary->safe_psql('elsewhere', $publish);
is($primary->safe_psql('elsewhere', $follow), '1', 'but not in another database');
$primary->safe_psql('postgres', q{COMMIT PREPARED 'later'});
is($primary->safe_psql('postgres', $follow), '2', 'and then it is there');

# Nor does one whose activity is not tracked.
my $slow = IPC::Run::start(
	[ 'psql', '-qXAt', '-d', $primary->connstr('postgres') ],
	'<', \my $said, '>', \my $heard, '2>', \my $complained);
$said = "SET track_activities = off; BEGIN; $publish\nSELECT 'begun';\n";
$slow->pump until $heard =~ /begun/ || $complained;
is($complained, '', 'a transaction writes, untracked');
is($primary->safe_psql('postgres', $follow), '2', 'its entry is waited for');
$said = "COMMIT; SELECT 'done';\n";
$slow->pump until $heard =~ /done/ || $complained;
$said = "BEGIN; CREATE TABLE t (); SELECT 'again';\n";
$slow->pump until $heard =~ /again/ || $complained;
is($primary->safe_psql('postgres', $follow), '3', 'until it ends; one that writes no entry is not waited for');
$said = "\\q\n";
$slow->finish;

# A standby verifies, but cannot be followed.
$primary->backup('copy');
my $standby = PostgreSQL::Test::Cluster->new('standby');
$standby->init_from_backup($primary, 'copy', has_streaming => 1);
$standby->start;
$primary->wait_for_catchup($standby, 'replay');
my ($status, $out, $err) = $standby->psql('postgres', 'SELECT * FROM practiceacl.activity_since()');
like($err, qr/activity_since\(\) cannot be used on a standby/, 'a standby says so');
is($standby->safe_psql('postgres', 'SELECT entries, first_broken FROM practiceacl.verify_activity(NULL)'),
	'3|', 'and verifies');
is($standby->safe_psql('postgres', q{SELECT ok FROM practiceacl.health() WHERE check_name = 'activity'}),
	't', 'and tells of its health');

$standby->stop;
$primary->stop;

# The clock of a server, moved under its feet.
my ($library) = glob '/usr/lib/*/faketime/libfaketime.so.1';
SKIP:
{
	skip 'libfaketime is not installed', 9 unless $library;
	my $node = PostgreSQL::Test::Cluster->new('moved');
	my $offset = $node->basedir . '/offset';
	my $set = sub { open my $file, '>', $offset or die; print $file $_[0]; close $file };
	$node->init;
	$node->append_conf('postgresql.conf', "fsync = off\n");
	$set->('+0');
	{
		local %ENV = (%ENV, LD_PRELOAD => $library, FAKETIME_TIMESTAMP_FILE => $offset,
			FAKETIME_NO_CACHE => 1, FAKETIME_DONT_FAKE_MONOTONIC => 1);
		$node->start;
	}
	Clinic::fill($node);
	$node->safe_psql('postgres', 'CREATE TABLE read_to AS SELECT NULL::uuid AS id; GRANT ALL ON read_to TO clinic_app');
	# What the client sees next, and its cursor moves on.
	my $next = sub { my ($who) = @_; return Clinic::as($node, $who, q{
		WITH seen AS (SELECT id, act, subject_id FROM practiceacl.activity_since((SELECT id FROM read_to))),
		moved AS (UPDATE read_to SET id = (SELECT max(id::text)::uuid FROM seen) WHERE EXISTS (SELECT FROM seen))
		SELECT string_agg(subject_id::text, ' ' ORDER BY id) FROM seen WHERE act = 'appointment.booked'}) =~ s/00000000-0000-7000-8000-00000c00000//gr };
	my $book = sub { my ($whose, $number) = @_; return Clinic::as($node, $whose,
		"SELECT right(practiceacl.book(agenda('$whose'), at('08:00') + $number * interval '1 hour', appointment_id => id($number))::text, 1)") };
	$book->('anna', 1);
	is($next->('anna'), '1', 'an entry');
	$set->('-1d');
	is($node->safe_psql('postgres', q{SELECT clock_timestamp() < recorded_at FROM practiceacl.activity ORDER BY id DESC LIMIT 1}),
		't', 'the clock was set back');
	$book->('anna', 2);
	is($next->('anna'), '2', 'what is written then is not lost');
	is($next->('anna'), '', 'and shown once');
	$set->('-2d');
	$book->('anna', 3);
	$set->('-1d');
	$book->('anna', 4);
	is($next->('anna'), '3 4', 'nor is anything after the next step');

	# Another tenant's open transaction, and one's own colleague's.
	my ($in, $out, $err) = ('', '', '');
	my $open = IPC::Run::start([ 'psql', '-qXAt', '-d', $node->connstr('postgres') ], '<', \$in, '>', \$out, '2>', \$err);
	$in = "SET search_path = public, clinic; BEGIN; SELECT clinic.enter('olga');\n"
		. "SELECT practiceacl.book(agenda('olga'), at('08:00'), appointment_id => id(9)); SELECT 'begun';\n";
	$open->pump until $out =~ /begun/ || $err;
	is($err, '', 'a transaction of another organization is open');
	$book->('anna', 5);
	is($next->('anna'), '5', 'it holds nobody up here');
	$in = "COMMIT; BEGIN; SELECT clinic.enter('bert');\n"
		. "SELECT practiceacl.book(agenda('bert'), at('08:00'), appointment_id => id(8)); SELECT 'again';\n";
	$open->pump until $out =~ /again/ || $err;
	$set->('-3d');
	$book->('anna', 6);
	is($next->('anna'), '', 'a colleague who writes is waited for');
	$in = "COMMIT; SELECT 'done';\n\\q\n";
	$open->finish;
	is($next->('anna'), '6', 'and then nothing was skipped');
	$node->stop('immediate');
}
done_testing();
