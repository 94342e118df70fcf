# A hot standby: everything that is read works there, by the same rules, and
# what is taken on the primary is taken there once it has been replayed.
use strict;
use warnings FATAL => 'all';
use Clinic;
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;

my $primary = PostgreSQL::Test::Cluster->new('primary');
$primary->init(allows_streaming => 1);
$primary->start;
Clinic::fill($primary);
is(Clinic::as($primary, 'anna', "SELECT practiceacl.book(agenda('anna'), at('09:00'), patient => 'Marie', appointment_id => id(1))"),
	'00000000-0000-7000-8000-00000c000001', 'booked on the primary');
is(Clinic::as($primary, 'anna', "SELECT practiceacl.book(agenda('anna'), at('10:00'), private => true, appointment_id => id(2)) IS NOT NULL"),
	't', 'and a private one');
$primary->backup('base');
my $standby = PostgreSQL::Test::Cluster->new('standby');
$standby->init_from_backup($primary, 'base', has_streaming => 1);
$standby->start;
$primary->wait_for_catchup($standby);

# Reading.
is(Clinic::as($standby, 'anna', 'SELECT patient FROM practiceacl.appointment ORDER BY starts_at'), "Marie\n", 'the holder reads their own appointments');
is(Clinic::as($standby, 'sara', 'SELECT patient FROM practiceacl.appointment'), 'Marie', 'the secretary what is not private');
is(Clinic::as($standby, 'sara', 'SELECT status FROM practiceacl.calendar ORDER BY starts_at'), "booked\nbusy", 'or as busy');
is(Clinic::as($standby, 'olga', 'SELECT count(*) FROM practiceacl.appointment'), 0, 'a stranger nothing');
is(Clinic::as($standby, 'sara', q{SELECT practiceacl.can(agenda('anna'), 'book'), practiceacl.can(agenda('bert'), 'book'),
	practiceacl.rights_on(agenda('bert')), cardinality(practiceacl.agendas()), practiceacl.is_admin(org('north')),
	practiceacl.current_account() = account('sara'), practiceacl.current_session() IS NOT NULL}),
	't|f|read|2|f|t|t', 'every question is answered');
is(Clinic::as($standby, 'carl', q{SELECT practiceacl.is_admin(org('north')), practiceacl.is_admin(org('south'))}), 't|f', 'administrators are known');
is(Clinic::as($standby, 'anna', q{SELECT count(*) > 0 FROM practiceacl.free_slots(agenda('anna'), at('06:00'), at('20:00'))}) =~ /^[tf]$/, 1,
	'free slots are found');
is($standby->safe_psql('postgres', 'SELECT count(*) FROM practiceacl.appointment', extra_params => [ '-v', 'x=1' ]), 2, 'its owner reads all');
my $relations = $primary->safe_psql('postgres', q{
	SELECT string_agg(object, ' ' ORDER BY object) FROM practiceacl.role_privileges
	WHERE audience = 'application' AND object_type IN ('table', 'view')});
foreach my $relation (split / /, $relations)
{
	like(Clinic::as($standby, 'carl', "SELECT count(*) FROM practiceacl.$relation"), qr/^\d+$/, "$relation is read");
}
$standby->psql('postgres', "SET ROLE clinic_app; SELECT count(*) FROM practiceacl.appointment", stdout => \my $nobody);
is($nobody, 0, 'without a session nothing');
$standby->psql('postgres', "SET ROLE clinic_app;\nBEGIN;\nSELECT practiceacl.enter('x');", stderr => \my $refused);
like($refused, qr/not valid/, 'no wrong token is taken');

# Writing is refused in the words that a client knows from standbys.
foreach my $write (
	"SELECT practiceacl.book(agenda('anna'), at('12:00'))",
	"SELECT practiceacl.move_appointment(id(1), at('12:00'))",
	"SELECT practiceacl.update_appointment(id(1), '{\"note\": \"x\"}')",
	"SELECT practiceacl.cancel_appointment(id(1))",
	"SELECT practiceacl.hold_slot(agenda('anna'), at('12:00'))",
	"SELECT practiceacl.add_absence(agenda('anna'), at('12:00'), at('13:00'))",
	"SELECT practiceacl.set_rights(agenda('anna'), account('sara'), 'none')",
	"SELECT practiceacl.log_out()",
	"SELECT practiceacl.log_in('anna\@north.test', 'wrong')",
	"SELECT practiceacl.reauthenticate('wrong')",
	"SELECT practiceacl.change_password('wrong', 'another one')",
	"SELECT practiceacl.second_factor('000000')",
	"SELECT practiceacl.commit_position()")
{
	is(Clinic::as($standby, 'anna', $write), '25006', "refused: $write");
}

