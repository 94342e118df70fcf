# Every way in which a bound value reaches the server's log, tried: where the
# password is found there, health() has said so, and where health() says
# nothing it is not there.
use strict;
use warnings FATAL => 'all';
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;

my $node = PostgreSQL::Test::Cluster->new('main');
$node->init;
$node->append_conf('postgresql.conf',
	"log_statement = none\nlog_parameter_max_length = 0\nlog_parameter_max_length_on_error = 0\nfsync = off\n");
$node->start;
$node->safe_psql('postgres', 'CREATE EXTENSION practiceacl CASCADE');

my $script = PostgreSQL::Test::Utils::tempdir() . '/log_in.sql';
open my $file, '>', $script or die;

print $file "SELECT practiceacl.log_in(:email, :secret);\n";
close $file;
my $failing = PostgreSQL::Test::Utils::tempdir() . '/fail.sql';
open $file, '>', $failing or die;
print $file "SELECT practiceacl.log_in(:email, :secret), 1 / (length(:email) - length(:email));\n";
close $file;
my $comparing = PostgreSQL::Test::Utils::tempdir() . '/compare.sql';
open $file, '>', $comparing or die;
print $file "SELECT count(*) FROM practiceacl.appointment WHERE patient = :secret;\n";
close $file;

my $number = 0;

# Whether the bound value is in the log, and what health() says of it.
sub try
{
	my ($settings, $statement) = @_;
	my $secret = 'Zaphod-' . ++$number . '-secret';
	my $from = -s $node->logfile;
	local $ENV{PGOPTIONS} = join ' ', map { "-c $_" } @$settings;
	my $said = $node->safe_psql('postgres', q{SELECT count(*) FROM practiceacl.health(), regexp_split_to_table(detail, '\n') AS line
		WHERE check_name = 'settings' AND NOT ok AND line LIKE '%server''s log%'});
	my ($out, $err);
	IPC::Run::run([ 'pgbench', '-n', '-t', '1', '-M', 'prepared', '-D', 'email=someone@example.org', '-D', "secret=$secret",
		'-h', $node->host, '-p', $node->port, '-f', $statement, 'postgres' ], '>', \$out, '2>', \$err);
	my $log = substr(slurp_file($node->logfile), $from);
	return (index($log, $secret) >= 0 ? 'logged' : 'not logged', $said > 0 ? 'told' : 'not told');
}

my @explain = ('session_preload_libraries=auto_explain', 'auto_explain.log_min_duration=0');
for my $case (
	[ 'nothing set', [], $script, 'not logged', 'not told' ],
	[ 'an error', [], $failing, 'not logged', 'not told' ],
	[ 'slow statements', ['log_min_duration_statement=0'], $script, 'not logged', 'not told' ],
	[ 'all statements', ['log_statement=all'], $script, 'not logged', 'not told' ],
	[ 'parameters', [ 'log_statement=all', 'log_parameter_max_length=-1' ], $script, 'logged', 'told' ],
	[ 'some of each parameter', [ 'log_min_duration_statement=0', 'log_parameter_max_length=40' ], $script, 'logged', 'told' ],
	[ 'parameters on error', ['log_parameter_max_length_on_error=-1'], $failing, 'logged', 'told' ],
	# It prints parameters since PostgreSQL 16.
	[ 'auto_explain', \@explain, $script, $node->{_pg_version} >= 16 ? 'logged' : 'not logged', 'told' ],
	[ 'auto_explain of a condition', \@explain, $comparing, 'logged', 'told' ],
	[ 'auto_explain, verbose', [ @explain, 'auto_explain.log_verbose=on' ], $script, 'logged', 'told' ],
	[ 'auto_explain, verbose and silent', [ 'session_preload_libraries=auto_explain', 'auto_explain.log_verbose=on' ], $script, 'not logged', 'not told' ])
{
	my ($name, $settings, $statement, $logged, $told) = @$case;
	is_deeply([ try($settings, $statement) ], [ $logged, $told ], $name);
}
# The server prints these as numbers of bytes, so that they are found by no text.
for my $setting (qw(debug_print_parse debug_print_rewritten debug_print_plan))
{
	is((try([ "$setting=on" ], $script))[1], 'told', $setting);
}
# A setting of a role or a database counts where it will be.
$node->safe_psql('postgres', q{CREATE ROLE slow LOGIN; ALTER ROLE slow SET pgaudit.log_parameter = on});
is((try([], $script))[1], 'told', 'what a role will have');
$node->stop;
done_testing();
