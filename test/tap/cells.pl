# An organization moves between two cells while people book in it: nothing is
# lost, nothing is there twice, and it is never open in both, whoever is killed
# when.  PRACTICEACL_LONG=1 moves it ten times.
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
my $moves = $ENV{PRACTICEACL_LONG} ? 10 : 2;

sub cell
{
	my ($name) = @_;
	my $node = PostgreSQL::Test::Cluster->new($name);

	$node->init(allows_streaming => 'logical');
	$node->append_conf('postgresql.conf', "cluster_name = '$name'\nmax_logical_replication_workers = 8\nmax_worker_processes = 16\nwal_retrieve_retry_interval = 200ms");
	$node->start;
	return $node;
}

# Runs the mover; returns its exit code and all that it said.
sub run_mover
{
	my ($from, $to, @options) = @_;
	my $organization = @options && $options[0] =~ /^[0-9a-f]{8}-/ ? shift @options : $north;
	my $said = '';

	IPC::Run::run([ $mover, @options, $from->connstr('postgres'), $to->connstr('postgres'), $organization ], '>', \$said, '2>&1');
	return ($? >> 8, $said);
}

sub moves_ok
{
	my ($from, $to, $what, @options) = @_;
	my ($code, $said) = run_mover($from, $to, @options);

	is($code, 0, $what) or diag($said);
	note($said);
	return;
}

