# Every token and password that is made here is looked for in a dump of the
# database, in the server's own files and in its log: none is there.
use strict;
use warnings;

use File::Basename;
use File::Find;
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;

my $node = PostgreSQL::Test::Cluster->new('main');
$node->init;
# The statements that come in are the back end's to keep out of the log (it
# binds what is secret); what is logged here would be what we say ourselves.
$node->append_conf('postgresql.conf',
	"log_statement = none\nlog_min_messages = debug1\nfsync = off\n");
$node->start;
$node->safe_psql('postgres', 'CREATE EXTENSION practiceacl CASCADE');

# The mailer's end of the outbox.
my $mailer = PostgreSQL::Test::Utils::tempdir() . '/mailer';
my $source = dirname(__FILE__) . '/mailer.c';
command_ok([ 'cc', '-O1', '-o', $mailer, $source, '-lsodium' ], 'the mailer is built');
my ($public, $private) = split /\s+/, qx($mailer keys);
$node->safe_psql('postgres', "SELECT practiceacl.set_mailer_key('\\x$public')");

my %secret;

# A transaction with its values; returns what it printed.
sub run
{
	my ($sql, @values) = @_;

	$sql =~ s/\$(\d+)/'$values[$1 - 1]'/g;
	return $node->safe_psql('postgres', "BEGIN; $sql; COMMIT;");
}

sub keep
{
	my ($what, $value) = @_;

	cmp_ok(length $value, '>=', 8, "there is $what");
	$secret{$what} = $value;
	return $value;
}

# What the mailer would send last.
sub mailed
{
	my ($kind) = @_;
	my $sealed = $node->safe_psql('postgres', qq{
		SELECT encode(sealed_secret, 'hex') FROM practiceacl.outbox
		WHERE kind = '$kind' AND sealed_secret IS NOT NULL
		ORDER BY created_at DESC, id DESC LIMIT 1});

	return scalar qx($mailer open $public $private $sealed);
}

my $temporary = keep('a temporary password', run(q{
	SELECT temporary_password FROM practiceacl.create_organization(
		'Clinic', 'anne@example.org', 'Anne', 'Martin')}));
is(mailed('welcome'), $temporary, 'the temporary password is sent, sealed');

my $session = keep('a session of a temporary password',
	run('SELECT practiceacl.log_in($1, $2, $3)', 'anne@example.org', $temporary, 'desk'));
my $chosen = keep('a chosen password', 'a long and chosen secret');
run('SELECT FROM practiceacl.enter($1); SELECT FROM practiceacl.change_password($2, $3)',
	$session, $temporary, $chosen);
$session = keep('a session of a chosen password',
	run('SELECT practiceacl.log_in($1, $2)', 'anne@example.org', $chosen));
keep('a session opened elsewhere', run(q{
	SELECT practiceacl.open_session(id) FROM practiceacl.account WHERE email = 'anne@example.org'}));
my $wrong = keep('a wrong password', 'quite another secret');
is(run('SELECT practiceacl.log_in($1, $2)', 'anne@example.org', $wrong), '', 'a wrong password is refused');

run('SELECT FROM practiceacl.enter($1); SELECT FROM practiceacl.reauthenticate($2); '
	. 'SELECT FROM practiceacl.request_email_change($3)', $session, $chosen, 'anne.martin@example.org');
my $address_token = keep('a token for an address', mailed('email_change'));
run('SELECT FROM practiceacl.enter($1); SELECT FROM practiceacl.confirm_email_change($2)', $session, $address_token);

run('SELECT FROM practiceacl.request_password_reset($1)', 'anne.martin@example.org');
my $reset_token = keep('a token for a password', mailed('password_reset'));
my $newest = keep('the newest password', 'the newest secret of all');
keep('a session of a reset password',
	run('SELECT practiceacl.reset_password($1, $2)', $reset_token, $newest));
run('SELECT FROM practiceacl.request_password_reset($1)', 'anne.martin@example.org');
keep('a token that nobody has used', mailed('password_reset'));

# The dump, the record, the files and the log.
my $dump = PostgreSQL::Test::Utils::tempdir() . '/dump.sql';
command_ok([ 'pg_dump', '-d', $node->connstr('postgres'), '-f', $dump ], 'the database is dumped');
my $record = $node->safe_psql('postgres', q{
	SELECT a, d FROM practiceacl.activity a LEFT JOIN practiceacl.activity_detail d
	USING (organization_id, chain, sequence)});
cmp_ok(length $record, '>', 1000, 'there is a record');
$node->safe_psql('postgres', 'CHECKPOINT');
$node->stop;

my @files;
find({ no_chdir => 1, wanted => sub { push @files, $_ if -f } }, $node->data_dir . '/base', $node->data_dir . '/pg_wal');
my %place = (
	'the dump' => slurp_file($dump),
	'the record' => $record,
	'the log' => slurp_file($node->logfile),
	'the files' => join '', map { slurp_file($_) } @files);
like($place{'the dump'}, qr/argon2id/, 'the dump has the hashes');
for my $where (sort keys %place)
{
	for my $what (sort keys %secret)
	{
		is(index($place{$where}, $secret{$what}), -1, "$what is not in $where");
	}
}

done_testing();
