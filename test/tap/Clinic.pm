# A server with the clinic of test/setup/clinic.sql in it, and what tests of
# whole servers ask of it.
package Clinic;

use strict;
use warnings FATAL => 'all';
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;

# Makes the extension and the clinic in the database postgres of a node.
sub fill
{
	my ($node) = @_;

	$node->safe_psql('postgres', 'CREATE EXTENSION practiceacl CASCADE');
	my ($status, $stdout, $stderr) = $node->psql('postgres', qq{
		\\i $ENV{PRACTICEACL_TREE}/test/setup/clinic.sql
		\\i $ENV{PRACTICEACL_TREE}/test/setup/record.sql
		SELECT record.begin_all()});
	die "no clinic: $stderr" if $stderr =~ /ERROR/;
	return;
}

# Runs SQL as the application on behalf of somebody, in one transaction.
# Returns what it prints, or the SQLSTATE of the first error.
sub as
{
	my ($node, $who, $sql) = @_;

	return as_in($node, 'postgres', $who, $sql);
}

# The same in another database.
sub as_in
{
	my ($node, $database, $who, $sql) = @_;
	my ($status, $stdout, $stderr) = $node->psql($database, qq{
		\\set VERBOSITY sqlstate
		SET search_path = public, clinic;
		SET TimeZone = 'UTC';
		BEGIN;
		SET LOCAL ROLE clinic_app;
		DO \$\$ BEGIN PERFORM clinic.enter('$who'); END \$\$;
		$sql;
		COMMIT;
	}, on_error_stop => 1);
	return $1 if $stderr =~ /ERROR:\s+(\w{5})/;
	die $stderr if $status;
	return $stdout;
}

# No two appointments overlap that may not, and every chain is whole.
sub is_sound
{
	my ($node, $when, $imported) = @_;

	is($node->safe_psql('postgres', q{
		SELECT count(*) FROM (
			SELECT starts_at < max(ends_at) OVER (PARTITION BY agenda_id ORDER BY starts_at, id
				ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS clashes
			FROM practiceacl.appointment WHERE cancelled_at IS NULL AND NOT overbooked) AS a
		WHERE clashes}),
		0, "no overlap $when");
	is($node->safe_psql('postgres', q{
		SELECT count(*) FROM practiceacl.organization o, practiceacl.verify_activity(o.id) v
		WHERE v.first_broken IS NOT NULL}),
		0, "every chain is whole $when");
	return if $imported;			# many bookings, one entry
	is($node->safe_psql('postgres', q{
		SELECT count(*) FROM practiceacl.appointment a WHERE NOT EXISTS (
			SELECT FROM practiceacl.activity e WHERE e.subject_id = a.id AND e.act = 'appointment.booked')}),
		0, "every booking is on record $when");
	return;
}

1;
