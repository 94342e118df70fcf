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
	"SELECT practiceacl.log_out()")
{
	is(Clinic::as($standby, 'anna', $write), '25006', "refused: $write");
}

# What is taken is taken, once it is replayed.
is(Clinic::as($primary, 'anna', "SELECT practiceacl.set_rights(agenda('anna'), account('sara'), 'none')"), '', 'a right is taken on the primary');
$primary->wait_for_catchup($standby);
is(Clinic::as($standby, 'sara', "SELECT count(*), practiceacl.rights_on(agenda('anna')) FROM practiceacl.appointment"), '0|none', 'and is not had on the standby');
is(Clinic::as($primary, 'anna', 'SELECT practiceacl.log_out()'), '', 'a log-out');
$primary->wait_for_catchup($standby);
is(Clinic::as($standby, 'anna', 'SELECT 1'), '28000', 'is one there as well');

# The standby takes over.
$standby->promote;
$standby->poll_query_until('postgres', 'SELECT NOT pg_is_in_recovery()');
is(Clinic::as($standby, 'bert', "SELECT practiceacl.book(agenda('bert'), at('09:00'), appointment_id => id(3))"),
	'00000000-0000-7000-8000-00000c000003', 'promoted, it books');
Clinic::is_sound($standby, 'on the new primary');
$standby->stop;
$primary->stop;
done_testing();
