# Passwords and second factors that move with an organization if it is asked for:
# nobody resets anything, nobody becomes somebody else, and no file, log or
# command on the way has what opens them.
use strict;
use warnings FATAL => 'all';
use Digest::SHA qw(hmac_sha1);
use File::Find;
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;

my $mover = "$ENV{PRACTICEACL_TREE}/tools/practiceacl-move";
my $directory = PostgreSQL::Test::Utils::tempdir();

sub cell
{
	my ($name) = @_;
	my $node = PostgreSQL::Test::Cluster->new($name);
	append_to_file("$directory/keys_$name", "$name " . ($name eq 'a' ? '0f' : 'a7') x 32 . "\n");
	chmod 0600, "$directory/keys_$name";
	$node->init(allows_streaming => 'logical');
	# Everything that a server can be told to log.
	$node->append_conf('postgresql.conf', join "\n", "cluster_name = '$name'", 'wal_retrieve_retry_interval = 200ms', 'fsync = off',
		"practiceacl.key_file = '$directory/keys_$name'", 'practiceacl.password_memory = 64', 'practiceacl.password_passes = 1',
		'log_statement = all', 'log_min_duration_statement = 0', 'log_parameter_max_length = -1', 'log_parameter_max_length_on_error = -1',
		'log_min_messages = debug1', "shared_preload_libraries = 'practiceacl'", '');
	$node->start;
	$node->safe_psql('postgres', q{CREATE EXTENSION practiceacl; CREATE ROLE app LOGIN; SELECT practiceacl.grant_application('app')});
	$node->safe_psql('postgres', q{CREATE ROLE ops LOGIN; SELECT practiceacl.grant_operator('ops'); ALTER ROLE ops SET practiceacl.return_secrets = on});
	return $node;
}
my $a = cell('a');
my $b = cell('b');

sub run_mover
{
	my ($from, $to, $organization, @options) = @_;
	my $said = '';
	IPC::Run::run([ 'setsid', '-w', $mover, @options, (map { $_->connstr('postgres') } $from, $to), $organization ], '>', \$said, '2>&1');
	note($said);
	return ($? & 127 ? 128 + ($? & 127) : $? >> 8, $said);
}
sub dies_after
{
	my ($step, @arguments) = @_;
	local $ENV{PRACTICEACL_MOVE_DIES_AFTER} = $step;
	local $ENV{TMPDIR} = "$directory/scratch";
	mkdir $ENV{TMPDIR};
	is((run_mover(@arguments))[0], 137, "the mover is killed after $step");
	return;
}
sub sql { my ($node, $sql) = @_; return $node->safe_psql('postgres', $sql) }

# As a role: what it prints, or the SQLSTATE of the first error.
sub as
{
	my ($node, $role, $sql) = @_;
	my ($status, $out, $err) = $node->psql('postgres', "\\set VERBOSITY verbose\n$sql", extra_params => [ '-U', $role ], on_error_stop => 1);
	return $err =~ /ERROR:\s+(\w{5})/ ? $1 : $status ? die $err : $out;
}
sub in { my ($node, $token, $sql) = @_; return as($node, 'app', "BEGIN; SELECT FROM practiceacl.enter('$token'); $sql; COMMIT;") }
sub log_in { my ($node, $name, $password) = @_; return as($node, 'app', "SELECT practiceacl.log_in('$name\@x.test', '$password', 'home')") }
# Whether the password is taken, and what the session needs then.
sub needs { my ($node, @who) = @_; my $token = log_in($node, @who); return $token =~ /^\S{43}$/ ? in($node, $token, q{SELECT coalesce(nullif(practiceacl.session_needs(), ''), 'nothing')}) : 'refused' }
sub code_at
{
	my ($secret, $step) = @_;
	my $bits = join '', map { sprintf '%05b', index('ABCDEFGHIJKLMNOPQRSTUVWXYZ234567', $_) } split //, $secret;
	my $mac = hmac_sha1(pack('Q>', $step), pack('B*', $bits));
	return sprintf '%06d', (unpack('N', substr $mac, ord(substr $mac, 19) & 15, 4) & 0x7fffffff) % 1_000_000;
}
sub give { my ($node, $name, $password, $code) = @_; return in($node, log_in($node, $name, $password), "SELECT FROM practiceacl.second_factor('$code'); SELECT 'open'") }

