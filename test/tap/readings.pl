# Readings on record: where a note cannot be written, the log has a line; and
# nobody gets rid of both.
use strict;
use warnings FATAL => 'all';
use Clinic;
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;

my $primary = PostgreSQL::Test::Cluster->new('primary');
$primary->init(allows_streaming => 1);
$primary->append_conf('postgresql.conf', q{
	practiceacl.record_reading = all
	log_min_messages = warning
	max_prepared_transactions = 2});
$primary->start;
Clinic::fill($primary);
foreach my $who ('anna', 'bert')
{
	Clinic::as($primary, $who, "SELECT practiceacl.book(agenda('$who'), at('09:00') + n * interval '1 h', patient => 'Patient ' || n) FROM generate_series(1, 5) AS n");
}
my $sara = $primary->safe_psql('postgres', "SELECT clinic.account('sara')");
my $anna = $primary->safe_psql('postgres', "SELECT clinic.agenda('anna')");
my $bert = $primary->safe_psql('postgres', "SELECT clinic.agenda('bert')");
my $place = -s $primary->logfile;

# What the log has gained since the last look.
sub logged
{
	my ($node) = @_;
	my $log = slurp_file($node->logfile, $place);

	$place = -s $node->logfile;
	return join "\n", map { s/^.*LOG:\s+//r } grep { /reading not on record/ } split /\n/, $log;
}

sub notes
{
	return $primary->safe_psql('postgres', 'WITH gone AS (DELETE FROM practiceacl.reading_note RETURNING *) SELECT count(*) FROM gone');
}

sub line
{
	my ($why, @agendas) = @_;
	my $ids = join ', ', @agendas;

	return qr/^\Qreading not on record ($why): account $sara, agendas $ids\E$/;
}

my $one = "SELECT count(*) FROM practiceacl.appointment WHERE agenda_id = agenda('anna')";

is(Clinic::as($primary, 'sara', $one), 5, 'a reading');
is(notes(), 1, 'is noted');
is(logged($primary), '', 'and then the log has no line');

is(Clinic::as($primary, 'sara', "SET TRANSACTION READ ONLY; $one"), 5, 'in a read-only transaction');
is(notes(), 0, 'nothing can be written');
like(logged($primary), line('read-only transaction', $anna), 'the log has a line');
is($primary->safe_psql('postgres', "SET search_path = public, clinic; BEGIN ISOLATION LEVEL SERIALIZABLE READ ONLY DEFERRABLE; SET LOCAL ROLE clinic_app;
	DO \$\$ BEGIN PERFORM clinic.enter('sara'); END \$\$; $one; COMMIT"), 5, 'which is serializable and deferrable');
like(logged($primary), line('read-only transaction', $anna), 'the same');

is(Clinic::as($primary, 'sara', "$one; ROLLBACK"), 5, 'what was read is read, although it is rolled back');
is(notes(), 0, 'no note is left');
like(logged($primary), line('rolled back', $anna), 'but a line of the log');
is(Clinic::as($primary, 'sara', "SELECT patient FROM practiceacl.appointment; SELECT 1 / 0"), '22012', 'a statement that fails after rows were sent');
like(logged($primary), qr/rolled back\): account $sara, agendas (?:$anna, $bert|$bert, $anna)$/, 'the same');
is(Clinic::as($primary, 'sara', "SELECT FROM practiceacl.appointment WHERE agenda_id = agenda('anna') AND patient::int = 1"), '22P02', 'an error that tells what is in a row');
like(logged($primary), line('rolled back', $anna), 'the same');
is(Clinic::as($primary, 'sara', "SELECT patient::int FROM practiceacl.appointment WHERE agenda_id = agenda('anna')"), '22P02', 'or that comes of what was asked for');
like(logged($primary), line('rolled back', $anna), 'the same');

is(Clinic::as($primary, 'sara', "SET LOCAL client_min_messages = log; SET LOCAL log_error_verbosity = 'terse'; $one; ROLLBACK"), '42501', 'a client changes nothing of the log');
is(Clinic::as($primary, 'sara', "SET LOCAL client_min_messages = log; $one; ROLLBACK"), 5, 'and is sent nothing of it');
like(logged($primary), line('rolled back', $anna), 'which has the line');

# Who ends their own connection.
$primary->safe_psql('postgres', 'ALTER ROLE clinic_app LOGIN');
my ($status, $stdout, $stderr) = $primary->psql('postgres', "SET search_path = public, clinic; BEGIN;
	DO \$\$ BEGIN PERFORM clinic.enter('sara'); END \$\$; $one; SELECT pg_terminate_backend(pg_backend_pid())", extra_params => [ '-U', 'clinic_app' ]);
like($stderr, qr/terminating connection/, 'a connection that ends itself');
like(logged($primary), line('rolled back', $anna), 'is on the log');
my $session = $primary->background_psql('postgres', on_error_die => 1) if PostgreSQL::Test::Cluster->can('background_psql');
SKIP:
{
	skip 'no background psql', 1 unless ref $session && $session->can('query_safe');
	$session->query_safe("SET search_path = public, clinic; BEGIN; SET LOCAL ROLE clinic_app; SELECT clinic.enter('sara'); $one");
	$session->quit;
	$primary->poll_query_until('postgres', 'SELECT count(*) = 1 FROM pg_stat_activity WHERE backend_type = \'client backend\'');
	like(logged($primary), line('rolled back', $anna), 'a connection that is left');
}

# Prepared: whoever rolls it back, the log has had it.
my $prepared = "SET search_path = public, clinic; BEGIN; SET LOCAL ROLE clinic_app; SELECT clinic.enter('sara'); $one; PREPARE TRANSACTION 'x'";
$primary->safe_psql('postgres', $prepared);
like(logged($primary), line('prepared', $anna), 'a prepared transaction is on the log');
$primary->safe_psql('postgres', "ROLLBACK PREPARED 'x'");
is(notes(), 0, 'whatever becomes of it');
$primary->safe_psql('postgres', $prepared);
$primary->safe_psql('postgres', "COMMIT PREPARED 'x'");
is(notes(), 1, 'committed, it is noted');

# A reader does not fail because of what is noted.
$primary->safe_psql('postgres', 'ALTER TABLE practiceacl.reading_note ADD CHECK (false) NOT VALID');
is(Clinic::as($primary, 'sara', $one), 5, 'rules that somebody adds to the table do not matter');
$primary->safe_psql('postgres', 'ALTER TABLE practiceacl.reading_note RENAME TO away');
logged($primary);
is(Clinic::as($primary, 'sara', $one), 5, 'without the table all is read');
like(logged($primary), line('extension not updated', $anna), 'and logged');
$primary->safe_psql('postgres', 'ALTER TABLE practiceacl.away RENAME TO reading_note');
$primary->safe_psql('postgres', 'ALTER TABLE practiceacl.reading_note ADD COLUMN more int');
is(Clinic::as($primary, 'sara', $one), 5, 'with another column');
$primary->safe_psql('postgres', 'ALTER TABLE practiceacl.reading_note DROP COLUMN more');
is(Clinic::as($primary, 'sara', $one), 5, 'and without it again');
is(logged($primary) . notes(), 3, 'all is noted');

# What a client says when it connects.
my $port = $primary->port;
my $host = $primary->host;
sub setting
{
	my ($options, $sql) = @_;
	local $ENV{PGOPTIONS} = $options;
	my ($status, $stdout, $stderr) = $primary->psql('postgres', "LOAD '\$libdir/practiceacl'; $sql SHOW practiceacl.record_reading");
	return $stdout;
}
is(setting('', ''), 'all', 'the server is set to all');
is(setting('-c practiceacl.record_reading=emergency', ''), 'all', 'which no client hides before the module is loaded');
is(setting('-c PRACTICEACL.Record_Reading=emergency', ''), 'all', 'in whatever case');
$primary->append_conf('postgresql.conf', 'practiceacl.record_reading = emergency');
$primary->reload;
is(setting('', ''), 'emergency', 'set to less');
is(setting('-c practiceacl.record_reading=emergency', ''), 'all', 'whoever says so themselves is not believed');
is(setting('-c practiceacl.record_reading=none', ''), 'all', 'nor by a word that there is not');
$primary->append_conf('postgresql.conf', 'practiceacl.record_reading = all');
$primary->reload;

# A hundred agendas make a line.
$primary->safe_psql('postgres', q{
	INSERT INTO practiceacl.agenda (organization_id, id, holder_id, time_zone, name, data_controller)
	SELECT clinic.org('north'), practiceacl.new_id(), clinic.account('bert'), 'Europe/Paris', 'Room ' || n, 'North' FROM generate_series(1, 240) AS n;
	INSERT INTO practiceacl.access_grant (organization_id, agenda_id, account_id, rights)
	SELECT organization_id, id, clinic.account('sara'), 'read' FROM practiceacl.agenda WHERE name LIKE 'Room %';
	INSERT INTO practiceacl.appointment (organization_id, agenda_id, starts_at, ends_at, created_by, patient)
	SELECT organization_id, id, clinic.at('09:00'), clinic.at('10:00'), holder_id, 'P' FROM practiceacl.agenda WHERE name LIKE 'Room %'});
logged($primary);
is(Clinic::as($primary, 'sara', 'SELECT count(*) FROM practiceacl.appointment; ROLLBACK'), 250, 'many agendas');
my $lines = logged($primary);
is(scalar(split /\n/, $lines), 3, 'take more lines');
is(scalar(() = $lines =~ /[0-9a-f-]{36}/g), 242 + 3, 'that name all of them');

# A standby writes nothing.
$primary->backup('base');
my $standby = PostgreSQL::Test::Cluster->new('standby');
$standby->init_from_backup($primary, 'base', has_streaming => 1);
$standby->start;
$primary->wait_for_catchup($standby);
$place = -s $standby->logfile;
is(Clinic::as($standby, 'sara', $one), 5, 'a standby is read');
like(logged($standby), line('standby', $anna), 'which its log has');
$standby->stop;

# A crash leaves what was committed a moment ago.
notes();
is(Clinic::as($primary, 'sara', $one), 5, 'a reading');
$primary->safe_psql('postgres', 'SELECT pg_sleep(0.7)');
$primary->stop('immediate');
$primary->start;
is(notes(), 1, 'survives a crash');
is(Clinic::as($primary, 'carl', "SELECT practiceacl.break_glass(agenda('anna'), 'collapsed') IS NOT NULL; $one"), "t\n5", 'an emergency');
is(Clinic::as($primary, 'carl', $one), 5, 'whose reading is on disk when it has committed');
$primary->stop('immediate');
$primary->start;
is($primary->safe_psql('postgres', 'SELECT count(*) FROM practiceacl.reading_note WHERE emergency'), 2, 'survives at once');
$primary->stop;
done_testing();
