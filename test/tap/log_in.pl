# Many log-ins at once: the memory is bounded, the failures are on record, and
# the right password still works.
use strict;
use warnings;

use IPC::Run qw(start finish);
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;
use Time::HiRes qw(time sleep);

# The fourth field of a hash slot's lock tag, as pg_locks shows it: see
# src/base/lock.c.
my $slot_class = 0x5005;
my $slots = 2;
# The longest that anybody waits: see src/identity/throttle.c.
my $longest = 60;

my $node = PostgreSQL::Test::Cluster->new('main');
$node->init;
$node->append_conf('postgresql.conf',
	"practiceacl.hash_slots = $slots\nmax_connections = 60\nfsync = off\n"
	. "session_preload_libraries = practiceacl\n");
$node->start;
$node->safe_psql('postgres', q{
	CREATE EXTENSION practiceacl CASCADE;
	CREATE TABLE most (slots bigint);
});

# One who chose a password.
my $temporary = $node->safe_psql('postgres', q{
	SELECT temporary_password FROM practiceacl.create_organization(
		'Clinic', 'anne@example.org', 'Anne', 'Martin')});
$node->safe_psql('postgres', qq{
	BEGIN;
	SELECT practiceacl.enter(practiceacl.log_in('anne\@example.org', '$temporary', 'setup'));
	SELECT practiceacl.change_password('$temporary', 'correct horse battery');
	COMMIT;
});

# A psql that works by itself, without being fed.
my $scripts = PostgreSQL::Test::Utils::tempdir();
my $last_script = 0;

sub begin_psql
{
	my ($script, $out, $err) = @_;
	my $file = "$scripts/" . ++$last_script . '.sql';

	append_to_file($file, $script);
	return start [ 'psql', '-XAtq', '-d', $node->connstr('postgres'), '-f', $file ],
	  '>', $out, '2>', $err;
}

# Runs "clients" sessions at once, each with "times" statements; returns what
# all of them printed on the standard error.
sub at_once
{
	my ($clients, $times, $statement) = @_;
	my (@runs, @errors);

	for my $client (1 .. $clients)
	{
		my $script = join "\n", map { $statement->($client, $_) } 1 .. $times;
		my $out = '';

		$errors[$client] = '';
		push @runs, begin_psql($script, \$out, \$errors[$client]);
	}
	finish $_ for @runs;
	return join '', grep { defined } @errors;
}

# Those on record one by one, and the sum of the others, which whoever acts
# next records.
sub refusals
{
	return $node->safe_psql('postgres', q{
		SELECT practiceacl.open_session(id) IS NULL AS done FROM practiceacl.account \g /dev/null
		SELECT sum(coalesce((facts ->> 'attempts')::int, 1))
		FROM practiceacl.activity WHERE act = 'log_in.refused'});
}

# Two hundred wrong ones on as many addresses, so that every one is computed.
my ($watched, $unwatched) = ('', '');
my $watcher = begin_psql(qq{
	DO \$\$
	DECLARE most bigint := 0; seen bigint;
	BEGIN
		FOR i IN 1 .. 600 LOOP
			SELECT count(*) INTO seen FROM pg_locks
			WHERE locktype = 'advisory' AND objsubid = $slot_class AND granted;
			most := greatest(most, seen);
			PERFORM pg_sleep(0.005);
		END LOOP;
		INSERT INTO most VALUES (most);
	END \$\$;
}, \$watched, \$unwatched);
my $errors = at_once(20, 10, sub {
	my ($client, $n) = @_;
	return "SELECT practiceacl.log_in('guess$client.$n\@example.org', 'wrong', 'net $client');";
});
finish $watcher;
is($errors, '', 'two hundred wrong log-ins at once raise nothing');
is(refusals(), 200, 'and all are on record');
my $most = $node->safe_psql('postgres', 'SELECT slots FROM most');
cmp_ok($most, '>', 0, 'passwords were hashed meanwhile');
cmp_ok($most, '<=', $slots, "never more than $slots at once");

# Two hundred guesses at one address from one client.
$errors = at_once(20, 10, sub {
	return "SELECT practiceacl.log_in('anne\@example.org', 'guess', 'attacker');";
});
my $too_many = () = $errors =~ /too many attempts/g;
my $guessed = refusals() - 200;
note("$guessed guesses, $too_many too fast");
is($too_many + $guessed, 200, 'each guess is refused, and on record or too fast');
cmp_ok($guessed, '>=', 5, 'the first ones are free');
# A wait of a second or two may end while the others still come.
cmp_ok($guessed, '<=', 8, 'and those that come at once are not');

my $enter = q{SELECT practiceacl.log_in('anne@example.org', 'correct horse battery', '%s') IS NOT NULL};
is($node->safe_psql('postgres', sprintf($enter, 'desk')), 't',
	'from elsewhere the right password works at once');

my $began = time;
my ($status, $out, $err);
for (;;)
{
	($status, $out, $err) = $node->psql('postgres', sprintf($enter, 'attacker'));
	last if $status == 0 || time - $began > $longest + 5;
	my ($wait) = $err =~ /Wait (\d+) second/ or last;
	cmp_ok($wait, '<=', $longest, "the wait of $wait s is bounded");
	sleep $wait;
}
is($out, 't', 'from the same client it works after the wait that was told');
is($node->safe_psql('postgres', q{
	SELECT bool_and(first_broken IS NULL)
	FROM practiceacl.verify_activity('00000000-0000-0000-0000-000000000000')}), 't',
	'the record verifies');