my $number = 0xa0;
my (%id, @secrets);

# A person of the source, with a password of their choice.
sub person
{
	my ($name, @nodes) = @_;
	$id{$name} //= sprintf '00000000-0000-7000-8000-%012x', $number++;
	foreach my $node (@nodes)
	{
		sql($node, "SELECT practiceacl.register_account('$id{$name}', '$name\@x.test', '$name', 'X')");
		my $temporary = as($node, 'ops', "SELECT practiceacl.renew_temporary_password('$id{$name}')");
		in($node, log_in($node, $name, $temporary), sprintf "SELECT FROM practiceacl.change_password('%s', 'the right horse of %s')", $temporary, $node->name);
	}
	return;
}
sub belongs { my ($node, $organization, @names) = @_; sql($node, "INSERT INTO practiceacl.membership (organization_id, account_id) VALUES " . join ', ', map { "('$organization', '$id{$_}')" } @names); return }
# Returns secret, the step that is used up, and the recovery codes.
sub enrol
{
	my ($node, $name) = @_;
	my $password = 'the right horse of ' . $node->name;
	my $token = log_in($node, $name, $password);
	my $secret = in($node, $token, "SELECT FROM practiceacl.reauthenticate('$password'); SELECT secret FROM practiceacl.enrol_second_factor()");
	sleep 1 while time % 30 > 27;
	my $step = int(time / 30) - 1;
	my @codes = grep { length } split /[{},]/, in($node, $token, sprintf "SELECT practiceacl.confirm_second_factor('%s')", code_at($secret, $step));
	push @secrets, $secret;
	return ($secret, $step, @codes);
}
sub row { my ($node, $name) = @_; return sql($node, qq{SELECT p.hash, p.changed_at, p.temporary_until, f.id, f.enrolled_at, f.confirmed_at, f.last_step, a.second_factor_id = f.id, a.status,
	(SELECT string_agg(encode(digest, 'hex'), ' ' ORDER BY digest) FROM practiceacl.recovery_code c WHERE c.account_id = a.id)
	FROM practiceacl.account a LEFT JOIN practiceacl.password p ON p.account_id = a.id LEFT JOIN practiceacl.second_factor f ON f.account_id = a.id WHERE a.id = '$id{$name}'}) }

# The source: who goes with North.
my $north = as($a, 'ops', q{SELECT organization_id FROM practiceacl.create_organization('North', 'head@x.test', 'Head', 'X')});
my $south = as($a, 'ops', q{SELECT organization_id FROM practiceacl.create_organization('South', 'other@x.test', 'Other', 'X')});
my @new = qw(anna bert cora dora emil fred gina lena mike);
my @known = qw(greg hana ivan jack kate);
person($_, $a) for @new, @known, 'mary';
belongs($a, $north, @new, @known);
belongs($a, $south, 'bert', 'mary');
my ($annas, $used, @annas) = enrol($a, 'anna');
is(scalar(@annas), 10, 'anna has a second factor and ten codes');
is(give($a, 'anna', 'the right horse of a', $annas[0]), 'open', 'one of which is used');
my $coras = as($a, 'ops', "SELECT practiceacl.renew_temporary_password('$id{cora}')");
in($a, log_in($a, 'dora', 'the right horse of a'), q{SELECT FROM practiceacl.reauthenticate('the right horse of a'); SELECT FROM practiceacl.enrol_second_factor()});

# The target knows some of them, whose passwords in the source are the attacker's.
person('greg', $b);
my ($gregs) = enrol($b, 'greg');
sql($b, "SELECT practiceacl.register_account('$id{$_}', '$_\@x.test', '$_', 'X')") for qw(hana ivan jack kate);
as($b, 'ops', "SELECT practiceacl.delete_account('$id{ivan}'::uuid); SELECT practiceacl.block_account('$id{jack}', 'left')");
sql($b, "CREATE ROLE kates; SELECT practiceacl.map_role('kates', '$id{kate}')");
my %before = map { $_ => row($b, $_) } @known;

