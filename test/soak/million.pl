# A staging table with a million rows, most of which cannot be booked, is
# imported in one statement: one row out for each row in, in bounded memory.
use strict;
use warnings FATAL => 'all';
use FindBin;
use lib "$FindBin::RealBin/../tap";
use Clinic;
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;

my $rows = 1_000_000;
my $node = PostgreSQL::Test::Cluster->new('million');
$node->init;
$node->append_conf('postgresql.conf', "shared_buffers = 256MB\nmax_wal_size = 4GB\nwork_mem = 4MB");
$node->start;
Clinic::fill($node);

# 500,000 that can be booked on two agendas, as many that are taken by them,
# are nobody's to see, lie in the past or are wrong in other ways.
$node->safe_psql('postgres', qq{
	SELECT clinic.may('anna', 'book', 'bert');
	CREATE TABLE clinic.staging AS
	SELECT 'row ' || n AS key,
		CASE n % 20 WHEN 1 THEN NULL WHEN 3 THEN gen_random_uuid() WHEN 5 THEN clinic.agenda('olga')
			ELSE clinic.agenda((ARRAY['anna', 'bert'])[1 + n / 2 % 2]) END AS agenda_id,
		CASE n % 20 WHEN 7 THEN NULL WHEN 9 THEN 'infinity' WHEN 11 THEN '2001-01-01Z'::timestamptz
			ELSE clinic.at('00:00') + n / 4 * interval '15 min' END AS starts_at,
		CASE n % 20 WHEN 7 THEN NULL WHEN 9 THEN 'infinity' WHEN 11 THEN '2001-01-01 00:15Z'::timestamptz
			ELSE clinic.at('00:15') + n / 4 * interval '15 min' END AS ends_at,
		'Patient ' || n AS patient
	FROM generate_series(0, $rows - 1) AS n;
	GRANT SELECT ON clinic.staging TO clinic_app;
	CREATE TABLE clinic.imported (key text, appointment_id uuid, outcome text, detail text, word text);
	GRANT INSERT ON clinic.imported TO clinic_app;
	GRANT pg_read_all_stats TO clinic_app;
});
my $begun = time;
is(Clinic::as($node, 'anna', q{
	INSERT INTO clinic.imported SELECT * FROM practiceacl.import_appointments('clinic.staging');
	SELECT sum(used_bytes) < 64 * 1024 * 1024 FROM pg_backend_memory_contexts}), 't', 'a million rows are imported');
note('in ' . (time - $begun) . ' s');
is($node->safe_psql('postgres', 'SELECT count(*), count(DISTINCT key) FROM clinic.imported'), "$rows|$rows", 'one row out for each row in');
is($node->safe_psql('postgres', q{SELECT count(*) FROM clinic.imported WHERE outcome = 'booked'}),
	$node->safe_psql('postgres', 'SELECT count(*) FROM practiceacl.appointment'), 'what is said to be booked is');
is($node->safe_psql('postgres', q{SELECT count(*) FROM practiceacl.appointment}), $rows / 2, 'half of them, as they were made');
is($node->safe_psql('postgres', q{SELECT count(*) FROM clinic.imported
	WHERE (outcome = 'booked') <> (appointment_id IS NOT NULL) OR (outcome = 'booked') <> (detail IS NULL)}), 0, 'each refusal says why');
is($node->safe_psql('postgres', q{SELECT count(*) FROM practiceacl.activity WHERE act = 'appointment.imported'}), 2, 'one entry for each agenda');
Clinic::is_sound($node, 'after the import', 1);

# A million agendas that do not exist take no million locks.
$node->safe_psql('postgres', qq{UPDATE clinic.staging SET agenda_id = gen_random_uuid(); TRUNCATE clinic.imported});
is(Clinic::as($node, 'anna', q{INSERT INTO clinic.imported SELECT * FROM practiceacl.import_appointments('clinic.staging');
	SELECT count(*) < 100 FROM pg_locks WHERE pid = pg_backend_pid()}), 't', 'a million unknown agendas are no million locks');
is($node->safe_psql('postgres', q{SELECT count(*) FROM clinic.imported WHERE outcome = 'refused'}), $rows, 'and are all refused');
$node->stop;
done_testing();
