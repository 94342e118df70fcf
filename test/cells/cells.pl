# An organization moves between two cells while people book in it: nothing is
# lost, nothing is there twice, and it is never open in both, whoever is killed
# when.  PRACTICEACL_LONG=1 moves it ten times, and kills everybody at each step
# instead of a few of them, chosen by the day.  PRACTICEACL_OTHER names the prefix
# of another PostgreSQL, with the extension installed, for the second cell.
use strict;
use warnings FATAL => 'all';
use Clinic;
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;
use Time::HiRes qw(sleep);

my $mover = "$ENV{PRACTICEACL_TREE}/tools/practiceacl-move";
my $north = '00000000-0000-7000-8000-000000000001';
my $south = '00000000-0000-7000-8000-000000000002';
my $levant = '00000000-0000-7000-8000-000000000003';
my $eastern = '00000000-0000-7000-8000-0000000000be';
my $moves = $ENV{PRACTICEACL_LONG} ? 10 : 2;

sub cell
{
	my ($name, @path) = @_;
	my $node = PostgreSQL::Test::Cluster->new($name, @path);

	$node->init(allows_streaming => 'logical');
	$node->append_conf('postgresql.conf', "cluster_name = '$name'\nmax_logical_replication_workers = 8\nmax_worker_processes = 16\nwal_retrieve_retry_interval = 200ms
max_prepared_transactions = 2");
	$node->start;
	return $node;
}

# Runs the mover; returns its exit code and all that it said.
sub run_mover
{
	my ($from, $to, @options) = @_;
	my $organization = @options && $options[0] =~ /^[0-9a-f]{8}-/ ? shift @options : $north;
	my $said = '';

	# Of its own session, so that it can be killed with all that it has begun.
	IPC::Run::run([ 'setsid', '-w', $mover, @options, (map { ref $_ ? $_->connstr('postgres') : $_ } $from, $to), $organization ], '>', \$said, '2>&1');
	return ($? & 127 ? 128 + ($? & 127) : $? >> 8, $said);
}

# The mover, killed as soon as it has reached a step.
sub dies_after
{
	my ($step, $from, $to, @options) = @_;
	local $ENV{PRACTICEACL_MOVE_DIES_AFTER} = $step;
	my ($code, $said) = run_mover($from, $to, @options);

	is($code, 137, "the mover is killed after $step") or diag($said);
	return;
}

# All processes of a server at once, with nothing said to any.
sub kill_server
{
	my ($node) = @_;
	my $pid = $node->{_pid};
	my @all = ($pid, split ' ', `pgrep -P $pid`);

	kill 'STOP', $pid;		# or it would tell its children
	kill 'KILL', @all;
	$node->{_pid} = undef;
	foreach (1 .. 100)
	{
		last if !kill 0, @all;
		sleep 0.05;
	}
	$node->start;
	return;
}

sub moves_ok
{
	my ($from, $to, $what, @options) = @_;
	my ($code, $said) = run_mover($from, $to, @options);

	is($code, 0, $what) or diag($said);
	note($said);
	return;
}

# Everybody logs in again: sessions never travel.
sub log_in_at
{
	my ($node) = @_;
	$node->safe_psql('postgres', 'UPDATE clinic.token t SET token = practiceacl.open_session(t.id)
		WHERE EXISTS (SELECT FROM practiceacl.account a WHERE a.id = t.id)');
	return;
}

sub state_of
{
	my ($node) = @_;
	return $node->safe_psql('postgres', "SELECT coalesce((SELECT state FROM practiceacl.organization_move WHERE organization_id = '$north'),
		CASE WHEN EXISTS (SELECT FROM practiceacl.organization WHERE id = '$north') THEN 'home' ELSE 'none' END)");
}

# Where one may write: the record is made, and undone.
sub is_writable
{
	my ($node) = @_;
	log_in_at($node);
	return Clinic::as($node, 'anna', "SELECT practiceacl.add_absence(agenda('anna'), '2059-01-01 08:00+00', '2059-01-01 09:00+00') IS NOT NULL; ROLLBACK; BEGIN") eq 't' ? 1 : 0;
}

sub is_readable
{
	my ($node) = @_;
	log_in_at($node);
	return Clinic::as($node, 'anna', "SELECT count(*) FROM practiceacl.appointment") > 0 ? 1 : 0;
}

my $a = cell('a');
my $b = cell('b', $ENV{PRACTICEACL_OTHER} ? (install_path => $ENV{PRACTICEACL_OTHER}) : ());
Clinic::fill($a);
Clinic::as($a, 'anna', "SELECT practiceacl.book(agenda('anna'), at('09:00'), patient => 'Marie', appointment_id => id(1))");
Clinic::as($a, 'anna', "SELECT practiceacl.book(agenda('anna'), '2020-03-04 09:00Z', patient => 'Long ago')");
$a->safe_psql('postgres', "SELECT practiceacl.archive_appointments('2021-01-01Z')");
$b->safe_psql('postgres', q{CREATE EXTENSION practiceacl CASCADE; CREATE ROLE clinic_app; SELECT practiceacl.grant_application('clinic_app')});

# What the application keeps beside: letters, which it numbers, and their pages.
my $letters = 'clinic."let""ter s"';
my $feeds = $a->safe_psql('postgres', q{SELECT count(*) FROM pg_available_extensions WHERE name = 'practiceacl_ical'});
$a->safe_psql('postgres', qq{
	CREATE SEQUENCE clinic.letter_number INCREMENT 2;
	CREATE TABLE $letters (organization_id uuid, id int GENERATED ALWAYS AS IDENTITY, agenda_id uuid, body text,
		number smallint DEFAULT nextval('clinic.letter_number'), UNIQUE (organization_id, number), author uuid REFERENCES practiceacl.account (id),
		length int GENERATED ALWAYS AS (length(body)) STORED, PRIMARY KEY (organization_id, id),
		FOREIGN KEY (organization_id, agenda_id) REFERENCES practiceacl.agenda (organization_id, id));
	CREATE TABLE clinic.page (organization_id uuid, letter int, number int, text text, PRIMARY KEY (organization_id, letter, number),
		FOREIGN KEY (organization_id, letter) REFERENCES $letters) PARTITION BY RANGE (number);
	CREATE TABLE clinic.first_page PARTITION OF clinic.page FOR VALUES FROM (0) TO (2);
	CREATE TABLE clinic.further_page PARTITION OF clinic.page DEFAULT;
	CREATE FUNCTION clinic.shred() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RAISE ''a letter is shredded''; END';
	CREATE TRIGGER shred AFTER DELETE ON $letters FOR EACH ROW EXECUTE FUNCTION clinic.shred();
	GRANT SELECT, INSERT ON $letters, clinic.page TO clinic_app;
	GRANT USAGE ON SEQUENCE clinic.letter_number TO clinic_app;
	SELECT practiceacl.protect('$letters', write => 'book_in_hours');
	SELECT practiceacl.add_organization_table('$letters'), practiceacl.add_organization_table('clinic.page');
});
$a->safe_psql('postgres', 'CREATE EXTENSION practiceacl_ical') if $feeds;
my ($lacks, $tells) = run_mover($a, $b);
is($lacks, 1, 'a target without the tables of the application is refused');
like($tells, qr/not registered in the target: .*clinic\.page/, 'and is told which');
is(state_of($a), 'home', 'before anything was begun');
$a->safe_psql('postgres', "SELECT practiceacl.publish_organization('$north')");
my $needs = $a->safe_psql('postgres', "SELECT practiceacl.organization_parcel('$north')");
my ($failed, undef, $refused) = $b->psql('postgres', "SELECT practiceacl.adopt_organization('$north', 'x', \$p\$$needs\$p\$)");
like($refused, qr/clinic\.page is not registered here\./, 'the target says it itself');
like($refused, qr/practiceacl\.feed is not registered here \(extension practiceacl_ical\)/, 'and of which extension a table is') if $feeds;
$a->safe_psql('postgres', "SELECT practiceacl.cancel_move('$north')");
$b->safe_psql('postgres', 'CREATE EXTENSION practiceacl_ical') if $feeds;
command_ok([ 'bash', '-c', "pg_dump -n clinic -d '" . $a->connstr('postgres') . "' | psql -X -q -v ON_ERROR_STOP=1 -d '" . $b->connstr('postgres') . "'" ],
	'the other cell has the helpers of the tests');
$b->safe_psql('postgres', "ALTER TABLE $letters RENAME body TO text");
($lacks, $tells) = run_mover($a, $b);
like($tells, qr/let""ter s" has other columns here: body, text\./, 'other columns are told');
run_mover($a, $b, '--cancel');
$b->safe_psql('postgres', "ALTER TABLE $letters RENAME text TO body");

# A thousand of the organization that moves, some of the one that stays.
$a->safe_psql('postgres', "INSERT INTO $letters (organization_id, agenda_id, body)
	SELECT CASE WHEN n > 1000 THEN '$south' ELSE '$north' END::uuid, CASE WHEN n > 1000 THEN agenda('olga') ELSE agenda('anna') END, md5(n::text)
	FROM generate_series(1, 1010) AS n;
	UPDATE $letters SET author = account('olga') WHERE organization_id = '$north' AND id % 100 = 0;
	INSERT INTO clinic.page SELECT organization_id, id, n, 'text' FROM $letters, generate_series(1, 2) AS n" =~ s/(agenda|account)\('/clinic.$1('/gr);
my $kept = 1000;

sub letters_of
{
	my ($node, $whose) = @_;
	return $node->safe_psql('postgres', "SELECT (SELECT count(*) FROM $letters WHERE organization_id = '$whose'), (SELECT count(*) FROM clinic.page WHERE organization_id = '$whose')");
}

# Who subscribed to a calendar goes on reading it.
my $feed_token = '';
if ($feeds)
{
	$_->safe_psql('postgres', q{SELECT practiceacl.grant_ical('clinic_app')}) foreach $a, $b;
	$feed_token = Clinic::as($a, 'anna', q{SELECT token FROM practiceacl.create_feed(agenda('anna'), 'full')});
}

sub feed_ok
{
	my ($node, $what) = @_;

	like($node->safe_psql('postgres', "SELECT practiceacl.feed('$feed_token')"), qr/^BEGIN:VCALENDAR\r\n.*^END:VCALENDAR/ms, $what) if $feeds;
	return;
}
feed_ok($a, 'a calendar has a secret address');

# What is wrong is told, and changes nothing.
my ($code, $said) = run_mover($a, $b, '--dry-run');
is($code, 0, 'it could be moved');
is(state_of($a), 'home', 'which changed nothing');
($code, $said) = run_mover($a, $b, '00000000-0000-7000-8000-0000000000ff');
like($said, qr/does not have this organization/, 'an organization that is not there');
is($code, 1, 'is refused');
($code, $said) = run_mover($b, $a);
like($said, qr/does not have this organization/, 'nor is one moved from where it is not');
foreach my $name ("b\nb", 'b" "c', ' ')
{
	($code, $said) = run_mover($a, $b, "--name=$name", '--dry-run');
	like($said, qr/the name of a cell is one line without quotes/, 'a cell has a name that clients can read');
}
($code, $said) = run_mover($a, $a);
like($said, qr/has this organization already/, 'nor to where it is');
my $c = PostgreSQL::Test::Cluster->new('c');
$c->init;
$c->start;
$c->safe_psql('postgres', 'CREATE EXTENSION practiceacl CASCADE; ALTER SYSTEM SET max_logical_replication_workers = 1');
$c->restart;
($code, $said) = run_mover($a, $c, '--name=c', '--dry-run');
like($said, qr/the target has 1 free workers .*max_logical_replication_workers/, 'and a target that could copy nothing is told');
($code, $said) = run_mover($c, $b, '--name=b');
like($said, qr/wal_level = \w+, and moving needs logical/, 'wal_level is looked at first');
$c->stop;
($code, $said) = run_mover($a, $c, '--name=c');
is($code, 1, 'a target that is not there is refused');
is(state_of($a), 'home', 'and the source is as before');

# What the source has and the target, when nothing was begun or all is called off.
sub leaves_nothing
{
	my ($node, $when) = @_;

	is($node->safe_psql('postgres', 'SELECT (SELECT count(*) FROM pg_replication_slots), (SELECT count(*) FROM pg_publication),
		(SELECT count(*) FROM pg_subscription), (SELECT count(*) FROM pg_replication_origin)'), '0|0|0|0',
		$node->name . " has no slot, publication, subscription or origin $when");
	return;
}

# What goes wrong leaves the source open, and cancelling leaves nothing.
sub goes_wrong
{
	my ($why, $what, @options) = @_;
	my ($status, $told) = run_mover($a, $b, @options);

	is($status, 1, "$what stops the move");
	like($told, $why, 'and the reason is told');
	ok(is_writable($a), 'the source is open');
	return;
}

sub calls_off
{
	my ($what) = @_;
	my ($status, $told) = run_mover($a, $b, '--cancel', '--patience=1');

	is($status, 0, "it is called off after $what") or diag($told);
	ok(is_writable($a), 'the source is open');
	is($b->safe_psql('postgres', "SELECT count(*) FROM practiceacl.activity WHERE organization_id = '$north'"), 0, 'the target has nothing of it');
	is(letters_of($b, $north), '0|0', 'nor of its letters');
	leaves_nothing($_, "after $what") foreach $a, $b;
	return;
}

$b->safe_psql('postgres', "UPDATE pg_extension SET extversion = '0.1.9' WHERE extname = 'practiceacl'");
goes_wrong(qr/the source has practiceacl [\d.]+, the target 0\.1\.9: update/, 'another version');
$b->safe_psql('postgres', "UPDATE pg_extension SET extversion = '" . $a->safe_psql('postgres', "SELECT extversion FROM pg_extension WHERE extname = 'practiceacl'") . "' WHERE extname = 'practiceacl'");
$a->safe_psql('postgres', "SELECT pg_create_physical_replication_slot('standby' || n) FROM generate_series(1, 9) AS n");
goes_wrong(qr/1 free replication slots; 2 are needed: raise max_replication_slots/, 'a source without free slots');
$a->safe_psql('postgres', 'SELECT pg_drop_replication_slot(slot_name) FROM pg_replication_slots');
$a->safe_psql('postgres', 'ALTER TABLE practiceacl.outbox REPLICA IDENTITY DEFAULT');
goes_wrong(qr/rows of some tables could not be changed.*outbox.*REPLICA IDENTITY FULL/s, 'a replica identity that was changed');
$a->safe_psql('postgres', 'ALTER TABLE practiceacl.outbox REPLICA IDENTITY FULL');
leaves_nothing($_, 'then') foreach $a, $b;

# A person whom the other cell knows under another id.
$b->safe_psql('postgres', "SELECT practiceacl.register_account('00000000-0000-7000-8000-00000000ffa1', 'Anna\@north.test', 'Anna', 'Arnaud')");
($code, $said) = run_mover($a, $b);
isnt($code, 0, 'somebody known under another id stops the move');
like($said, qr/00000000-0000-7000-8000-0000000000a1 is 00000000-0000-7000-8000-00000000ffa1 here/, 'and is named');
ok(is_writable($a), 'the source is open');
is($b->safe_psql('postgres', "SELECT practiceacl.merge_account('00000000-0000-7000-8000-00000000ffa1', '00000000-0000-7000-8000-0000000000a1') > 0"),
	't', 'the two become one');
is($b->safe_psql('postgres', 'SELECT count(*) FROM practiceacl.broken_references()'), 0, 'with every reference whole');

# A slot cannot be made while a transaction that has written is prepared.
$a->safe_psql('postgres', q{BEGIN; CREATE TABLE meanwhile (); PREPARE TRANSACTION 'forgotten'});
goes_wrong(qr/the prepared transaction "forgotten" does not end/, 'a prepared transaction', '--patience=1');
is($a->safe_psql('postgres', 'SELECT count(*) FROM pg_replication_slots'), 0, 'and no slot is left');
calls_off('a prepared transaction');
$a->safe_psql('postgres', q{ROLLBACK PREPARED 'forgotten'});

# A copy that fails again and again, as with a full disk, and then a target that
# is lost: the source needs it neither to open nor to let go of its slots.
my $row = "INSERT INTO practiceacl.outbox (organization_id, id, kind, recipient, payload) VALUES (%s, '00000000-0000-7000-8000-00000000cc01', 'user_added', 'x', '{}')";
$a->safe_psql('postgres', sprintf($row, "'$north'"));
$b->safe_psql('postgres', sprintf($row, 'NULL'));
goes_wrong(qr/the target cannot take the rows/, 'a row that is there already');
$b->stop('immediate');
($code, $said) = run_mover($a, $b, '--cancel');
is($code, 0, 'it is called off without the target') or diag($said);
like($said, qr/the target does not answer/, 'which is said');
is($a->safe_psql('postgres', 'SELECT count(*) FROM pg_replication_slots'), 0, 'no slot is left, nor one of the first copies');
$b->start;
calls_off('the target is back');
$_->safe_psql('postgres', 'DELETE FROM practiceacl.outbox') foreach $a, $b;

# A cell that somebody else runs answers what it likes: nothing of it is obeyed here.
my $obeyed = PostgreSQL::Test::Utils::tempdir() . '/obeyed';
$b->safe_psql('postgres', qq{ALTER EXTENSION practiceacl DROP FUNCTION practiceacl.adopt_organization;
	ALTER FUNCTION practiceacl.adopt_organization RENAME TO adopt_as_it_should;
	CREATE FUNCTION practiceacl.adopt_organization(organization_id uuid, connection text, parcel jsonb) RETURNS text
		RETURN E'SELECT;\\n\\\\! touch $obeyed\\n'});
goes_wrong(qr/syntax error at or near "\\"\s/, 'a target that answers with a command');
ok(!-e $obeyed, 'which is not obeyed');
$b->safe_psql('postgres', q{DROP FUNCTION practiceacl.adopt_organization;
	ALTER FUNCTION practiceacl.adopt_as_it_should RENAME TO adopt_organization;
	ALTER EXTENSION practiceacl ADD FUNCTION practiceacl.adopt_organization});
calls_off('that');

# What it sends is looked at, too: it may bring rows of the one organization, and
# none about the calendars of others here.
$a->safe_psql('postgres', 'CREATE TABLE public.others (id int PRIMARY KEY)');
$b->safe_psql('postgres', "CREATE TABLE public.others (id int PRIMARY KEY);
	INSERT INTO practiceacl.organization (id, name) VALUES ('$levant', 'East');
	INSERT INTO practiceacl.membership (organization_id, account_id, admin) SELECT '$levant', id, 'full' FROM practiceacl.account LIMIT 1;
	INSERT INTO practiceacl.agenda (organization_id, id, holder_id, time_zone, name, data_controller)
	SELECT '$levant', '$eastern', account_id, 'Europe/Paris', 'East', 'East' FROM practiceacl.membership WHERE organization_id = '$levant'");
my $publication = 'practiceacl_move_' . $north =~ s/-//gr;
dies_after('published', $a, $b);
$a->safe_psql('postgres', "ALTER PUBLICATION $publication ADD TABLE public.others, practiceacl.session");
goes_wrong(qr/would write what does not travel with an organization: practiceacl\.session, others\./, 'a source that lists other tables');
$a->safe_psql('postgres', "ALTER PUBLICATION $publication DROP TABLE public.others, practiceacl.session");
dies_after('verified', $a, $b);
$a->safe_psql('postgres', "ALTER PUBLICATION $publication SET TABLE practiceacl.access_grant, practiceacl.agenda, practiceacl.closing;
	ALTER PUBLICATION $publication SET (publish = 'insert, update, delete, truncate')");
sub sends
{
	my ($table, $what, $sql) = @_;
	my $at = -s $b->logfile;

	$a->safe_psql('postgres', "SET session_replication_role = replica; SET search_path = clinic; $sql");
	ok($b->wait_for_log(qr/the other cell sent what it may not write in "$table"/, $at), "$what does not arrive");
	my ($sent) = slurp_file($b->logfile, $at) =~ /what it may not write in "$table".*?finished at ([0-9A-F\/]+)/s;
	# A transaction before it, applied once more, makes PostgreSQL forget what to skip.
	foreach my $attempt (1 .. 100)
	{
		$b->safe_psql('postgres', "ALTER SUBSCRIPTION $publication SKIP (lsn = '$sent')");
		foreach (1 .. 20)
		{
			return if slurp_file($b->logfile, $at) =~ /completed skipping transaction at LSN $sent/;
			sleep 0.1;
		}
	}
	die "the subscription does not skip $sent";
}
my $grant = 'INSERT INTO practiceacl.access_grant (organization_id, id, agenda_id, account_id, rights) VALUES';
sends('access_grant', q(a right on another's calendar), "$grant ('$north', id(901), '$eastern', account('anna'), 'owner')");
sends('access_grant', 'a row of another organization', "$grant ('$south', id(902), agenda('olga'), account('olga'), 'read')");
sends('access_grant', 'a right that becomes one on it', "UPDATE practiceacl.access_grant SET agenda_id = '$eastern' WHERE agenda_id = agenda('bert')");
$a->safe_psql('postgres', "UPDATE practiceacl.access_grant SET agenda_id = clinic.agenda('bert') WHERE agenda_id = '$eastern' AND id <> clinic.id(901)");
sends('access_grant', 'what empties a table', 'CREATE TABLE kept AS SELECT * FROM practiceacl.access_grant; TRUNCATE practiceacl.access_grant');
$a->safe_psql('postgres', q{SET session_replication_role = replica; DELETE FROM clinic.kept WHERE id IN (clinic.id(901), clinic.id(902));
	ALTER PUBLICATION } . "$publication DROP TABLE practiceacl.access_grant;" . q{INSERT INTO practiceacl.access_grant SELECT * FROM clinic.kept; DROP TABLE clinic.kept});
$a->safe_psql('postgres', "ALTER PUBLICATION $publication ADD TABLE $letters");
sends('let"ter s', 'a letter of another organization', "INSERT INTO $letters (organization_id, agenda_id, body) VALUES ('$south', agenda('olga'), 'forged')");
$a->safe_psql('postgres', "SET session_replication_role = replica; DELETE FROM $letters WHERE body = 'forged'; ALTER PUBLICATION $publication DROP TABLE $letters");
sends('agenda', q(a calendar under another's id), "INSERT INTO practiceacl.agenda (organization_id, id, holder_id, time_zone, name, data_controller)
	VALUES ('$north', '$eastern', account('anna'), 'Europe/Paris', 'East', 'East')");
is($b->safe_psql('postgres', "SELECT count(*) FILTER (WHERE organization_id <> '$north' OR agenda_id = '$eastern'), count(*) > 1 FROM practiceacl.access_grant"),
	'0|t', 'nothing of it is there');
is($b->safe_psql('postgres', "SELECT organization_id FROM practiceacl.agenda WHERE id = '$eastern'"), $levant, 'and the calendar is whose it was');
calls_off('that');
$a->safe_psql('postgres', "SET session_replication_role = replica; DELETE FROM practiceacl.agenda WHERE id = '$eastern'; DROP TABLE public.others;
	INSERT INTO practiceacl.access_grant (organization_id, id, agenda_id, account_id, rights) VALUES ('$north', clinic.id(903), '$eastern', clinic.account('anna'), 'owner')");
goes_wrong(qr/about agendas that the organization does not have.*Tables: access_grant\./s, 'a right on a calendar that is not there yet');
$a->safe_psql('postgres', 'DELETE FROM practiceacl.access_grant WHERE id = clinic.id(903)');
$b->safe_psql('postgres', "DROP TABLE public.others; DELETE FROM practiceacl.agenda WHERE organization_id = '$levant';
	DELETE FROM practiceacl.membership WHERE organization_id = '$levant'; DELETE FROM practiceacl.organization WHERE id = '$levant'");

# Once it is open in the target, who still logs in at the source undoes nothing there.
dies_after('received', $a, $b);
$b->safe_psql('postgres', "UPDATE practiceacl.membership SET admin = 'none' WHERE account_id = clinic.account('carl')");
log_in_at($a);
moves_ok($a, $b, 'it is finished');
is($b->safe_psql('postgres', "SELECT admin FROM practiceacl.membership WHERE account_id = clinic.account('carl')"), 'none', 'an administrator who is none any more stays so');
$b->safe_psql('postgres', "UPDATE practiceacl.membership SET admin = 'full' WHERE account_id = clinic.account('carl')");
moves_ok($b, $a, 'and back');

# What the source has forged, or the target lacks: replication checks no foreign key.
$a->safe_psql('postgres', "SET session_replication_role = replica; INSERT INTO clinic.page VALUES ('$north', 30000, 1, 'of no letter')");
$a->safe_psql('postgres', "SET session_replication_role = replica; INSERT INTO practiceacl.feed (organization_id, id, agenda_id, account_id, detail, digest)
	SELECT '$north', '00000000-0000-7000-a200-000000000001', clinic.agenda('olga'), clinic.account('olga'), 'full', practiceacl.feed_digest('forged')") if $feeds;
goes_wrong($feeds ? qr/clinic\.page \(page_\w+\), practiceacl\.feed \(feed_agenda_fkey\)/ : qr/clinic\.page/, 'a row that refers to what is not there');
is(state_of($a), 'published', 'before the hand-over');
calls_off('rows that refer to what is not there');
$a->safe_psql('postgres', 'DELETE FROM clinic.page WHERE letter = 30000' . ($feeds ? q{; DELETE FROM practiceacl.feed WHERE digest = practiceacl.feed_digest('forged')} : ''));

# Two at once.
my $other = $a->background_psql('postgres', on_error_die => 1);
$other->query_safe("SELECT pg_advisory_lock(hashtext('practiceacl_move'), hashtext('$north'))");
goes_wrong(qr/another practiceacl-move is at work/, 'another mover');
$other->quit;

# Nobody but a superuser stops a move by taking its locks.
$_->safe_psql('postgres', 'CREATE ROLE stranger LOGIN') foreach $a, $b;
my @strangers = map { $_->background_psql('postgres', extra_params => [ '-U', 'stranger' ]) } $a, $b;
$_->query("SELECT pg_advisory_lock(hashtext('practiceacl_move'), key) FROM unnest(ARRAY[0, hashtext('$north')]) AS key") foreach @strangers;
dies_after('subscribed', $a, $b, '--patience=5');
$_->{run}->finish foreach @strangers;
calls_off('locks of a stranger');

# The network between the two servers: what it carries stops without a word.
my $between = PostgreSQL::Test::Utils::tempdir_short();
my $carrier = q{
use IO::Socket::UNIX;
my ($from, $to) = @ARGV;
my $listener = IO::Socket::UNIX->new(Type => SOCK_STREAM, Local => $from, Listen => 10) or die;
my (%peer, $in);
vec($in = '', fileno($listener), 1) = 1;
while (1)
{
	next if select(my $ready = $in, undef, undef, undef) < 0;
	foreach my $end (grep { vec($ready, fileno($_), 1) } map { $_->[0] } values %peer)
	{
		my $other = $peer{$end} ? $peer{$end}[1] : next;
		my $data;
		if (sysread($end, $data, 65536))
		{
			while (length $data) { my $n = syswrite($other, $data) or last; substr($data, 0, $n) = '' }
			next;
		}
		foreach ($end, $other) { vec($in, fileno($_), 1) = 0; delete $peer{$_} }
		close $end; close $other;
	}
	next if !vec($ready, fileno($listener), 1);
	my $client = $listener->accept or next;
	my $server = IO::Socket::UNIX->new(Type => SOCK_STREAM, Peer => $to) or next;
	$peer{$client} = [ $client, $server ];
	$peer{$server} = [ $server, $client ];
	vec($in, fileno($_), 1) = 1 foreach $client, $server;
}
};
append_to_file("$between/carrier.pl", $carrier);
my $network = fork // die "cannot fork: $!";
if (!$network)
{
	close STDOUT;
	exec $^X, "$between/carrier.pl", "$between/.s.PGSQL.1", $a->host . '/.s.PGSQL.' . $a->port;
}
sleep 0.1 until -S "$between/.s.PGSQL.1";
my @by_network = ("--from-target=host=$between port=1 dbname=postgres", '--timeout=1');
my @impatient = (@by_network, '--patience=1');
kill 'STOP', $network;
goes_wrong(qr/no subscription within 1 seconds: can the target's server reach the source/, 'a network that carries nothing', @impatient);
calls_off('a network that carried nothing');
kill 'CONT', $network;
dies_after('verified', $a, $b, @by_network);
is($a->safe_psql('postgres', 'SELECT bool_or(pubtruncate) FROM pg_publication'), 'f', 'what empties a table here does not empty it there, for everybody');
kill 'STOP', $network;
log_in_at($a);
like(Clinic::as($a, 'anna', "SELECT practiceacl.book(agenda('anna'), at('11:00'))"), qr/^[0-9a-f-]{36}$/, 'somebody books');
goes_wrong(qr/did not get in step within 1 seconds; the organization is open in the source again/, 'a network that was cut before the hand-over', @impatient);
calls_off('a cut network');
kill 'KILL', $network;
waitpid $network, 0;

# People book while it moves, and go where they are sent.
my $client = q{
my ($number, @cells) = @ARGV;
my ($at, $done) = (0, 0);
my $deadline = time + 90;
until (-e "$cells[2]/stop" || time > $deadline)
{
	my $id = sprintf('00000000-0000-7000-9000-%04d%08d', $number, ++$done);
	my $holder = $number % 2 ? 'anna' : 'bert';
	while (time < $deadline)
	{
		my $said = `psql -X -q -A -t -v VERBOSITY=verbose -d '$cells[$at]' 2>&1 <<'SQL'
SET search_path = public, clinic;
BEGIN;
SET LOCAL ROLE clinic_app;
SELECT practiceacl.enter(clinic.token_of('$holder'));
SELECT practiceacl.book(clinic.agenda('$holder'), '2058-01-01 00:00+00'::timestamptz + $done * interval '15 min', appointment_id => '$id');
INSERT INTO "let""ter s" (organization_id, agenda_id, body) VALUES ('00000000-0000-7000-8000-000000000001', clinic.agenda('$holder'), '$id');
COMMIT;
SQL`;
		last if $said =~ /^$id$/m;
		open my $log, '>>', "$cells[2]/client$number";
		print $log "$at $said\n";
		close $log;
		$at = 1 - $at if $said =~ /PA050|PT404|28000/;
		select undef, undef, undef, 0.02;
	}
	open my $log, '>>', "$cells[2]/booked$number";
	print $log "$id\n";
}
};
foreach my $node ($a, $b)
{
	$node->safe_psql('postgres', 'CREATE FUNCTION clinic.token_of(who text) RETURNS text LANGUAGE sql STABLE SECURITY DEFINER
		AS $$ SELECT token FROM clinic.token WHERE name = who $$; GRANT EXECUTE ON FUNCTION clinic.token_of TO clinic_app');
}
log_in_at($a);
my $scratch = PostgreSQL::Test::Utils::tempdir();
append_to_file("$scratch/client.pl", $client);
my @clients = map { IPC::Run::start([ $^X, "$scratch/client.pl", $_, (map { "host=" . $_->host . " port=" . $_->port . " dbname=postgres" } $a, $b), $scratch ]) } 1, 2;
sleep 1;
my ($from, $to) = ($a, $b);
foreach my $n (1 .. $moves)
{
	moves_ok($from, $to, "move $n, from " . $from->name . ' to ' . $to->name);
	log_in_at($to);
	is($from->safe_psql('postgres', "SELECT count(*) FROM practiceacl.organization WHERE id = '$north'"), 0, 'nothing is left behind');
	is(letters_of($from, $north), '0|0', 'no letters either');
	is(letters_of($a, $south), '10|20', 'those of others are where they were');
	is($to->safe_psql('postgres', "SELECT count(a.id) FROM $letters l LEFT JOIN practiceacl.account a ON a.id = l.author WHERE l.author IS NOT NULL"), 10,
		'and who wrote them is known there, though of another practice');
	feed_ok($to, 'a calendar is read by the same secret address');
	is($from->safe_psql('postgres', 'SELECT count(*) FROM pg_replication_slots') . $from->safe_psql('postgres', 'SELECT count(*) FROM pg_publication'), '00',
		'no slot and no publication either');
	Clinic::is_sound($to, "after move $n");
	sleep 0.5;
	($from, $to) = ($to, $from);
}
append_to_file("$scratch/stop", '');
$_->finish for @clients;
my @booked = map { split /\n/, slurp_file("$scratch/booked$_") } 1, 2;
cmp_ok(scalar @booked, '>', 10, 'people booked all the while: ' . scalar @booked);
is($from->safe_psql('postgres', "SELECT count(DISTINCT id) || ' ' || count(*) FROM practiceacl.appointment WHERE id::text LIKE '00000000-0000-7000-9000-%'"),
	@booked . ' ' . @booked, 'each booking is there, once');
is($from->safe_psql('postgres', "SELECT count(DISTINCT body) || ' ' || count(*) FROM $letters WHERE body LIKE '00000000-0000-7000-9000-%'"),
	@booked . ' ' . @booked, 'and its letter, once');
$kept += @booked;
my $told = join '', map { -e "$scratch/client$_" ? slurp_file("$scratch/client$_") : '' } 1, 2;
unlike($told, qr/XX000|23505|FATAL|PANIC/, 'nobody met an error that says nothing');
is(Clinic::as($from, 'olga', 'SELECT count(*) FROM practiceacl.appointment'), 0, 'the other practice of the cell sees nothing of it');
is($from->safe_psql('postgres', 'SELECT count(*) FROM practiceacl.broken_references()'), 0, 'every reference is whole');
is($from->name, 'a', 'it is where it was');

# The steps of a move, one by one: the mover may die after any of them.
my ($src, $dst) = ($a, $b);
my %step = (
	publish => sub { $src->safe_psql('postgres', "SELECT practiceacl.publish_organization('$north')") },
	adopt => sub {
		my $parcel = $src->safe_psql('postgres', "SELECT practiceacl.organization_parcel('$north')");
		return $dst->safe_psql('postgres', "SELECT practiceacl.adopt_organization('$north', '" . $src->connstr('postgres') =~ s/'/''/gr . "', \$p\$$parcel\$p\$)");
	},
	subscribe => sub {
		$dst->safe_psql('postgres', $_[0]);
		$dst->poll_query_until('postgres', "SELECT bool_and(srsubstate = 'r') FROM pg_subscription_rel");
	},
	hand_over => sub { $src->safe_psql('postgres', "SELECT practiceacl.hand_over_organization('$north', '" . $dst->name . "')") },
	in_step => sub { $dst->poll_query_until('postgres', "SELECT proof = '$_[0]' FROM practiceacl.organization_move('$north')"); return $_[0] },
	release => sub { $src->safe_psql('postgres', "SELECT practiceacl.release_organization('$north')") },
	receive => sub { $dst->safe_psql('postgres', "SELECT practiceacl.receive_organization('$north', \$p\$$_[0]\$p\$)") },
	unsubscribe => sub { $dst->safe_psql('postgres', 'DROP SUBSCRIPTION practiceacl_move_' . $north =~ s/-//gr); return $_[0] });
my @steps = qw(publish adopt subscribe hand_over in_step release receive unsubscribe);

sub go_to
{
	my ($last) = @_;
	my $result;
	foreach my $name (@steps)
	{
		$result = $step{$name}->($result);
		last if $name eq $last;
	}
	return $result;
}

# The organization is whole in a cell: what was booked is there, once.
my $expected = $a->safe_psql('postgres', 'SELECT count(*) FROM practiceacl.appointment');
my $number = 0;

sub book_one
{
	my ($node, $when) = @_;
	my $at = ++$number;

	log_in_at($node);
	$expected++ if like(Clinic::as($node, 'anna', "SELECT practiceacl.book(agenda('anna'), '2060-01-01 00:00+00'::timestamptz + $at * interval '15 min')"),
		qr/^[0-9a-f-]{36}$/, "somebody books $when");
	return;
}

sub is_whole
{
	my ($node, $when) = @_;

	Clinic::is_sound($node, $when);
	is($node->safe_psql('postgres', 'SELECT count(DISTINCT (agenda_id, starts_at)) || $$ $$ || count(*) FROM practiceacl.appointment'),
		"$expected $expected", "everything booked is there, once, $when");
	is(letters_of($node, $north), "$kept|2000", "with all letters, $when");
	return;
}

# Whoever dies, at whatever step: the mover, and then one of the servers.
my @steps_of_mover = qw(published subscribed verified handed_over in_step released received unsubscribed forgotten);
my @cases = map { my $step = $_; map { [ $step, $_ ] } qw(mover source target) } @steps_of_mover;
if (!$ENV{PRACTICEACL_LONG})
{
	my $day = (localtime)[7];
	# Of each part of the way one: open, closed, open again.
	@cases = ($cases[ $day % 9 ], $cases[ 9 + $day % 9 ], $cases[ 18 + ($day + 4) % 9 ]);
}
foreach my $case (@cases)
{
	my ($step, $who) = @$case;
	my $closed = $step =~ /handed_over|in_step|released/;
	my $calls_off = $step !~ /received|unsubscribed|forgotten/;
	my $when = "after $step and the death of the $who";

	foreach my $end ($calls_off ? qw(cancel resume) : 'resume')
	{
		note("--- $when, then $end, from " . $src->name);
		dies_after($step, $src, $dst);
		kill_server($who eq 'source' ? $src : $dst) if $who ne 'mover';
		my ($here, $there) = (is_writable($src), is_writable($dst));
		is($here + $there, $closed ? 0 : 1, "$when one cell is open, or none");
		is($there, $calls_off ? 0 : 1, 'the right one');
		cmp_ok(is_readable($src) + is_readable($dst), '<=', 1, 'and read in one at the most');
		is(Clinic::as($src, 'anna', "SELECT practiceacl.book(agenda('anna'), at('15:00'))"), 'PA050', 'closed, it says where to go')
		  if $closed && ($step eq 'released' || is_readable($src));
		book_one($here ? $src : $dst, $when) if !$closed;
		if ($end eq 'cancel')
		{
			# Calling off can be killed, too.
			my $half = (qw(cancel_unsubscribed cancel_deleted cancel_dropped))[ $number % 3 ];
			$half = 'cancel_dropped' if $step eq 'published';
			dies_after($half, $src, $dst, '--cancel');
			cmp_ok(is_writable($src) + is_writable($dst), '<=', 1, "and after $half still not two");
			my ($cancelled, $why) = run_mover($src, $dst, '--cancel');
			is($cancelled, 0, 'it is called off') or diag($why);
			ok(is_writable($src), 'the source is open');
			is($dst->safe_psql('postgres', "SELECT count(*) FROM practiceacl.activity WHERE organization_id = '$north'"), 0, 'the target has nothing of it');
			leaves_nothing($_, 'once called off') foreach $src, $dst;
			is_whole($src, 'once called off');
		}
		else
		{
			my ($cancelled) = run_mover($src, $dst, '--cancel') if !$calls_off && $step ne 'forgotten';
			isnt($cancelled, 0, 'what is open in the target is not called off') if defined $cancelled;
			moves_ok($src, $dst, "run again $when, it comes to its end");
			is(state_of($src) . ' ' . state_of($dst), 'forgotten received', 'whole');
			leaves_nothing($_, 'in the end') foreach $src, $dst;
			is_whole($dst, $when);
			($src, $dst) = ($dst, $src);
		}
	}
}
if ($ENV{PRACTICEACL_LONG})
{
	# At any moment, in the midst of a statement.
	foreach my $n (1 .. 20)
	{
		my $after = 0.1 + rand(2.5);
		my $said = '';
		my $killed = IPC::Run::start([ 'setsid', $mover, $src->connstr('postgres'), $dst->connstr('postgres'), $north ], '>', \$said, '2>&1');
		my $victim = $n % 3;
		sleep $after;
		# Of a session of its own: the command and all that it has begun.
		kill 'KILL', -$killed->{KIDS}[0]{PID};
		$killed->finish;
		kill_server($victim == 1 ? $src : $dst) if $victim;
		note("--- killed after $after seconds, and server $victim: $said");
		cmp_ok(is_writable($src) + is_writable($dst), '<=', 1, "killed after $after s, it is not open twice");
		moves_ok($src, $dst, 'run again, it comes to its end');
		leaves_nothing($_, 'in the end') foreach $src, $dst;
		is_whole($dst, "killed after $after s");
		($src, $dst) = ($dst, $src);
	}
}
if ($src->name ne 'a')
{
	moves_ok($src, $dst, 'and home');
	($src, $dst) = ($dst, $src);
}

# What changes after the first copies: values stored out of line that stay, rows
# that leave the publication's filter or come into it, rows that come and go.
is($src->name, 'a', 'it is where it was');
my $big = "(SELECT string_agg(md5(n::text), '') FROM generate_series(1, 600) AS n)";
my $own = "organization_id = '$north' AND id::text LIKE '00000000-0000-7000-a000-%'";
$a->safe_psql('postgres', "INSERT INTO practiceacl.appointment (organization_id, agenda_id, id, starts_at, ends_at, created_by, note, attributes)
	SELECT '$north', '00000000-0000-7000-8000-0000000000b2', ('00000000-0000-7000-a000-00000000000' || n)::uuid, '2061-01-01 08:00Z'::timestamptz + n * interval '1 hour',
		'2061-01-01 08:15Z'::timestamptz + n * interval '1 hour', '00000000-0000-7000-8000-0000000000a2', left($big, 9000), jsonb_build_object('big', $big)
	FROM generate_series(1, 3) AS n;
	INSERT INTO practiceacl.outbox (organization_id, id, kind, recipient, payload, sent_at)
	SELECT '$north', ('00000000-0000-7000-a000-00000000000' || n)::uuid, 'user_added', 'x', jsonb_build_object('big', $big), CASE n WHEN 3 THEN now() END
	FROM generate_series(1, 4) AS n;
	INSERT INTO practiceacl.waiting_list_entry (organization_id, id, joined_by, from_date, until_date, patient, contact)
	VALUES ('$north', '00000000-0000-7000-a100-000000000001', '00000000-0000-7000-8000-0000000000a2', '2061-01-03', '2061-01-03', 'Zoe', 'zoe\@x.test');
	INSERT INTO practiceacl.waiting_list_agenda VALUES ('$north', '00000000-0000-7000-a100-000000000001', '00000000-0000-7000-8000-0000000000b2');
	INSERT INTO practiceacl.freed_time (organization_id, agenda_id, from_time, until_time, due_at)
	VALUES ('$north', '00000000-0000-7000-8000-0000000000b2', '2061-01-03 08:00Z', '2061-01-03 09:00Z', now());
	INSERT INTO practiceacl.slot_offer (organization_id, id, agenda_id, entry_id, starts_at, ends_at, occupied_from, occupied_until, offered_at, expires_at)
	SELECT organization_id, id, '00000000-0000-7000-8000-0000000000b2', id, s, s + interval '15 min', s, s + interval '15 min', now() - interval '3 h', now() - interval '1 h'
	FROM practiceacl.waiting_list_entry, (VALUES ('2061-01-03 08:00Z'::timestamptz)) AS v (s) WHERE patient = 'Zoe';
	INSERT INTO practiceacl.outbox (organization_id, id, kind, recipient, payload, due_at)
	VALUES ('$north', '00000000-0000-7000-a100-000000000001', 'slot_offer', 'zoe\@x.test', '{}', now())");
go_to('subscribe');
$a->safe_psql('postgres', "UPDATE practiceacl.appointment SET patient = 'Marie' WHERE $own AND id::text LIKE '%1';
	DELETE FROM practiceacl.appointment WHERE $own AND id::text LIKE '%2';
	UPDATE practiceacl.outbox SET attempts = 1 WHERE $own AND id::text LIKE '%1';
	UPDATE practiceacl.outbox SET sent_at = now() WHERE $own AND id::text LIKE '%2';
	UPDATE practiceacl.outbox SET sent_at = NULL WHERE $own AND id::text LIKE '%3';
	UPDATE practiceacl.outbox SET sealed_secret = 'x' WHERE $own AND id::text LIKE '%4'");
my $proof = $step{hand_over}->();
$step{in_step}->($proof);
$a->wait_for_catchup('practiceacl_move_' . $north =~ s/-//gr, 'replay', $a->lsn('insert'));
my $rows = $a->safe_psql('postgres', "SELECT string_agg(format('SELECT %L, count(*), md5(coalesce(string_agg(t::text, chr(10) ORDER BY t::text COLLATE \"C\"), %L)) FROM %s t WHERE %s',
	table_name, '', qualified_name, format(moved_rows, '$north')), ' UNION ALL ' ORDER BY position) FROM practiceacl.organization_tables WHERE on_move = 'replicated'");
is($b->safe_psql('postgres', $rows), $a->safe_psql('postgres', $rows), 'every row of every table is the same there');
is($b->safe_psql('postgres', "SELECT string_agg(right(id::text, 1), '' ORDER BY id) FROM practiceacl.outbox WHERE $own"), '13', 'messages that were sent meanwhile are not sent again');
my $offer = "SELECT practiceacl.offer_slots(); SELECT state FROM practiceacl.slot_offer WHERE organization_id = '$north'";
is($_->safe_psql('postgres', $offer), "0\noffered", 'what has lapsed is ended by the cell where the organization is open') for $a, $b;

# What is out of turn or forged.
sub sqlstate { my ($node, $sql) = @_; my ($s, $o, $e) = $node->psql('postgres', "\\set VERBOSITY sqlstate\n$sql"); return $e =~ /ERROR:\s+(\w{5})/ ? $1 : "none: $o" }
my $parcel = $a->safe_psql('postgres', "SELECT practiceacl.organization_parcel('$north')");
is(sqlstate($b, "SELECT practiceacl.receive_organization('$north', \$p\$$parcel\$p\$)"), '22023', 'the target does not open without the source\'s key');
is(sqlstate($b, "SELECT practiceacl.receive_organization('$north', \$p\$$parcel\$p\$::jsonb || '{\"key\": \"forged\"}')"), '22023', 'nor with a forged one');
is(sqlstate($b, "SELECT practiceacl.receive_organization('$south', \$p\$$parcel\$p\$)"), '22023', 'nor another organization');
is(sqlstate($a, "SELECT practiceacl.publish_organization('$north')"), '55000', 'what is being moved is not moved again');
is(sqlstate($a, "SELECT practiceacl.hand_over_organization('$north', 'elsewhere')"), '55000', 'nor handed to somebody else');
is(sqlstate($a, "SELECT practiceacl.forget_organization('$north', 'forged')"), '55000', 'nor forgotten before its turn');
my $released = $step{release}->();
log_in_at($a);
is(Clinic::as($a, 'sara', "SELECT practiceacl.book(agenda('anna'), at('15:00'))"), 'PA050', 'its people are told where it went');
is(Clinic::as($a, 'olga', "SELECT practiceacl.book(agenda('anna'), at('15:00'))"), 'PT404', 'and nobody else');
is(sqlstate($a, "SELECT practiceacl.forget_organization('$north', 'forged')"), '22023', 'nor with a forged receipt');
is(sqlstate($a, "SELECT practiceacl.cancel_move('$north')"), '22023', 'nor called off while the target may open it');
is(sqlstate($b, "DELETE FROM practiceacl.opening WHERE organization_id = '$north';
	UPDATE practiceacl.activity_chain SET head = '\\x00' WHERE organization_id = '$north';
	SELECT practiceacl.receive_organization('$north', \$p\$$released\$p\$)"), '55000', 'nor opened with another record');
($code, $said) = run_mover($a, $b, '--cancel');
is($code, 0, 'it is called off');
is(sqlstate($b, "SELECT practiceacl.receive_organization('$north', \$p\$$released\$p\$)"), '55000', 'and not opened any more');
is(sqlstate($a, "SELECT practiceacl.publish_organization('$north'), practiceacl.hand_over_organization('$north', E' \\t ')"), '22023', 'a cell has a name');
$a->safe_psql('postgres', "SELECT practiceacl.publish_organization('$north'); SELECT practiceacl.cancel_move('$north')");

# A transaction that does not end keeps the source open, and is told.
go_to('subscribe');
log_in_at($a);
my $open = $a->background_psql('postgres', on_error_die => 1);
$open->query_safe("SET search_path = public, clinic; BEGIN; SELECT clinic.enter('anna'); SELECT practiceacl.book(agenda('anna'), '2059-05-05 10:00+00')");
($code, $said) = run_mover($a, $b, '--patience=2');
isnt($code, 0, 'a transaction that writes for long stops the move');
like($said, qr/does not end; it stays open/, 'which is said');
$open->query_safe('COMMIT');
$open->quit;
ok(is_writable($a), 'the source is open');
moves_ok($a, $b, 'run again, it goes on');
is($b->safe_psql('postgres', "SELECT count(*) FROM practiceacl.appointment WHERE starts_at = '2059-05-05 10:00+00'"), 1, 'with what was written meanwhile');
is(Clinic::as($b, 'anna', "SELECT patient FROM practiceacl.calendar_between('2020-03-04', '2020-03-05')"), 'Long ago', 'and what is archived');
is($a->safe_psql('postgres', 'SELECT count(*) FROM practiceacl.appointment_archive'), 0, 'which is gone from the source');
like($b->safe_psql('postgres', $offer), qr/^0\nwithdrawn$/, 'offers that lapsed are ended there');
is($a->safe_psql('postgres', "SELECT practiceacl.organization_cell('$north')"), 'b', 'the source knows where it is');
is($a->safe_psql('postgres', "SELECT jsonb_array_length(heads) > 2 FROM practiceacl.organization_move WHERE organization_id = '$north'"), 't', 'and keeps the heads of its chains');

# A cell that has just adopted an organization: those outside see nothing of it,
# and the attacks learn what they learn elsewhere: nothing.
my $east = '0000000e-0000-7000-8000-000000000001';
my $clinic = slurp_file("$ENV{PRACTICEACL_TREE}/test/setup/clinic.sql");
$clinic =~ s/00000000-0000-7000-8000/0000000e-0000-7000-8000/g;
$clinic =~ s/(\w+)@/east-$1@/g;
$clinic =~ s/^CREATE ROLE.*$//m;
$a->safe_psql('postgres', 'CREATE DATABASE east');
$a->safe_psql('east', 'CREATE EXTENSION practiceacl CASCADE');
$a->psql('east', "$clinic\n" . slurp_file("$ENV{PRACTICEACL_TREE}/test/setup/record.sql") . 'SELECT record.begin_all()');
Clinic::as_in($a, 'east', 'east-anna', "SELECT practiceacl.book(agenda('anna'), at('09:00'), patient => 'Marie', note => 'secret')");
$c->append_conf('postgresql.conf', 'autovacuum = off');
$c->start;
$c->safe_psql('postgres', 'ALTER SYSTEM RESET max_logical_replication_workers');
$c->restart;
$c->safe_psql('postgres', q{CREATE ROLE stranger_app; SELECT practiceacl.grant_application('stranger_app');
	SELECT practiceacl.register_account('0000000e-0000-7000-8000-0000000000ff', 'stranger@west.test', 'A', 'Stranger')});
($code, $said) = run_mover($a->connstr('east'), $c, $east, '--name=c');
is($code, 0, 'a cell adopts an organization') or diag($said);
is($c->safe_psql('postgres', "SELECT count(*) > 0 FROM practiceacl.appointment WHERE organization_id = '$east'"), 't', 'with its appointments');
my @counts = split /\n/, $c->safe_psql('postgres', "
	SELECT format('SELECT %L WHERE EXISTS (SELECT FROM practiceacl.%I WHERE organization_id = %L)', c.relname, c.relname, '$east')
	FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attname = 'organization_id'
	WHERE c.relnamespace = 'practiceacl'::regnamespace AND c.relkind IN ('r', 'v') AND has_table_privilege('stranger_app', c.oid, 'SELECT')");
cmp_ok(scalar @counts, '>', 20, 'of what applications may read');
my $entered = "DO \$\$ BEGIN PERFORM set_config('practiceacl.session', practiceacl.open_session('0000000e-0000-7000-8000-0000000000%s'), false); END \$\$; SET ROLE stranger_app;";
is($c->safe_psql('postgres', sprintf($entered, 'ff') . join ' UNION ALL ', @counts), '', 'somebody of no organization there sees nothing of it');
isnt($c->safe_psql('postgres', sprintf($entered, 'a1') . join ' UNION ALL ', @counts), '', 'and its people do');
SKIP:
{
	skip 'pgTAP is not installed', 1 if $c->psql('postgres', 'CREATE EXTENSION pgtap') != 0 || !`which pg_prove`;
	# Those that undo what they did.
	my @attacks = grep { slurp_file($_) =~ /^BEGIN;/m && !/harden/ } glob "$ENV{PRACTICEACL_TREE}/test/attack/*.sql";
	@attacks = grep { /(one_row|one_error|search|recheck)\.sql$/ } @attacks if !$ENV{PRACTICEACL_LONG};
	$c->safe_psql('postgres', slurp_file("$ENV{PRACTICEACL_TREE}/test/setup/record.sql"));
	# Each in a copy of its own: what one rolls back would show in another's counters.
	# Of columns whose words are everybody's ANALYZE has kept statistics, which
	# differ from value to value: oracle.sql compares values, estimates.sql knows it.
	foreach my $attack (@attacks)
	{
		$c->safe_psql('template1', 'CREATE DATABASE attacked TEMPLATE postgres');
		$c->safe_psql('attacked', 'SET allow_system_table_mods = on; DELETE FROM pg_statistic') if $attack =~ /oracle/;
		command_ok([ 'pg_prove', '--host', $c->host, '--port', $c->port, '--dbname', 'attacked', $attack ], "$attack learns nothing there");
		$c->safe_psql('template1', 'DROP DATABASE attacked');
	}
}

$_->stop foreach $a, $b, $c;
done_testing();
