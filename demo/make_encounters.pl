#!/usr/bin/perl
# make_encounters.pl: writes demo/encounters.csv.
#
#     perl demo/make_encounters.pl >demo/encounters.csv
#
# Three practitioners of two practices, their visits of 2025 and 2026, on
# working days from half past eight to seven in Paris, with lunch and
# holidays, written in UTC.  Now and then a visit is put on top of another,
# as happens when two people write in one diary: those must be refused.
#
# The same file comes out each time: ids and chances come from digests.
# Afterwards the visits are booked as the import books them (a provider at a
# time, in the order of start, end and id, first come first served) and the
# result is told on the standard error output: of 2805 encounters 2771 fit
# and 34 overlap.
use strict;
use warnings;
use Digest::SHA qw(sha256_hex);
use POSIX qw(strftime);
use Time::Local qw(timegm);

my $days = 730;
my $first_day = timegm(0, 0, 0, 1, 0, 2025);
my $double_booking = 0.012;

my %practice = (
	republique => id('practice', 'Cabinet médical de la République'),
	tilleuls   => id('practice', 'Maison de santé des Tilleuls'));

# How full a day is, which days are worked (1 is Monday), and what for.
my @practitioner = (
	{
		name     => 'general practitioner',
		practice => 'republique',
		weekdays => '12345',
		load     => 0.06,
		visits   => [
			[ 5, 15, 'ambulatory', 'Renouvellement d\'ordonnance' ],
			[ 8, 20, 'ambulatory', 'Consultation de médecine générale' ],
			[ 2, 20, 'outpatient', 'Suivi de tension artérielle' ],
			[ 2, 20, 'outpatient', 'Suivi de diabète de type 2' ],
			[ 2, 15, 'wellness',   'Vaccination' ],
			[ 1, 15, 'ambulatory', 'Certificat médical de sport' ],
			[ 1, 30, 'urgentcare', 'Consultation non programmée' ],
			[ 1, 45, 'home',       'Visite à domicile' ],
		],
	},
	{
		name     => 'paediatrician',
		practice => 'republique',
		weekdays => '1245',
		load     => 0.075,
		visits   => [
			[ 5, 30, 'wellness',   'Examen obligatoire du nourrisson' ],
			[ 5, 20, 'ambulatory', 'Consultation de pédiatrie' ],
			[ 3, 15, 'wellness',   'Vaccination du nourrisson' ],
			[ 2, 30, 'wellness',   'Bilan de croissance' ],
			[ 1, 20, 'urgentcare', 'Fièvre de l\'enfant' ],
		],
	},
	{
		name     => 'physiotherapist',
		practice => 'tilleuls',
		weekdays => '12345',
		load     => 0.09,
		visits   => [
			[ 6, 30, 'outpatient', 'Séance de rééducation du genou' ],
			[ 4, 30, 'outpatient', 'Séance de kinésithérapie respiratoire' ],
			[ 3, 45, 'outpatient', 'Rééducation après opération de l\'épaule' ],
			[ 2, 60, 'outpatient', 'Bilan de kinésithérapie' ],
			[ 1, 45, 'outpatient', 'Rééducation périnéale' ],
		],
	});

# Days, as MM-DD, on which a French practice is closed every year, and the
# movable feasts of the two years.
my %holiday = map { $_ => 1 } (
	map({ ("2025-$_", "2026-$_") }
		qw(01-01 05-01 05-08 07-14 08-15 11-01 11-11 12-25)),
	qw(2025-04-21 2025-05-29 2025-06-09 2026-04-06 2026-05-14 2026-05-25));

# A number in [0, 1) that depends on the words given, and on nothing else.
sub chance
{
	return hex(substr sha256_hex(join '/', @_), 0, 8) / 2**32;
}

sub id
{
	my $hex = sha256_hex(join '/', @_);
	substr($hex, 12, 1) = '4';
	substr($hex, 16, 1) = substr '89ab', hex(substr $hex, 16, 1) % 4, 1;
	return join '-', unpack 'A8 A4 A4 A4 A12', $hex;
}

