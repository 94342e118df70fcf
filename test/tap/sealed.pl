# Entries of long ago in files: practiceacl-verify finds what is wrong with one
# without a server, a server that is killed while it seals has lost nothing, and
# neither has a dump.
use strict;
use warnings FATAL => 'all';
use IPC::Run ();
use MIME::Base64;
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;
use Time::HiRes qw(sleep);

my $verify = "$ENV{PRACTICEACL_TREE}/tools/practiceacl-verify";
my ($nil, $org, $agenda) = ('00000000-0000-0000-0000-000000000000', map { "00000000-0000-7000-8000-0000000000$_" } qw(01 b1));
my $node = PostgreSQL::Test::Cluster->new('sealed');
$node->init;
$node->append_conf('postgresql.conf', "synchronous_commit = on\nrestart_after_crash = off\nlog_parameter_max_length = 0");
$node->start;
my $dir = PostgreSQL::Test::Utils::tempdir();
my $copies = 0;
$node->safe_psql('postgres', qq{
	CREATE EXTENSION practiceacl;
	\\i $ENV{PRACTICEACL_TREE}/test/setup/record.sql
	INSERT INTO practiceacl.organization (id, name, created_at) VALUES ('$org', 'Practice', '2020-01-01Z');
	INSERT INTO practiceacl.agenda (organization_id, id, kind, time_zone, name, data_controller, created_at)
	VALUES ('$org', '$agenda', 'room', 'Europe/Paris', 'Room 1', 'Practice', '2020-01-01Z');
	SELECT record.begin_all();
	SELECT record.append('$org', '$agenda', '$agenda', 'message.queued', '2020-01-02Z'::timestamptz + n * interval '1 hour',
		('00000000-0000-7000-8000-0000000c' || to_char(n, 'FM0000'))::uuid, '{"channel": "email", "\\u00e9\\"": "\\n\\\\"}',
		format('{"recipient":"é%s\@x.test"}', n)) FROM generate_series(1, 60) AS n;
	CREATE FUNCTION public.state() RETURNS text LANGUAGE sql AS \$\$
		SELECT (SELECT count(*) FROM practiceacl.activity WHERE organization_id = '$org') || ' entries, '
			|| (SELECT count(*) FROM practiceacl.activity_seals()) || ' seals, '
			|| (SELECT count(*) FROM practiceacl.verify_activity('$org') WHERE first_broken IS NOT NULL) || ' broken'
	\$\$;
});

# verify ARGUMENT...: what it printed, or "status: what it complained of".
sub verify
{
	my ($out, $err) = ('', '');
	IPC::Run::run([ $verify, @_ ], '<', \undef, '>', \$out, '2>', \$err);
	my $status = $? >> 8;
	chomp($out, $err);
	return $status == 0 ? $out : "$status: $err";
}

sub export
{
	my ($name, $before, $details) = @_;
	my $file = "$dir/$name";
	system('psql', '-XqAt', '-d', $node->connstr('postgres'), '-o', $file,
		'-c', "SELECT practiceacl.export_activity('$org', '$before', " . ($details ? 'true' : 'false') . ')') == 0 or die;
	return $file;
}

# changed FILE CODE: a copy with its lines changed.
sub changed
{
	my ($file, $code) = @_;
	my @lines = split /(?<=\n)/, slurp_file($file);
	local $_;
	@lines = $code->(@lines);
	my $copy = "$file-" . ++$copies;
	append_to_file($copy, join '', @lines);
	return $copy;
}

