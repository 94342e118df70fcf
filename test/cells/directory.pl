# The directory of the cells follows an organization from one to another, and
# so do the programs of doc/cells.md: behind PgBouncer, without losing a
# request.  Those of doc/standbys.md read what they have written.
use strict;
use warnings FATAL => 'all';
use Clinic;
use IO::Socket::INET;
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;
use Time::HiRes qw(sleep);

my $tree = $ENV{PRACTICEACL_TREE};
my $north = '00000000-0000-7000-8000-000000000001';
my $scratch = PostgreSQL::Test::Utils::tempdir();
my $wait = $PostgreSQL::Test::Utils::timeout_default;

sub cell
{
	my ($name) = @_;
	my $node = PostgreSQL::Test::Cluster->new($name);

	$node->init(allows_streaming => 'logical');
	$node->append_conf('postgresql.conf', "cluster_name = '$name'\nmax_logical_replication_workers = 8\nmax_worker_processes = 16\nwal_retrieve_retry_interval = 200ms");
	$node->start;
	return $node;
}

sub ask { my ($node, $sql) = @_; return $node->safe_psql('postgres', $sql) }

# What is refused: its code and word.
sub refused
{
	my ($node, $sql) = @_;
	my ($status, $out, $err) = $node->psql('postgres', "\\set VERBOSITY verbose\n$sql");
	return join ' ', $err =~ /ERROR:\s+(\w{5}):/, $err =~ /CONSTRAINT NAME:\s+(\w+)/;
}

sub moves
{
	my ($from, $to, @options) = @_;
	my $said = '';

	IPC::Run::run([ "$tree/tools/practiceacl-move", @options, $from->connstr('postgres'), $to->connstr('postgres'), $north ], '>', \$said, '2>&1');
	note($said);
	return ($? >> 8, $said);
}

# What both say, once what one of them was told has arrived.
my ($a, $b);
sub both_say
{
	my ($cell, $what) = @_;

	ok($b->poll_query_until('postgres', "SELECT practiceacl.organization_cell('$north') = '$cell'"), "$what: the one that follows says $cell");
	is(ask($a, "SELECT cell FROM practiceacl.organization_cells WHERE organization_id = '$north'"), $cell, 'as the one that keeps it');
	return;
}

$a = cell('a');
$b = cell('b');
Clinic::fill($a);
ask($b, 'CREATE EXTENSION practiceacl CASCADE; CREATE ROLE clinic_app; SELECT practiceacl.grant_application($$clinic_app$$)');
foreach my $node ($a, $b)
{
	ask($node, q{CREATE ROLE web LOGIN IN ROLE clinic_app; CREATE ROLE logins LOGIN; SELECT practiceacl.grant_authenticator('logins')});
}
is(ask($a, 'SELECT practiceacl.publish_directory() || practiceacl.publish_directory()'), 'practiceacl_directory' x 2, 'a cell keeps the directory');
is(refused($a, "SELECT practiceacl.follow_directory('host=nowhere')"), '55000 directory_here', 'and follows nobody');
ask($a, q{SELECT practiceacl.set_organization_cells('a', practiceacl.organizations_here())});
ask($b, q{INSERT INTO practiceacl.organization_cell VALUES (} . "'$north'" . q{, 'old', 1)});
my $subscribe = ask($b, "SELECT practiceacl.follow_directory('" . $a->connstr('postgres') =~ s/'/''/gr . "')");
ask($b, $subscribe);
both_say('a', 'copied');
is(ask($b, "SELECT practiceacl.follow_directory('host=nowhere') IS NULL"), 't', 'once is enough');
is(refused($b, 'SELECT practiceacl.publish_directory()'), '55000 directory_elsewhere', 'who follows does not keep it');
is(refused($b, "SELECT practiceacl.set_organization_cells('b', '[]')"), '55000 directory_elsewhere', 'and is not told');

# A move tells it when the target is open, and not before.
my ($code, $said) = moves($a, $b, '--dry-run');
is($code, 0, 'it could be moved');
ask($a, "SELECT practiceacl.publish_organization('$north'), practiceacl.hand_over_organization('$north', 'b')");
ok(ask($a, "SELECT practiceacl.organization_cell('$north')") eq 'b', 'handed over, it is on its way');
is(ask($a, "SELECT practiceacl.organizations_here('$north')"), '[]', 'and open nowhere');
is(ask($a, 'SELECT string_agg(DISTINCT cell, $$ $$) FROM practiceacl.organization_cells'), 'a', 'which the directory is not told');
($code, $said) = moves($a, $b, '--cancel');
is($code, 0, 'called off');
both_say('a', 'and so nothing is wrong');

