# Three senders on one outbox, one of them killed in the middle: every message
# goes out at least once, none is lost, and who was too slow cannot say that
# it was sent.
use strict;
use warnings;
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;
use Time::HiRes qw(sleep);

my $messages = 300;
my $node = PostgreSQL::Test::Cluster->new('mailer');
$node->init;
$node->start;
$node->safe_psql('postgres', qq{
	CREATE EXTENSION practiceacl;
	CREATE ROLE mailer LOGIN;
	SELECT practiceacl.grant_mailer('mailer');
	INSERT INTO practiceacl.outbox (kind, recipient, payload, sealed_secret)
	SELECT 'welcome', n || '\@x.test', '{}', '\\x01' FROM generate_series(1, $messages) AS n;
});

sub as_mailer
{
	my ($sql) = @_;
	my ($status, $out, $err) =
	  $node->psql('postgres', $sql, extra_params => [ '-U', 'mailer' ]);
	return ($status == 0, $out // '', $err // '');
}

# What a sender has handed to its provider.
sub handed_over
{
	my ($name) = @_;
	return () unless -e "$PostgreSQL::Test::Utils::tmp_check/$name";
	return map { [ split /\|/ ] }
	  split /\n/, slurp_file("$PostgreSQL::Test::Utils::tmp_check/$name");
}

# Claims, sends, and only then says so, until nothing is left to claim.  The
# slow one never comes to say it.
sub sender
{
	my ($name, $slow) = @_;
	my $pid = fork();
	die "cannot fork: $!" unless defined $pid;
	return $pid if $pid;

	my $idle = 0;
	while ($idle < 20)
	{
		my ($ok, $rows) = as_mailer(
			"SELECT message_id, claim FROM practiceacl.claim_messages(10, '4 s')");
		my @claimed = map { [ split /\|/ ] } split /\n/, $rows;
		if (!@claimed)
		{
			$idle++;
			sleep 0.25;
			next;
		}
		$idle = 0;
		append_to_file("$PostgreSQL::Test::Utils::tmp_check/$name",
			join('', map { "$_->[0]|$_->[1]\n" } @claimed));
		sleep 60 if $slow;
		as_mailer(join ';',
			map { "SELECT practiceacl.message_sent('$_->[0]', '$_->[1]')" }
			  @claimed);
	}
	# Without the cluster's END block, which would stop the server.
	require POSIX;
	POSIX::_exit(0);
}

my $victim = sender('victim', 1);
for (1 .. 200)
{
	last if handed_over('victim');
	sleep 0.05;
}
my @others = map { sender($_, 0) } 'second', 'third';
kill 'KILL', $victim;
waitpid $victim, 0;
is($? & 127, 9, 'one sender was killed in the middle');
my @of_victim = handed_over('victim');
is(scalar @of_victim, 10, 'with a batch in its hands');

waitpid $_, 0 for @others;
my %sent;
$sent{ $_->[0] }++ for map { handed_over($_) } 'second', 'third';
is(scalar keys %sent, $messages, 'every message went out by those who live');
is_deeply([ grep { !$sent{ $_->[0] } } @of_victim ],
	[], 'also those that the dead one had');
isnt(scalar handed_over('second'), 0, 'the second sender had work');
isnt(scalar handed_over('third'), 0, 'and so had the third');

is($node->safe_psql('postgres',
		'SELECT count(*), count(sent_at), count(sealed_secret) FROM practiceacl.outbox'),
	"$messages|$messages|0", 'all are marked as sent, and no secret is left');
is($node->safe_psql('postgres',
		q{SELECT min(attempts) > 1 FROM practiceacl.outbox WHERE id IN ('}
		  . join("', '", map { $_->[0] } @of_victim) . q{')}),
	't', 'those of the dead one were claimed again');

my ($ok, undef, $err) = as_mailer("SELECT practiceacl.message_sent('"
	  . join("', '", @{ $of_victim[0] }) . "')");
ok(!$ok, 'a claim that has lapsed acknowledges nothing');
like($err, qr/the claim on this message has lapsed/, 'and is told why');

# A crash of the server loses neither messages nor receipts.
$node->safe_psql('postgres', q{
	INSERT INTO practiceacl.outbox (kind, recipient, payload)
	SELECT 'welcome', n || '@y.test', '{}' FROM generate_series(1, 3) AS n});
($ok, my $rows) = as_mailer(
	"SELECT message_id, claim FROM practiceacl.claim_messages(1, '1 min')");
as_mailer("SELECT practiceacl.message_sent('"
	  . join("', '", split /\|/, $rows) . "')");
$node->stop('immediate');
$node->start;
is($node->safe_psql('postgres',
		q{SELECT count(*), count(sent_at) FROM practiceacl.outbox WHERE recipient ~ 'y.test'}),
	'3|1', 'after a crash all is as it was acknowledged');
($ok, $rows) = as_mailer('SELECT message_id FROM practiceacl.claim_messages()');
is(scalar(split /\n/, $rows), 2, 'and what is left is sent');

$node->stop;
done_testing();