# Who may ask for it.
is(as($a, 'ops', "SELECT practiceacl.seal_credentials('$north', '\\x00')"), '42501', 'support has no passwords');
is(as($b, 'ops', "SELECT practiceacl.accept_credentials('$north')"), '42501', 'nor takes any over');
my @asked = ($a, $b, $north, '--with-passwords');
my $file = sql($b, "SHOW practiceacl.key_file");
sql($b, q{ALTER SYSTEM SET practiceacl.key_file = ''});
$b->restart;
my ($code, $said) = run_mover(@asked);
like($said, qr/the target has no practiceacl\.key_file/, 'a target without a key file is told');
is(sql($a, 'SELECT count(*) FROM practiceacl.organization_move'), 0, 'and nothing is begun');
sql($b, 'ALTER SYSTEM RESET practiceacl.key_file');
$b->restart;
rename "$directory/keys_a", "$directory/keys_away";
($code, $said) = run_mover(@asked);
like($said, qr/the source does not give out passwords; the organization stays open/, 'so is a source whose second factors do not open');
is(sql($b, 'SELECT count(*) FROM pg_subscription'), 0, 'before anything is copied');
rename "$directory/keys_away", "$directory/keys_a";

# Called off, and begun again.
is((run_mover(@asked, '--cancel'))[0], 0, 'it is called off');
is(sql($b, 'SELECT count(*) FROM practiceacl.password p JOIN practiceacl.awaited_credential USING (account_id)'), 0, 'with no password in the target');
dies_after('verified', @asked);

# What changes while it is copied.
as($a, 'ops', "SELECT practiceacl.block_account('$id{emil}', 'left')");
in($a, log_in($a, 'fred', 'the right horse of a'), q{SELECT FROM practiceacl.change_password('the right horse of a', 'the newest horse')});
sql($b, "SELECT practiceacl.map_role('kates', '$id{mike}')");
my $west = as($b, 'ops', q{SELECT organization_id FROM practiceacl.create_organization('West', 'west@x.test', 'West', 'X')});
belongs($b, $west, 'lena');
my $ginas = as($b, 'ops', "SELECT practiceacl.renew_temporary_password('$id{gina}')");

# The target's keys change as well.
my $newer = 'newer ' . '3c' x 32 . "\n";
sub write_keys { my ($keys) = @_; open my $file, '>', "$directory/keys_b" or die; print $file $keys; close $file; return }
write_keys($newer . slurp_file("$directory/keys_b"));
like(as($b, 'ops', q{SELECT string_agg(detail, E'\n') FROM practiceacl.health() WHERE check_name = 'secrets'}),
	qr/the key for the passwords that come with organization $north is one of the secrets that are sealed with the older key "b"/, 'health() asks that the key of the move is sealed again');
is(as($b, 'ops', 'SELECT practiceacl.seal_secrets()'), 3, 'which is done with the others');
write_keys($newer);
dies_after('settled', @asked);

# Forged, or of another move.
my $parcel = sql($a, "SELECT practiceacl.release_organization('$north')");
my $key = sql($b, "SELECT practiceacl.accept_credentials('$north')");
sql($a, "SELECT practiceacl.publish_organization('$south')");
my %forged = (
	'what is not sealed' => '\x' . '00' x 200,
	'what is too short' => '\x00',
	'what is empty' => '\x',
	'what was sealed for another key' => sql($a, "SELECT practiceacl.seal_credentials('$north', '\\x" . '09' x 32 . "')"),
	'what is of another organization' => sql($a, "SELECT practiceacl.seal_credentials('$south', '$key')"));