# -- programs ------------------------------------------------------------------

# What a page shows of a kind for a language.
sub shown
{
	my ($page, $kind, $language) = @_;
	my $text = slurp_file("$tree/doc/$page.md");

	$text =~ /^<!-- $kind: $language -->\n```\w+\n(.*?)^```/ms or die "$page does not show $kind: $language\n";
	return $1;
}

my $java = '/usr/share/java/postgresql.jar';
my $modules = ($ENV{CLIENTS_BUILD} // '') . '/node_modules';
my %runs = (
	node => -d "$modules/pg" && system('node --version >/dev/null 2>&1') == 0,
	python => system(q{/usr/bin/python3 -c 'import psycopg' 2>/dev/null}) == 0,
	java => -f $java && system('javac -version >/dev/null 2>&1') == 0);
my @languages = grep { $runs{$_} } qw(node python java);
foreach my $language (grep { !$runs{$_} } qw(node python java))
{
  SKIP: { skip "$language: its library is not here", 1; }
}
my $pooler;

sub start_pooler
{
	my ($standby) = @_;
	my $port = IO::Socket::INET->new(Listen => 1, LocalAddr => '127.0.0.1')->sockport;
	my %server = (a1 => $a, a2 => $standby, b1 => $b);
	my $ini = shown('cells', 'cells', 'pgbouncer');

	$ini =~ s/host=(\w+)\.internal dbname=clinic/'host=' . $server{$1}->host . ' port=' . $server{$1}->port . ' dbname=postgres'/ge;
	append_to_file("$scratch/users", qq{"web" ""\n"logins" ""\n});
	append_to_file("$scratch/pgbouncer.ini", $ini . "listen_addr = 127.0.0.1\nlisten_port = $port\nunix_socket_dir =\nauth_type = trust\nauth_file = $scratch/users\n");
	run_pooler($port);
	return $port;
}

sub run_pooler
{
	my ($port) = @_;

	$pooler = IPC::Run::start([ 'pgbouncer', '-q', "$scratch/pgbouncer.ini" ], '>', "$scratch/pgbouncer.log", '2>&1');
	for (1 .. 100)
	{
		last if IO::Socket::INET->new(PeerAddr => '127.0.0.1', PeerPort => $port);
		sleep 0.1;
	}
	return;
}

# Each books and reads, one after the other, until there is a file "stop": a
# line for each answer, "ID SEEN", and one for what is no answer, and then the same again.
my %driver = (
	node => [ 'js', q{
const { existsSync } = require('fs');
const [number, account, agenda, stop, token] = process.argv.slice(2);
const organization = 'NORTH';
const sql = 'SELECT practiceacl.book($1, $2, appointment_id => $3) AS id';
const look = (id) => async (client) => (await client.query('SELECT count(*)::int AS n FROM practiceacl.appointment WHERE id = $1', [id])).rows[0].n;
(async () => {
  const person = { tokens: new Map(), identify: async () => ({ account }) };
  for (let n = 1; n < 5000 && !existsSync(stop); n++) {
    const id = `00000000-0000-7000-9000-${String(number).padStart(4, '0')}${String(n).padStart(8, '0')}`;
    const at = new Date(Date.UTC(2058 + Number(number), 0, 1) + n * 900000);
    await new Promise((resolve) => { setTimeout(resolve, 20); });
    const make = async (client) => (await client.query(sql, [agenda, at, id])).rows[0].id;
    try {
      if (token) {
        const { result, position } = await write(token, make);
        console.log(result, await read(token, position, look(id)));
      } else {
        console.log(await inCell(person, organization, make), await inCell(person, organization, look(id)));
      }
    } catch (error) {
      console.log('failed', error.code, error.message);
      n -= 1; // again, under the same id
    }
  }
  process.exit();
})();
} ],
	python => [ 'py', q{
import datetime
import sys
import time
number, account, agenda, stop, token = (sys.argv[1:] + [""])[:5]
n = 1
while n < 5000 and not os.path.exists(stop):
    id = "00000000-0000-7000-9000-%04d%08d" % (int(number), n)
    at = datetime.datetime(2058 + int(number), 1, 1, tzinfo=datetime.timezone.utc) + n * datetime.timedelta(minutes=15)

    time.sleep(0.02)

    def make(connection):
        return connection.execute("SELECT practiceacl.book(%s, %s, appointment_id => %s)", [agenda, at, id]).fetchone()[0]

    def look(connection):
        return connection.execute("SELECT count(*) FROM practiceacl.appointment WHERE id = %s", [id]).fetchone()[0]
    try:
        if token:
            done, position = write(token, make)
            print(done, read(token, position, look), flush=True)
        else:
            done = in_cell("NORTH", account, make)
            print(done, in_cell("NORTH", account, look), flush=True)
        n += 1
    except Exception as error:
        print("failed", str(error).replace("\\n", " "), flush=True)
} ],
	java => [ 'java', q{
import java.io.File;
import java.sql.*;
import java.time.OffsetDateTime;
import java.util.*;
import javax.sql.DataSource;
import org.postgresql.ds.PGSimpleDataSource;

class Program {
    static DataSource source(String url) {
        PGSimpleDataSource source = new PGSimpleDataSource();
        source.setUrl(url);
        source.setPrepareThreshold(0);
        return source;
    }

    static Map<String, DataSource> sources(String variable) {
        Map<String, DataSource> sources = new LinkedHashMap<>();
        for (String entry : System.getenv(variable).split(" "))
            sources.put(entry.split("=", 2)[0], source(entry.split("=", 2)[1]));
        return sources;
    }

    static UUID book(Connection connection, UUID agenda, OffsetDateTime at, UUID id) throws SQLException {
        try (PreparedStatement book = connection.prepareStatement("SELECT practiceacl.book(?, ?, appointment_id => ?)")) {
            book.setObject(1, agenda);
            book.setObject(2, at);
            book.setObject(3, id);
            try (ResultSet row = book.executeQuery()) { row.next(); return row.getObject(1, UUID.class); }
        }
    }

    static int look(Connection connection, UUID id) throws SQLException {
        try (PreparedStatement look = connection.prepareStatement("SELECT count(*)::int FROM practiceacl.appointment WHERE id = ?")) {
            look.setObject(1, id);
            try (ResultSet row = look.executeQuery()) { row.next(); return row.getInt(1); }
        }
    }

    public static void main(String[] given) throws Exception {
        UUID organization = UUID.fromString("NORTH"), account = UUID.fromString(given[1]), agenda = UUID.fromString(given[2]);
        KIND
        for (int n = 1; n < 5000 && !new File(given[3]).exists(); n++) {
            UUID id = UUID.fromString(String.format("00000000-0000-7000-9000-%04d%08d", Integer.parseInt(given[0]), n));
            OffsetDateTime at = OffsetDateTime.parse("2058-01-01T00:00:00Z").plusYears(Long.parseLong(given[0])).plusMinutes(15L * n);
            Thread.sleep(20);
            try {
                LOOP
            } catch (Exception error) {
                System.out.println("failed " + error.toString().replace('\\n', ' '));
                n--;
            }
        }
    }
}
} ]);
my %java_of = (
	cells => [ 'Cells', 'Cells cells = new Cells(sources("CELLS"), sources("LOG_INS"));',
		'System.out.println(cells.in(organization, account, c -> book(c, agenda, at, id)) + " " + cells.in(organization, account, c -> look(c, id)));' ],
	standby => [ 'Replicated', 'Replicated both = new Replicated(source(System.getenv("PRIMARY")), source(System.getenv("STANDBY"))); String token = given[4];',
		'Replicated.Written<UUID> done = both.write(token, c -> book(c, agenda, at, id));
		 System.out.println(done.result + " " + both.read(token, done.position, c -> look(c, id)));' ]);

# Starts what a page shows with what runs it; the program, and where it writes.
sub start_program
{
	my ($page, $kind, $language, $port, $number, $holder, @token) = @_;
	my ($ending, $driver) = map { s/NORTH/$north/gr } @{ $driver{$language} };
	my $folder = "$scratch/$kind-$language";
	my @command;
	my $scheme = $language eq 'java' ? 'jdbc:postgresql' : 'postgresql';
	my $url = sub {
		my ($user, $entry) = @_;
		return $language eq 'java' ? "jdbc:postgresql://127.0.0.1:$port/$entry?user=$user" : "postgresql://$user\@127.0.0.1:$port/$entry";
	};
	local $ENV{CELLS} = join ' ', map { "$_=" . $url->('web', "cell_$_") } qw(a b);
	local $ENV{LOG_INS} = join ' ', map { "$_=" . $url->('logins', "cell_$_") } qw(a b);
	local $ENV{PRIMARY} = $url->('web', 'cell_a');
	local $ENV{STANDBY} = $url->('web', 'cell_a_standby');
	local $ENV{NODE_PATH} = $modules;

	mkdir $folder;
	my $recipe = shown($page, $kind, $language);
	if ($language eq 'java')
	{
		my ($class, $made, $loop) = @{ $java_of{$kind} };
		append_to_file("$folder/$class.java", $recipe);
		append_to_file("$folder/Program.java", $driver =~ s/KIND/$made/r =~ s/LOOP/$loop/r);
		system('javac', '-cp', $java, '-d', $folder, "$folder/$class.java", "$folder/Program.java") == 0 or die "the Java of $page does not compile\n";
		@command = ('java', '-cp', "$java:$folder", 'Program');
	}
	else
	{
		append_to_file("$folder/program.$ending", "$recipe\n$driver");
		@command = ($language eq 'node' ? 'node' : '/usr/bin/python3', "$folder/program.$ending");
	}
	my $id = ask($a, "SELECT clinic.account('$holder') || ' ' || clinic.agenda('$holder')");
	return IPC::Run::start([ @command, $number, split(/ /, $id), "$scratch/stop-$kind", @token ], '>', "$folder/said", '2>&1');
}

sub answers { my ($kind, $language) = @_; my @lines = split /\n/, slurp_file("$scratch/$kind-$language/said"); return @lines }

# Until each has so many more answers than it has now.
sub go_on
{
	my ($kind, $more) = @_;
	foreach my $language (@languages)
	{
		my $goal = answers($kind, $language) + $more;
		for (1 .. 10 * $wait)
		{
			last if answers($kind, $language) >= $goal;
			sleep 0.1;
		}
		next if cmp_ok(scalar answers($kind, $language), '>=', $goal, "$language goes on");
		append_to_file("$scratch/stop-$kind", '');	# or they would outlive the test
		die slurp_file("$scratch/$kind-$language/said");
	}
	return;
}

sub end_programs
{
	my ($kind, @programs) = @_;

	answered($kind);
	append_to_file("$scratch/stop-$kind", '');
	$_->finish for @programs;
	return;
}

sub answered
{
	my ($kind) = @_;

	foreach my $language (@languages)
	{
		my @said = answers($kind, $language);
		is_deeply([ grep { !/^[0-9a-f-]{36} 1$/ } @said ], [], "$language: each of " . @said . ' requests is answered, and reads what it wrote');
	}
	return;
}

SKIP:
{
	skip 'PgBouncer, or the libraries, are not installed', 1 if !@languages || system('pgbouncer --version >/dev/null 2>&1') != 0;
	$a->backup('base');
	my $standby = PostgreSQL::Test::Cluster->new('a2');
	$standby->init_from_backup($a, 'base', has_streaming => 1);
	$standby->start;
	my $port = start_pooler($standby);
	my $number = 0;

	# Reading from a standby, also while it lags.
	my $token = ask($a, "SELECT practiceacl.open_session(clinic.account('anna'))");
	my @programs = map { start_program('standbys', 'standby', $_, $port, ++$number, 'anna', $token) } @languages;
	go_on('standby', 5);
	ask($standby, 'SELECT pg_wal_replay_pause()');
	go_on('standby', 1);
	ask($standby, 'SELECT pg_wal_replay_resume()');
	go_on('standby', 3);
	end_programs('standby', @programs);
	cmp_ok(ask($standby, "SELECT count(*) FROM pg_stat_activity WHERE usename = 'web'"), '>', 0, 'from the standby');
	$standby->stop;

	# Following an organization to another cell, and back.
	@programs = map { start_program('cells', 'cells', $_, $port, ++$number, $number % 2 ? 'anna' : 'bert') } @languages;
	go_on('cells', 5);
	($code, $said) = moves($a, $b);
	is($code, 0, 'it moves while they work');
	both_say('b', 'moved');
	go_on('cells', 5);
	($code, $said) = moves($b, $a);
	is($code, 0, 'and back');
	both_say('a', 'moved back');
	go_on('cells', 5);
	answered('cells');

	# The pooler dies under them, with connections in use and idle ones.  That ends
	# programs without a listener for it (brianc/node-postgres 2386, bytebase/dbhub 422).
	$pooler->kill_kill;
	run_pooler($port);
	go_on('cells', 10);
	append_to_file("$scratch/stop-cells", '');
	$_->finish for @programs;
	foreach my $language (@languages)
	{
		my @lost = grep { !/^[0-9a-f-]{36} 1$/ } answers('cells', $language);
		is_deeply([ grep { !/^failed|^a connection broke/ } @lost ], [], "$language: told of it " . @lost . ' times, it goes on');
	}
	my @booked = map { /^([0-9a-f-]{36}) /mg } map { slurp_file("$scratch/$_/said") } map { ("cells-$_", "standby-$_") } @languages;
	is(ask($a, "SELECT count(*) FROM practiceacl.appointment WHERE id::text LIKE '00000000-0000-7000-9000-%'"), scalar @booked, 'nothing is lost, and nothing there twice');
	cmp_ok(ask($b, "SELECT count(*) FROM practiceacl.activity WHERE act = 'organization.forgotten'"), '>', 0, 'it has been in the other cell');
	Clinic::is_sound($a, 'after all that');
	$pooler->signal('TERM');
	$pooler->finish;
}

# Killed before it has told the directory, the command is run again; and what
# follows a directory moves nothing that nobody is told of.
my ($home, $other) = ask($a, "SELECT EXISTS (SELECT FROM practiceacl.organization WHERE id = '$north')") eq 't' ? ($a, $b) : ($b, $a);
ask($a, 'ALTER FUNCTION practiceacl.set_organization_cells RENAME TO away');
($code, $said) = moves($home, $other);
isnt($code, 0, 'a directory that cannot be told is not passed over');
like($said, qr/the directory is not told: run again/, 'which is said');
ask($a, 'ALTER FUNCTION practiceacl.away RENAME TO set_organization_cells');
($code, $said) = moves($home, $other);
is($code, 0, 'run again, it goes on');
both_say($other->name, 'told');
($code, $said) = moves($home, $other);
like($said, qr/moved already/, 'it has moved already');
# A source that was set back to before what the directory knows is not moved.
ask($a, 'UPDATE practiceacl.organization_cell SET generation = generation + 1000');
($code, $said) = moves($other, $home);
like($said, qr/the directory knows a later record of this organization, in "@{[ $other->name ]}"/, 'a source that was set back is not moved');
ok($other->poll_query_until('postgres', q{SELECT detail LIKE '%was restored or promoted from before that; %' FROM practiceacl.health() WHERE check_name = 'moves' AND NOT ok}),
	'which health() tells where it is open');
ask($a, 'UPDATE practiceacl.organization_cell SET generation = generation - 1000');
ask($a, 'DROP PUBLICATION practiceacl_directory');
($code, $said) = moves($other, $home);
like($said, qr/the cells follow a directory: say with --directory/, 'cells that follow somebody say whom');
is($code, 1, 'before anything moves');

# A forged directory opens nothing: the wrong cell names the right one.
ask($b, 'ALTER SUBSCRIPTION practiceacl_directory DISABLE');
ask($b, 'ALTER SUBSCRIPTION practiceacl_directory SET (slot_name = NONE)');
ask($b, 'DROP SUBSCRIPTION practiceacl_directory');
ask($_, "SELECT practiceacl.set_organization_cells('nowhere', '[{\"organization_id\": \"$north\", \"generation\": 1000000000}]')") foreach $a, $b;
is(ask($home, "SELECT practiceacl.organization_cell('$north')"), $other->name, 'who gave it away knows better than a forged directory');
is(ask($a, 'SELECT count(*) FROM practiceacl.health() WHERE NOT ok AND check_name = $$statements$$'), 0, 'and every statement is whole');

$_->stop foreach $a, $b;
done_testing();