# What is followed from a cursor is the primary's.
foreach my $act ('publish_directory()', q{follow_directory('host=a')}, q{set_organization_cells('a', '[]')})
{
	$standby->psql('postgres', "\\set VERBOSITY verbose\nSELECT practiceacl.$act", stderr => \$refused);
	like($refused, qr/25006.*CONSTRAINT NAME:\s+standby/s, "refused: $act");
}
is(Clinic::as($standby, 'anna', 'SELECT count(*) FROM practiceacl.changes_since(NULL)'), '0A000', 'changes are asked of the primary');

# Reading what one has written: the position of the transaction, waited for.
sub position { my ($who, $sql) = @_; return Clinic::as($primary, $who, "$sql \\g /dev/null\nSELECT practiceacl.commit_position()") }
sub replay { my ($what) = @_; $standby->safe_psql('postgres', "SELECT pg_wal_replay_$what()"); return }
sub fresh { my ($who, $position, $wait, $sql) = @_; return Clinic::as($standby, $who, "CALL practiceacl.require_fresh('$position', '$wait');\n$sql") }
my $next = 0;
sub book { $next++; return position('bert', "SELECT practiceacl.book(agenda('bert'), at('06:00') + $next * interval '30 min', appointment_id => id(100 + $next))") }
my $booked = book();
is(fresh('bert', $booked, '60 s', 'SELECT count(*) FROM practiceacl.appointment WHERE id = id(101)'), 1, 'what was written is read');
replay('pause');
$booked = book();
is(fresh('bert', $booked, '0', 'SELECT 1'), 'PA051', 'refused while it is not there');
is(Clinic::as($standby, 'bert', 'SELECT count(*) FROM practiceacl.appointment WHERE id = id(102)'), 0, 'which is true');
is(fresh('bert', 1 << 60, '10 ms', 'SELECT 1'), 'PA051', 'and what never was is not waited for longer than was said');
is(Clinic::as($primary, 'bert', "CALL practiceacl.require_fresh('$booked', '60 s'); SELECT 1"), 1, 'the primary has it at once');
is(fresh('bert', $booked, '61 s', 'SELECT 1'), '22023', 'a wait has an end');
is(Clinic::as($standby, 'bert', 'CALL practiceacl.require_fresh(NULL)'), '22004', 'null is no position');
is(fresh('bert', 3, '0', 'SELECT 1'), 1, 'an old one is there');

# Somebody who waits stops nobody: what they wait for comes after rows that
# the replay removes, which a snapshot of theirs would keep.
$standby->safe_psql('postgres', 'ALTER SYSTEM SET max_standby_streaming_delay = -1');
$standby->reload;
my $ahead = $primary->safe_psql('postgres', 'CREATE TABLE many AS SELECT FROM generate_series(1, 100); SELECT practiceacl.commit_position()') + 3;
my $waiting = $standby->background_psql('postgres', on_error_die => 1);
$waiting->query_until(qr/begun/, "\\echo begun\nCALL practiceacl.require_fresh('$ahead', '60 s');\nSELECT practiceacl.rights_on(NULL) IS NULL AS done;\n");
$standby->poll_query_until('postgres', "SELECT count(*) = 1 FROM pg_stat_activity WHERE query LIKE 'CALL%' AND wait_event_type = 'Extension' AND backend_xmin IS NULL");
$primary->safe_psql('postgres', 'DELETE FROM many');
$primary->safe_psql('postgres', 'VACUUM (FREEZE) many');
$primary->safe_psql('postgres', 'SELECT practiceacl.commit_position()') for 1 .. 3;
replay('resume');
$waiting->query_until(qr/over/, "\\echo over\n");
ok($waiting->quit, 'the replay reaches it, and whoever waits goes on');
replay('pause');
my $stopped = IPC::Run::start([ 'psql', '-X', '-v', 'VERBOSITY=sqlstate', '-d', $standby->connstr('postgres'),
	'-c', "CALL practiceacl.require_fresh('" . book() . "', '60 s')" ], '>', \my $out, '2>', \my $err);
