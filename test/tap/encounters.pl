# Real encounters are imported, each provider importing their own: what overlaps is refused
# and told with what, everything else is booked, one row out for each row in.
#
# The file that is shipped, always; and the large one that PRACTICEACL_ENCOUNTERS
# names, when it is there.
use strict;
use warnings FATAL => 'all';
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;

my $node = PostgreSQL::Test::Cluster->new('encounters');
$node->init;
$node->append_conf('postgresql.conf',
	"fsync = off\npracticeacl.password_memory = 8\npracticeacl.password_passes = 1\n"
	. "session_preload_libraries = practiceacl\n");
$node->start;
$node->safe_psql('postgres', 'CREATE ROLE app LOGIN');

# What anybody would count on paper: a provider at a time, in the order
# of start, end and id, first come first served.
sub count_on_paper
{
	my ($file) = @_;
	my (%visits, %result);

	open my $csv, '<', $file or die "$file: $!";
	readline $csv;
	while (my $line = readline $csv)
	{
		my ($id, $start, $stop, undef, undef, $provider) = split /,/, $line;
		push @{ $visits{$provider} }, [ $start, $stop, $id ];
	}
	close $csv;
	for my $provider (values %visits)
	{
		my $busy_until = '';
		for my $visit (sort { $a->[0] cmp $b->[0] || $a->[1] cmp $b->[1] || $a->[2] cmp $b->[2] } @$provider)
		{
			# ISO 8601 in UTC sorts as the time does.
			my $fits = $visit->[0] ge $busy_until;
			$result{ $visit->[2] } = $fits ? 'booked' : 'refused';
			$busy_until = $visit->[1] if $fits;
		}
	}
	return \%result;
}

