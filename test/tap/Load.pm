# A practice under load: the server, the clients, and what must be true
# afterwards.  The practice itself is in test/setup/load.sql.
package Load;

use strict;
use warnings FATAL => 'all';
use IPC::Run ();
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;
use Time::HiRes qw(sleep);

our $clients = 16;

# How often each act is done, out of their sum, and by which people.
my @everybody = (1, 30);
my @administrators = (1, 4);
my @acts = (
	[ 'book', 24, @everybody ],
	[ 'book twice', 4, @everybody ],
	[ 'hold and book', 5, @everybody ],
	[ 'visit', 8, @everybody ],
	[ 'overbook', 3, @everybody ],
	[ 'series', 3, @everybody ],
	[ 'move', 10, @everybody ],
	[ 'move series', 2, @everybody ],
	[ 'cancel series', 1, @everybody ],
	[ 'move many', 2, @everybody ],
	[ 'swap', 2, @everybody ],
	[ 'archive', 1, 1 .. 4 ],
	[ 'archive type', 1, @administrators ],
	[ 'update', 4, @everybody ],
	[ 'cancel', 7, @everybody ],
	[ 'status', 5, @everybody ],
	[ 'wait', 4, @everybody ],
	[ 'move up', 4, @everybody ],
	[ 'stop waiting', 1, @everybody ],
	[ 'reminders', 1, 1, 20 ],
	[ 'hold', 6, @everybody ],
	[ 'release', 4, @everybody ],
	[ 'openings', 3, 1, 20 ],
	[ 'absence', 3, 1, 20 ],
	[ 'return', 3, 1, 20 ],
	[ 'give', 6, 1, 20 ],
	[ 'take', 3, 1, 20 ],
	[ 'clone', 2, @administrators ],
	[ 'disable', 2, @administrators ],
	[ 'enable', 5, @administrators ],
	[ 'invite', 4, @administrators ],
	[ 'accept', 6, @everybody ],
	[ 'revoke', 1, @administrators ],
	[ 'break glass', 1, @everybody ],
	[ 'log out', 2, @everybody ],
	[ 'guess', 1, @everybody ],
	[ 'purge', 1, @everybody ],
	[ 'look', 6, @everybody ],
	# The same in a transaction that sees an old state.
	[ 'serial book', 4, @everybody ],
	[ 'serial move', 3, @everybody ],
	[ 'serial hold', 2, @everybody ],
	[ 'serial give', 2, 1, 20 ],
	[ 'serial disable', 1, @administrators ],
	[ 'serial enable', 1, @administrators ]);

# Returns a server that loses nothing, with the practice in its database
# postgres.  A back end that dies takes it down, so that this is noticed.
sub new_node
{
	my ($name) = @_;
	my $node = PostgreSQL::Test::Cluster->new($name);

	$node->init;
	$node->append_conf('postgresql.conf', qq{
fsync = on
full_page_writes = on
synchronous_commit = on
restart_after_crash = off
max_connections = 40
deadlock_timeout = 100ms
checkpoint_timeout = 30s
autovacuum_naptime = 1s
log_min_messages = warning
session_preload_libraries = practiceacl
practiceacl.password_memory = 8
practiceacl.password_passes = 1
});
	$node->start;
	$node->safe_psql('postgres', 'CREATE EXTENSION practiceacl CASCADE');
	$node->safe_psql('postgres', slurp_file("$ENV{PRACTICEACL_TREE}/test/setup/load.sql"));
	$node->safe_psql('postgres', 'CALL load.make_people()');
	return $node;
}

# Writes one script for pgbench.  What the client was told was committed goes
# into a file before the client does anything else.
sub write_script
{
	my ($directory, $act, $first, $last) = @_;
	my $file = "$directory/$act.sql";
	my $level = $act =~ /^serial/ ? ' ISOLATION LEVEL REPEATABLE READ' : '';

	$file =~ tr/ /_/;
	PostgreSQL::Test::Utils::append_to_file($file, qq{
\\set person random($first, $last)
SELECT load.arrive(:person) AS token \\gset
BEGIN$level;
SELECT coalesce(id::text, 'none') AS appointment, made FROM load.act('$act', :token) \\gset
COMMIT;
\\if :made
\\shell echo :appointment >> :acknowledged
\\endif
});
	return $file;
}

