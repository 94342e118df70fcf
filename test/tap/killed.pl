# The postmaster is killed while 16 clients do everything at once.  After the
# server has recovered all that was acknowledged is there, and nothing is half
# done: the same is true as after any other day (see soak.pl).
#
# Twice; with PRACTICEACL_LONG=1 ten times.
use strict;
use warnings FATAL => 'all';
use Load;
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;
use Time::HiRes qw(sleep);

my $times = $ENV{PRACTICEACL_LONG} ? 10 : 2;
my $node = Load::new_node('killed');
is($node->safe_psql('postgres', q{
	SELECT string_agg(name || ' ' || setting, ', ' ORDER BY name) FROM pg_settings
	WHERE name IN ('fsync', 'full_page_writes', 'synchronous_commit')}),
	'fsync on, full_page_writes on, synchronous_commit on', 'the server promises to lose nothing');

my @acknowledged;
for my $time (1 .. $times)
{
	my $run = Load::begin($node, 60);

	# Not at the same point each time: now and then within a checkpoint.
	sleep 2 + rand;
	for (1 .. 300)
	{
		last if Load::acknowledged($run) > 50;
		sleep 0.1;
	}
	$node->safe_psql('postgres', 'CHECKPOINT') if $time % 2;
	sleep 0.3 * rand;
	$node->kill9;
	eval { IPC::Run::finish($run->{handle}); };
	isnt($run->{handle}->result(0), 0, "kill $time: the clients noticed");
	like($run->{err}, qr/server closed|connection|terminat/, "kill $time: and said why");
	my @told = Load::acknowledged($run);
	cmp_ok(scalar @told, '>', 50, "kill $time: it came in the middle of work: " . @told . ' appointments were acknowledged');
	push @acknowledged, @told;

	# The orphans of the postmaster need a moment to go.
	my $started = 0;
	for (1 .. 100)
	{
		last if $started = $node->start(fail_ok => 1);
		sleep 0.2;
		$node->stop('fast', fail_ok => 1);
	}
	ok($started, "kill $time: the server recovers");
	is(Load::lost($node, @acknowledged), '', "kill $time: what was acknowledged is there");
	is(Load::problems($node), '', "kill $time: nothing is wrong in the data");
}

# And it works on.
my $run = Load::begin($node, 2);
IPC::Run::finish($run->{handle});
is($run->{handle}->result(0), 0, 'the clients work on');
is(Load::lost($node, @acknowledged, Load::acknowledged($run)), '', 'nothing is lost');
is(Load::problems($node), '', 'nothing is wrong in the data');
Load::tell($node);
is(Load::alarms($node), '', 'the server has nothing to complain of');

$node->stop;
done_testing();
