# Following the record where it cannot be told when others began: then nothing
# is shown for a while, rather than something skipped.
use strict;
use warnings;
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
is($primary->safe_psql('postgres', $follow), '0', 'a prepared transaction is waited for');
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
$said = "SET track_activities = off; BEGIN; CREATE TABLE t (); SELECT 'begun';\n";
$slow->pump until $heard =~ /begun/ || $complained;
is($complained, '', 'a transaction writes, untracked');
is($primary->safe_psql('postgres', $follow), '0', 'an untracked writer is waited for');
$said = "COMMIT; SELECT 'done';\n";
$slow->pump until $heard =~ /done/ || $complained;
$said = "\\q\n";
$slow->finish;
is($primary->safe_psql('postgres', $follow), '2', 'until it ends');

# A standby verifies, but cannot be followed.
$primary->backup('copy');
my $standby = PostgreSQL::Test::Cluster->new('standby');
$standby->init_from_backup($primary, 'copy', has_streaming => 1);
$standby->start;
$primary->wait_for_catchup($standby, 'replay');
my ($status, $out, $err) = $standby->psql('postgres', 'SELECT * FROM practiceacl.activity_since()');
like($err, qr/activity_since\(\) cannot be used on a standby/, 'a standby says so');
is($standby->safe_psql('postgres', 'SELECT entries, first_broken FROM practiceacl.verify_activity(NULL)'),
	'2|', 'and verifies');
is($standby->safe_psql('postgres', q{SELECT ok FROM practiceacl.health() WHERE check_name = 'activity'}),
	't', 'and tells of its health');

$standby->stop;
$primary->stop;
done_testing();
