# A standby takes over while an organization moves to another cell: the source's
# or the target's, at every step, with the same state or with an older one.
# Nothing is lost, nothing is there twice, and practiceacl-move gets out of every
# state.  PRACTICEACL_LONG=1 does all of them instead of one each by the day.
use strict;
use warnings FATAL => 'all';
use Clinic;
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;
use Time::HiRes qw(sleep);

my $mover = "$ENV{PRACTICEACL_TREE}/tools/practiceacl-move";
my $north = '00000000-0000-7000-8000-000000000001';
my $day = (localtime)[7];
my %node;						# a and b: the primary of each cell
my %standby;
my $generation = 0;

sub ask { my ($node, $sql) = @_; return $node->safe_psql('postgres', $sql) }

sub run_mover
{
	my ($from, $to, @options) = @_;
	my $said = '';

	# A server that Cluster.pm starts has its own name for its cluster_name.
	IPC::Run::run([ 'setsid', '-w', $mover, "--name=$to", @options, (map { $node{$_}->connstr('postgres') } $from, $to), $north ], '>', \$said, '2>&1');
	note($said);
	return ($? & 127 ? 128 + ($? & 127) : $? >> 8, $said);
}

sub dies_after
{
	my ($step, @move) = @_;
	local $ENV{PRACTICEACL_MOVE_DIES_AFTER} = $step;
	my ($code, $said) = run_mover(@move);

	is($code, 137, "the mover is killed after $step") or diag($said);
	return;
}

# A standby of a cell that follows it.
sub has_standby
{
	my ($cell) = @_;
	my $name = $cell . ++$generation;

	$standby{$cell}->stop('immediate') if $standby{$cell};
	$node{$cell}->backup($name);
	$standby{$cell} = PostgreSQL::Test::Cluster->new($name);
	$standby{$cell}->init_from_backup($node{$cell}, $name, has_streaming => 1);
	$standby{$cell}->start;
	$node{$cell}->wait_for_catchup($standby{$cell});
	return;
}

# It hears nothing any more, and its primary does not know it.
sub is_cut_off
{
	my ($cell) = @_;

	$standby{$cell}->append_conf('postgresql.conf', "primary_conninfo = ''");
	$standby{$cell}->reload;
	$node{$cell}->poll_query_until('postgres', "SELECT count(*) = 0 FROM pg_stat_replication WHERE application_name = '" . $standby{$cell}->name . "'");
	return;
}

sub takes_over
{
	my ($cell) = @_;

	$node{$cell}->wait_for_catchup($standby{$cell}, 'flush', $node{$cell}->lsn('flush'))
	  if ask($node{$cell}, "SELECT count(*) FROM pg_stat_replication WHERE application_name = '" . $standby{$cell}->name . "'");
	$node{$cell}->stop('immediate');
	$standby{$cell}->promote;
	$node{$cell} = delete $standby{$cell};
	return;
}

# Its process that hears stops, so that the standby seems to follow.
sub hearing
{
	my ($cell, $signal) = @_;
	kill $signal, ask($standby{$cell}, "SELECT pid FROM pg_stat_activity WHERE backend_type = 'walreceiver'");
	return;
}

sub is_open
{
	my ($cell) = @_;

	ask($node{$cell}, 'UPDATE clinic.token t SET token = practiceacl.open_session(t.id) WHERE EXISTS (SELECT FROM practiceacl.account a WHERE a.id = t.id)');
	return Clinic::as($node{$cell}, 'anna', "SELECT practiceacl.add_absence(agenda('anna'), '2059-01-01 08:00+00', '2059-01-01 09:00+00') IS NOT NULL; ROLLBACK; BEGIN") eq 't' ? 1 : 0;
}

my $number = 0;
my $expected = 0;
sub book_one
{
	my ($cell, $when) = @_;
	my $at = ++$number;

	is_open($cell);
	like(Clinic::as($node{$cell}, 'anna', "SELECT practiceacl.book(agenda('anna'), '2060-01-01 00:00+00'::timestamptz + $at * interval '15 min')"),
		qr/^[0-9a-f-]{36}$/, "somebody books $when") and $expected++;
	return;
}

sub state_of { my ($cell) = @_; return ask($node{$cell}, "SELECT coalesce((SELECT state FROM practiceacl.organization_move WHERE organization_id = '$north'), 'none')") }

# Open here and nowhere else, with all that was booked.
sub is_home
{
	my ($cell, $other, $when) = @_;

	is(is_open($cell) . is_open($other), '10', "it is open in $cell alone $when");
	Clinic::is_sound($node{$cell}, $when);
	is(ask($node{$cell}, 'SELECT count(DISTINCT starts_at) || $$ $$ || count(*) FROM practiceacl.appointment'), "$expected $expected", "everything is there, once, $when");
	is(ask($node{$_}, 'SELECT (SELECT count(*) FROM pg_replication_slots), (SELECT count(*) FROM pg_publication), (SELECT count(*) FROM pg_subscription)'),
		'0|0|0', "nothing of the move is left in $_ $when") foreach $cell, $other;
	return;
}

