/*
 * tap.h
 *		The little that a C test needs to speak TAP, and a reproducible die.
 *
 * The seed is taken from PACL_TEST_SEED, the number of random rounds from
 * PACL_TEST_ROUNDS; both are printed, so that a failure can be had again.
 */
#ifndef PACL_TAP_H
#define PACL_TAP_H

#include <stdio.h>
#include <stdlib.h>

#ifdef USE_ASSERT_CHECKING
/* What a failed assertion calls: the server's is not linked. */
void
ExceptionalCondition(const char *condition,
#if PG_VERSION_NUM < 160000
					 const char *kind,
#endif
					 const char *file, int line)
{
	printf("Bail out! %s:%d: failed assertion: %s\n", file, line, condition);
	exit(1);
}
#endif

static int	tap_count = 0;
static int	tap_failed = 0;
static uint64 tap_state;
static long tap_rounds;

/* One test of the plan. */
static inline void
ok(bool passed, const char *what)
{
	tap_count++;
	if (!passed)
		tap_failed++;
	printf("%sok %d - %s\n", passed ? "" : "not ", tap_count, what);
}

/* The next random number (xorshift64*). */
static inline uint64
roll(void)
{
	tap_state ^= tap_state >> 12;
	tap_state ^= tap_state << 25;
	tap_state ^= tap_state >> 27;
	return tap_state * UINT64CONST(2685821657736338717);
}

/* A random number from 0 to below "sides". */
static inline uint64
roll_below(uint64 sides)
{
	return (roll() >> 11) % sides;
}

static inline void
tap_begin(void)
{
	const char *seed = getenv("PACL_TEST_SEED");
	const char *rounds = getenv("PACL_TEST_ROUNDS");

	tap_state = seed != NULL ? strtoull(seed, NULL, 10) : 20260302;
	if (tap_state == 0)
		tap_state = 1;
	tap_rounds = rounds != NULL ? strtol(rounds, NULL, 10) : 200000;
	printf("# PACL_TEST_SEED=%llu PACL_TEST_ROUNDS=%ld\n",
		   (unsigned long long) tap_state, tap_rounds);
}

static inline int
tap_end(void)
{
	printf("1..%d\n", tap_count);
	return tap_failed == 0 ? 0 : 1;
}

#endif							/* PACL_TAP_H */
