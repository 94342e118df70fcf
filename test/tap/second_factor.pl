# The second factor in whole servers: guesses that are rolled back, codes that
# are given twice at once, other ways in, restarts, dumps, the file of keys,
# clocks, and an authenticator app that is not ours.
use strict;
use warnings FATAL => 'all';

use Digest::SHA qw(hmac_sha1);
use File::Basename;
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;

my $directory = PostgreSQL::Test::Utils::tempdir();
my $keys = "$directory/keys";
my %key = (old => '0f' x 32, new => 'a7' x 32);

sub write_keys
{
	my (@names) = @_;
	unlink $keys;
	append_to_file($keys, join '', map { "$_ $key{$_}\n" } @names);
	chmod 0600, $keys;
}
write_keys('old');

my $node = PostgreSQL::Test::Cluster->new('main');
$node->init(allows_streaming => 1);
$node->append_conf('postgresql.conf', join "\n",
	"practiceacl.key_file = '$keys'", 'practiceacl.password_memory = 64', 'practiceacl.password_passes = 1',
	'log_parameter_max_length = 0', 'log_statement = none', 'log_min_error_statement = panic', 'log_min_messages = debug1', 'fsync = off',
	"shared_preload_libraries = 'practiceacl'", '');
$node->start;

my $mailer = "$directory/mailer";
command_ok([ 'cc', '-O1', '-o', $mailer, dirname(__FILE__) . '/mailer.c', '-lsodium' ], 'the mailer is built');
my ($public, $private) = split /\s+/, qx($mailer keys);

sub prepare
{
	my ($server) = @_;
	$server->safe_psql('postgres', qq{
		CREATE EXTENSION practiceacl;
		CREATE ROLE app LOGIN;
		CREATE ROLE ops LOGIN;
		SELECT practiceacl.grant_application('app'), practiceacl.grant_operator('ops');
		SELECT practiceacl.set_mailer_key('\\x$public')});
}
prepare($node);

