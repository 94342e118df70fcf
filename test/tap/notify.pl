# Notifications are hints: no act fails, waits or stays unprepared for them.
use strict;
use warnings FATAL => 'all';
use Clinic;
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;

my $node = PostgreSQL::Test::Cluster->new('main');
$node->init;
$node->append_conf('postgresql.conf', "max_prepared_transactions = 5\nfsync = off\nfull_page_writes = off\nmax_wal_size = 4GB\n");
my $adjustable = $node->{_pg_version} >= 17;
$node->append_conf('postgresql.conf', "max_notify_queue_pages = 64\n") if $adjustable;
$node->start;
Clinic::fill($node);
$node->safe_psql('postgres', q{ALTER DATABASE postgres SET practiceacl.notify = on; CREATE ROLE anybody LOGIN});
my $number = 0;
my $booking = sub { $number++; return "SELECT practiceacl.book(agenda('anna'), at('06:00') + $number * interval '15 min', appointment_id => id($number))" };
my $book = sub { return Clinic::as($node, 'anna', $booking->()) };

# What a session that listens is told until now.
sub listener
{
	my ($in, $out, $err) = ('', '', '');
	my $session = IPC::Run::start([ 'psql', '-qXAt', '-d', $node->connstr('postgres') ], '<', \$in, '>', \$out, '2>', \$err);
	my $turn = 0;
	my $ask = sub {
		$turn++;
		$out = '';
		$in = "$_[0];\nSELECT 'turn $turn';\n";
		$session->pump until $out =~ /turn $turn\b/;
		my @ids = $out =~ /Asynchronous notification "practiceacl_activity" with payload "([0-9a-f-]{36})"/g;
		return @ids;
	};
	return ($ask, sub { $in = "\\q\n"; $session->finish });
}

my ($ask, $hang_up) = listener();
$ask->('LISTEN practiceacl_activity');
$book->();
my @told = $ask->('SELECT 1');
is(scalar @told, 1, 'an act is announced');
is($node->safe_psql('postgres', "SELECT act FROM practiceacl.activity WHERE id = '$told[0]'"), 'appointment.booked', 'by the id of its entry');

$node->safe_psql('postgres', "SET search_path = public, clinic; BEGIN; SELECT clinic.enter('anna') \\g /dev/null\n"
	. 'SAVEPOINT a; ' . $booking->() . "\\g /dev/null\nROLLBACK TO a; "
	. 'SAVEPOINT b; ' . $booking->() . "\\g /dev/null\nRELEASE b; COMMIT");
@told = $ask->('SELECT 1');
is(scalar @told, 1, 'what was rolled back is not');
$node->safe_psql('postgres', "SET search_path = public, clinic; BEGIN; SELECT clinic.enter('anna') \\g /dev/null\n"
	. $booking->() . "\\g /dev/null\nROLLBACK");
@told = $ask->('SELECT 1');
is(scalar @told, 0, 'be it a savepoint or all');
$node->safe_psql('postgres', "SET search_path = public, clinic; BEGIN; SELECT clinic.enter('anna') \\g /dev/null\n"
	. $booking->() . "\\g /dev/null\nPREPARE TRANSACTION 'kept'");
$node->safe_psql('postgres', "COMMIT PREPARED 'kept'");
pass('a transaction can be prepared');

# Which agenda it is about, where an operator says so.
$ask->('SELECT 1');
is($node->safe_psql('postgres', q{SELECT count(*) FROM practiceacl.activity WHERE act = 'announcements.set'}), 0, 'nobody has said so');
my $hear = sub {
	my ($in, $out, $err) = ('', '', '');
	my $session = IPC::Run::start([ 'psql', '-qXAt', '-d', $node->connstr('postgres') ], '<', \$in, '>', \$out, '2>', \$err);
	$in = "LISTEN practiceacl_activity;\nSELECT 'ready';\n";
	$session->pump until $out =~ /ready/;
	$_[0]->();
	$in = "SELECT 'done';\n\\q\n";
	$session->finish;
	return [ $out =~ /with payload "([^"]*)"/g ];
};
my $heard = $hear->($book);
like($heard->[0], qr/^[0-9a-f-]{36}$/, 'an entry, and no agenda');
$node->safe_psql('postgres', 'SELECT practiceacl.announce_agendas(true)');
my $anna = $node->safe_psql('postgres', "SELECT clinic.agenda('anna')");
$heard = $hear->($book);
like($heard->[0], qr/^[0-9a-f-]{36} $anna$/, 'an operator lets the agenda be named');
$heard = $hear->(sub { $node->safe_psql('postgres', q{SELECT practiceacl.publish_notice('News', 'Body')}) });
like($heard->[0], qr/^[0-9a-f-]{36}$/, 'what is about none names none');
# Many agendas in one transaction: each is named, up to a thousand, and then
# one announcement says that there was more.
$node->safe_psql('postgres', q{
	INSERT INTO practiceacl.agenda (organization_id, holder_id, time_zone, name, data_controller)
	SELECT clinic.org('north'), clinic.account('carl'), 'Europe/Paris', 'Many ' || n, 'North' FROM generate_series(1, 1200) AS n;
	SELECT record.begin_all()});
$heard = $hear->(sub { $node->safe_psql('postgres', q{
	BEGIN;
	SELECT practiceacl.enter(token) FROM clinic.token WHERE name = 'carl';
	SELECT practiceacl.add_absence(id, '2058-01-05 08:00Z', '2058-01-05 09:00Z') FROM practiceacl.agenda WHERE name LIKE 'Many%';
	COMMIT}) });
is(scalar(grep { /^\S+ \S+$/ } @$heard), 999, 'of many agendas a thousand entries are told one by one');
is(scalar(grep { /^\S+$/ } @$heard), 1, '... and the last that there was more');
is(scalar(grep { length > 100 } @$heard), 0, '... none of them long');
$node->safe_psql('postgres', 'SELECT practiceacl.announce_agendas(false)');
$heard = $hear->($book);
like($heard->[0], qr/^[0-9a-f-]{36}$/, 'and no more once it is switched off');


# Anyone who may connect fills the queue: one session listens and reads on in
# an old transaction, another sends.
SKIP:
{
	skip 'filling a queue of 8 GB is for make check-long', 5 unless $adjustable || $ENV{PRACTICEACL_LONG};
	my ($idle, $leave) = listener();
	$idle->('LISTEN practiceacl_activity; BEGIN; SELECT 1 \g /dev/null' . "\n");
	my $error = '';
	for my $i (1 .. 200)
	{
		my ($status, $out, $err) = $node->psql('postgres', "SET ROLE anybody; SELECT count(pg_notify('x', n || repeat('x', 7900))) FROM generate_series(1, "
			. ($adjustable ? 10 : 20000) . ") AS n");
		$error = $err;
		last if $err =~ /too many notifications/;
	}
	like($error, qr/too many notifications/, 'the queue is full');
	unlike($book->(), qr/^53|^54|^$/, 'booking goes on');
	my ($status, $out, $err) = $node->psql('postgres', "SELECT practiceacl.open_session(clinic.account('lena')) IS NOT NULL");
	is($out, 't', 'so does logging in');
	is(Clinic::as($node, 'anna', "SELECT practiceacl.set_rights(agenda('anna'), account('sara'), 'none')"), '', 'and revoking');
	like($node->safe_psql('postgres', q{SELECT detail FROM practiceacl.health() WHERE check_name = 'settings'}),
		qr/queue of notifications is full/, 'health() tells of it');
	$idle->('COMMIT');
	$leave->();
}
$hang_up->();
$node->stop;
done_testing();
