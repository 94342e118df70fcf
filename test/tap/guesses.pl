# Guessing passwords by somebody who rolls back, connects again, changes their
# client, or keeps a transaction open; and whether an address is known.
use strict;
use warnings;

use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;

my $node = PostgreSQL::Test::Cluster->new('main');
$node->init;
$node->append_conf('postgresql.conf',
	"practiceacl.password_memory = 64\npracticeacl.password_passes = 1\nfsync = off\nmax_prepared_transactions = 5\n");
$node->start;
$node->safe_psql('postgres', q{
	CREATE EXTENSION practiceacl;
	CREATE ROLE app LOGIN;
	SELECT practiceacl.grant_application('app');
	SELECT practiceacl.set_mailer_key(decode(repeat('09', 32), 'hex'));
});

# Each attack has a victim of its own.
my %password;
for my $name (qw(rolled saved again network strangers open prepared known reset flooded))
{
	my $temporary = $node->safe_psql('postgres', qq{
		SELECT temporary_password FROM practiceacl.create_organization('$name', '$name\@x.test', 'A', 'B')});
	$node->safe_psql('postgres', qq{
		BEGIN;
		SELECT practiceacl.enter(practiceacl.log_in('$name\@x.test', '$temporary', 'home'));
		SELECT practiceacl.change_password('$temporary', 'right horse $name');
		COMMIT});
	$password{$name} = "right horse $name";
}

# As the application: the output, and the errors.
sub app
{
	my ($sql) = @_;
	my ($status, $out, $err) = $node->psql('postgres', $sql, extra_params => [ '-U', 'app' ], on_error_stop => 0);
	return ($out, $err);
}

# How many of a number of guesses were looked at; each is a statement of its own.
sub looked_at
{
	my ($sql, @guesses) = @_;
	my ($out, $err) = app(join "\n", '\set VERBOSITY sqlstate', map { $sql->($_) } @guesses);
	return scalar(@guesses) - (() = $err =~ /PA040/g);
}

sub attempts_on_record
{
	return $node->safe_psql('postgres', q{
		SELECT coalesce(sum(coalesce((facts ->> 'attempts')::int, 1)), 0)
		FROM practiceacl.activity WHERE act = 'log_in.refused' AND facts ->> 'reason' = 'password'});
}

# Whether an address is known: the locks, the rows that were looked at and
# written, and the transaction numbers of both are the same.
my $last_warm = 0;
sub traces
{
	my ($call) = @_;
	my $warm = 'warm' . ++$last_warm . '@x.test';
	my ($out, $err) = app(qq{
		SELECT practiceacl.log_in('$warm', 'guess', 'other');
		SELECT practiceacl.request_password_reset('$warm');
		SELECT pg_stat_force_next_flush();
		SELECT 1;
		BEGIN;
		$call;
		SELECT 'lock', locktype, mode, granted, count(*) FROM pg_locks
		WHERE pid = pg_backend_pid() AND locktype <> 'relation' GROUP BY locktype, mode, granted ORDER BY 1, 2, 3;
		SELECT 'xids', pg_snapshot_xmax(pg_current_snapshot())::text::bigint - pg_current_xact_id()::text::bigint;
		SELECT 'table', c.oid::regclass, pg_stat_get_xact_tuples_inserted(c.oid), pg_stat_get_xact_tuples_updated(c.oid),
			pg_stat_get_xact_tuples_deleted(c.oid), pg_stat_get_xact_numscans(c.oid),
			pg_stat_get_xact_tuples_returned(c.oid), pg_stat_get_xact_tuples_fetched(c.oid)
		FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
		WHERE n.nspname = 'practiceacl' AND c.relkind IN ('r', 'i') ORDER BY c.relname;
		ROLLBACK;
	});
	die "traces: $err" if $err;
	return $out =~ s/^\n+//r;
}
my $of_known = traces(q{SELECT practiceacl.log_in('known@x.test', 'guess', 'elsewhere')});
like($of_known, qr/^table\|practiceacl.password\|/m, 'there are traces to compare');
is(traces(qq{SELECT practiceacl.log_in('$_\@x.test', 'guess', 'elsewhere')}), $of_known, "log_in: $_ leaves the same traces as a known address")
  for qw(unknown nowhere a);