foreach my $cell (qw(a b))
{
	$node{$cell} = PostgreSQL::Test::Cluster->new("${cell}0");
	$node{$cell}->init(allows_streaming => 'logical');
	$node{$cell}->append_conf('postgresql.conf', "cluster_name = '$cell'\nmax_logical_replication_workers = 8\nmax_worker_processes = 16\nwal_retrieve_retry_interval = 200ms");
	$node{$cell}->start;
}
Clinic::fill($node{a});
ask($node{b}, q{CREATE EXTENSION practiceacl CASCADE; CREATE ROLE clinic_app; SELECT practiceacl.grant_application('clinic_app')});
command_ok([ 'bash', '-c', "pg_dump -n clinic -d '" . $node{a}->connstr('postgres') . "' | psql -X -q -v ON_ERROR_STOP=1 -d '" . $node{b}->connstr('postgres') . "'" ],
	'the other cell has the helpers of the tests');
book_one('a', 'first');
my ($src, $dst) = ('a', 'b');

# -- a standby that has what its primary had -----------------------------------

my @steps = qw(published subscribed verified handed_over in_step released received unsubscribed forgotten);
my @cases = map { my $step = $_; map { [ $step, $_ ] } qw(source target) } @steps;
@cases = $cases[ $day % @cases ] if !$ENV{PRACTICEACL_LONG};
foreach my $case (@cases)
{
	my ($step, $who) = @$case;
	my $closed = $step =~ /handed_over|in_step|released/;
	my $opened = $step =~ /received|unsubscribed|forgotten/;
	my $when = "after $step, when a standby of the $who has taken over";

	foreach my $end ($opened ? 'resume' : $ENV{PRACTICEACL_LONG} ? qw(cancel resume) : $day % 2 ? 'cancel' : 'resume')
	{
		note("--- $when, then $end, from $src");
		has_standby($who eq 'source' ? $src : $dst);
		dies_after($step, $src, $dst);
		takes_over($who eq 'source' ? $src : $dst);
		is(is_open($src) . is_open($dst), $closed ? '00' : $opened ? '01' : '10', "$when it is open where it was");
		book_one($opened ? $dst : $src, $when) if !$closed;
		my ($code, $said);
		($code, $said) = run_mover($src, $dst) if $end eq 'resume';
		if ($end eq 'cancel' || $code != 0)
		{
			like($said, qr/slot is gone|did not get in step|opens? in the source again/, 'what is missing is told') if $end eq 'resume';
			ok(!$opened, 'which is so while the source may be open');
			($code, $said) = run_mover($src, $dst, '--cancel');
			is($code, 0, 'it is called off');
			is_home($src, $dst, 'once called off');
			($code, $said) = run_mover($src, $dst);
		}
		is($code, 0, "$when it comes to its end");
		is_home($dst, $src, $when);
		($src, $dst) = ($dst, $src);
	}
}

# -- one that does not follow ---------------------------------------------------

# It is waited for, before the target may open, and before the source deletes.
has_standby($src);
has_standby($dst);
hearing($src, 'STOP');
my ($code, $said) = run_mover($src, $dst, '--timeout=5');
isnt($code, 0, 'a standby of the source that does not follow stops the move');
like($said, qr/a standby does not follow: $src\d+.*is open in the source again/s, 'which is said, and the source is open again');
is(is_open($src), 1, 'as it is');
hearing($src, 'CONT');
hearing($dst, 'STOP');
($code, $said) = run_mover($src, $dst, '--timeout=5', '--patience=5');
isnt($code, 0, 'nor is anything deleted while a standby of the target does not follow');
like($said, qr/a standby does not follow: $dst\d+.*run again; the organization is open in the target/s, 'which is said');
is(state_of($src) . ' ' . state_of($dst), 'released received', 'it is open in the target');
hearing($dst, 'CONT');
($code, $said) = run_mover($src, $dst);
is($code, 0, 'run again, it comes to its end');
is_home($dst, $src, 'then');
($src, $dst) = ($dst, $src);