# The app: a secret in base32, and the code of so many steps away.
sub code_at
{
	my ($secret, $step) = @_;
	my $bits = join '', map { sprintf '%05b', index('ABCDEFGHIJKLMNOPQRSTUVWXYZ234567', $_) } split //, $secret;
	my $mac = hmac_sha1(pack('Q>', $step), pack('B*', $bits));
	my $offset = ord(substr $mac, 19) & 15;
	return sprintf '%06d', (unpack('N', substr $mac, $offset, 4) & 0x7fffffff) % 1_000_000;
}
is(code_at('GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ', int(1234567890 / 30)), '005924', 'our app computes as RFC 6238 does');
sub code
{
	my ($secret, $steps) = (@_, 0);
	# One of before is not to become too old on the way.
	sleep 1 while $steps < 0 && time % 30 > 27;
	return code_at($secret, int(time / 30) + $steps);
}
# One that is none, of now or near.
sub wrong { my ($secret) = @_; my %right = map { code($secret, $_) => 1 } -3 .. 3; return (grep { !$right{$_} } map { sprintf '%06d', $_ } 0 .. 9)[$_[1] // 0] }

my @secrets;				# what must be nowhere

# As a role: what it prints, or the SQLSTATE of the first error.
sub as
{
	my ($role, $sql, %with) = @_;
	my ($status, $out, $err) = ($with{node} // $node)->psql($with{database} // 'postgres', "\\set VERBOSITY verbose\n$sql",
		extra_params => [ '-U', $role ], on_error_stop => 1);
	return $with{all} ? $err : $1 if $err =~ /ERROR:\s+(\w{5})/;
	die $err if $status;
	return $out;
}
sub in { my ($token, $sql, %with) = @_; return as('app', "BEGIN; SELECT FROM practiceacl.enter('$token'); $sql; COMMIT;", %with) }
sub needs { return in($_[0], 'SELECT practiceacl.session_needs()') }
sub log_in { my ($name) = @_; return as('app', "SELECT practiceacl.log_in('$name\@x.test', 'the right horse $name', 'home')") }

sub person
{
	my ($name, %with) = @_;
	my $temporary = as('ops', "SELECT temporary_password FROM practiceacl.create_organization('$name', '$name\@x.test', 'A', 'B')", %with);
	as('app', qq{BEGIN; SELECT FROM practiceacl.enter(practiceacl.log_in('$name\@x.test', '$temporary', 'home'));
		SELECT FROM practiceacl.change_password('$temporary', 'the right horse $name'); COMMIT}, %with);
	return;
}

# Sets a second factor up: its secret, and the recovery codes.
sub enrol
{
	my ($name, %with) = @_;
	my $token = as('app', "SELECT practiceacl.log_in('$name\@x.test', 'the right horse $name', 'home')", %with);
	my $secret = in($token, "SELECT FROM practiceacl.reauthenticate('the right horse $name'); SELECT secret FROM practiceacl.enrol_second_factor()", %with);
	my $codes = in($token, sprintf("SELECT practiceacl.confirm_second_factor('%s')", code($secret, -1)), %with);
	push @secrets, $secret, split /[{},]/, $codes;
	return ($secret, $token, grep { length } split /[{},]/, $codes);
}
sub mailed
{
	my ($kind) = @_;
	my $sealed = $node->safe_psql('postgres', qq{SELECT encode(sealed_secret, 'hex') FROM practiceacl.outbox
		WHERE kind = '$kind' AND sealed_secret IS NOT NULL ORDER BY created_at DESC, id DESC LIMIT 1});
	return scalar qx($mailer open $public $private $sealed);
}
# Guesses, by somebody who has the password, rolls back, and logs in again.
person('anne');
my ($secret, $token, @codes) = enrol('anne');
is(scalar(@codes), 10, 'ten recovery codes');
my $guesses = 0;
for my $n (1 .. 12)
{
	my $session = log_in('anne');
	my $wrong = wrong($secret);
	my ($status, $out, $err) = $node->psql('postgres', qq{
		\\set VERBOSITY sqlstate
		BEGIN; SELECT practiceacl.enter('$session'); SAVEPOINT s;
		SELECT practiceacl.second_factor('$wrong'); ROLLBACK TO s;
		SELECT practiceacl.second_factor('$wrong'); ROLLBACK},
		extra_params => [ '-U', 'app' ], on_error_stop => 0);
	$guesses += 2 - (() = $err =~ /PA040/g);
}
is($guesses, 5, 'guesses count over savepoints, rollbacks, connections and log-ins');
my $waiting = log_in('anne');
is(in($waiting, sprintf("SELECT practiceacl.second_factor('%s')", code($secret))), 'PA040', 'the right code waits as well');
is(in($waiting, "SELECT practiceacl.second_factor('$codes[0]')"), 'PA040', 'and so does a recovery code');
is(in($waiting, "SELECT practiceacl.reauthenticate('the right horse anne')"), 'PA032', 'a password does not take its place');
is(in($token, 'SELECT practiceacl.reauthenticate(\'the right horse anne\') IS NOT NULL'), 't', 'nor does the session wait that has given it');
my ($summed) = $node->safe_psql('postgres', q{SELECT sum((facts ->> 'attempts')::int) FROM practiceacl.activity WHERE act = 'log_in.refused' AND facts ->> 'reason' = 'second_factor'});
is($summed, 5, 'all are on record');

# Given, and rolled back: it is used up all the same.
person('rolf');
my ($rolfs, undef, @rolfs) = enrol('rolf');
my ($one, $two) = (log_in('rolf'), log_in('rolf'));
my $given = code($rolfs);
is(as('app', "BEGIN; SELECT FROM practiceacl.enter('$one'); SELECT FROM practiceacl.second_factor('$given'); SELECT count(*) FROM practiceacl.account; ROLLBACK"), 1, 'a code opens the session');
is(needs($one), 'second_factor', 'a rollback takes that back');
is(in($one, "SELECT practiceacl.second_factor('$given')"), '28P01', 'and not the use of the code');
is(in($two, "SELECT practiceacl.second_factor('$given')"), '28P01', 'in no session');
is(as('app', "BEGIN; SELECT FROM practiceacl.enter('$one'); SELECT FROM practiceacl.second_factor('$rolfs[0]'); SELECT count(*) FROM practiceacl.account; ROLLBACK"), 1, 'nor with a recovery code');
is(in($two, "SELECT practiceacl.second_factor('$rolfs[0]')"), '28P01', 'that is used up too');
is(in($two, "SELECT FROM practiceacl.second_factor('$rolfs[1]'); SELECT practiceacl.session_needs()"), '', 'another one is not');

# What was read while it was open is not remembered when a savepoint takes it
# back, nor what an organization has demanded in the meantime.
my $saved = log_in('rolf');
is(as('app', qq{BEGIN; SELECT FROM practiceacl.enter('$saved'); SAVEPOINT s; SELECT FROM practiceacl.second_factor('$rolfs[5]');
	SELECT count(*) FROM practiceacl.account; ROLLBACK TO s; SELECT count(*) FROM practiceacl.account; COMMIT}), "1\n0", 'a savepoint takes it back at once');
person('lone');
my $lone = log_in('lone');
my $working = $node->background_psql('postgres', on_error_stop => 0);
$working->query_safe("SET ROLE app; BEGIN; SELECT FROM practiceacl.enter('$lone')");
is($working->query_safe('SELECT count(*) FROM practiceacl.account'), 1, 'a session without a second factor reads');
$node->safe_psql('postgres', q{UPDATE practiceacl.organization SET second_factor = 'everyone' WHERE name = 'lone'});
is($working->query_safe('SELECT count(*) FROM practiceacl.account'), 0, 'until its organization demands one, from the next statement on');
$working->query_safe('COMMIT');
$working->quit;

# Two at once.
sub race
{
	my ($name, $code, $end) = @_;
	my ($first, $second) = (log_in($name), log_in($name));
	my $open = $node->background_psql('postgres', on_error_stop => 0);
	$open->query_safe("SET ROLE app; BEGIN; SELECT FROM practiceacl.enter('$first'); SELECT FROM practiceacl.second_factor('$code')");
	my ($out, $err) = ('', '');
	my $other = IPC::Run::start([ 'psql', '-qXAt', '-v', 'VERBOSITY=sqlstate', '-U', 'app', '-d', $node->connstr('postgres'), '-c', 'BEGIN',
			'-c', "SELECT FROM practiceacl.enter('$second')", '-c', "SELECT FROM practiceacl.second_factor('$code')", '-c', 'COMMIT' ],
		'>', \$out, '2>', \$err);
	$node->poll_query_until('postgres', q{SELECT count(*) = 1 FROM pg_locks WHERE locktype = 'advisory' AND NOT granted}) or die 'nobody waits';
	$open->query_safe($end);
	$other->finish;
	$open->quit;
	return ($err =~ /28P01/ ? 'refused' : 'taken') . ' ' . needs($first) . ' ' . needs($second);
}
for my $kind ('app', 'recovery')
{
	for my $end ('COMMIT', 'ROLLBACK')
	{
		my $name = lc "$kind$end";
		person($name);
		my ($secret, undef, @codes) = enrol($name);
		is(race($name, $kind eq 'app' ? code($secret) : $codes[0], $end),
			$end eq 'COMMIT' ? 'refused  second_factor' : 'refused second_factor second_factor',
			"of two who give a code ($kind) at once one is in at the most: $end");
	}
}
person('crowd');
my ($crowds, undef, @crowds) = enrol('crowd');
my @sessions = map { log_in('crowd') } 1 .. 12;
my @runs = map {
	my $session = $_;
	my ($out, $err) = ('', '');
	[ IPC::Run::start([ 'psql', '-qXAt', '-U', 'app', '-d', $node->connstr('postgres'), '-c', 'BEGIN',
		'-c', "SELECT FROM practiceacl.enter('$session')", '-c', "SELECT FROM practiceacl.second_factor('$crowds[0]')", '-c', 'COMMIT' ], '>', \$out, '2>', \$err) ]
} @sessions;
$_->[0]->finish for @runs;
is(scalar(grep { needs($_) eq '' } @sessions), 1, 'of twelve who give one recovery code at once, one is in');

# Other ways in.
person('paul');
my ($pauls, undef, @pauls) = enrol('paul');
as('app', q{SELECT practiceacl.request_password_reset('paul@x.test')});
my $reset = as('app', sprintf "SELECT practiceacl.reset_password('%s', 'the right horse paul')", mailed('password_reset'));
is(needs($reset), 'second_factor', 'after a reset of the password by mail the second factor is still needed');
is(in($reset, 'SELECT count(*) FROM practiceacl.account'), 0, 'reads nothing before');
is(in($reset, q{SELECT practiceacl.change_password('the right horse paul', 'some other horse')}), 'PA032', 'and changes nothing');
is(in($reset, "SELECT FROM practiceacl.second_factor('$pauls[0]'); SELECT practiceacl.session_needs()"), '', 'then it is open');
my $id = $node->safe_psql('postgres', q{SELECT id FROM practiceacl.account WHERE email = 'paul@x.test'});
my $temporary = as('ops', "SELECT practiceacl.renew_temporary_password('$id')");
my $renewed = as('app', "SELECT practiceacl.log_in('paul\@x.test', '$temporary', 'home')");
is(needs($renewed), 'second_factor', 'nor does a temporary password of support take its place');
is(in($renewed, "SELECT practiceacl.change_password('$temporary', 'the right horse paul')"), 'PA032', 'which is not changed before');
is(in($renewed, "SELECT FROM practiceacl.second_factor('$pauls[1]'); SELECT practiceacl.session_needs()"), 'password_change', 'but right after');
is(in($renewed, 'SELECT count(*) FROM practiceacl.account'), 0, 'and reads nothing until then');
is(in($renewed, "SELECT FROM practiceacl.change_password('$temporary', 'the right horse paul'); SELECT practiceacl.session_needs()"), '', 'then it is open');

my $boss = log_in('rolf');
in($boss, "SELECT practiceacl.second_factor('$rolfs[2]')");
my $rolfs_place = $node->safe_psql('postgres', q{SELECT organization_id FROM practiceacl.membership m JOIN practiceacl.account a ON a.id = m.account_id WHERE email = 'rolf@x.test'});
my $invitation = in($boss, "SELECT token FROM practiceacl.invite_user('$rolfs_place', 'paul\@x.test', 'Paul', 'X')");
is(as('app', "SELECT practiceacl.accept_invitation('$invitation', 'the right horse paul')"), 'PA032', 'an invitation cannot be accepted with the password alone');
my $pauls_session = log_in('paul');
is(in($pauls_session, "SELECT practiceacl.accept_invitation('$invitation')"), 'PA032', 'also in a session that is half open');
in($pauls_session, "SELECT practiceacl.second_factor('$pauls[2]')");
isnt(in($pauls_session, "SELECT account_id FROM practiceacl.accept_invitation('$invitation')"), '', 'and not in one that is open');
is($node->safe_psql('postgres', "SELECT practiceacl.open_session('$id')") =~ /^\S{43}$/, 1, 'an authenticator opens a session');
is(needs($node->safe_psql('postgres', "SELECT practiceacl.open_session('$id')")), 'second_factor', 'which is half open');
is(needs($node->safe_psql('postgres', "SELECT practiceacl.open_session('$id', '1 h', 'sso', true)")), '', 'unless it says that one was given there');

# A standby reads what is given on the primary.
$node->backup('copy');
my $standby = PostgreSQL::Test::Cluster->new('standby');
$standby->init_from_backup($node, 'copy', has_streaming => 1);
$standby->start;
my $half = log_in('rolf');
$node->wait_for_catchup($standby);
is(in($half, 'SELECT count(*) FROM practiceacl.account', node => $standby), 0, 'on a standby a half-open session reads nothing');
is(in($half, "SELECT practiceacl.second_factor('$rolfs[3]')", node => $standby), '25006', 'it is not given there');
is(in($half, "SET TRANSACTION READ ONLY; SELECT practiceacl.second_factor('$rolfs[3]')"), '25006', 'nor in a transaction that only reads');
in($half, "SELECT practiceacl.second_factor('$rolfs[4]')");
$node->wait_for_catchup($standby);
is(in($half, 'SELECT count(*) FROM practiceacl.account', node => $standby), 1, 'given on the primary, it counts there');
$standby->stop;

# A restart, and the same codes.
$given = code($pauls, 1);
my $before = log_in('paul');
is(in($before, "SELECT FROM practiceacl.second_factor('$given'); SELECT practiceacl.session_needs()"), '', 'a code of the app');
$node->restart;
is(in(log_in('paul'), "SELECT practiceacl.second_factor('$given')"), '28P01', 'is used up after a restart as well');

# Whether there is a file of keys, and which.
sub outcome { return in(log_in('crowd'), sprintf "SELECT FROM practiceacl.second_factor('%s'); SELECT 'open'", code($crowds, $_[0])) }
sub health { return as('ops', q{SELECT string_agg(detail, E'\n') FROM practiceacl.health() WHERE NOT ok AND check_name = 'secrets'}) }
rename $keys, "$keys.away";
is(as('app', q{SELECT practiceacl.log_in('crowd@x.test', 'the right horse crowd', 'home')}), '55000', 'without it nobody logs in with an address');
my $crowd_id = $node->safe_psql('postgres', q{SELECT id FROM practiceacl.account WHERE email = 'crowd@x.test'});
my $opened = $node->safe_psql('postgres', "SELECT practiceacl.open_session('$crowd_id')");
my $error = in($opened, sprintf("SELECT practiceacl.second_factor('%s')", code($crowds)), all => 1);
like($error, qr/55000: +the file that practiceacl\.key_file names cannot be used/, 'nor is a code looked at');
unlike($error, qr/\Q$directory\E/, 'and nobody is told where it should be');
is(in($opened, "SELECT FROM practiceacl.second_factor('$crowds[1]'); SELECT practiceacl.session_needs()"), '', 'a recovery code needs no key');
like(in($opened, 'SELECT practiceacl.enrol_second_factor()', all => 1), qr/there is a second factor already/, 'a second one cannot be enrolled');
rename "$keys.away", $keys;
like(health(), qr/^$/, 'with it, all is well');
write_keys('new', 'old');
is(outcome(0), 'open', 'with a new key before it');
like(health(), qr/second factors of \d+ accounts are sealed with the older key "old": seal again/, 'health() asks for the rest');
cmp_ok(as('ops', 'SELECT practiceacl.seal_secrets()'), '>=', 8, 'everything is sealed again');
write_keys('new');
is(outcome(1), 'open', 'and needs the old one no more');
is(health(), '', 'health() is content');
write_keys('old');
like(health(), qr/second factors of \d+ accounts are sealed with key "new", which practiceacl.key_file does not have/, 'the older file does not help now');
write_keys('new');

# One row's secret in another row.
$node->safe_psql('postgres', qq{UPDATE practiceacl.second_factor f SET sealed = o.sealed
	FROM practiceacl.second_factor o WHERE f.account_id = '$crowd_id' AND o.account_id = '$id'});
is(in($node->safe_psql('postgres', "SELECT practiceacl.open_session('$crowd_id')"), sprintf("SELECT practiceacl.second_factor('%s')", code($pauls))), 'XX001',
	'a secret that is moved to another account does not open there');
like(health(), qr/second factors of 1 accounts are sealed for another row, or with another key than the "new"/, 'health() tells of it');
as('ops', "SELECT practiceacl.reset_second_factor('$crowd_id')");
is(health(), '', 'until support takes it');
is(needs(log_in('crowd')), '', 'the account then has no second factor');

# Dumped, and restored.
my $dump = "$directory/dump.sql";
$node->command_ok([ 'pg_dump', '-d', $node->connstr('postgres'), '-f', $dump ], 'dumped');
$node->safe_psql('postgres', 'CREATE DATABASE restored');
$node->command_ok([ 'psql', '-qX', '-v', 'ON_ERROR_STOP=1', '-o', "$directory/out", '-d', $node->connstr('restored'), '-f', $dump ], 'restored');
my $elsewhere = in($node->safe_psql('restored', "SELECT practiceacl.open_session('$id')"),
	sprintf("SELECT FROM practiceacl.second_factor('%s'); SELECT 'open'", code($pauls)), database => 'restored');
like($elsewhere, qr/open|28P01/, 'where the file is, codes are looked at');
is(in($node->safe_psql('restored', "SELECT practiceacl.open_session('$id')"), "SELECT FROM practiceacl.second_factor('$pauls[3]'); SELECT 'open'", database => 'restored'), 'open', 'and recovery codes are good');
is(in($node->safe_psql('restored', "SELECT practiceacl.open_session('$id')"), "SELECT practiceacl.second_factor('$pauls[0]')", database => 'restored'), '28P01', 'those that were used are not');
rename $keys, "$keys.away";
is(in($node->safe_psql('restored', "SELECT practiceacl.open_session('$id')"), sprintf("SELECT practiceacl.second_factor('%s')", code($pauls)), database => 'restored'), '55000',
	'where it is not, codes cannot be');
is(in($node->safe_psql('restored', "SELECT practiceacl.open_session('$id')"), 'SELECT count(*) FROM practiceacl.account', database => 'restored'), 0, 'and nothing is open for want of it');
rename "$keys.away", $keys;

# An app that is not ours, from the registry of Node's packages.
SKIP:
{
	my $place = "$directory/npm";
	local %ENV = (%ENV, HOME => $directory, npm_config_cache => "$directory/npm-cache", npm_config_update_notifier => 'false');
	mkdir $place;
	skip 'there is no npm', 4 if system('command -v npm >/dev/null && command -v node >/dev/null') != 0;
	skip 'npm cannot bring otpauth', 4
	  if system("cd $place && timeout 60 npm install --silent --no-audit --no-fund --no-save otpauth\@9 >$directory/npm.log 2>&1") != 0;
	append_to_file("$place/app.js", q{
		const OTPAuth = require('otpauth');
		const totp = OTPAuth.URI.parse(process.argv[2]);
		console.log([totp.issuer, totp.label, totp.secret.base32, totp.generate({ timestamp: Date.now() + 1000 * process.argv[3] })].join('|'));
	});
	person('otto');
	my $session = log_in('otto');
	my ($shown, $uri) = split /\|/, in($session, q{SELECT FROM practiceacl.reauthenticate('the right horse otto'); SELECT secret, uri FROM practiceacl.enrol_second_factor()});
	my $app = sub { my $said = qx(node $place/app.js '$uri' $_[0]); chomp $said; return split /\|/, $said };
	my ($issuer, $label, $base32, $code) = $app->(-30);
	is("$issuer $label $base32", "otto otto\@x.test $shown", 'another app reads the address');
	isnt(in($session, "SELECT practiceacl.confirm_second_factor('$code')"), '28P01', 'its code is taken');
	is(in(log_in('otto'), sprintf "SELECT FROM practiceacl.second_factor('%s'); SELECT 'open'", ($app->(0))[3]), 'open', 'and the next one');
	is(in(log_in('otto'), sprintf "SELECT practiceacl.second_factor('%s')", ($app->(0))[3]), '28P01', 'which it shows still, but once');
}

# Nothing secret is anywhere.
$node->safe_psql('postgres', 'CHECKPOINT');
my $log = slurp_file($node->logfile);
my $text = slurp_file($dump);
is(scalar(grep { length($_) > 10 && (index($log, $_) >= 0 || index($text, $_) >= 0) } @secrets, values %key), 0, 'no secret, recovery code or key is in the log or in a dump');
cmp_ok(scalar(grep { length($_) > 10 } @secrets), '>', 80, 'of which there are many');
is($node->safe_psql('postgres', q{SELECT bool_and(first_broken IS NULL) FROM practiceacl.verify_activity(NULL)}), 't', 'the record verifies');
$node->stop;

# A clock that goes back, and forth.
my ($library) = glob '/usr/lib/*/faketime/libfaketime.so.1';
SKIP:
{
	skip 'libfaketime is not installed', 7 unless $library;
	my $moved = PostgreSQL::Test::Cluster->new('moved');
	my $offset = $moved->basedir . '/offset';
	my $skew = 0;
	my $set = sub { ($skew) = @_; open my $file, '>', $offset or die; printf $file '%+d', $skew; close $file };
	$moved->init;
	$moved->append_conf('postgresql.conf', "practiceacl.key_file = '$keys'\npracticeacl.password_memory = 64\npracticeacl.password_passes = 1\nfsync = off\n");
	$set->(0);
	{
		local %ENV = (%ENV, LD_PRELOAD => $library, FAKETIME_TIMESTAMP_FILE => $offset,
			FAKETIME_NO_CACHE => 1, FAKETIME_DONT_FAKE_MONOTONIC => 1);
		$moved->start;
	}
	prepare($moved);
	person('dora', node => $moved);
	my ($doras, undef, @doras) = enrol('dora', node => $moved);
	my $try = sub { my ($code) = @_; return in(as('app', q{SELECT practiceacl.log_in('dora@x.test', 'the right horse dora', 'home')}, node => $moved),
		"SELECT FROM practiceacl.second_factor('$code'); SELECT 'open'", node => $moved) };
	my $now = code($doras);
	is($try->($now), 'open', 'a code');
	$set->(-60);
	is($try->($now), '28P01', 'is used up when the clock is set back');
	is($try->(code($doras, -2)), '28P01', 'and so is what the clock shows then');
	$set->(-86400);
	is($try->(code_at($doras, int((time - 86400) / 30))), '28P01', 'a code of yesterday does not come back with its day');
	is($try->($doras[0]), 'open', 'a recovery code does not depend on the clock');
	$set->(0);
	is($try->(code($doras, 1)), 'open', 'and codes count again when it is right');
	$set->(75);
	is($try->(code($doras, 2)), 'open', 'a phone that is a step late is in time');
	$moved->stop;
}

done_testing();