# Everybody logs in again: sessions never travel.
sub log_in_at
{
	my ($node) = @_;
	$node->safe_psql('postgres', 'UPDATE clinic.token t SET token = practiceacl.open_session(t.id)
		WHERE EXISTS (SELECT FROM practiceacl.account a WHERE a.id = t.id)');
	return;
}

sub state_of
{
	my ($node) = @_;
	return $node->safe_psql('postgres', "SELECT coalesce((SELECT state FROM practiceacl.organization_move WHERE organization_id = '$north'),
		CASE WHEN EXISTS (SELECT FROM practiceacl.organization WHERE id = '$north') THEN 'home' ELSE 'none' END)");
}

# Where one may write: the record is made, and undone.
sub is_writable
{
	my ($node) = @_;
	log_in_at($node);
	return Clinic::as($node, 'anna', "SELECT practiceacl.add_absence(agenda('anna'), '2059-01-01 08:00+00', '2059-01-01 09:00+00') IS NOT NULL; ROLLBACK; BEGIN") eq 't' ? 1 : 0;
}

sub is_readable
{
	my ($node) = @_;
	log_in_at($node);
	return Clinic::as($node, 'anna', "SELECT count(*) FROM practiceacl.appointment") > 0 ? 1 : 0;
}

my $a = cell('a');
my $b = cell('b');
Clinic::fill($a);
Clinic::as($a, 'anna', "SELECT practiceacl.book(agenda('anna'), at('09:00'), patient => 'Marie', appointment_id => id(1))");
$b->safe_psql('postgres', q{CREATE EXTENSION practiceacl CASCADE; CREATE ROLE clinic_app; SELECT practiceacl.grant_application('clinic_app')});
command_ok([ 'bash', '-c', "pg_dump -n clinic -d '" . $a->connstr('postgres') . "' | psql -X -q -v ON_ERROR_STOP=1 -d '" . $b->connstr('postgres') . "'" ],
	'the other cell has the helpers of the tests');

# What is wrong is told, and changes nothing.
my ($code, $said) = run_mover($a, $b, '--dry-run');
is($code, 0, 'it could be moved');
is(state_of($a), 'home', 'which changed nothing');
($code, $said) = run_mover($a, $b, '00000000-0000-7000-8000-0000000000ff');
like($said, qr/does not have this organization/, 'an organization that is not there');
is($code, 1, 'is refused');
($code, $said) = run_mover($b, $a);
like($said, qr/does not have this organization/, 'nor is one moved from where it is not');
($code, $said) = run_mover($a, $a);
like($said, qr/has this organization already/, 'nor to where it is');
my $c = PostgreSQL::Test::Cluster->new('c');
$c->init;
$c->start;
$c->safe_psql('postgres', 'CREATE EXTENSION practiceacl CASCADE');
($code, $said) = run_mover($c, $b, '--name=b');
like($said, qr/wal_level = \w+, and moving needs logical/, 'wal_level is looked at first');
$c->stop;
($code, $said) = run_mover($a, $c, '--name=c');
is($code, 1, 'a target that is not there is refused');
is(state_of($a), 'home', 'and the source is as before');

# A person whom the other cell knows under another id.
$b->safe_psql('postgres', "SELECT practiceacl.register_account('00000000-0000-7000-8000-00000000ffa1', 'Anna\@north.test', 'Anna', 'Arnaud')");
($code, $said) = run_mover($a, $b);
isnt($code, 0, 'somebody known under another id stops the move');
like($said, qr/00000000-0000-7000-8000-0000000000a1 is 00000000-0000-7000-8000-00000000ffa1 here/, 'and is named');
ok(is_writable($a), 'the source is open');
is($b->safe_psql('postgres', "SELECT practiceacl.merge_account('00000000-0000-7000-8000-00000000ffa1', '00000000-0000-7000-8000-0000000000a1') > 0"),
	't', 'the two become one');
is($b->safe_psql('postgres', 'SELECT count(*) FROM practiceacl.broken_references()'), 0, 'with every reference whole');

# People book while it moves, and go where they are sent.
my $client = q{
my ($number, @cells) = @ARGV;
my ($at, $done) = (0, 0);
my $deadline = time + 90;
until (-e "$cells[2]/stop" || time > $deadline)
{
	my $id = sprintf('00000000-0000-7000-9000-%04d%08d', $number, ++$done);
	my $holder = $number % 2 ? 'anna' : 'bert';
	while (time < $deadline)
	{
		my $said = `psql -X -q -A -t -v VERBOSITY=verbose -d '$cells[$at]' 2>&1 <<'SQL'
SET search_path = public, clinic;
BEGIN;
SET LOCAL ROLE clinic_app;
SELECT practiceacl.enter(clinic.token_of('$holder'));
SELECT practiceacl.book(clinic.agenda('$holder'), '2058-01-01 00:00+00'::timestamptz + $done * interval '15 min', appointment_id => '$id');
COMMIT;
SQL`;
		last if $said =~ /^$id$/m;
		open my $log, '>>', "$cells[2]/client$number";
		print $log "$at $said\n";
		close $log;
		$at = 1 - $at if $said =~ /PA050|PT404|28000/;
		select undef, undef, undef, 0.02;
	}
	open my $log, '>>', "$cells[2]/booked$number";
	print $log "$id\n";
}
};
foreach my $node ($a, $b)
{
	$node->safe_psql('postgres', 'CREATE FUNCTION clinic.token_of(who text) RETURNS text LANGUAGE sql STABLE SECURITY DEFINER
		AS $$ SELECT token FROM clinic.token WHERE name = who $$; GRANT EXECUTE ON FUNCTION clinic.token_of TO clinic_app');
}
log_in_at($a);
my $scratch = PostgreSQL::Test::Utils::tempdir();
append_to_file("$scratch/client.pl", $client);
my @clients = map { IPC::Run::start([ $^X, "$scratch/client.pl", $_, (map { "host=" . $_->host . " port=" . $_->port . " dbname=postgres" } $a, $b), $scratch ]) } 1, 2;
sleep 1;
my ($from, $to) = ($a, $b);
foreach my $n (1 .. $moves)
{
	moves_ok($from, $to, "move $n, from " . $from->name . ' to ' . $to->name);
	log_in_at($to);
	is($from->safe_psql('postgres', "SELECT count(*) FROM practiceacl.organization WHERE id = '$north'"), 0, 'nothing is left behind');
	is($from->safe_psql('postgres', 'SELECT count(*) FROM pg_replication_slots') . $from->safe_psql('postgres', 'SELECT count(*) FROM pg_publication'), '00',
		'no slot and no publication either');
	Clinic::is_sound($to, "after move $n");
	sleep 0.5;
	($from, $to) = ($to, $from);
}
append_to_file("$scratch/stop", '');
$_->finish for @clients;
my @booked = map { split /\n/, slurp_file("$scratch/booked$_") } 1, 2;
cmp_ok(scalar @booked, '>', 10, 'people booked all the while: ' . scalar @booked);
is($from->safe_psql('postgres', "SELECT count(DISTINCT id) || ' ' || count(*) FROM practiceacl.appointment WHERE id::text LIKE '00000000-0000-7000-9000-%'"),
	@booked . ' ' . @booked, 'each booking is there, once');
my $told = join '', map { -e "$scratch/client$_" ? slurp_file("$scratch/client$_") : '' } 1, 2;
unlike($told, qr/XX000|23505|FATAL|PANIC/, 'nobody met an error that says nothing');
is(Clinic::as($from, 'olga', 'SELECT count(*) FROM practiceacl.appointment'), 0, 'the other practice of the cell sees nothing of it');
is($from->safe_psql('postgres', 'SELECT count(*) FROM practiceacl.broken_references()'), 0, 'every reference is whole');
is($from->name, 'a', 'it is where it was');

# The steps of a move, one by one: the mover may die after any of them.
my ($src, $dst) = ($a, $b);
my %step = (
	publish => sub { $src->safe_psql('postgres', "SELECT practiceacl.publish_organization('$north')") },
	adopt => sub {
		my $parcel = $src->safe_psql('postgres', "SELECT practiceacl.organization_parcel('$north')");
		return $dst->safe_psql('postgres', "SELECT practiceacl.adopt_organization('$north', '" . $src->connstr('postgres') =~ s/'/''/gr . "', \$p\$$parcel\$p\$)");
	},
	subscribe => sub {
		$dst->safe_psql('postgres', $_[0]);
		$dst->poll_query_until('postgres', "SELECT bool_and(srsubstate = 'r') FROM pg_subscription_rel");
	},
	hand_over => sub { $src->safe_psql('postgres', "SELECT practiceacl.hand_over_organization('$north', '" . $dst->name . "')") },
	in_step => sub { $dst->poll_query_until('postgres', "SELECT proof = '$_[0]' FROM practiceacl.organization_move('$north')"); return $_[0] },
	release => sub { $src->safe_psql('postgres', "SELECT practiceacl.release_organization('$north')") },
	receive => sub { $dst->safe_psql('postgres', "SELECT practiceacl.receive_organization('$north', \$p\$$_[0]\$p\$)") },
	unsubscribe => sub { $dst->safe_psql('postgres', 'DROP SUBSCRIPTION practiceacl_move_' . $north =~ s/-//gr); return $_[0] });
my @steps = qw(publish adopt subscribe hand_over in_step release receive unsubscribe);

sub go_to
{
	my ($last) = @_;
	my $result;
	foreach my $name (@steps)
	{
		$result = $step{$name}->($result);
		last if $name eq $last;
	}
	return $result;
}

my $turn = 0;
foreach my $last (@steps)
{
	go_to($last);
	note("--- $last, from " . $src->name);
	my $victim = $turn++ % 2 ? $src : $dst;
	$victim->stop('immediate');
	$victim->start;
	my ($here, $there) = (is_writable($src), is_writable($dst));
	is($here + $there, $last =~ /hand_over|in_step|release/ ? 0 : 1, "after $last and a crash of " . $victim->name . ' at most one cell is open');
	cmp_ok(is_readable($src) + is_readable($dst), '<=', 1, 'and read in one at the most');
	if ($last =~ /hand_over|in_step/)
	{
		is(Clinic::as($src, 'anna', "SELECT practiceacl.book(agenda('anna'), at('15:00'))"), 'PA050', 'who writes is sent on');
		ok(is_readable($src), 'who reads goes on reading');
	}
	is(Clinic::as($src, 'anna', "SELECT practiceacl.book(agenda('anna'), at('15:00'))"), 'PA050', 'closed, it still says where to go') if $last eq 'release';
	if ($last =~ /receive|unsubscribe/)
	{
		($code, $said) = run_mover($src, $dst, '--cancel');
		isnt($code, 0, 'what is open in the target is not called off');
	}
	else
	{
		my ($cancelled, $why) = run_mover($src, $dst, '--cancel');
		is($cancelled, 0, "called off after $last") or diag($why);
		ok(is_writable($src), 'the source is open');
		is($dst->safe_psql('postgres', "SELECT count(*) FROM practiceacl.activity WHERE organization_id = '$north'"), 0, 'the target has nothing of it');
		is($src->safe_psql('postgres', 'SELECT count(*) FROM pg_replication_slots'), 0, 'and the source no slot');
		go_to($last);
	}
	moves_ok($src, $dst, "after $last it is moved to its end");
	is(state_of($src) . ' ' . state_of($dst), 'forgotten received', 'whole');
	Clinic::is_sound($dst, "after a death at $last");
	($src, $dst) = ($dst, $src);
}

# What is out of turn or forged.
is($src->name, 'a', 'it is where it was');
my $proof = go_to('hand_over');
sub sqlstate { my ($node, $sql) = @_; my ($s, $o, $e) = $node->psql('postgres', "\\set VERBOSITY sqlstate\n$sql"); return $e =~ /ERROR:\s+(\w{5})/ ? $1 : "none: $o" }
my $parcel = $a->safe_psql('postgres', "SELECT practiceacl.organization_parcel('$north')");
is(sqlstate($b, "SELECT practiceacl.receive_organization('$north', \$p\$$parcel\$p\$)"), '22023', 'the target does not open without the source\'s key');
is(sqlstate($b, "SELECT practiceacl.receive_organization('$north', \$p\$$parcel\$p\$::jsonb || '{\"key\": \"forged\"}')"), '22023', 'nor with a forged one');
is(sqlstate($b, "SELECT practiceacl.receive_organization('$south', \$p\$$parcel\$p\$)"), '22023', 'nor another organization');
is(sqlstate($a, "SELECT practiceacl.publish_organization('$north')"), '55000', 'what is being moved is not moved again');
is(sqlstate($a, "SELECT practiceacl.hand_over_organization('$north', 'elsewhere')"), '55000', 'nor handed to somebody else');
is(sqlstate($a, "SELECT practiceacl.forget_organization('$north', 'forged')"), '55000', 'nor forgotten before its turn');
my $released = $step{release}->();
log_in_at($a);
is(Clinic::as($a, 'sara', "SELECT practiceacl.book(agenda('anna'), at('15:00'))"), 'PA050', 'its people are told where it went');
is(Clinic::as($a, 'olga', "SELECT practiceacl.book(agenda('anna'), at('15:00'))"), 'PT404', 'and nobody else');
is(sqlstate($a, "SELECT practiceacl.forget_organization('$north', 'forged')"), '22023', 'nor with a forged receipt');
is(sqlstate($a, "SELECT practiceacl.cancel_move('$north')"), '22023', 'nor called off while the target may open it');
is(sqlstate($b, "DELETE FROM practiceacl.opening WHERE organization_id = '$north';
	UPDATE practiceacl.activity_chain SET head = '\\x00' WHERE organization_id = '$north';
	SELECT practiceacl.receive_organization('$north', \$p\$$released\$p\$)"), '55000', 'nor opened with another record');
($code, $said) = run_mover($a, $b, '--cancel');
is($code, 0, 'it is called off');
is(sqlstate($b, "SELECT practiceacl.receive_organization('$north', \$p\$$released\$p\$)"), '55000', 'and not opened any more');
is(sqlstate($a, "SELECT practiceacl.publish_organization('$north'), practiceacl.hand_over_organization('$north', E' \\t ')"), '22023', 'a cell has a name');
$a->safe_psql('postgres', "SELECT practiceacl.publish_organization('$north'); SELECT practiceacl.cancel_move('$north')");

# A transaction that does not end keeps the source open, and is told.
go_to('subscribe');
log_in_at($a);
my $open = $a->background_psql('postgres', on_error_die => 1);
$open->query_safe("SET search_path = public, clinic; BEGIN; SELECT clinic.enter('anna'); SELECT practiceacl.book(agenda('anna'), '2059-05-05 10:00+00')");
($code, $said) = run_mover($a, $b);
isnt($code, 0, 'a transaction that writes for long stops the move');
like($said, qr/does not end; it stays open/, 'which is said');
$open->query_safe('COMMIT');
$open->quit;
ok(is_writable($a), 'the source is open');
moves_ok($a, $b, 'run again, it goes on');
is($b->safe_psql('postgres', "SELECT count(*) FROM practiceacl.appointment WHERE starts_at = '2059-05-05 10:00+00'"), 1, 'with what was written meanwhile');
is($a->safe_psql('postgres', "SELECT practiceacl.organization_cell('$north')"), 'b', 'the source knows where it is');
is($a->safe_psql('postgres', "SELECT jsonb_array_length(heads) > 2 FROM practiceacl.organization_move WHERE organization_id = '$north'"), 't', 'and keeps the heads of its chains');

$a->stop;
$b->stop;
done_testing();