# A synchronous one is waited for by the statement itself, whatever the server's setting.
my $name = $standby{$src}->name;
ask($node{$src}, "ALTER SYSTEM SET synchronous_standby_names = '$name'");
ask($node{$src}, q{ALTER SYSTEM SET synchronous_commit = 'local'});
$node{$src}->reload;
$node{$src}->poll_query_until('postgres', "SELECT sync_state = 'sync' FROM pg_stat_replication WHERE application_name = '$name'");
ask($node{$src}, "SELECT practiceacl.publish_organization('$north')");
ask($standby{$src}, 'SELECT pg_wal_replay_pause()');
my $waits = IPC::Run::start([ 'psql', '-X', '-At', '-d', $node{$src}->connstr('postgres'), '-c', "SELECT length(practiceacl.hand_over_organization('$north', '$dst'))" ], '>', \my $out, '2>&1');
ok($node{$src}->poll_query_until('postgres', "SELECT count(*) = 1 FROM pg_stat_activity WHERE wait_event = 'SyncRep'"), 'a step waits until the synchronous standby shows it');
ask($standby{$src}, 'SELECT pg_wal_replay_resume()');
$waits->finish;
is($out, "64\n", 'and is done then');
ask($node{$src}, 'ALTER SYSTEM RESET ALL');
$node{$src}->reload;
($code, $said) = run_mover($src, $dst, '--cancel');
is($code, 0, 'called off');

# -- one that has an older state --------------------------------------------------

# Of the source, from when it was open: nothing can tell it, and it is open twice.
# The command closes it, and deletes nothing that the other does not have.
# In the short form on one day, and what follows on the next.
foreach my $older ($ENV{PRACTICEACL_LONG} ? qw(before published) : (qw(before), undef, qw(published), undef)[ $day % 4 ] // ())
{
	my $was = $older eq 'before' ? state_of($src) : $older;
	has_standby($src);
	is_cut_off($src) if $older eq 'before';
	dies_after('verified', $src, $dst);
	if ($older eq 'published')
	{
		$node{$src}->wait_for_catchup($standby{$src}, 'flush', $node{$src}->lsn('flush'));
		is_cut_off($src);
	}
	($code, $said) = run_mover($src, $dst);
	is($code, 0, 'it moves, and a standby does not hear of it');
	book_one($dst, 'there');
	takes_over($src);
	is(state_of($src), $was, 'what takes over has an older state');
	is(is_open($src) . is_open($dst), '11', 'and opens it a second time');
	($code, $said) = run_mover($src, $dst, '--cancel');
	is($code, 1, 'it is not called off') ;
	($code, $said) = run_mover($dst, $src);
	like($said, qr/older state.*in the other direction|has this organization already/, 'nor is the true one closed for the other');
	is(is_open($dst), 1, 'which stays open');
	if ($older eq 'before')
	{
		book_one($src, 'in both');
		$expected--;
		($code, $said) = run_mover($src, $dst);
		isnt($code, 0, 'what was written in the older one');
		like($said, qr/entries that the target lacks.*nothing is deleted.*--discard/, 'is not deleted');
		is(is_open($src) . is_open($dst), '01', 'but closed');
		cmp_ok(ask($node{$src}, "SELECT count(*) FROM practiceacl.appointment WHERE organization_id = '$north'"), '>', 1, 'and can be looked at');
		($code, $said) = run_mover($src, $dst, '--discard');
	}
	else
	{
		($code, $said) = run_mover($src, $dst);
		like($said, qr/has opened the organization, and the source has an older state: closing/, 'which is said');
	}
	is($code, 0, 'run again, it is over');
	is_home($dst, $src, 'then');
	($src, $dst) = ($dst, $src);
}

if ($ENV{PRACTICEACL_LONG} || $day % 2)
{
	# Of the target, from before it had everything: it does not open, and the source does again.
	has_standby($dst);
	is_cut_off($dst) if !dies_after('verified', $src, $dst);
	book_one($src, 'after the copy');
	dies_after('received', $src, $dst);
	takes_over($dst);
	is(state_of($src) . ' ' . state_of($dst), 'released adopting', 'what takes over has not opened it');
	($code, $said) = run_mover($src, $dst);
	isnt($code, 0, 'nor does it without what came later');
	is(is_open($src) . is_open($dst), '00', 'it is open nowhere');
	($code, $said) = run_mover($src, $dst, '--cancel');
	is($code, 0, 'called off');
	is_home($src, $dst, 'then');

	# The command knows that what it asks may have forgotten, where it can ask nobody else.
	has_standby($src);
	dies_after('in_step', $src, $dst);
	takes_over($src);
	$node{$dst}->stop('immediate');
	($code, $said) = run_mover($src, $dst, '--cancel');
	isnt($code, 0, 'nothing is opened by a source that was promoted while the target does not answer');
	like($said, qr/was promoted or restored since the move began.*cancel_move/, 'which is said');
	$node{$dst}->start;
	($code, $said) = run_mover($src, $dst, '--cancel');
	is($code, 0, 'and is, once it does');
	is_home($src, $dst, 'then');
}

$_->stop foreach values %node, values %standby;
done_testing();