$standby->poll_query_until('postgres', "SELECT count(pg_cancel_backend(pid)) = 1 FROM pg_stat_activity WHERE query LIKE 'CALL%' AND wait_event_type = 'Extension'");
$stopped->finish;
like($err, qr/57014/, 'a wait is cancelled like anything else');
replay('resume');
is(Clinic::as($standby, 'bert', "SET TRANSACTION ISOLATION LEVEL REPEATABLE READ; CALL practiceacl.require_fresh('3')"), '25001',
	'the level is chosen before anybody enters');
$standby->psql('postgres', "\\set VERBOSITY sqlstate\nBEGIN ISOLATION LEVEL REPEATABLE READ; CALL practiceacl.require_fresh('3')", stderr => \$refused);
like($refused, qr/0A000/, 'in REPEATABLE READ the wait would be for nothing');
$standby->psql('postgres', "\\set VERBOSITY sqlstate\nBEGIN; DECLARE c CURSOR FOR SELECT 1; CALL practiceacl.require_fresh('3')", stderr => \$refused);
like($refused, qr/0A000/, 'and an open cursor could stop the replay');
is($standby->safe_psql('postgres', "DO \$\$ BEGIN CALL practiceacl.require_fresh('3'); PERFORM 1 FROM practiceacl.account; END \$\$; SELECT 1"), 1, 'a DO block may wait');
$standby->psql('postgres', "SET ROLE clinic_app; CALL practiceacl.require_fresh('3')", stderr => \$refused);
is($refused, '', 'nobody need have entered: a session that is new is waited for first');

# What is taken is taken, once it is replayed.
my $taken = position('anna', "SELECT practiceacl.set_rights(agenda('anna'), account('sara'), 'none')");
is(fresh('sara', $taken, '60 s', "SELECT count(*), practiceacl.rights_on(agenda('anna')) FROM practiceacl.appointment WHERE agenda_id = agenda('anna')"),
	'0|none', 'a right that was taken on the primary is not had on the standby');
$taken = position('anna', 'SELECT practiceacl.log_out()');
$standby->safe_psql('postgres', "CALL practiceacl.require_fresh('$taken', '60 s')");
is(Clinic::as($standby, 'anna', 'SELECT 1'), '28000', 'a log-out is one there as well');

# The standby takes over while it lags: what was lost is known to whoever kept
# the heads of the chains, and whoever has a session goes on.
sub query { my ($node, $sql) = @_; return $node->safe_psql('postgres', $sql) }
$standby->append_conf('postgresql.conf', "primary_conninfo = ''");
$standby->reload;
$primary->poll_query_until('postgres', 'SELECT count(*) = 0 FROM pg_stat_replication');
my $lost = book();
my $heads = query($primary, q{SELECT jsonb_agg(h) FROM practiceacl.activity_heads() h});
$primary->stop('immediate');
$standby->promote;
my $compare = sub { query($standby, qq{SELECT count(*) || '|' || coalesce(sum(h.entries - c.entries) FILTER (WHERE h.entries > c.entries), 0) || '|'
		|| count(*) FILTER (WHERE h.entries <= c.entries AND a.hash IS DISTINCT FROM h.head)
	FROM jsonb_to_recordset('$heads') AS h (organization_id uuid, chain uuid, entries bigint, head bytea)
	JOIN practiceacl.activity_heads() c USING (organization_id, chain)
	LEFT JOIN practiceacl.activity a ON (a.organization_id, a.chain, a.sequence) = (h.organization_id, h.chain, h.entries)}) };
my $chains = query($standby, 'SELECT count(*) FROM practiceacl.activity_heads()');
is($compare->(), "$chains|1|0", 'one entry of the record was lost, and no chain is another');
is(Clinic::as($standby, 'bert', "CALL practiceacl.require_fresh('$lost'); SELECT count(*) FROM practiceacl.appointment WHERE id = id(100 + $next)"), 0,
	'what was lost is waited for by nobody');
is(Clinic::as($standby, 'bert', "SELECT practiceacl.book(agenda('bert'), at('15:00'), appointment_id => id(3))"),
	'00000000-0000-7000-8000-00000c000003', 'promoted, it books, in the session of before');
is($compare->(), "$chains|0|1", 'and that chain is now another from there on');
Clinic::is_sound($standby, 'on the new primary');
$standby->stop;
done_testing();
