# Nobody keeps their rights by keeping a transaction open, and nobody else
# waits for them or loses anything.
use strict;
use warnings;

use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;

my $node = PostgreSQL::Test::Cluster->new('main');
$node->init;
$node->append_conf('postgresql.conf', "fsync = off\nmax_prepared_transactions = 3\n");
$node->start;
$node->safe_psql('postgres', q{
	CREATE EXTENSION practiceacl;
	CREATE ROLE app LOGIN;
	SELECT practiceacl.grant_application('app');
	CREATE TABLE person (name text, id uuid, token text);
	GRANT SELECT ON person TO app;
});
my ($org, $boss) = split /\|/, $node->safe_psql('postgres', q{
	SELECT organization_id, account_id FROM practiceacl.create_organization('Clinic', 'boss@x.test', 'Bo', 'Boss')});
$node->safe_psql('postgres', qq{
	INSERT INTO person VALUES ('boss', '$boss', practiceacl.open_session('$boss'));
	BEGIN;
	SELECT practiceacl.enter(token), practiceacl.confirm_session(token) FROM person;
	INSERT INTO person SELECT 'doc', account_id FROM practiceacl.create_user('$org', 'doc\@x.test', 'D', 'Oc', agenda => '{"data_controller": "D"}');
	INSERT INTO person SELECT n, account_id FROM unnest('{ann,ben,cleo,dan,eve,fay,gus,hal}'::text[]) n,
		practiceacl.create_user('$org', n || '\@x.test', n, 'X');
	UPDATE person SET token = practiceacl.open_session(id) WHERE token IS NULL;
	SELECT practiceacl.set_rights(a.id, p.id, 'book') FROM practiceacl.agenda a, person p WHERE p.name NOT IN ('boss', 'doc');
	COMMIT;
});
my $agenda = $node->safe_psql('postgres', 'SELECT id FROM practiceacl.agenda');

sub token { return $node->safe_psql('postgres', "SELECT token FROM person WHERE name = '$_[0]'") }
sub id { return $node->safe_psql('postgres', "SELECT id FROM person WHERE name = '$_[0]'") }

# In one transaction of the boss, who waits for three seconds at the most.
sub as_boss
{
	my ($sql) = @_;
	my ($status, $out, $err) = $node->psql('postgres', qq{
		SET lock_timeout = '3s';
		BEGIN;
		DO \$\$ BEGIN PERFORM practiceacl.enter((SELECT token FROM person WHERE name = 'boss')); END \$\$;
		$sql;
		COMMIT;
	}, extra_params => [ '-U', 'app' ]);
	return ($status, $out, $err);
}

# A transaction of somebody that has done something and stays open.
my $hour = 0;
sub open_transaction
{
	my ($name, $sql) = @_;
	my $session = $node->background_psql('postgres', on_error_stop => 0, extra_params => [ '-U', 'app' ]);
	$session->query_safe("BEGIN");
	$session->query_safe("SELECT practiceacl.enter('" . token($name) . "')");
	$session->query_safe($sql);
	return $session;
}

sub book
{
	$hour++;
	return "SELECT practiceacl.book('$agenda', '2058-03-04 08:00Z'::timestamptz + interval '$hour h')";
}

# Whether the connection still answers.
sub is_alive
{
	my ($session) = @_;
	my $alive = eval { $session->query('SELECT 1') };
	return defined $alive && $alive =~ /1/ ? 1 : 0;
}

my %revocations = (
	ann => [ 'disable_user', sub { "SELECT practiceacl.disable_user('$org', '" . id('ann') . "')" } ],
	ben => [ 'remove_user', sub { "SELECT practiceacl.remove_user('$org', '" . id('ben') . "')" } ],
	cleo => [ 'set_rights', sub { "SELECT practiceacl.set_rights('$agenda', '" . id('cleo') . "', 'none')" } ],
	dan => [ 'set_features', sub { "SELECT practiceacl.set_features('$org', '" . id('dan') . "', 'billing')" } ],
);
for my $name (sort keys %revocations)
{
	my ($function, $sql) = @{ $revocations{$name} };
	my $session = open_transaction($name, book());
	my ($status, $out, $err) = as_boss($sql->());
	is($status, 0, "$function: is not blocked by an uncommitted booking");
	like($err, qr/ended 1 connection with an open transaction of the user/, "$function: the notice says so");
	is(is_alive($session), 0, "$function: their connection is ended");
	eval { $session->quit };
}