foreach my $what (sort keys %forged)
{
	is(as($b, 'ops', "SELECT practiceacl.receive_organization('$north', \$p\$$parcel\$p\$, '$forged{$what}')"), '22023', "$what is refused");
}
is(as($a, scalar getpwuid($>), "SELECT practiceacl.seal_credentials('$north', '$_')"), '22023', 'a key that is none') for '\x00', '\x' . '00' x 32;
sql($a, "SELECT practiceacl.cancel_move('$south')");
is(sql($b, "SELECT state FROM practiceacl.organization_move WHERE organization_id = '$north'"), 'adopting', 'and it is not opened');
is(sql($b, 'SELECT count(*) FROM practiceacl.password p JOIN practiceacl.awaited_credential USING (account_id)'), 1, 'with no password but the one that was made there');

# What the killed command left has nothing that opens anything.
my %expected = map { $_ => row($a, $_) } qw(anna bert cora dora emil fred);
my @hashes = split /\n/, sql($a, q{SELECT hash FROM practiceacl.password});
# As text, and as the digits of a bytea.
push @hashes, map { unpack 'H*', $_ } @hashes;
push @secrets, map { my $s = $_; unpack 'H*', pack 'B*', join '', map { sprintf '%05b', index('ABCDEFGHIJKLMNOPQRSTUVWXYZ234567', $_) } split //, $s } @secrets;
my @digests = split /\n/, sql($a, q{SELECT encode(digest, 'hex') FROM practiceacl.recovery_code});
cmp_ok(scalar(@hashes), '>=', 10, 'there are hashes to look for');
my $left = '';
my $sealed = 0;
find({ no_chdir => 1, wanted => sub { -f or return; $left .= slurp_file($_); $sealed++ if m{/credentials$} && -s } }, "$directory/scratch");
cmp_ok($sealed, '>=', 1, 'the killed command has left what is sealed');

is((run_mover(@asked))[0], 0, 'and it moves');
is(sql($b, "SELECT credential_key IS NULL FROM practiceacl.organization_move WHERE organization_id = '$north'"), 't', 'the key that opens it is gone');
is(sql($b, 'SELECT count(*) FROM practiceacl.awaited_credential'), 0, 'and nobody is waited for any more');

# The people.
my ($fields) = $expected{dora} =~ /^(.*?\|.*?\|.*?)\|/;
is(row($b, $_), $expected{$_}, "$_ has in the target what they had in the source") for qw(anna bert cora fred);
like(row($b, 'dora'), qr/^\Q$fields\E\|\|\|\|\|\|active\|$/, 'dora has the password, and no second factor that was not confirmed');
is(needs($b, 'bert', 'the right horse of a'), 'nothing', 'bert logs in with the same password');
is(needs($b, 'bert', 'the wrong horse'), 'refused', 'and with no other one');
is(needs($b, 'fred', 'the newest horse'), 'nothing', 'fred with the one of the last minute');
is(needs($b, 'fred', 'the right horse of a'), 'refused', 'and not with the one before');
is(needs($b, 'cora', $coras), 'password_change', 'a temporary password is still temporary');
is(needs($b, 'anna', 'the right horse of a'), 'second_factor', 'anna needs the second factor');
is(give($b, 'anna', 'the right horse of a', code_at($annas, $used)), '28P01', 'a code that was used in the source is used up');
is(give($b, 'anna', 'the right horse of a', code_at($annas, int(time / 30) + 1)), 'open', 'the app shows the next one');
is(give($b, 'anna', 'the right horse of a', $annas[0]), '28P01', 'a recovery code that was used is used up');
is(give($b, 'anna', 'the right horse of a', $annas[1]), 'open', 'another one is good');
is(give($b, 'anna', 'the right horse of a', $annas[1]), '28P01', 'once');
is(row($b, 'emil') =~ s/.*\|(\w+)\|.*/$1/r, 'blocked', 'emil, who was blocked meanwhile, is');
is(sql($b, "SELECT count(*) FROM practiceacl.activity WHERE act = 'account.blocked' AND account_id = '$id{emil}' AND organization_id = '00000000-0000-0000-0000-000000000000'"), 1, 'which is on record');
is(log_in($b, 'emil', 'the right horse of a'), '', 'and has no password');
is(as($b, 'ops', q{SELECT string_agg(detail, E'\n') FROM practiceacl.health() WHERE NOT ok AND check_name IN ('secrets', 'references')}), '', 'health() is content');

# The attack: who was there before is who they were.
is(row($b, $_), $before{$_}, "$_, whom the target knew, is as before") for @known;
is(needs($b, $_, 'the right horse of a'), 'refused', "nobody is $_ with a password of the source") for @known;
is(needs($b, 'greg', 'the right horse of b'), 'second_factor', 'greg has the password of the target');
is(needs($b, 'gina', $ginas), 'password_change', 'gina the one that was made in the target');
is(needs($b, $_, 'the right horse of a'), 'refused', "$_, who is somebody there since, has none from the source") for qw(gina lena mike);

# On record, and in no log.
is(sql($a, q{SELECT (facts ->> 'passwords') || ' ' || (facts ->> 'second_factors') FROM practiceacl.activity WHERE act = 'credentials.sealed' ORDER BY id DESC LIMIT 1}), '14 1', 'the source has on record how many were sealed');
is(sql($b, q{SELECT (facts ->> 'passwords') || ' ' || (facts ->> 'second_factors') || ' ' || (facts ->> 'not_taken_over') FROM practiceacl.activity WHERE act = 'credentials.received'}), '6 1 8', 'the target how many came');
is(sql($b, q{SELECT facts ->> 'key' FROM practiceacl.activity WHERE act = 'credentials.accepted' ORDER BY id DESC LIMIT 1}),
	sql($a, q{SELECT facts ->> 'key' FROM practiceacl.activity WHERE act = 'credentials.sealed' ORDER BY id DESC LIMIT 1}), 'and both for which key');
my %place = ('what the killed command left' => $left, map { ('the log of ' . $_->name => slurp_file($_->logfile)) } $a, $b);
like($place{'the log of b'}, qr/receive_organization\(/, 'the log has the statement that brought them');
foreach my $where (sort keys %place)
{
	is(scalar(grep { index($place{$where}, $_) >= 0 } @hashes), 0, "no hash is in $where");
	is(scalar(grep { index($place{$where}, $_) >= 0 } @digests), 0, "no digest of a recovery code is in $where");
	is(scalar(grep { index($place{$where}, $_) >= 0 } @secrets), 0, "no secret is in $where");
}

# What the source keeps.
is(row($a, 'bert'), $expected{bert}, 'who belongs to others in the source keeps the password there');
is(needs($a, 'anna', 'the right horse of a'), 'refused', 'who does not has none there any more');
is(row($a, 'anna'), '|||||||' . '|active|', 'nor a second factor');

is(sql($a, "SELECT count(*) FROM practiceacl.awaited_credential WHERE account_id = '$id{mike}'"), 1, 'with the organization theirs may come back');
as($a, 'ops', "SELECT practiceacl.delete_account('$id{mike}'::uuid)");
is(sql($a, "SELECT count(*) FROM practiceacl.awaited_credential WHERE account_id = '$id{mike}'"), 0, 'but nobody who was erased');

# The way back, after the password was changed.
in($b, log_in($b, 'dora', 'the right horse of a'), q{SELECT FROM practiceacl.change_password('the right horse of a', 'the horse that came back')});
is((run_mover($b, $a, $north, '--with-passwords'))[0], 0, 'it moves back');
is(needs($a, 'dora', 'the horse that came back'), 'nothing', 'dora has the last password');
is(needs($a, 'dora', 'the right horse of a'), 'refused', 'and not the first one');
is(give($a, 'anna', 'the right horse of a', $annas[1]), '28P01', 'what was used there is used up');
is(give($a, 'anna', 'the right horse of a', $annas[2]), 'open', 'and the second factor is back');
is(needs($a, 'bert', 'the right horse of a'), 'nothing', 'bert has had it all the time');

# Without asking.
is((run_mover($a, $b, $south))[0], 0, 'another organization moves, and nobody asks');
is(row($b, 'mary') =~ s/\|.*//r, '', 'no password comes');
is(needs($a, 'mary', 'the right horse of a'), 'nothing', 'it stays in the source');
$_->stop for $a, $b;
done_testing();
