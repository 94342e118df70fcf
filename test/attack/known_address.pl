# Attack: has this address an account here?  Somebody with the application role
# calls what anybody may call, and a user of some other organization what users
# may call, with addresses that have an account and with others, and looks at
# all that PostgreSQL lets them see: what is locked, read and written meanwhile,
# what was inserted and is dead afterwards, how much was written ahead, how
# often a password was hashed, and how long it took.
#
# All but the time is the same for both, and asserted.  The time is measured,
# calls of both kinds in turn, and reported as what it tells: the share of pairs
# in which the call with a known address took longer (0.5 tells nothing), and
# the bits that the best threshold gets out of one call.
use strict;
use warnings FATAL => 'all';
use List::Util qw(max sum0);
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;

my $people = 60;
my $node = PostgreSQL::Test::Cluster->new('main');
my $hashed = "$PostgreSQL::Test::Utils::tmp_check/hashed";
$node->init;
# So that a call writes what it writes, whatever was written before it.
$node->append_conf('postgresql.conf', q{
	autovacuum = off
	full_page_writes = off
	checkpoint_timeout = 1d
	practiceacl.password_memory = 64
	practiceacl.password_passes = 1
});

# Computations of Argon2id are counted in front of the library: a byte each.
my $counter = "$PostgreSQL::Test::Utils::tmp_check/count_argon2";
append_to_file("$counter.c", q{
#define _GNU_SOURCE
#include <dlfcn.h>
#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>
static void
count(void)
{
	int file = open(getenv("HASHED"), O_WRONLY | O_APPEND | O_CREAT, 0600);

	if (write(file, "x", 1) != 1)
		abort();
	close(file);
}
int
crypto_pwhash_str(char *out, const char *password, unsigned long long length, unsigned long long passes, size_t memory)
{
	int (*next) (char *, const char *, unsigned long long, unsigned long long, size_t) = dlsym(RTLD_NEXT, "crypto_pwhash_str");

	count();
	return next(out, password, length, passes, memory);
}
int
crypto_pwhash_str_verify(const char *hash, const char *password, unsigned long long length)
{
	int (*next) (const char *, const char *, unsigned long long) = dlsym(RTLD_NEXT, "crypto_pwhash_str_verify");

	count();
	return next(hash, password, length);
}
});
my $counts = system("cc -shared -fPIC -o $counter.so $counter.c -ldl 2>&1") == 0;
sub start
{
	local $ENV{LD_PRELOAD} = "$counter.so" if $counts;
	local $ENV{HASHED} = $hashed;
	$node->restart;
	return;
}
$node->start;
start();

# People "known0001" and so on, each with an organization of their own; nobody
# is called "other0001", and "block0001" is an address that support has blocked.
$node->safe_psql('postgres', qq{
	CREATE EXTENSION practiceacl;
	CREATE ROLE app LOGIN;
	SELECT practiceacl.grant_application('app');
	SELECT practiceacl.set_mailer_key(decode(repeat('09', 32), 'hex'));
	CREATE TABLE person AS
	SELECT n, o.account_id, o.organization_id, to_char(n, 'FM0000') AS name
	FROM generate_series(1, $people) AS n,
		practiceacl.create_organization('Practice', 'known' || to_char(n, 'FM0000') || '\@x.test', 'Given' || to_char(n, 'FM0000'), 'Name') AS o;
	UPDATE practiceacl.password SET temporary_until = NULL;
	ALTER TABLE person ADD token text;
	UPDATE person SET token = practiceacl.open_session(account_id);
	SELECT practiceacl.confirm_session(token) FROM person;
	SELECT practiceacl.block_email('block' || name || '\@x.test', 'spam') FROM person;
	GRANT SELECT ON person TO app;
	CREATE TABLE taken (what text, who text, n int, wal bigint, us float);
	GRANT SELECT, INSERT ON taken TO app;
});
$node->safe_psql('postgres', 'VACUUM practiceacl.password, practiceacl.account, practiceacl.session');

# Calls one and then the other, and the other way round the next time, each in
# a transaction of its own, which is rolled back; NUMBER in a call is a person's.
$node->safe_psql('postgres', q{
	CREATE PROCEDURE sample(what text, who text, n int, call text) LANGUAGE plpgsql AS $$
	DECLARE
		wal pg_lsn; began timestamptz; took interval; wrote bigint;
	BEGIN
		PERFORM set_config('practiceacl.session', p.token, true) FROM person p WHERE p.n = sample.n AND call ~ 'email_change|invite_user';
		wal := pg_current_wal_insert_lsn();
		began := clock_timestamp();
		EXECUTE replace(call, 'NUMBER', to_char(n, 'FM0000'));
		took := clock_timestamp() - began;
		wrote := pg_current_wal_insert_lsn() - wal;
		ROLLBACK;
		INSERT INTO taken VALUES (what, who, n, wrote, extract(epoch FROM took) * 1000000);
		COMMIT;
	END $$;
	CREATE PROCEDURE compare(what text, one text, two text, low int, high int) LANGUAGE plpgsql AS $$
	BEGIN
		FOR n IN low .. high LOOP
			IF n % 2 = 0 THEN
				CALL sample(what, 'known', n, one);
				CALL sample(what, 'other', n, two);
			ELSE
				CALL sample(what, 'other', n, two);
				CALL sample(what, 'known', n, one);
			END IF;
		END LOOP;
	END $$});

