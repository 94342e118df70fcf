# Several organizations move at once between the same two servers, in the same
# direction and in both, with people whom they share: what becomes of one move
# costs the others nothing.  PRACTICEACL_LONG=1 kills and cancels one at every
# step, and does to the servers all that may happen to them meanwhile instead of
# one thing by the day.
use strict;
use warnings FATAL => 'all';
use Clinic;
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;
use Time::HiRes qw(sleep);

my $mover = "$ENV{PRACTICEACL_TREE}/tools/practiceacl-move";
my $north = '00000000-0000-7000-8000-000000000001';
my $south = '00000000-0000-7000-8000-000000000002';
my $day = (localtime)[7];

sub cell
{
	my ($name, @path) = @_;
	my $node = PostgreSQL::Test::Cluster->new($name, @path);

	$node->init(allows_streaming => 'logical');
	# The least that two moves take: each a slot and a worker, and one for first copies.
	$node->append_conf('postgresql.conf', "cluster_name = '$name'\nmax_replication_slots = 4\nmax_logical_replication_workers = 3
wal_retrieve_retry_interval = 200ms\nmax_prepared_transactions = 2");
	$node->start;
	return $node;
}

sub ask { my ($node, $sql) = @_; return $node->safe_psql('postgres', $sql) }

# Begins to move; what it says is had from said().
sub begin
{
	my ($organization, $from, $to, @options) = @_;
	my $said = '';
	my $run = IPC::Run::start([ 'setsid', '-w', $mover, @options, $from->connstr('postgres'), $to->connstr('postgres'), $organization ], '>', \$said, '2>&1');

	return { run => $run, said => \$said };
}

sub ends
{
	my ($begun, $code, $what) = @_;

	$begun->{run}->finish;
	is($? & 127 ? 128 + ($? & 127) : $? >> 8, $code, $what) or diag(${ $begun->{said} });
	note(${ $begun->{said} });
	return ${ $begun->{said} };
}

sub moves_ok { my ($organization, $from, $to, $what, @options) = @_; return ends(begin($organization, $from, $to, @options), 0, $what) }

sub dies_after
{
	my ($step, @move) = @_;
	local $ENV{PRACTICEACL_MOVE_DIES_AFTER} = $step;

	return ends(begin(@move), 137, "a mover is killed after $step");
}

# What anna may book as a member of both, undone.
sub is_open
{
	my ($node, $organization) = @_;
	my $agenda = $organization eq $north ? 'b1' : 'b9';
	my $who = $organization eq $north ? 'anna' : 'olga';

	ask($node, 'UPDATE clinic.token t SET token = practiceacl.open_session(t.id) WHERE EXISTS (SELECT FROM practiceacl.account a WHERE a.id = t.id)');
	my $said = Clinic::as($node, $who, "SELECT practiceacl.add_absence('00000000-0000-7000-8000-0000000000$agenda', '2059-01-01 08:00+00', '2059-01-01 09:00+00') IS NOT NULL; ROLLBACK; BEGIN");
	return $said eq 't' ? 1 : 0;
}

sub leaves_nothing
{
	my ($when, @nodes) = @_;

	is(ask($_, 'SELECT (SELECT count(*) FROM pg_replication_slots), (SELECT count(*) FROM pg_publication),
		(SELECT count(*) FROM pg_subscription), (SELECT count(*) FROM pg_replication_origin)'), '0|0|0|0',
		$_->name . " has no slot, publication, subscription or origin $when") foreach @nodes;
	return;
}

# Those who belong to both are known where either is, under one id.
sub is_whole
{
	my ($node, $organization, $when) = @_;

	is(ask($node, "SELECT count(*) FROM practiceacl.membership m WHERE organization_id = '$organization'
		AND NOT EXISTS (SELECT FROM practiceacl.account a WHERE a.id = m.account_id AND a.email IS NOT NULL)"), 0, "its people are there $when");
	is(is_open($node, $organization), 1, "it is open in " . $node->name . " $when");
	is(ask($node, "SELECT count(*) FROM practiceacl.verify_activity('$organization') WHERE first_broken IS NOT NULL"), 0, "every chain is whole $when");
	return;
}

my $a = cell('a');
my $b = cell('b', $ENV{PRACTICEACL_OTHER} ? (install_path => $ENV{PRACTICEACL_OTHER}) : ());
Clinic::fill($a);
# Anna and Carl work in both practices.
ask($a, "INSERT INTO practiceacl.membership (organization_id, account_id) SELECT '$south', clinic.account(n) FROM unnest(ARRAY['anna', 'carl']) AS n");
Clinic::as($a, 'anna', "SELECT practiceacl.book(agenda('anna'), at('09:00'), patient => 'Marie', appointment_id => id(1))");
Clinic::as($a, 'olga', "SELECT practiceacl.book(agenda('olga'), at('09:00'), patient => 'Paul', appointment_id => id(2))");
ask($b, q{CREATE EXTENSION practiceacl CASCADE; CREATE ROLE clinic_app; SELECT practiceacl.grant_application('clinic_app')});
command_ok([ 'bash', '-c', "pg_dump -n clinic -d '" . $a->connstr('postgres') . "' | psql -X -q -v ON_ERROR_STOP=1 -d '" . $b->connstr('postgres') . "'" ],
	'the other cell has the helpers of the tests');

# A move that fails, or is called off, while another copies: the other's slots stay.
my $row = "INSERT INTO practiceacl.outbox (organization_id, id, kind, recipient, payload) VALUES (%s, '00000000-0000-7000-8000-00000000cc01', 'user_added', 'x', '{}')";
ask($a, sprintf($row, "'$south'"));
my $slow = $b->background_psql('postgres', on_error_die => 1);
$slow->query_safe('BEGIN; ' . sprintf($row, 'NULL'));		# the copy of this row waits for it
my $other = begin($south, $a, $b);
my $copies = q{SELECT string_agg(slot_name, ' ') FROM pg_replication_slots WHERE slot_name LIKE 'pg_%_sync_%'};
ok($b->poll_query_until('postgres', "SELECT count(*) = 1 AND bool_and(srsubstate = 'd') FROM pg_subscription_rel WHERE srsubstate <> 'r'"), 'one copies');
my $before = ask($a, $copies);
like($before, qr/^pg_\d+_sync_\d+_\d+$/, 'for which it has a slot');
ask($a, q{BEGIN; CREATE TABLE meanwhile (); PREPARE TRANSACTION 'forgotten'});
like(ends(begin($north, $a, $b, '--patience=1'), 1, 'another fails'), qr/the prepared transaction "forgotten" does not end/, 'for its own reason');
ask($a, q{ROLLBACK PREPARED 'forgotten'});
ends(begin($north, $a, $b, '--cancel'), 0, 'and is called off');
foreach my $step ($ENV{PRACTICEACL_LONG} ? qw(published subscribed cancel_unsubscribed cancel_deleted) : (qw(published subscribed cancel_deleted))[ $day % 3 ])
{
	dies_after($step =~ /cancel/ ? 'subscribed' : $step, $north, $a, $b);
	dies_after($step, $north, $a, $b, '--cancel') if $step =~ /cancel/;
	ends(begin($north, $a, $b, '--cancel'), 0, "one that was killed after $step is called off");
	is_whole($a, $north, 'once called off');
}
is(ask($a, $copies), $before, 'the other has its slot');
is(ask($b, "SELECT count(*) FROM practiceacl.account WHERE email IN ('anna\@north.test', 'carl\@north.test', 'olga\@south.test')"), 3, 'and its people');
# A mover that has all its copies waits for a place, and one more for its turn.
my $waits = begin($north, $a, $b);
$slow->query_safe('ROLLBACK');
$slow->quit;
unlike(ends($other, 0, 'it comes to its end'), qr/copying again/, 'with the copy that it had');
ends($waits, 0, 'and so does one that began meanwhile');
leaves_nothing('then', $a, $b);
is_whole($b, $_, 'moved') foreach $north, $south;

# In both directions at once: neither waits for the other.
moves_ok($south, $b, $a, 'one goes back');
foreach my $n (1 .. ($ENV{PRACTICEACL_LONG} ? 9 : 1))
{
	my ($one, $another) = $n % 2 ? ($b, $a) : ($a, $b);
	# Both wait for somebody who writes, so that their slots are made at the same moment.
	my @writers = map { $_->background_psql('postgres', on_error_die => 1) } $a, $b;
	$_->query_safe('BEGIN; CREATE TABLE meanwhile ()') foreach @writers;
	my @both = (begin($north, $one, $another, '--patience=20'), begin($south, $another, $one, '--patience=20'));
	ok($_->poll_query_until('postgres', 'SELECT count(*) = 1 FROM pg_replication_slots'), 'a slot is being made') foreach $a, $b;
	$_->query_safe('ROLLBACK') foreach @writers;
	$_->quit foreach @writers;
	ends($_, 0, 'moves the other way at the same time') foreach @both;
	leaves_nothing('then', $a, $b);
	is_whole($another, $north, 'moved');
	is_whole($one, $south, 'moved');
}
is(ask($a, 'SELECT count(*) FROM practiceacl.broken_references()') . ask($b, 'SELECT count(*) FROM practiceacl.broken_references()'), '00', 'every reference is whole');

# What may happen to the servers meanwhile: north is in a, and stays open there.
sub fails
{
	my ($why, $what, @options) = @_;

	like(ends(begin($north, $a, $b, @options), 1, "$what stops the move"), $why, 'and the reason is told');
	is(is_open($a, $north), 1, 'the source is open');
	return;
}

sub restarts
{
	my ($node, $limit) = @_;

	# The size of its files is all that they can have of a disk.
	$node->stop;
	return $node->start if !$limit;
	local %ENV = $node->_get_env();
	system('bash', '-c', "ulimit -f $limit && exec pg_ctl -s -w -D '@{[ $node->data_dir ]}' -l '@{[ $node->logfile ]}' -o --cluster-name=@{[ $node->name ]} start") == 0 or die 'cannot start';
	$node->_update_pid(1);
	return;
}

my %happens = (
	'a full disk' => sub {
		ask($a, "INSERT INTO practiceacl.outbox (organization_id, id, kind, recipient, payload)
			SELECT '$north', ('00000000-0000-7000-8000-00000000cc' || lpad(n::text, 2, '0'))::uuid, 'user_added', 'x', jsonb_build_object('big', (
				SELECT string_agg(gen_random_uuid()::text, '') FROM generate_series(n, n + 30000)))
			FROM generate_series(10, 40) AS n");
		restarts($b, 17 * 1024);
		fails(qr/the target cannot take the rows/, 'a full disk', '--patience=60');
		like(slurp_file($b->logfile), qr/File too large/, 'which it was');
		restarts($b);
		ends(begin($north, $a, $b, '--cancel'), 0, 'called off');
		ask($a, 'DELETE FROM practiceacl.outbox');
	},
	'a table altered' => sub {
		dies_after('verified', $north, $a, $b);
		ask($a, 'ALTER TABLE practiceacl.absence ADD COLUMN mine int DEFAULT 7');
		is_open($a, $north);
		Clinic::as($a, 'anna', "SELECT practiceacl.add_absence(agenda('anna'), at('18:00'), at('19:00'))");
		fails(qr/cannot take the rows|did not get in step within 2 seconds; the organization is open in the source again/, 'a table that was altered', '--timeout=2');
		ask($a, 'ALTER TABLE practiceacl.absence DROP COLUMN mine');
		ends(begin($north, $a, $b, '--cancel'), 0, 'called off');
	},
	'a lost slot' => sub {
		dies_after('verified', $north, $a, $b);
		my $name = 'practiceacl_move_' . $north =~ s/-//gr;
		ask($b, "ALTER SUBSCRIPTION $name DISABLE");
		ok($a->poll_query_until('postgres', 'SELECT NOT active FROM pg_replication_slots'), 'nobody reads');
		ask($a, q{ALTER SYSTEM SET max_slot_wal_keep_size = '1MB'});
		$a->reload;
		ask($a, "CREATE TABLE meanwhile (); DROP TABLE meanwhile; SELECT pg_switch_wal()") foreach 1 .. 3;
		ask($a, 'CHECKPOINT');
		is(ask($a, 'SELECT wal_status FROM pg_replication_slots'), 'lost', 'it is lost');
		ask($a, "UPDATE practiceacl.organization_move SET since = since - interval '2 min' WHERE organization_id = '$north'");
		like(ask($a, "SELECT problem FROM practiceacl.organization_move('$north')"), qr/nobody moves it, and its replication slot is lost: run practiceacl-move again, or with --cancel/, 'which is told');
		ask($a, 'ALTER SYSTEM RESET max_slot_wal_keep_size');
		$a->reload;
		fails(qr/the replication slot is gone \(max_slot_wal_keep_size/, 'a lost slot');
		ends(begin($north, $a, $b, '--cancel'), 0, 'called off');
	},
	'no more workers' => sub {
		ask($b, 'ALTER SYSTEM SET max_logical_replication_workers = 1');
		restarts($b);
		fails(qr/the target has 1 free workers .*raise max_logical_replication_workers/, 'a target without workers');
		ask($a, "SELECT practiceacl.publish_organization('$north')");
		fails(qr/waiting for a worker.*no worker of the target becomes free/s, 'a target that runs out of them', '--patience=1');
		ask($b, 'ALTER SYSTEM RESET max_logical_replication_workers');
		restarts($b);
		ends(begin($north, $a, $b, '--cancel'), 0, 'called off');
	},
	# A worker drops its slot before it notes that it is done: who is killed in
	# between asks for that slot for ever.
	'a copy that was lost' => sub {
		dies_after('verified', $north, $a, $b);
		my $name = 'practiceacl_move_' . $north =~ s/-//gr;
		ask($b, "ALTER SUBSCRIPTION $name DISABLE");
		ok($a->poll_query_until('postgres', 'SELECT NOT active FROM pg_replication_slots'), 'nobody reads');
		ask($b, q{UPDATE pg_subscription_rel SET srsubstate = 'f' WHERE srrelid = 'practiceacl.opening'::regclass});
		like(moves_ok($north, $a, $b, 'run again, it comes to its end'), qr/a copy was lost when a server died: copying again/, 'with another copy');
		moves_ok($north, $b, $a, 'and back');
	},
	# As programs do that know no slots but their own (in public Patroni's issue 3237).
	'slots that somebody drops' => sub {
		$row =~ s/cc01/cc02/;
		ask($a, sprintf($row, "'$north'"));
		my $late = $b->background_psql('postgres', on_error_die => 1);
		$late->query_safe('BEGIN; ' . sprintf($row, 'NULL'));
		my $move = begin($north, $a, $b);
		ok($b->poll_query_until('postgres', "SELECT count(*) = 1 AND bool_and(srsubstate = 'd') FROM pg_subscription_rel WHERE srsubstate <> 'r'"), 'one copies');
		ask($a, "DO \$\$ DECLARE s record; BEGIN
			SELECT * INTO s FROM pg_replication_slots WHERE slot_name LIKE 'pg_%_sync_%';
			PERFORM pg_terminate_backend(s.active_pid, 5000);
			PERFORM pg_drop_replication_slot(s.slot_name); END \$\$");
		$late->query_safe('ROLLBACK');
		$late->quit;
		ends($move, 0, 'a copy whose slot somebody dropped is made again');
		ask($_, 'DELETE FROM practiceacl.outbox') foreach $a, $b;
		moves_ok($north, $b, $a, 'and back');
	});
my @happens = sort keys %happens;
foreach my $what ($ENV{PRACTICEACL_LONG} ? @happens : $happens[ $day % @happens ])
{
	note("--- $what");
	$happens{$what}->();
	leaves_nothing("after $what", $a, $b);
	is_whole($a, $north, "after $what");
}

$_->stop foreach $a, $b;
done_testing();
