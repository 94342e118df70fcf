# The clock that ends grants, sessions and holds is the real one: no long
# statement, block, snapshot, cursor or worker makes it stand still.  Each
# attack waits, inside one statement of the client, until a right has expired,
# and then tries to use it.
use strict;
use warnings FATAL => 'all';
use Clinic;
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;

my $node = PostgreSQL::Test::Cluster->new('main');
$node->init(allows_streaming => 1);
$node->append_conf('postgresql.conf', "max_prepared_transactions = 5\n");
$node->start;
Clinic::fill($node);
Clinic::as($node, 'anna', "SELECT practiceacl.book(agenda('anna'), at('09:00'), patient => 'Marie')");
my $force = $node->safe_psql('postgres', q{
	SELECT name FROM pg_settings WHERE name IN ('force_parallel_mode', 'debug_parallel_query')
	ORDER BY name LIMIT 1});

my %expire = (
	grant => q{SELECT clinic.may('lena', 'book', 'anna');
		UPDATE practiceacl.access_grant SET valid_during = tstzrange(NULL, $until) WHERE account_id = clinic.account('lena')},
	session => q{SELECT clinic.may('lena', 'book', 'anna');
		UPDATE practiceacl.session SET expires_at = $until WHERE account_id = clinic.account('lena')});

# attack(what expires, setting, the use, how to wait): what the use gave
# before and after, as an application that sends one block to the server.
sub attack
{
	my ($what, $settings, $use, %with) = @_;
	my $pause = $with{pause} // 'PERFORM pg_sleep(0.1);';
	my $server = $with{server} // $node;
	my $seconds = 2;

	for my $try (1 .. 5)
	{
		my $until = $node->safe_psql('postgres', "SELECT clock_timestamp() + interval '$seconds s'");
		$node->safe_psql('postgres', 'SET client_min_messages = error;'
			. ($expire{$what} =~ s/\$until/'$until'/r));
		$node->wait_for_catchup($server) if $server != $node;
		my ($status, $out, $err) = $server->psql('postgres', qq{
			SELECT set_config('practiceacl.session', token, false) FROM clinic.token WHERE name = 'lena' \\g /dev/null
			SET ROLE clinic_app;
			$settings
			DO \$\$
			DECLARE
				n bigint; before text := ''; after text := ''; ok boolean; r record;
				listing CURSOR FOR SELECT FROM practiceacl.appointment;
			BEGIN
				$use
				before := n;
				WHILE clock_timestamp() <= '$until' LOOP $pause END LOOP;
				$use
				after := n;
				PERFORM set_config('clinic.result', before || '|' || after, false);
			END \$\$;
			SHOW clinic.result;});
		$out =~ s/.*\n//s;
		return $err =~ /ERROR:\s+(.*)/ ? $1 : 'nothing' unless $out =~ /\|/;
		return $out if $out !~ /^0/;
		$seconds *= 2;				# a slow machine: it expired too early
	}
	return 'never';
}

my $read = 'PERFORM FROM practiceacl.appointment; GET DIAGNOSTICS n = ROW_COUNT;';
my $commit = 'PERFORM pg_sleep(0.1); COMMIT;';

for my $what (qw(grant session))
{
	is(attack($what, '', $read, pause => $commit), '1|0', "$what: a block that commits");
	is(attack($what, '', $read), '1|0', "$what: a block that does not, while nobody else writes");
	is(attack($what, 'SET plan_cache_mode = force_generic_plan;', $read), '1|0', "$what: a generic plan");
	is(attack($what, "SET $force = on; SET parallel_setup_cost = 0;", $read, pause => $commit), '1|0', "$what: a parallel worker");
	is(attack($what, 'SET default_transaction_isolation = "repeatable read";', $read), '1|0', "$what: one snapshot");
	is(attack($what, '', q{ok := practiceacl.can('00000000-0000-7000-8000-0000000000b1'); n := ok::int;},
		pause => 'ok := pg_sleep(0.1) IS NULL;'), '1|0', "$what: an expression without a statement");
	is(attack($what, '', "BEGIN $read RAISE 'back' USING ERRCODE = 'AB000'; EXCEPTION WHEN SQLSTATE 'AB000' THEN NULL; END;"),
		'1|0', "$what: savepoints that are rolled back");
	is(attack($what, '', 'OPEN listing; FETCH listing INTO r; n := FOUND::int; CLOSE listing;'),
		'1|0', "$what: a cursor that is opened again");
	is(attack($what, '', q{SELECT count(*) INTO n FROM practiceacl.my_agendas;}, pause => $commit),
		'1|0', "$what: a view");
	is(attack($what, '', q{EXECUTE 'SELECT count(*) FROM practiceacl.appointment' INTO n;}),
		'1|0', "$what: dynamic SQL");
	like(attack($what, '', q{PERFORM practiceacl.book('00000000-0000-7000-8000-0000000000b1',
			'2065-03-03 08:00+00'::timestamptz + random() * 5000 * interval '1 day'); n := 1;}),
		qr/cannot|not allowed|no valid session|not valid|logged in|no such agenda|agenda/, "$what: booking");
}

