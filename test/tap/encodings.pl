# A database of any encoding gets the same extension: its comments read back
# as they are written, an update from the last release too, and what people
# write there comes back as they wrote it.
use strict;
use warnings;
use utf8;
use Encode qw(encode_utf8);
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;

my $node = PostgreSQL::Test::Cluster->new('encodings');
$node->init;
my $keys = PostgreSQL::Test::Utils::tempdir() . '/keys';
append_to_file($keys, 'only ' . '0f' x 32 . "\n");
chmod 0600, $keys;
$node->append_conf('postgresql.conf', "practiceacl.key_file = '$keys'\n");
$node->start;
$ENV{PGCLIENTENCODING} = 'UTF8';

sub run
{
	my ($database, $sql) = @_;
	return $node->safe_psql($database, encode_utf8($sql));
}

# Every comment of the extension, as one digest.
my $comments = q{
	SELECT count(*) > 200, md5(string_agg(convert_to(c, 'UTF8')::text, '|' ORDER BY c COLLATE "C"))
	FROM pg_depend, obj_description(objid, classid::regclass::name) AS c
	WHERE deptype = 'e'
		AND refobjid = (SELECT oid FROM pg_extension WHERE extname = 'practiceacl')};

# A name, and a patient's, that the encoding has.
my %words = (
	UTF8 => [ 'Éloïse Œuvrard', '山田 花子 🙂' ],
	LATIN1 => [ 'Éloïse Öst', 'Zoë Ñuñez' ],
	WIN1252 => [ 'Éloïse Œuvrard', 'Zoë €' ],
	EUC_JP => [ '山田 花子', '鈴木 ゆき' ],
	SQL_ASCII => [ 'Éloïse', '山田' ]);
my $expected;

foreach my $encoding (qw(UTF8 LATIN1 WIN1252 EUC_JP SQL_ASCII))
{
	my $database = lc $encoding;
	my ($name, $patient) = @{ $words{$encoding} };

	run('postgres', "CREATE DATABASE $database TEMPLATE template0 ENCODING '$encoding' LOCALE 'C'");
	run($database, 'CREATE EXTENSION practiceacl CASCADE');
	$expected //= run($database, $comments);
	is(run($database, $comments), $expected, "$encoding has the comments as they are written");

	my $read = run($database, qq{
		CREATE ROLE app_$database;
		DO \$\$ BEGIN PERFORM practiceacl.grant_application('app_$database'); END \$\$;
		WITH o AS (INSERT INTO practiceacl.organization (name) VALUES ('$name') RETURNING id),
			p AS (INSERT INTO practiceacl.account (email, first_name, last_name)
				VALUES ('anna\@x.test', '$name', 'x') RETURNING id),
			m AS (INSERT INTO practiceacl.membership (organization_id, account_id, admin)
				SELECT o.id, p.id, 'full' FROM o, p)
		INSERT INTO practiceacl.agenda (organization_id, holder_id, time_zone, name, data_controller)
		SELECT o.id, p.id, 'UTC', '$name', '$name' FROM o, p;
		\\i $ENV{PRACTICEACL_TREE}/test/setup/record.sql
		DO \$\$ BEGIN PERFORM record.begin_all(); END \$\$;
		BEGIN;
		DO \$\$ BEGIN PERFORM practiceacl.enter(practiceacl.open_session(id)) FROM practiceacl.account; END \$\$;
		SET ROLE app_$database;
		DO \$\$ BEGIN
			PERFORM practiceacl.book(agenda_id, '2058-01-07 09:00Z', '2058-01-07 10:00Z', patient => '$patient')
			FROM practiceacl.my_agendas;
		END \$\$;
		SELECT first_name, patient FROM practiceacl.user_directory, practiceacl.calendar;
		COMMIT;
	});
	is($read, encode_utf8("$name|$patient"), "$encoding: a name and a patient as they were written");
	is(run($database, q{
		BEGIN;
		DO $$ BEGIN PERFORM practiceacl.enter(practiceacl.open_session(id)) FROM practiceacl.account; END $$;
		UPDATE practiceacl.session SET confirmed_until = clock_timestamp() + interval '1 min';
		SELECT substring(uri from '&issuer=([^&]*)&') FROM practiceacl.enrol_second_factor();
		ROLLBACK}),
		join('', map { /[A-Za-z0-9._~-]/ ? $_ : sprintf '%%%02X', ord } split //, encode_utf8($name)),
		"$encoding: an authenticator app reads the organization's name as UTF-8");
	is(run($database, q{
		SELECT count(*) FROM practiceacl.organization o, practiceacl.verify_activity(o.id) v
		WHERE v.first_broken IS NOT NULL}),
		0, "$encoding: every chain is whole");
}

# The frozen script of 0.1.0 is not ASCII: what it spoilt in a comment the
# update writes again.
run('postgres', q{CREATE DATABASE updated TEMPLATE template0 ENCODING 'LATIN1' LOCALE 'C'});
run('updated', q{CREATE EXTENSION practiceacl VERSION '0.1.0' CASCADE; ALTER EXTENSION practiceacl UPDATE});
is(run('updated', $comments), $expected, 'an update writes the comments again');

$node->stop;
done_testing();