# Only theirs: a colleague at work at the same time goes on.
my $innocent = open_transaction('eve', book());
my ($status, $out, $err) = as_boss("SELECT practiceacl.set_rights('$agenda', '" . id('fay') . "', 'none')");
isnt($status, 0, 'a colleague at work is waited for');
like($err, qr/lock timeout/, 'as long as one wants to wait');
is(is_alive($innocent), 1, 'and not ended');
$innocent->query_safe('ROLLBACK');

# Nor can a caller who may not take their rights end a colleague's connection.
$innocent = open_transaction('eve', book());
($status, $out, $err) = $node->psql('postgres', qq{
	SET lock_timeout = '3s';
	BEGIN;
	SELECT practiceacl.enter('@{[token('gus')]}');
	SELECT practiceacl.set_rights('$agenda', '@{[id('eve')]}', 'none');
}, extra_params => [ '-U', 'app' ]);
like($err, qr/your rights on this agenda do not allow it/, 'a caller who may not take rights is refused at once');
is(is_alive($innocent), 1, 'and ends no connection');
$innocent->query_safe('ROLLBACK');
$innocent->quit;

# An emergency keeps nobody from working with users.
my $emergency = open_transaction('gus', "SELECT practiceacl.break_glass('$agenda', 'somebody fell')");
($status, $out, $err) = as_boss("SELECT practiceacl.invite_user('$org', 'new\@x.test', 'N', 'Ew')");
is($status, 0, 'an emergency that stays open does not hold up an invitation');
is(is_alive($emergency), 1, 'nor is it ended for that');
($status, $out, $err) = as_boss("SELECT practiceacl.disable_user('$org', '" . id('gus') . "')");
is($status, 0, 'whose author is disabled all the same');
eval { $emergency->quit };

# An operator closes the practice, and an account is deleted.
my $last = open_transaction('hal', book());
$node->safe_psql('postgres', "SET lock_timeout = '3s'; SELECT practiceacl.delete_account('" . id('hal') . "')");
is(is_alive($last), 0, 'delete_account ends what the person had open');
eval { $last->quit };
$last = open_transaction('eve', book());
$node->safe_psql('postgres', "SET lock_timeout = '3s'; SELECT practiceacl.close_organization('$org')");
is(is_alive($last), 0, 'close_organization what anybody had');
eval { $last->quit };
is($node->safe_psql('postgres', "SELECT bool_and(first_broken IS NULL) FROM practiceacl.verify_activity('$org')"), 't', 'the record verifies');
is($node->safe_psql('postgres', 'SELECT count(*) FROM practiceacl.appointment'), 0, 'and nothing of what was open is there');

# Many agendas are one lock: other databases need theirs.
my ($big) = split /\|/, $node->safe_psql('postgres', q{
	SELECT organization_id FROM practiceacl.create_organization('Big', 'big@x.test', 'B', 'Ig')});
$node->safe_psql('postgres', qq{
	INSERT INTO practiceacl.agenda (organization_id, holder_id, time_zone, name, data_controller)
	SELECT '$big', m.account_id, 'Europe/Paris', 'Agenda ' || n, 'Big'
	FROM practiceacl.membership m, generate_series(1, 20000) n WHERE m.organization_id = '$big'});
is($node->safe_psql('postgres', qq{
	BEGIN;
	DO \$\$ BEGIN PERFORM practiceacl.close_organization('$big'); END \$\$;
	SELECT count(*) < 100 FROM pg_locks WHERE locktype = 'advisory' AND pid = pg_backend_pid();
	COMMIT}), 't', 'twenty thousand agendas are closed with some locks');

# A prepared transaction has no connection that could be ended: it is told of.
$node->safe_psql('postgres', qq{
	BEGIN;
	DO \$\$ BEGIN PERFORM practiceacl.create_organization('Later', 'later\@x.test', 'L', 'Ater'); END \$\$;
	PREPARE TRANSACTION 'left behind'});
like($node->safe_psql('postgres', q{SELECT detail FROM practiceacl.health() WHERE check_name = 'settings'}),
	qr/prepared transaction 'left behind' of .* has held what others wait for since/, 'health() names a prepared transaction');
$node->safe_psql('postgres', "ROLLBACK PREPARED 'left behind'");
unlike($node->safe_psql('postgres', q{SELECT detail FROM practiceacl.health() WHERE check_name = 'settings'}),
	qr/prepared transaction/, 'until it ends');

$node->stop;
done_testing();