$of_known = traces(q{SELECT practiceacl.request_password_reset('known@x.test')});
is(traces(qq{SELECT practiceacl.request_password_reset('$_\@x.test')}), $of_known, "request_password_reset: so does $_")
  for qw(unknown nowhere a);

# The rollback guesser, in one connection and in many.
is(looked_at(sub { "BEGIN; SELECT practiceacl.log_in('rolled\@x.test', 'guess $_[0]', 'attacker'); ROLLBACK;" }, 1 .. 30),
	5, 'a guess that is rolled back counts');
is(looked_at(sub { "BEGIN; SELECT practiceacl.log_in('rolled\@x.test', 'guess $_[0]', 'attacker'); ROLLBACK;" }, 1),
	0, 'also in a new connection');
my $on_record = attempts_on_record();
app(qq{SELECT practiceacl.log_in('known\@x.test', '$password{known}', 'home')});
is(attempts_on_record() - $on_record, 5, 'and is on record once somebody else acts');
is($node->safe_psql('postgres', q{SELECT count(*) FROM practiceacl.activity WHERE act = 'log_in.refused' AND actor_id IS NULL AND account_id IS NULL AND facts = '{"reason": "password", "attempts": 5}'}),
	1, 'as a sum, by nobody');
app(qq{SELECT practiceacl.log_in('known\@x.test', '$password{known}', 'home')});
is(attempts_on_record() - $on_record, 5, 'once');

# Savepoints, and the loop that a DO block makes of them.
is(looked_at(sub { "BEGIN; SAVEPOINT s; SELECT practiceacl.log_in('saved\@x.test', 'guess $_[0]', 'attacker'); ROLLBACK TO s; COMMIT;" }, 1 .. 20),
	5, 'nor does a savepoint undo it');
my ($out, $err) = app(q{
	DO $$
	BEGIN
		FOR n IN 1 .. 20 LOOP
			BEGIN
				PERFORM practiceacl.log_in('saved@x.test', 'guess', 'another');
				RAISE EXCEPTION 'looked at';
			EXCEPTION WHEN raise_exception THEN
				RAISE NOTICE 'looked at';
			END;
		END LOOP;
	EXCEPTION WHEN OTHERS THEN
		RAISE NOTICE 'waits: %', SQLSTATE;
	END $$});
is(scalar(() = $err =~ /NOTICE:  looked at/g), 5, 'nor an exception block');
like($err, qr/waits: PA040/, 'which ends with the wait');

# A transaction that is prepared and never committed.
is(looked_at(sub { "BEGIN; SELECT practiceacl.log_in('prepared\@x.test', 'guess $_[0]', 'attacker'); PREPARE TRANSACTION 'guess $_[0]'; ROLLBACK PREPARED 'guess $_[0]';" }, 1 .. 20),
	5, 'nor PREPARE TRANSACTION');

# Inside: by new connections, each of which would have had its own free ones.
my $token = $node->safe_psql('postgres', qq{SELECT practiceacl.log_in('again\@x.test', '$password{again}', 'home')});
my $looked_at = 0;
for my $n (1 .. 12)
{
	$looked_at += looked_at(sub { "BEGIN; SELECT practiceacl.enter('$token'); SELECT practiceacl.reauthenticate('guess $_[0]'); ROLLBACK;" }, $n);
}
is($looked_at, 5, 'reauthenticate() counts over connections');
is(looked_at(sub { "BEGIN; SELECT practiceacl.enter('$token'); SELECT practiceacl.change_password('guess $_[0]', 'another horse'); ROLLBACK;" }, 1 .. 4),
	0, 'and change_password() with it');

# Somebody who fills the memory of counts with what costs them nothing.
sub flooded { return looked_at(sub { "BEGIN; SELECT practiceacl.log_in('flooded\@x.test', 'guess $_[0]', 'attacker'); ROLLBACK;" }, 1 .. 8) }
is(flooded(), 5, 'five guesses');
app(q{SELECT practiceacl.request_password_reset('flood' || n || '@x.test') FROM generate_series(1, 12000) n});
# The wait of a second may have ended meanwhile.
cmp_ok(flooded(), '<=', 1, 'are remembered when others ask for many things');