# Freshness, emergency access and a temporary password.
$node->safe_psql('postgres', q{UPDATE practiceacl.session SET expires_at = 'infinity'});
$expire{freshness} = q{UPDATE practiceacl.session SET expires_at = 'infinity', confirmed_until = $until
	WHERE account_id = clinic.account('lena'); SELECT clinic.may('lena', 'read', 'anna')};
like(attack('freshness', '', q{BEGIN PERFORM practiceacl.request_email_change('lena.leroy@north.test'); n := 1; RAISE 'back' USING ERRCODE = 'AB000';
	EXCEPTION WHEN SQLSTATE 'AB000' THEN NULL; END;}), qr/reauthentication required/, 'freshness');
$expire{hold} = q{SELECT clinic.may('lena', 'book', 'anna'); DELETE FROM practiceacl.slot_hold;
	INSERT INTO practiceacl.slot_hold (organization_id, agenda_id, session_id, account_id, starts_at, ends_at, expires_at)
	SELECT clinic.org('north'), clinic.agenda('anna'), id, account_id, clinic.at('11:00'), clinic.at('11:15'), $until
	FROM practiceacl.session WHERE account_id = clinic.account('anna') LIMIT 1};
is(attack('hold', '', 'SELECT count(*) INTO n FROM practiceacl.slot_presence;'), '1|0', 'a hold is seen until it expires');
$node->safe_psql('postgres', 'DELETE FROM practiceacl.slot_hold');

# A standby has a clock of its own.
$node->backup('base');
my $standby = PostgreSQL::Test::Cluster->new('standby');
$standby->init_from_backup($node, 'base', has_streaming => 1);
$standby->start;
is(attack('grant', '', $read, server => $standby), '1|0', 'on a standby: a grant');
is(attack('session', '', $read, server => $standby, pause => $commit), '1|0', 'on a standby: a session');
$standby->stop;

# One statement has one time: however long it lasts, whatever runs inside it,
# in the leader and in its workers.
$node->safe_psql('postgres', q{
	UPDATE practiceacl.session SET expires_at = 'infinity';
	CREATE TABLE many AS SELECT generate_series(1, 20000) AS i;
	ALTER TABLE many SET (parallel_workers = 2);
	CREATE FUNCTION busy() RETURNS int LANGUAGE plpgsql AS
		$$ BEGIN PERFORM pg_sleep(0.01), practiceacl.reading_time(); RETURN 1; END $$;
	ANALYZE many});
is($node->safe_psql('postgres', q{SELECT count(DISTINCT t) FROM (SELECT practiceacl.reading_time() AS t, busy() FROM generate_series(1, 30)) AS s}),
	1, 'one time in a statement that runs others');
is($node->safe_psql('postgres', q{
	SET parallel_setup_cost = 0; SET parallel_tuple_cost = 0; SET min_parallel_table_scan_size = 0;
	SET max_parallel_workers_per_gather = 2;
	PREPARE q AS SELECT count(DISTINCT t), count(*) FROM (SELECT practiceacl.reading_time() AS t, i FROM many OFFSET 0) AS s;
	SET plan_cache_mode = force_generic_plan;
	EXECUTE q \g /dev/null
	SELECT pg_sleep(0.05) \g /dev/null
	EXECUTE q}), '1|20000', 'and in its workers');
is($node->safe_psql('postgres', q{
	SET parallel_setup_cost = 0; SET parallel_tuple_cost = 0; SET min_parallel_table_scan_size = 0;
	SELECT practiceacl.reading_time() IS NULL \g /dev/null
	EXPLAIN (COSTS off) SELECT count(DISTINCT t) FROM (SELECT practiceacl.reading_time() AS t, i FROM many OFFSET 0) AS s}) =~ /Parallel Seq Scan/ ? 1 : 0,
	1, 'there are workers');

# Nobody sets the clock.
my ($status, $out, $err) = $node->psql('postgres', q{SELECT practiceacl.reading_time() \g /dev/null
	SET practiceacl.worker_time = 1});
like($err, qr/cannot be changed/, 'not even a superuser');
($status, $out, $err) = $node->psql('postgres', q{SELECT practiceacl.reading_time() \g /dev/null
	ALTER DATABASE postgres SET practiceacl.worker_time = 1});
like($err, qr/cannot be changed|invalid value/, 'nor as a default');

$node->stop;
done_testing();
