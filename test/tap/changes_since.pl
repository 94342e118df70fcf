# Clients that ask what changed while others write: every change arrives, once
# and in the order of each calendar; on a standby, after its promotion and in a
# copy of the database they are told to begin again.
use strict;
use warnings FATAL => 'all';
use Clinic;
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;

my $node = PostgreSQL::Test::Cluster->new('primary');
$node->init(allows_streaming => 1);
$node->append_conf('postgresql.conf', "fsync = off\nmax_prepared_transactions = 5\n");
$node->start;
Clinic::fill($node);

# Sara may book on anna's agenda and reads bert's.
$node->safe_psql('postgres', q{
	CREATE TABLE clinic.seen (n bigserial, name text, last text, agenda_id uuid, appointment_id uuid, change text, at timestamptz);
	CREATE FUNCTION clinic.next(who text, most int = 500) RETURNS bigint LANGUAGE plpgsql AS $$
	DECLARE
		found bigint;
	BEGIN
		PERFORM practiceacl.enter(token) FROM clinic.token WHERE name = who;
		INSERT INTO clinic.seen (name, last, agenda_id, appointment_id, change, at)
			SELECT who, c.cursor, c.agenda_id, c.appointment_id, c.change, c.at FROM practiceacl.changes_since(
				(SELECT s.last FROM clinic.seen s WHERE s.name = who ORDER BY n DESC LIMIT 1), most) WITH ORDINALITY AS c ORDER BY ordinality;
		GET DIAGNOSTICS found = ROW_COUNT;
		RETURN found;
	END $$;
	CREATE SEQUENCE clinic.minute;
	GRANT ALL ON ALL TABLES IN SCHEMA clinic TO clinic_app;
	GRANT ALL ON ALL SEQUENCES IN SCHEMA clinic TO clinic_app;
});
my @readers = ('sara', 'anna', 'bert');
$node->safe_psql('postgres', "SELECT clinic.next('$_')") for @readers;

# A writer's transaction books on one calendar or two, takes its time, and is
# rolled back now and then.
$node->safe_psql('postgres', q{
	CREATE FUNCTION clinic.write(wait int, two boolean) RETURNS void LANGUAGE plpgsql AS $$
	DECLARE
		id uuid;
	BEGIN
		PERFORM practiceacl.enter(token) FROM clinic.token WHERE name = 'anna';
		id := practiceacl.book(clinic.agenda('anna'), '2058-01-01 08:00Z'::timestamptz + nextval('clinic.minute') * interval '15 min');
		IF two THEN
			PERFORM practiceacl.enter(token) FROM clinic.token WHERE name = 'bert';
			id := practiceacl.book(clinic.agenda('bert'), '2058-01-01 08:00Z'::timestamptz + nextval('clinic.minute') * interval '15 min');
		END IF;
		PERFORM pg_sleep(wait / 1000.0), practiceacl.update_appointment(id, '{"note": "again"}');
	END $$;
});
my $writer = $node->basedir . '/writer.sql';
append_to_file($writer, q{
\set two random(0, 1)
\set wait random(0, 8)
\set undo random(0, 4)
BEGIN;
SELECT clinic.write(:wait, :two = 1);
\if :undo
COMMIT;
\else
ROLLBACK;
\endif
});
my @work = map { my $reader = $_;
	my $file = $node->basedir . "/$reader.sql";
	append_to_file($file, "\\set most random(1, 4)\nBEGIN;\nSELECT clinic.next('$reader', :most);\nCOMMIT;\n\\sleep 3 ms\n");
	IPC::Run::start([ 'pgbench', '-n', '-c', '1', '-t', '150', '-f', $file, $node->connstr('postgres') ], '>', \my $out, '2>', \my $err) } @readers;
$node->command_ok([ 'pgbench', '-n', '-c', '4', '-t', '40', '-f', $writer, $node->connstr('postgres') ], 'four clients write');
$_->finish for @work;
for my $reader (@readers)
{
	1 while $node->safe_psql('postgres', "SELECT clinic.next('$reader')");
	my $theirs = $reader eq 'sara' ? q{('anna'), ('bert')} : "('$reader')";
	is($node->safe_psql('postgres', qq{
		SELECT count(*) FROM (
			(SELECT agenda_id, subject_id, recorded_at FROM practiceacl.activity
				WHERE act IN ('appointment.booked', 'appointment.updated')
				AND agenda_id IN (SELECT clinic.agenda(v.name) FROM (VALUES $theirs) AS v (name))
			 EXCEPT ALL
			 SELECT agenda_id, appointment_id, at FROM clinic.seen WHERE name = '$reader' AND change <> 'begin')
			UNION ALL
			(SELECT agenda_id, appointment_id, at FROM clinic.seen WHERE name = '$reader' AND change <> 'begin'
			 EXCEPT ALL
			 SELECT agenda_id, subject_id, recorded_at FROM practiceacl.activity)) AS d}),
		'0', "$reader has seen every change once, and no other");
	is($node->safe_psql('postgres', qq{
		SELECT count(*) FROM (SELECT at < lag(at) OVER (PARTITION BY appointment_id ORDER BY n) AS late, change,
			lag(change) OVER (PARTITION BY appointment_id ORDER BY n) AS before
			FROM clinic.seen WHERE name = '$reader' AND change <> 'begin') AS s WHERE late OR (change = 'updated' AND before IS NULL)}),
		'0', '... in the order in which it was done');
}
cmp_ok($node->safe_psql('postgres', q{SELECT count(*) FROM clinic.seen WHERE name = 'sara'}), '>', 150, 'there was something to see');

# A prepared transaction is waited for.
my $act = sub { return qq{SET search_path = public, clinic; BEGIN; SELECT clinic.enter('$_[0]') \\g /dev/null
	SELECT practiceacl.book(agenda('$_[0]'), '2057-12-01 08:00Z'::timestamptz + nextval('minute') * interval '15 min') \\g /dev/null
} };
$node->safe_psql('postgres', $act->('anna') . "PREPARE TRANSACTION 'later'");
$node->safe_psql('postgres', $act->('bert') . 'COMMIT');
is($node->safe_psql('postgres', "SELECT clinic.next('sara')"), '0', 'what is prepared is waited for, with what is behind it');
$node->safe_psql('postgres', "COMMIT PREPARED 'later'");
is($node->safe_psql('postgres', "SELECT clinic.next('sara')"), '2', 'then both are there');

# Another database, made from this one.
$node->safe_psql('template1', 'CREATE DATABASE copied TEMPLATE postgres');
my ($status, $out, $err) = $node->psql('copied', "SELECT clinic.next('sara')");
like($err, qr/cursor is of another database/, 'a copy of the database says that it is another');

# A standby does not know; one that was promoted may have lost something.
$node->backup('copy');
my $standby = PostgreSQL::Test::Cluster->new('standby');
$standby->init_from_backup($node, 'copy', has_streaming => 1);
$standby->start;
$node->wait_for_catchup($standby, 'replay');
($status, $out, $err) = $standby->psql('postgres',
	q{BEGIN; SELECT practiceacl.enter(token) FROM clinic.token WHERE name = 'sara'; SELECT * FROM practiceacl.changes_since()});
like($err, qr/changes_since\(\) cannot be used on a standby/, 'a standby says so');
$node->stop;
$standby->promote;
($status, $out, $err) = $standby->psql('postgres', "SELECT clinic.next('sara')");
like($err, qr/cursor is of another database/, 'a promoted one says that what was seen may be gone');
$standby->stop;
done_testing();