# The setting, as any role and through a pooler's handing on.
$node->safe_psql('postgres', q{
	CREATE ROLE plain LOGIN;
	SELECT practiceacl.grant_application('plain');
});
my $token = $node->safe_psql('postgres', q{
	SELECT practiceacl.log_in('anne@example.org', 'correct horse battery', 'desk')});
my $plain = sub {
	my ($sql) = @_;
	my ($code, $stdout, $stderr) = $node->psql('postgres', $sql, extra_params => [ '-U', 'plain', '-q' ]);
	return ($stdout, $stderr);
};
($out, $err) = $plain->("SET practiceacl.session = '$token'; SELECT practiceacl.current_account() IS NOT NULL; SHOW practiceacl.session; RESET practiceacl.session; SELECT practiceacl.current_account() IS NULL;");
is($out, "t\n(hidden)\nt", 'SET makes one the account, SHOW hides the token, RESET takes it back');
($out) = $plain->("SET practiceacl.session = '$token'; DISCARD ALL; SELECT practiceacl.current_account() IS NULL;");
is($out, 't', 'DISCARD ALL takes it back');
($out) = $plain->("BEGIN; SELECT practiceacl.enter('$token') IS NOT NULL; COMMIT; SELECT practiceacl.current_account() IS NULL;");
is($out, "t\nt", 'after COMMIT one is nobody');
($out) = $plain->("BEGIN; SELECT practiceacl.enter('$token') IS NOT NULL; ROLLBACK; SELECT practiceacl.current_account() IS NULL;");
is($out, "t\nt", 'after ROLLBACK too');
($out, $err) = $plain->("ALTER ROLE plain SET practiceacl.session = '$token'");
like($err, qr/a session token cannot be a default/, 'a token cannot be a role\'s default');
($out) = $plain->("BEGIN READ ONLY; SELECT practiceacl.enter('$token') IS NOT NULL; SELECT count(*) FROM practiceacl.my_sessions WHERE current; COMMIT;");
is($out, "t\n1", 'one may enter where nothing can be written');
($out, $err) = $plain->("BEGIN READ ONLY; SELECT practiceacl.enter('$token') IS NOT NULL; SELECT practiceacl.keep_session();");
like($err, qr/cannot execute practiceacl.keep_session\(\) in a read-only transaction/, 'but a use cannot be noted there');
($out, $err) = $plain->("BEGIN ISOLATION LEVEL REPEATABLE READ; SELECT practiceacl.enter('$token') IS NOT NULL; SELECT practiceacl.keep_session() > now(); COMMIT;");
is($out, "t\nt", 'it can in REPEATABLE READ, where enter() does not');
($out, $err) = $plain->("BEGIN READ ONLY; SELECT practiceacl.enter('stale', false) IS NULL, practiceacl.current_account() IS NULL; COMMIT;");
is($out, 't|t', 'a request may carry a stale token');

($out, $err) = $plain->("SELECT practiceacl.enter('$token') IS NOT NULL; SELECT practiceacl.current_account() IS NULL;");
is($out, "t\nt", 'outside a transaction block one is entered for a statement');
like($err, qr/WARNING:  enter\(\) has no effect outside a transaction block/, 'with a warning');
unlike($err, qr/pacl_|practiceacl_/, 'that names no C function');

# Concurrent transactions of one session never wait for each other.
$node->safe_psql('postgres', "UPDATE practiceacl.session SET last_seen_at = now() - interval '10 min'");
my $first = $node->background_psql('postgres');
my $second = $node->background_psql('postgres');
$first->query_safe("BEGIN; SELECT practiceacl.enter('$token');");
$second->query_safe("SET lock_timeout = '1s'");
is($second->query_safe("BEGIN; SELECT practiceacl.enter('$token') IS NOT NULL; COMMIT;"), 't',
	'a second transaction of the session enters while the first is open');
is($second->query_safe("BEGIN ISOLATION LEVEL REPEATABLE READ; SELECT practiceacl.enter('$token') IS NOT NULL; COMMIT;"), 't',
	'in REPEATABLE READ too');
is($second->query_safe("BEGIN; SELECT practiceacl.enter('$token') IS NOT NULL; SELECT practiceacl.log_out(); COMMIT;"), "t\n",
	'and may log out');
is($first->query_safe("SELECT practiceacl.current_account() IS NULL"), 't',
	'which the open transaction notices in its next statement');
$first->quit;
$second->quit;

# Nobody is kept from mapping their role by the connections that it has open.
my @windows = map { my $one = $node->background_psql('postgres', extra_params => [ '-U', 'plain' ]); $one->query_safe('SELECT 1'); $one } 1 .. 3;
($status, $out, $err) = $node->psql('postgres', q{SELECT practiceacl.map_role('plain', id, personal => true) IS NULL FROM practiceacl.account});
is("$out$err", 'f', 'a person with three windows');
is($windows[2]->query_safe('SELECT practiceacl.current_account() IS NOT NULL'), 't', 'is themselves in each');
$_->quit for @windows;

$node->stop;
done_testing();
