# 16 clients do everything at once to one practice: nothing overlaps, nothing
# is lost, nothing deadlocks, every chain verifies, and nobody is told anything
# that a client need not expect.
#
# For some seconds; with PRACTICEACL_LONG=1 a minute, or
# PRACTICEACL_SOAK_SECONDS.
use strict;
use warnings FATAL => 'all';
use Load;
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;

my $seconds = $ENV{PRACTICEACL_LONG} ? $ENV{PRACTICEACL_SOAK_SECONDS} || 60 : 8;
my $node = Load::new_node('soak');
my @acknowledged;

# A slow machine may need more than one round until everything was done.
for my $round (1 .. 5)
{
	my $run = Load::begin($node, $seconds);
	IPC::Run::finish($run->{handle});
	is($run->{handle}->result(0), 0, "$Load::clients clients worked for $seconds seconds");
	unlike($run->{err}, qr/ERROR|aborted|failed/, 'without an error that reached a client');
	note($run->{out} =~ /^(tps.*)$/m ? $1 : $run->{out});
	push @acknowledged, Load::acknowledged($run);
	last if Load::untried($node) eq '';
}
Load::tell($node);

is(Load::untried($node), '', 'every act was brought to an end by somebody');
is(Load::problems($node), '', 'nothing is wrong in the data');
cmp_ok(scalar @acknowledged, '>', $seconds, 'many appointments were acknowledged: ' . @acknowledged);
is(Load::lost($node, @acknowledged), '', 'and none is lost');
is($node->safe_psql('postgres', q{SELECT sum(deadlocks) FROM pg_stat_database}), 0, 'no deadlock');
is(Load::alarms($node), '', 'the server has nothing to complain of');

$node->stop;
done_testing();
