# The file of practiceacl.key_file: what is sealed with it is not in a dump,
# and is of use only where the file is; a file that is missing, unsafe or the
# wrong one is told of, and nothing is done in its place.
use strict;
use warnings FATAL => 'all';

use POSIX qw(mkfifo);
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;

my $node = PostgreSQL::Test::Cluster->new('main');
$node->init;
$node->append_conf('postgresql.conf',
	"fsync = off\nlog_parameter_max_length = 0\n");
$node->start;
$node->safe_psql('postgres', q{
	CREATE ROLE app LOGIN;
	CREATE ROLE ops LOGIN;
	CREATE ROLE landlord LOGIN;
	CREATE DATABASE clinic OWNER landlord;
});
$node->safe_psql('clinic', q{
	CREATE EXTENSION practiceacl;
	SELECT practiceacl.grant_application('app'), practiceacl.grant_operator('ops');
});

my $directory = PostgreSQL::Test::Utils::tempdir();
my $path = "$directory/keys";
my %key = (old => '0f' x 32, new => 'a7' x 32);

# Writes the file, and makes it the server's; without an argument, none is.
sub set_file
{
	my ($file) = @_;
	$node->safe_psql('postgres', defined $file
		? "LOAD 'practiceacl'; ALTER SYSTEM SET practiceacl.key_file = '$file'" : 'ALTER SYSTEM RESET practiceacl.key_file');
	$node->reload;
	$node->poll_query_until('clinic', sprintf(
		q{SELECT practiceacl.module_version() IS NOT NULL AND current_setting('practiceacl.key_file') = '%s'}, $file // ''))
		or die 'no reload';
}

sub write_file
{
	my ($text, $mode) = @_;
	unlink $path;
	open my $handle, '>', $path or die;
	print $handle $text;
	close $handle;
	chmod $mode // 0600, $path;
}

# As somebody: the output, or the SQLSTATE, message, detail and hint.
sub as
{
	my ($role, $sql, $database) = @_;
	my ($status, $out, $err) = $node->psql($database // 'clinic', "\\set VERBOSITY verbose\n$sql",
		extra_params => [ '-U', $role ], on_error_stop => 1);
	return $err =~ /ERROR/ ? $err : $out;
}

sub health
{
	my ($check, $database) = @_;
	return as('ops', "SELECT detail FROM practiceacl.health() WHERE NOT ok AND check_name = '$check'", $database);
}
sub log_in { return as('app', q{SELECT practiceacl.log_in('anne@x.test', 'the right horse', 'home') IS NOT NULL}, $_[0]) }
sub keys_there { return $node->safe_psql($_[0] // 'clinic', 'SELECT count(*), count(key), count(sealed) FROM practiceacl.email_key') }

# Without the setting.
my $temporary = as('ops', q{SELECT temporary_password FROM practiceacl.create_organization('Clinic', 'anne@x.test', 'Anne', 'Martin')});
as('app', qq{BEGIN; SELECT practiceacl.enter(practiceacl.log_in('anne\@x.test', '$temporary', 'home'));
	SELECT practiceacl.change_password('$temporary', 'the right horse'); COMMIT});
as('ops', q{SELECT practiceacl.block_email('blocked@x.test', 'spam')});
is(keys_there(), '1|1|0', 'without a key file the key of addresses is in clear');
like(health('settings'), qr/practiceacl\.key_file is not set/, 'health() says so');
is(health('secrets'), '', 'and nothing else');
like(as('ops', 'SELECT practiceacl.seal_secrets()'), qr/55000: +practiceacl\.key_file is not set/, 'nothing can be sealed');
my $clear = $node->safe_psql('clinic', q{SELECT encode(key, 'hex') FROM practiceacl.email_key});

sub dump_of
{
	my ($name) = @_;
	my $file = "$directory/$name.sql";
	$node->command_ok([ 'pg_dump', '-d', $node->connstr('clinic'), '-f', $file ], "$name: dumped");
	return $file;
}
like(slurp_file(dump_of('in_clear')), qr/$clear/, 'and a dump has it');

# With it.
write_file("# made today\n\nold $key{old}\n");
set_file($path);
is(health('settings'), '', 'a key file is set');
like(health('secrets'), qr/in clear, so every dump has it: call practiceacl\.seal_secrets/, 'and what is in clear can be sealed');
is(log_in(), 't', 'until then nothing changes');
is(as('app', 'SELECT practiceacl.seal_secrets()') =~ /42501/, 1, 'which an operator does');
is(as('ops', 'SELECT practiceacl.seal_secrets()'), '1', 'once');
is(as('ops', 'SELECT practiceacl.seal_secrets()'), '0', 'and not twice');
is(keys_there(), '1|0|1', 'the key is sealed');
is(health('secrets'), '', 'health() is content');
is(log_in(), 't', 'people log in');
is($node->safe_psql('clinic', q{SELECT facts FROM practiceacl.activity WHERE act = 'secrets.sealed'}), '{"key": "old", "secrets": 1}', 'it is on record');
my $sealed_dump = dump_of('sealed');
my $text = slurp_file($sealed_dump);
unlike($text, qr/$clear/, 'the dump does not have the key of addresses');
unlike($text, qr/$key{old}/, 'nor that of the file');

# Who may say where the file is.
unlike(as('app', 'SELECT practiceacl.current_account(); SHOW practiceacl.key_file'), qr/\Q$path\E/, 'the application does not see where it is');
{
	my $elsewhere = "$directory/elsewhere";
	open my $handle, '>', $elsewhere or die;
	print $handle "old $key{new}\n";
	close $handle;
	chmod 0600, $elsewhere;
	like(as('app', "SELECT practiceacl.current_account(); SET practiceacl.key_file = '$elsewhere'"), qr/55P02/, 'nor sets it');
	like(as('app', "SET practiceacl.key_file = '$elsewhere'; SELECT practiceacl.log_in('anne\@x.test', 'the right horse', 'home') IS NOT NULL"),
		qr/^(?:SET\n)?t$/m, 'even before the module is loaded: the server\'s file is used');
	like(as('landlord', "ALTER DATABASE clinic SET practiceacl.key_file = '$elsewhere'"), qr/42501/, 'nor does the owner of the database');
	# What a connection says before the module is loaded hides the server's
	# value, and is then refused itself.
	local $ENV{PGOPTIONS} = "-c practiceacl.key_file=$elsewhere";
	like(log_in(), qr/^t$|key_file is not set/m, 'nor to what a connection says');
}

# A file that cannot be used: nobody is let in by it, nobody is told where it
# is, and the key of addresses stays what it is.
sub is_refused
{
	my ($what, $flaw) = @_;
	my $error = log_in();
	like($error, qr/55000: +the file that practiceacl\.key_file names cannot be used.*$flaw/s, "$what: log_in() names the setting");
	unlike($error, qr/\Q$directory\E/, "$what: and not the place");
	like(health('settings'), qr/practiceacl\.key_file names cannot be used: .*$flaw/, "$what: so does health()");
	like(health('secrets'), qr/sealed with key "old" of practiceacl\.key_file, which cannot be read/, "$what: which says what it holds");
	is(keys_there(), '1|0|1', "$what: no other key is made");
}
write_file("old $key{old}\n", 0640);
is_refused('readable by the group', 'others may read or change it');
write_file("old $key{old}\n", 0604);
is_refused('readable by everybody', 'others may read or change it');
unlink $path;
is_refused('missing', 'No such file');
mkdir $path;
is_refused('a directory', 'not a regular file');
rmdir $path;
mkfifo($path, 0600) or die;
is_refused('a pipe', 'not a regular file');
write_file('');
is_refused('empty', 'it is empty');
write_file("old $key{old}\nold $key{new}\n");
is_refused('one name twice', 'line 2 has the name of an earlier key');
write_file("old $key{old}11\n");
is_refused('a longer key', 'line 1 has no key of 32 bytes');
write_file("x" x 20000);
is_refused('long', 'more than 16384 bytes');
write_file("old $key{old}\n", 0000);
is_refused('unreadable', 'Permission denied') if $> != 0;
like(slurp_file($node->logfile), qr/DETAIL: +Of "\Q$path\E", others may read/, 'the log says where it is');

write_file("old $key{new}\n");
like(log_in(), qr/XX001: +a sealed secret does not open with key "old"/, 'another key of that name does not open it');
like(health('secrets'), qr/sealed for another row, or with another key than the "old" of/, 'health() says so');
write_file("new $key{new}\n");
like(log_in(), qr/55000: .*does not have the key "old"/, 'nor another name');
like(health('secrets'), qr/sealed with key "old", which practiceacl\.key_file does not have/, 'health() says so');
like(as('ops', 'SELECT practiceacl.seal_secrets()'), qr/55000: .*does not have the key "old"/, 'and nothing is sealed again');
write_file("old $key{old}\n");
is(log_in(), 't', 'with the file, all is as before, without a reload');

# In the data directory it would be in every base backup.
rename $path, $node->data_dir . '/keys' or die;
symlink $node->data_dir . '/keys', $path or die;
like(health('settings'), qr/in the data directory: every base backup carries it/, 'a place that is copied with the data is told of');
is(log_in(), 't', 'and used');
unlink $node->data_dir . '/keys', $path;

# Rotation.
write_file("new $key{new}\nold $key{old}\n");
is(log_in(), 't', 'a new key before the old one');
like(health('secrets'), qr/sealed with the older key "old": seal again with practiceacl\.seal_secrets/, 'health() asks for the rest');
is(as('ops', 'SELECT practiceacl.seal_secrets()'), '1', 'which seals again');
write_file("new $key{new}\n");
is(log_in(), 't', 'the old one may go');
is(health('secrets'), '', 'health() is content');

# Restored where the file is not.
write_file("new $key{new}\nold $key{old}\n");
set_file(undef);
$node->safe_psql('postgres', 'CREATE DATABASE restored');
$node->command_ok([ 'psql', '-qX', '-v', 'ON_ERROR_STOP=1', '-o', "$directory/out",
		'-d', $node->connstr('restored'), '-f', $sealed_dump ], 'restored without the file');
for my $act (
	q{SELECT practiceacl.log_in('anne@x.test', 'the right horse', 'home')},
	q{SELECT practiceacl.log_in('nobody@x.test', 'the right horse', 'home')},
	q{SELECT practiceacl.request_password_reset('anne@x.test')},
	q{SELECT practiceacl.block_email('other@x.test', 'spam')},
	q{SELECT practiceacl.unblock_email('blocked@x.test')},
	q{SELECT practiceacl.create_organization('Twin', 'blocked@x.test', 'Blo', 'Cked')})
{
	my ($function) = $act =~ /practiceacl\.(\w+)/;
	like(as($function =~ /^(?:log|req)/ ? 'app' : 'ops', $act, 'restored'),
		qr/55000: +practiceacl\.key_file is not set\nDETAIL: +A secret was sealed with its key "old"/, "$function() names the setting");
}
is(keys_there('restored'), '1|0|1', 'and no other key is made');
like(health('secrets', 'restored'), qr/sealed with key "old"/, 'health() names the key');
is($node->safe_psql('restored', q{SELECT practiceacl.open_session(id) IS NOT NULL FROM practiceacl.account}), 't', 'what needs no address works');
set_file($path);
is(log_in('restored'), 't', 'with the file people log in');
like(as('ops', q{SELECT practiceacl.create_organization('Twin', 'blocked@x.test', 'Blo', 'Cked')}, 'restored'), qr/PA030/, 'and a blocked address is still blocked');

# A restore that lost the key.
$node->safe_psql('restored', 'DELETE FROM practiceacl.email_key');
like(log_in('restored'), qr/55000: +the key of addresses' digests is missing/, 'a lost key is no reason for a new one');
like(health('secrets', 'restored'), qr/the key of addresses' digests is missing/, 'health() says so');
is(keys_there('restored'), '0|0|0', 'none is made');

# Lost for good: as the guide has it.
write_file("other $key{new}\n");
$node->safe_psql('restored', q{
	BEGIN;
	DELETE FROM practiceacl.email_key;
	DELETE FROM practiceacl.blocked_email;
	DELETE FROM practiceacl.account_email;
	SELECT practiceacl.digest_emails();
	SELECT practiceacl.reset_second_factor(id) FROM practiceacl.account WHERE second_factor_id IS NOT NULL;
	COMMIT});
is(log_in('restored'), 't', 'with new digests under a new key people log in');
is(health('secrets', 'restored'), '', 'health() is content');
write_file("new $key{new}\nold $key{old}\n");

# A new database begins with a sealed one.
$node->safe_psql('postgres', 'CREATE DATABASE fresh');
$node->safe_psql('fresh', q{CREATE EXTENSION practiceacl; SELECT practiceacl.block_email('x@x.test', 'spam')});
is(keys_there('fresh'), '1|0|1', 'where there is a file, the key is sealed from the beginning');

my $log = slurp_file($node->logfile);
unlike($log, qr/$_/, 'no key is in the log') for $clear, values %key;
$node->stop;
done_testing();