# The last Sunday of a month, at one in the morning UTC: the clocks change.
sub clock_change
{
	my ($year, $month) = @_;
	my $last = timegm(0, 0, 1, 31, $month - 1, $year);
	return $last - 86400 * (gmtime $last)[6];
}

# Seconds to take off a Paris wall-clock time to have UTC.
sub paris_offset
{
	my ($wall) = @_;
	my $year = 1900 + (gmtime $wall)[5];
	my $utc = $wall - 3600;
	return clock_change($year, 3) <= $utc && $utc < clock_change($year, 10)
	  ? 7200
	  : 3600;
}

sub pick_visit
{
	my ($who, @key) = @_;
	my $total = 0;
	$total += $_->[0] for @{ $who->{visits} };
	my $at = chance('visit', @key) * $total;
	for my $visit (@{ $who->{visits} })
	{
		return $visit if ($at -= $visit->[0]) < 0;
	}
}

my @encounters;

sub add_encounter
{
	my ($who, $wall, $key) = @_;
	my (undef, $minutes, $class, $description) =
	  @{ pick_visit($who, $who->{name}, $key) };
	my $start = $wall - paris_offset($wall);
	# Everybody has some 400 patients.
	my $patient = int(400 * chance('patient', $who->{name}, $key));
	push @encounters,
	  {
		id       => id('encounter', $who->{name}, $key),
		start    => $start,
		stop     => $start + 60 * $minutes,
		patient  => id('patient', $who->{practice}, $patient),
		practice => $practice{ $who->{practice} },
		provider => id('provider', $who->{name}),
		class    => $class,
		what     => $description,
	  };
	return 60 * $minutes;
}

for my $who (@practitioner)
{
	for my $day (0 .. $days - 1)
	{
		my $midnight = $first_day + 86400 * $day;
		my $date = strftime '%Y-%m-%d', gmtime $midnight;
		next if index($who->{weekdays}, (gmtime $midnight)[6]) < 0;
		next if $holiday{$date};
		# The first three weeks of August.
		next if $date =~ /-08-(?:0\d|1\d|2[01])$/;

		for my $half ([ 8.5, 12.5 ], [ 14, 19 ])
		{
			my $wall = $midnight + 3600 * $half->[0];
			while ($wall + 3600 <= $midnight + 3600 * $half->[1])
			{
				my $key = strftime '%Y-%m-%dT%H:%M', gmtime $wall;
				if (chance('free', $who->{name}, $key) >= $who->{load})
				{
					$wall += 900;
					next;
				}
				my $length = add_encounter($who, $wall, $key);
				add_encounter($who, $wall + 300 * int(3 * chance('late', $who->{name}, $key)), "$key again")
				  if chance('double', $who->{name}, $key) < $double_booking;
				$wall += 900 * int(($length + 899) / 900);
			}
		}
	}
}

# -- the file: in the order of time, as a practice's export has it ------------

print "Id,START,STOP,PATIENT,ORGANIZATION,PROVIDER,ENCOUNTERCLASS,DESCRIPTION\n";
for my $e (sort { $a->{start} <=> $b->{start} || $a->{id} cmp $b->{id} } @encounters)
{
	print join(',', $e->{id},
		(map { strftime '%Y-%m-%dT%H:%M:%SZ', gmtime $_ } $e->{start}, $e->{stop}),
		@$e{qw(patient practice provider class what)}), "\n";
}

# -- what the import will make of it ------------------------------------------

my (%booked, $fit, $overlap);
for my $e (
	sort {
		     $a->{start} <=> $b->{start}
		  || $a->{stop} <=> $b->{stop}
		  || $a->{id} cmp $b->{id}
	} @encounters)
{
	my $diary = $booked{ $e->{provider} } //= [];
	if (grep { $_->[0] < $e->{stop} && $e->{start} < $_->[1] } @$diary)
	{
		$overlap++;
	}
	else
	{
		push @$diary, [ $e->{start}, $e->{stop} ];
		$fit++;
	}
}
printf STDERR "%d encounters of %d practitioners: %d fit, %d overlap\n",
  scalar @encounters, scalar keys %booked, $fit, $overlap;
