# Acts on everything that one member has work on 20,000 agendas with a lock
# table of the server's default size, which has room for some thousand locks:
# above a number, one lock stands for all agendas of the organization.
use strict;
use warnings FATAL => 'all';
use Clinic;
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;

my $agendas = 20000;
my $node = PostgreSQL::Test::Cluster->new('many_agendas');
$node->init;
$node->append_conf('postgresql.conf', "max_locks_per_transaction = 64\nmax_connections = 100\nautovacuum = off\nfsync = off");
$node->start;
Clinic::fill($node);

# Sara works on all of them; the chains are those of agendas made by rows.
$node->safe_psql('postgres', qq{
	INSERT INTO practiceacl.agenda (organization_id, holder_id, time_zone, name, data_controller)
	SELECT clinic.org('north'), clinic.account('anna'), 'Europe/Paris', 'Agenda ' || n, 'North' FROM generate_series(1, $agendas) AS n;
	INSERT INTO practiceacl.access_grant (organization_id, agenda_id, account_id, rights)
	SELECT organization_id, id, clinic.account('sara'), 'read' FROM practiceacl.agenda WHERE name LIKE 'Agenda %';
	UPDATE practiceacl.account SET first_used_at = now();
	ANALYZE practiceacl.agenda, practiceacl.access_grant;
});
my $has = q{SELECT count(*) FROM practiceacl.access_grant x WHERE account_id = clinic.account('%s')};

# As an application, in one transaction; the error if there is one.
sub act
{
	my ($sql) = @_;
	my ($status, $out, $err) = $node->psql('postgres', qq{
		SET search_path = public, clinic;
		SET ROLE clinic_app;
		BEGIN;
		DO \$\$ BEGIN PERFORM clinic.enter('carl'); END \$\$;
		$sql;
		COMMIT;
	}, on_error_stop => 1);
	return $status ? $err : $out;
}

is(act(q{SELECT count(*) FROM practiceacl.clone_rights(clinic.org('north'), clinic.account('sara'), clinic.account('lena'))}),
	$agendas + 2, 'cloned to a colleague');
is($node->safe_psql('postgres', sprintf $has, 'lena'), $agendas + 2, 'on every agenda');
like(act(q{SELECT practiceacl.disable_user(clinic.org('north'), clinic.account('lena'))}), qr/^\s*$/, 'the colleague is disabled');
like(act(q{SELECT practiceacl.enable_user(clinic.org('north'), clinic.account('lena'))}), qr/^\s*$/, 'and enabled');
like(act(q{SELECT count(*) FROM practiceacl.substitute(clinic.account('sara'), clinic.account('bert'), tstzrange(now(), now() + interval '9 days'))}),
	qr/^20001$/m, 'another stands in for two weeks, but not on what they hold');
like(act(q{SELECT practiceacl.start_review(clinic.org('north'), (now() + interval '20 days')::date) IS NOT NULL}), qr/^t$/m, 'all is reviewed');
like(act(q{SELECT count(*) FROM practiceacl.remove_user(clinic.org('north'), clinic.account('lena'))}), qr/^0$/m, 'the colleague is removed');
is($node->safe_psql('postgres', sprintf $has, 'lena'), 0, 'from every agenda');
is($node->safe_psql('postgres', q{SELECT practiceacl.close_organization(clinic.org('north'))}), '', 'the operator closes the organization');
is($node->safe_psql('postgres', q{SELECT practiceacl.reopen_organization(clinic.org('north'))}), '', 'and reopens it');
is($node->safe_psql('postgres', q{SELECT count(*) FROM practiceacl.membership WHERE status = 'active' AND organization_id = clinic.org('north')}), 4, 'with its members');

$node->stop;
done_testing();