sub median { my @sorted = sort { $a <=> $b } @_; return $sorted[ $#sorted / 2 ]; }

# What an observer of one value learns, who knows both distributions.
sub bits
{
	my ($known, $other) = @_;
	my $best = 0;

	for my $limit (@$known, @$other)
	{
		my $right = (grep { $_ >= $limit } @$known) / @$known + (grep { $_ < $limit } @$other) / @$other;
		$best = max($best, $right / 2, 1 - $right / 2);
	}
	return 1 if $best >= 1;
	return 1 + $best * log($best) / log(2) + (1 - $best) * log(1 - $best) / log(2);
}

sub longer
{
	my ($known, $other) = @_;
	return sum0(map { my $x = $_; map { $x > $_ ? 1 : $x == $_ ? 0.5 : 0 } @$other } @$known) / (@$known * @$other);
}

# Both calls with many addresses: what they wrote ahead, and how long they took.
sub sampled
{
	my ($what, $one, $two) = @_;
	my ($calls, $all) = ($people / 3, '');

	$node->psql('postgres', "SET SESSION AUTHORIZATION app; CALL compare('$what', " . join(', ', map { "\$call\$$_\$call\$" } $one, $two) . ", 1, $calls)",
		on_error_die => 1);
	my %taken = map { $_ => [ map { [ split /\|/ ] } split /\n/,
		$node->safe_psql('postgres', "SELECT wal, us FROM taken WHERE what = '$what' AND who = '$_' AND n > 2 ORDER BY n") ] } qw(known other);
	my %us = map { my $who = $_; $who => [ map { $_->[1] } @{ $taken{$who} } ] } keys %taken;
	my %wal = map { my $who = $_; $who => [ map { $_->[0] } @{ $taken{$who} } ] } keys %taken;

	cmp_ok(bits($wal{known}, $wal{other}), '<', 0.4, "$what: how much is written ahead does not tell") if $what ne 'invite_user';
	note(sprintf '%s: known %.0f us, other %.0f us (medians of %d); known longer in %.2f of pairs, %.2f bits; written ahead: %.2f bits',
		$what, median(@{ $us{known} }), median(@{ $us{other} }), scalar @{ $us{known} },
		longer($us{known}, $us{other}), bits($us{known}, $us{other}), bits($wal{known}, $wal{other}));
	return;
}

# All traces of one call: within its transaction, and of what it committed.
my $numbers = q{pg_stat_get_%1$stuples_inserted(c.oid), pg_stat_get_%1$stuples_updated(c.oid), pg_stat_get_%1$stuples_deleted(c.oid),
	pg_stat_get_%1$snumscans(c.oid), pg_stat_get_%1$stuples_returned(c.oid), pg_stat_get_%1$stuples_fetched(c.oid)};
my $tables = q{FROM pg_class c WHERE c.relnamespace = 'practiceacl'::regnamespace AND c.relkind IN ('r', 'i') ORDER BY c.relname};
sub traces
{
	my ($call) = @_;
	my $entered = $call =~ /email_change|invite_user/ && $call =~ /-- (\d+)/
	  ? "SELECT practiceacl.enter(token) IS NULL AS f FROM person WHERE n = $1 \\gset\n" : '';
	# What others left is not to be told from what the call leaves.
	$node->safe_psql('postgres', 'VACUUM practiceacl.activity_chain, practiceacl.account_token');
	my $size = $counts && -e $hashed ? -s $hashed : 0;
	my ($status, $out, $err) = $node->psql('postgres', join("\n",
		'SET SESSION AUTHORIZATION app;',
		# The caches of the backend.
		"SELECT practiceacl.log_in('warm' || pg_backend_pid(), 'x', 'warm'), practiceacl.request_password_reset('warm' || pg_backend_pid() || '\@x.test') \\g /dev/null",
		'SELECT pg_stat_force_next_flush() \g /dev/null', 'SELECT 1 \g /dev/null',
		"CREATE TEMP TABLE before AS SELECT c.oid, " . sprintf('ARRAY[' . $numbers . ', pg_stat_get_live_tuples(c.oid), pg_stat_get_dead_tuples(c.oid)]', '') . " AS n $tables;",
		'BEGIN;', $entered, "$call;",
		"SELECT 'lock', locktype, mode, count(*) FROM pg_locks WHERE pid = pg_backend_pid() AND locktype <> 'relation' GROUP BY 1, 2, 3 ORDER BY 1, 2, 3;",
		"SELECT 'numbers', pg_snapshot_xmax(pg_current_snapshot())::text::bigint - pg_current_xact_id()::text::bigint;",
		"SELECT 'within', c.oid::regclass, " . sprintf($numbers, 'xact_') . " $tables;",
		'COMMIT;',
		'SELECT pg_stat_force_next_flush() \g /dev/null', 'SELECT pg_stat_clear_snapshot() \g /dev/null',
		"SELECT 'after', c.oid::regclass, array_agg(a - b ORDER BY i) FROM pg_class c JOIN before USING (oid),
			unnest(" . sprintf('ARRAY[' . $numbers . ', pg_stat_get_live_tuples(c.oid), pg_stat_get_dead_tuples(c.oid)]', '') . ", n) WITH ORDINALITY AS v (a, b, i)
			GROUP BY c.oid, c.relname ORDER BY c.relname;"));
	die "traces: $err" if $err =~ /ERROR/;
	$out .= "\nhashed " . ((-s $hashed) - $size) if $counts;
	return $out;
}

sub same_traces
{
	my ($what, $one, $two) = @_;
	my ($of_one, $of_two) = (traces($one), traces($two));

	like($of_one, qr/^after\|practiceacl.activity\|/m, "$what: there are traces to compare");
	my %once = map { $_ => 1 } split /\n/, $of_one;
	my %twice = map { $_ => 1 } split /\n/, $of_two;
	is(join("\n", map({ "known: $_" } grep { !$twice{$_} } sort keys %once), map({ "other: $_" } grep { !$once{$_} } sort keys %twice)), '',
		"$what: the traces are the same");
	return;
}

SKIP:
{
	skip 'no compiler', 1 unless $counts;
	traces("SELECT practiceacl.log_in('other9999\@x.test', 'guess', 'first') \\g /dev/null");
	cmp_ok(-s $hashed, '>', $people, 'computations are counted');
}

my $log_in = q{SELECT practiceacl.log_in('%s%s@x.test', 'guess', 'net %s%s')};
my @log_in = map { sprintf $log_in, $_, 'NUMBER', $_, 'NUMBER' } qw(known other);
sampled('log_in', @log_in);
same_traces('log_in', map { sprintf $log_in, $_, '0040', $_, '40' } qw(known other));

# The cost has changed since their passwords were hashed.
$node->append_conf('postgresql.conf', 'practiceacl.password_passes = 40');
start();
sampled('log_in, another cost', @log_in);
same_traces('log_in, another cost', map { sprintf $log_in, $_, '0041', $_, '41' } qw(known other));

# More than a minute's entries: only sums are kept.
$node->safe_psql('postgres', q{SET SESSION AUTHORIZATION app;
	SELECT practiceacl.request_password_reset('many' || n || '@x.test') FROM generate_series(1, 70) AS n});
same_traces('log_in, as a sum', map { sprintf $log_in, $_, '0042', $_, '42' } qw(known other));

# Nobody has a password: people come by another way.
$node->safe_psql('postgres', 'DELETE FROM practiceacl.password');
start();
same_traces('log_in, without a password', map { sprintf $log_in, $_, '0043', $_, '43' } qw(known other));

my $reset = q{SELECT practiceacl.request_password_reset('%s%s@x.test')};
start();
sampled('request_password_reset', map { sprintf $reset, $_, 'NUMBER' } qw(known other));
same_traces('request_password_reset', map { sprintf $reset, $_, '0044' } qw(known other));
same_traces('request_password_reset of a blocked address', map { sprintf $reset, $_, '0045' } qw(known block));

my $change = q{SELECT practiceacl.request_email_change('%s%s@x.test') -- %s} . "\n";
start();
sampled('request_email_change', map { sprintf $change, $_, '0050', '' } qw(known other));
start();
same_traces('request_email_change', sprintf($change, 'known', '0051', 46), sprintf($change, 'other', '0051', 47));
same_traces('request_email_change to a blocked address', sprintf($change, 'block', '0051', 48), sprintf($change, 'other', '0052', 49));
is($node->safe_psql('postgres', q{SELECT string_agg(DISTINCT recipient, ' ' ORDER BY recipient) FROM practiceacl.outbox WHERE kind = 'email_change'}),
	'other0051@x.test other0052@x.test', 'only an address that is free is written to');

# Administrators are told by create_user, so it is no secret to them; by how
# much invite_user tells the same is reported beside it.
my $invite = q{SELECT practiceacl.invite_user(organization_id, '%s%s@x.test', 'In', 'Vited') FROM person WHERE n = NUMBER};
start();
sampled('invite_user', map { sprintf $invite, $_, '0055' } qw(known other));

$node->stop;
done_testing();