my $one = export('one', '2020-01-03Z');
my $digest = verify('--digest', $one);
like($digest, qr/^[0-9a-f]{64}$/, 'a file has a digest');
like(verify($one), qr/organization $org, 2 chains, 25 entries from before 2020-01-03.*, all whole; digest $digest$/, 'and is whole');
like(verify('--print', $one), qr/"facts": \{"é\\"": "\\n\\\\", "channel": "email"\}/, 'and can be read');
unlike(slurp_file($one), qr/^detail/m, 'without names');
my $copied = "$dir/copied";
system('psql', '-Xq', '-d', $node->connstr('postgres'), '-c',
	"\\copy (SELECT practiceacl.export_activity('$org', '2020-01-03Z')) TO '$copied'") == 0 or die;
is(slurp_file($copied), slurp_file($one), 'COPY writes the same file');

# What becomes of files.
my %tampering = (
	'an entry left out' => sub { @_[ 0 .. 8, 10 .. $#_ ] },
	'two swapped' => sub { @_[ 0 .. 8, 10, 9, 11 .. $#_ ] },
	'one twice' => sub { @_[ 0 .. 9, 9 .. $#_ ] },
	'the end cut off' => sub { @_[ 0 .. $#_ - 1 ] },
	'cut off in a line' => sub { (@_[ 0 .. $#_ - 1 ], substr($_[-1], 0, 3)) },
	'a chain left out' => sub { @_[ 0, 3 .. $#_ ] },
	'something behind the end' => sub { (@_, $_[3]) },
	'another organization' => sub { my @l = @_; $l[0] =~ s/$org/$agenda/; @l },
	'another first hash' => sub { my @l = @_; $l[3] =~ s/0{64}/'f' x 64/e; @l },
	'a garbled line' => sub { my @l = @_; $l[9] =~ s/.{4}$/!!!!/; @l },
	'ends of lines of another system' => sub { map { s/\n/\r\n/r } @_ },
	'a time that no calendar has' => sub { my @l = @_; $l[0] =~ s/-?\d+$/9 x 30/e; @l },
	'nothing' => sub { () },
);
like(verify(changed($one, $tampering{$_})), qr/^1: practiceacl-verify: /, "found: $_") foreach sort keys %tampering;
# A changed entry fits nothing but itself, so the digest is what tells.
my $forged = changed($one, sub { my @l = @_; $l[-2] = substr($l[-2], 0, 60) . ($l[-2] =~ /^.{60}A/ ? 'B' : 'A') . substr($l[-2], 61); @l });
isnt(verify('--digest', $forged), $digest, 'found: a changed entry');
like(verify("$dir/missing"), qr/^1: .*No such file/, 'found: no file');
like(verify('--digits', $one), qr/^2: /, 'an option that there is not');

# Details may come along, and be taken out again.
my $with = export('with', '2020-01-03Z', 1);
is(verify('--digest', $with), $digest, 'details do not change the digest');
is(() = slurp_file($with) =~ /^detail/mg, 23, 'one for each entry that has one');
like(verify(changed($with, sub { map { s/^(detail \S+ ..)./$1 . 'x'/er } @_ })), qr/^1: .*detail that is not what was recorded/, 'found: another name');
my $erased = "$dir/erased";
append_to_file($erased, verify("--without-details=00000000-0000-7000-8000-0000000c0007", $with) . "\n");
is(verify('--digest', $erased), $digest, 'one can be erased');
is(() = slurp_file($erased) =~ /^detail/mg, 22, 'alone');

# A server that is killed before the commit has everything, after it nothing twice.
my $before = $node->safe_psql('postgres', 'SELECT state()');
is($before, '62 entries, 0 seals, 0 broken', 'before');
my ($in, $out) = ("BEGIN;\nSELECT practiceacl.seal_activity('$org', '2020-01-03Z', '$digest');\nSELECT state();\n", '');
my $session = IPC::Run::start([ 'psql', '-XqAt', '-d', $node->connstr('postgres') ], '<', \$in, '>', \$out, '2>', \my $err,
	IPC::Run::timeout($PostgreSQL::Test::Utils::timeout_default));
$session->pump until $out =~ /broken/;
is($out, "25\n38 entries, 2 seals, 0 broken\n", 'sealed, and not committed');
my $postmaster = $node->{_pid};
$node->kill9;
eval { $session->kill_kill };
for (1 .. 100) { last if !kill 0, $postmaster; sleep 0.1 }
$node->{_pid} = undef;
for (1 .. 50) { last if $node->start(fail_ok => 1); sleep 0.2 }
is($node->safe_psql('postgres', 'SELECT state()'), $before, 'the server was killed: all is there');
is($node->safe_psql('postgres', "SELECT practiceacl.seal_activity('$org', '2020-01-03Z', '$digest')"), 25, 'the same file seals it');
is($node->safe_psql('postgres', 'SELECT state()'), '38 entries, 2 seals, 0 broken', 'now');

# Two at once: one of them.
my $two = export('two', '2020-01-04Z');
my $second = verify('--digest', $two);
my @both = map {
	my %run = (out => '', err => '');
	$run{handle} = IPC::Run::start([ 'psql', '-XqAt', '-d', $node->connstr('postgres'), '-c',
		"SELECT practiceacl.seal_activity('$org', '2020-01-04Z', '$second')" ], '<', \undef, '>', \$run{out}, '2>', \$run{err});
	\%run
} 1, 2;
$_->{handle}->finish foreach @both;
is(join('', sort map { $_->{out} } @both), "24\n", 'two seal the same file: one does');
like(join('', map { $_->{err} } @both), qr/the digest is not that of what would be sealed/, 'and one is told');

# Files together, and against the seals.
my $seals = "$dir/seals";
system('psql', '-Xq', '-d', $node->connstr('postgres'), '-c', "\\copy (SELECT * FROM practiceacl.activity_seals()) TO '$seals' CSV HEADER") == 0 or die;
like(verify("--seals=$seals", $two, $one), qr/all whole.*all whole/s, 'every seal has its file');
like(verify("--seals=$seals", $one), qr/^1: .*no file has entries 25 to 48 of chain $agenda/s, 'found: a missing file');
like(verify("--seals=$seals", $two, $forged), qr/^1: /, 'found: a forged one');
like(verify('--seals=' . changed($seals, sub { () }), $two, $one), qr/^1: practiceacl-verify: .*no columns of activity_seals\(\)/,
	'found: seals that were not written');
like(verify('--seals=' . changed($seals, sub { $_[0], "x,y\n" }), $two, $one), qr/^1: practiceacl-verify: .*line 2: no seal/, 'found: garbage among the seals');
# Facts that nobody wrote, in an entry that is forged as a whole.
my ($entry) = grep { /^entry/ } split /\n/, slurp_file($one);
my $form = decode_base64($entry =~ s/^entry //r);
my $nested = '[' x 100_000;
my ($facts) = $form =~ /(\x01....\{.*)\x00\z/s or die 'no facts';
my $deep = 'entry ' . encode_base64(substr($form, 0, -1 - length $facts) . pack('CN', 1, length $nested) . "$nested\0", '');
like(verify('--print', changed($one, sub { map { s/^\Q$entry\E$/$deep/r } @_ })), qr/^1: practiceacl-verify: /, 'found: facts without an end');
my $three = export('three', '2021-01-01Z');
like(verify($one, $three), qr/^1: .*a file between \S+one and \S+three is missing/, 'found: a gap');
my $swapped = changed($two, sub { my @l = @_; $l[1] =~ s/[0-9a-f]{64}$/'f' x 64/e; @l });
like(verify($one, $swapped), qr/^1: .*does not go on from/, 'found: a file of another chain of events');

# A dump has the seals.
my $dump = "$dir/dump.sql";
$node->command_ok([ 'pg_dump', '-f', $dump, '-d', $node->connstr('postgres') ], 'a dump');
$node->safe_psql('postgres', 'CREATE DATABASE again');
$node->command_ok([ 'psql', '-Xq', '-v', 'ON_ERROR_STOP=1', '-d', $node->connstr('again'), '-f', $dump ], 'restored');
is($node->safe_psql('again', 'SELECT state()'), '15 entries, 3 seals, 0 broken', 'is the same');
$node->stop;
done_testing();