sub import_file
{
	my ($database, $file, $booked, $refused) = @_;
	my $query = sub { return $node->safe_psql($database, @_) };

	$node->safe_psql('postgres', "CREATE DATABASE $database");
	$query->(q{
		CREATE EXTENSION practiceacl CASCADE;
		SELECT practiceacl.grant_application('app');
		GRANT TEMPORARY ON DATABASE } . $database . q{ TO app;
		CREATE SCHEMA staging;
		GRANT USAGE ON SCHEMA staging TO app;
		CREATE TABLE staging.encounter (
			id text PRIMARY KEY, starts_at timestamptz, ends_at timestamptz, patient text,
			practice uuid, provider uuid, class text, description text);
		CREATE TABLE staging.imported (provider uuid, key text, appointment_id uuid, outcome text, detail text, word text);
		GRANT SELECT ON staging.encounter TO app;
		GRANT INSERT ON staging.imported TO app});
	$query->("\\copy staging.encounter FROM '$file' WITH (FORMAT csv, HEADER)");

	# A practice for each in the file; a provider works at the first of theirs.
	$query->(q{
		CREATE TABLE staging.practice AS
		SELECT p.source, m.*
		FROM (SELECT practice AS source, row_number() OVER (ORDER BY practice) AS number
			FROM staging.encounter GROUP BY practice) AS p,
			practiceacl.create_organization('Practice ' || p.number, 'admin' || p.number || '@clinic.test', 'Ad', 'Min') AS m;
		CREATE TABLE staging.provider AS
		SELECT provider AS source, row_number() OVER (ORDER BY provider) AS number, organization_id, practice.account_id AS admin
		FROM (SELECT provider, min(practice::text)::uuid AS practice FROM staging.encounter GROUP BY provider) AS e
		JOIN staging.practice ON practice.source = e.practice;
		CREATE TABLE staging.person (source uuid, account_id uuid, agenda_id uuid, token text);
		GRANT SELECT ON staging.person TO app});
	$query->(q{
		SELECT 'BEGIN', format('SELECT practiceacl.enter(practiceacl.open_session(%L))', admin),
			string_agg(format($$INSERT INTO staging.person SELECT %L, account_id, agenda_id, practiceacl.open_session(account_id)
				FROM practiceacl.create_user(%L, %L, 'Pro', 'Vider', agenda => '{"name": "Agenda", "data_controller": "Practice"}')$$,
				source, organization_id, 'provider' || number || '@clinic.test'), '; '),
			'COMMIT'
		FROM staging.provider GROUP BY admin \gexec});

	# The application on behalf of each.
	my $log = $query->(q{
		CREATE TEMPORARY TABLE visits (key text, agenda_id uuid, starts_at timestamptz, ends_at timestamptz, patient text, note text);
		SELECT 'BEGIN', format('SELECT practiceacl.enter(%L)', token), 'TRUNCATE visits',
			format('INSERT INTO visits SELECT id, %L, starts_at, ends_at, patient, description FROM staging.encounter WHERE provider = %L ORDER BY random()',
				agenda_id, source),
			format('INSERT INTO staging.imported SELECT %L, i.* FROM practiceacl.import_appointments(''visits'') AS i', source),
			'COMMIT'
		FROM staging.person \gexec}, extra_params => [ '-U', 'app' ]);

	is($query->('SELECT outcome, count(*) FROM staging.imported GROUP BY 1 ORDER BY 1'),
		"booked|$booked\nrefused|$refused", "$database: $booked are booked, $refused are refused");
	is($query->(q{
			SELECT count(*) FROM (
				(SELECT id FROM staging.encounter EXCEPT ALL SELECT key FROM staging.imported)
				UNION ALL
				(SELECT key FROM staging.imported EXCEPT ALL SELECT id FROM staging.encounter)) AS difference}),
		0, "$database: one row out for each row in");
	my %outcome = map { split /\|/ } split /\n/, $query->('SELECT key, outcome FROM staging.imported');
	is_deeply(\%outcome, count_on_paper($file), "$database: and exactly those that fit");

	is($query->(q{
			SELECT count(*) FROM staging.imported i
			JOIN staging.encounter e ON e.id = i.key
			JOIN staging.person p ON p.source = e.provider
			JOIN practiceacl.appointment a ON a.id = i.appointment_id AND a.agenda_id = p.agenda_id
				AND a.starts_at = e.starts_at AND a.ends_at = e.ends_at AND a.patient = e.patient AND NOT a.overbooked
			WHERE i.outcome = 'booked'}),
		$booked, "$database: what is booked stands in the provider's agenda");
	is($query->('SELECT count(*) FROM practiceacl.appointment'), $booked, "$database: and nothing else");
	is($query->(q{
			SELECT count(*) FROM staging.imported i
			JOIN staging.encounter e ON e.id = i.key
			JOIN staging.person p ON p.source = e.provider
			JOIN practiceacl.appointment a ON a.agenda_id = p.agenda_id
				AND a.id::text = substring(i.detail FROM 'Appointment ([-0-9a-f]{36}) takes it from')
				AND a.starts_at < e.ends_at AND e.starts_at < a.ends_at
			WHERE i.outcome = 'refused' AND i.appointment_id IS NULL
				AND i.detail LIKE '%this slot is already taken%'}),
		$refused, "$database: each refusal names an appointment that it overlaps");
	is($query->(q{
			SELECT sum((facts->>'booked')::int), sum((facts->>'refused')::int), count(*) = count(DISTINCT chain)
			FROM practiceacl.activity WHERE act = 'appointment.imported'}),
		"$booked|$refused|t", "$database: one entry for each agenda says how many");
	is($query->(q{
			SELECT count(*) FROM practiceacl.organization o, practiceacl.verify_activity(o.id) v WHERE v.first_broken IS NOT NULL}),
		0, "$database: every chain is whole");
	return;
}

import_file('shipped', "$ENV{PRACTICEACL_TREE}/demo/encounters.csv", 2771, 34);
SKIP:
{
	my $file = $ENV{PRACTICEACL_ENCOUNTERS} || '';
	skip 'the large file of encounters is not there', 8 unless -r $file;
	import_file('large', $file, 11355, 146);
}

$node->stop;
done_testing();