# The practice next door: an error there ends the client, and so the run.
sub write_neighbour
{
	my ($directory) = @_;
	my $file = "$directory/next_door.sql";

	PostgreSQL::Test::Utils::append_to_file($file, q{
SELECT load.arrive(31) AS token, nextval('load.visit') AS visit \gset
BEGIN;
SELECT practiceacl.enter(:token);
SELECT practiceacl.book(agenda_id, '2065-01-01'::timestamptz + :visit::bigint * interval '15 min',
	'2065-01-01'::timestamptz + (:visit::bigint + 1) * interval '15 min') AS appointment
FROM load.person WHERE number = 31 \gset
SELECT load.note('booked', :appointment::uuid);
COMMIT;
\shell echo :appointment >> :acknowledged
});
	return $file;
}

# Begins the load; it ends after so many seconds.  Returns the run: a handle,
# what it says, and the file with what was acknowledged.
sub begin
{
	my ($node, $seconds) = @_;
	my $directory = PostgreSQL::Test::Utils::tempdir();
	my %run = (
		out => '', err => '',
		acknowledged => "$directory/acknowledged");
	my @scripts = map {
		my ($act, $weight, $first, $last) = @$_;
		('-f', write_script($directory, $act, $first, $last) . "\@$weight")
	} @acts;

	PostgreSQL::Test::Utils::append_to_file($run{acknowledged}, '');
	$run{handle} = IPC::Run::start(
		[
			'pgbench', '-n', '-M', 'prepared', '-c', $clients, '-j', 2, '-T', $seconds,
			'-D', "acknowledged=$run{acknowledged}", '-h', $node->host, '-p', $node->port,
			'-U', 'load_app', @scripts, '-f', write_neighbour($directory) . '@8', 'postgres'
		],
		'<', \'', '>', \$run{out}, '2>', \$run{err});
	return \%run;
}

# The ids of the appointments that clients were told were committed.
sub acknowledged
{
	my ($run) = @_;

	return split /\n/, slurp_file($run->{acknowledged});
}

# What is wrong in the database, as text; empty if nothing is.
sub problems
{
	my ($node) = @_;

	return $node->safe_psql('postgres', 'SELECT * FROM load.problems()');
}

# Those of some appointments that are not in the database.
sub lost
{
	my ($node, @ids) = @_;

	return $node->safe_psql('postgres',
		"SELECT id FROM unnest('{" . join(',', @ids) . "}'::uuid[]) AS told (id)\n"
		  . 'WHERE NOT EXISTS (SELECT FROM practiceacl.appointment a WHERE a.id = told.id)');
}

# The acts that nobody has brought to an end: nothing was tested of them.  A
# serialization failure is an end: what waits for the organization's lock has
# a stale view when it gets it.
sub untried
{
	my ($node) = @_;
	my %done = map { $_ => 1 } split /\n/,
	  $node->safe_psql('postgres', q{
		SELECT DISTINCT act FROM load.outcome WHERE code = '00000' OR code = '40001' AND serial});

	return join ', ', grep { !$done{$_} } map { $_->[0] } @acts;
}

# Tells what happened.
sub tell
{
	my ($node) = @_;

	note($node->safe_psql('postgres', q{
		SELECT act, string_agg(code || ' ' || n, ', ' ORDER BY n DESC)
		FROM (SELECT act, code, count(*) AS n FROM load.outcome GROUP BY act, code) AS c
		GROUP BY act ORDER BY act}));
	return;
}

# What the server's log has of what must not happen.
sub alarms
{
	my ($node) = @_;

	return join "\n", grep { /PANIC|TRAP|deadlock detected|terminated by signal|\bXX\d{3}\b|ERROR:/ }
	  split /\n/, slurp_file($node->logfile);
}

1;