# A client that is another one each time.
is(looked_at(sub { sprintf "SELECT practiceacl.log_in('network\@x.test', 'guess', '2001:db8:1:2:%x::%x Mozilla/5.0');", $_[0], $_[0] }, 1 .. 40),
	5, 'a /64 of IPv6 is one client');
is(looked_at(sub { "SELECT practiceacl.log_in('network\@x.test', 'guess', '203.0.113.9, proxy $_[0]');" }, 1 .. 40),
	5, 'an IPv4 address is, whatever else the client calls itself');
my $strangers = looked_at(sub { "BEGIN; SELECT practiceacl.log_in('strangers\@x.test', 'guess', 'client $_[0]'); ROLLBACK;" }, 1 .. 300);
cmp_ok($strangers, '<', 120, 'a guesser who changes their name is slowed after a hundred');
cmp_ok($strangers, '>', 90, 'and not before');
($out, $err) = app(qq{SELECT practiceacl.log_in('strangers\@x.test', '$password{strangers}', 'home') IS NOT NULL});
is($out, 't', 'whose owner does not wait where they have logged in before');

# Refused, and the transaction stays open: nobody waits for it.
my $open = $node->background_psql('postgres', on_error_stop => 0);
$open->query_safe(q{SET ROLE app});
$open->query_safe(q{BEGIN});
$open->query_safe(q{SELECT practiceacl.log_in('open@x.test', 'guess', 'home')});
$open->query_safe(q{SELECT practiceacl.log_in('nobody@x.test', 'guess', 'home')});
$open->query_safe(q{SELECT practiceacl.request_password_reset('open@x.test')});
my $patience = q{SET lock_timeout = '2s'; };
($out, $err) = app(qq{$patience SELECT practiceacl.log_in('open\@x.test', '$password{open}', 'home') IS NOT NULL});
is("$out$err", 't', 'the right password opens meanwhile');
($out, $err) = app(qq{$patience SELECT practiceacl.log_in('open\@x.test', 'guess', 'home') IS NULL});
is("$out$err", 't', 'a wrong one is refused');
($out, $err) = app(qq{$patience SELECT practiceacl.log_in('nobody\@x.test', 'guess', 'home') IS NULL});
is("$out$err", 't', 'an unknown address too');
($out, $err) = app(qq{$patience SELECT practiceacl.request_password_reset('known\@x.test')});
is($err, '', 'and somebody else asks for a new password');
$open->query_safe(q{COMMIT});
$open->quit;
is($node->safe_psql('postgres', q{SELECT bool_and(first_broken IS NULL) FROM practiceacl.verify_activity(NULL)}), 't', 'the record verifies');

# The record does not grow with what anybody may do.
sub entries { return $node->safe_psql('postgres', q{SELECT count(*) FROM practiceacl.activity}) }
sub counts { return $node->safe_psql('postgres', q{SELECT count(*) FROM practiceacl.log_in_failure}) }
my ($entries, $counts) = (entries(), counts());
app(q{SELECT practiceacl.request_password_reset('nobody' || n || '@x.test') FROM generate_series(1, 3000) n});
# Sixty a minute, and the minute may end meanwhile.
cmp_ok(entries() - $entries, '<=', 300, 'three thousand requests are a few entries');
cmp_ok(counts() - $counts, '<=', 300, 'and a few rows');
is($node->safe_psql('postgres', q{SELECT count(*) FROM practiceacl.outbox WHERE recipient LIKE 'nobody%'}), 0, 'and no message');
app(q{SELECT practiceacl.request_password_reset('reset@x.test')});
is($node->safe_psql('postgres', q{SELECT count(*) FROM practiceacl.outbox WHERE recipient = 'reset@x.test' AND kind = 'password_reset'}), 1,
	'while the owner of an account is sent a token');

$node->stop;
done_testing();
