/*
 * rights.h
 *		Rights on an agenda: a level and a set of flags, in eight bytes.
 *
 * The level stands in the top byte and the flags in the low bits, so that
 * the order of the numbers is a total order that agrees with "covers": what
 * covers another value is never the smaller number.
 *
 * THE NUMBERS OF LEVELS AND FLAGS ARE THE ON-DISK FORMAT.  They are in every
 * table, dump and index; none may ever be renumbered, reused or removed.  A
 * new flag takes the next free bit.  Levels have no gaps: a new one could
 * only be added above the highest.
 *
 * Nothing here needs a running server: tests link it alone.
 */
#ifndef PACL_RIGHTS_H
#define PACL_RIGHTS_H

#include "postgres.h"

typedef uint64 PaclRights;

/* The levels, each including those before it. */
#define PACL_LEVEL_NONE				0
#define PACL_LEVEL_FREEBUSY			1
#define PACL_LEVEL_READ				2
#define PACL_LEVEL_BOOK_IN_HOURS	3
#define PACL_LEVEL_BOOK				4
#define PACL_LEVEL_ABSENCES			5
#define PACL_LEVEL_OPENINGS			6
#define PACL_LEVEL_OWNER			7

/* Their words, in that order. */
#define PACL_LEVEL_LIST(word) \
	word(none) word(freebusy) word(read) word(book_in_hours) word(book) \
	word(absences) word(openings) word(owner)

/* The flags, in the order in which they are written. */
#define PACL_FLAG_OVERBOOK			(UINT64CONST(1) << 0)
#define PACL_FLAG_EDIT_PAST			(UINT64CONST(1) << 1)
#define PACL_FLAG_PRIVATE			(UINT64CONST(1) << 2)
#define PACL_FLAG_PATIENT_FILE		(UINT64CONST(1) << 3)
#define PACL_FLAG_DOCUMENTS			(UINT64CONST(1) << 4)
#define PACL_FLAG_MESSAGING			(UINT64CONST(1) << 5)
#define PACL_FLAG_BILLING			(UINT64CONST(1) << 6)
#define PACL_FLAG_STATISTICS		(UINT64CONST(1) << 7)
#define PACL_FLAG_EXPORT			(UINT64CONST(1) << 8)
#define PACL_FLAG_PUBLIC_PROFILE	(UINT64CONST(1) << 9)

/* Their words, in that order. */
#define PACL_FLAG_LIST(word) \
	word(overbook) word(edit_past) word(private) word(patient_file) \
	word(documents) word(messaging) word(billing) word(statistics) \
	word(export) word(public_profile)

#define PACL_COUNT_WORD(word)		+1
#define PACL_LEVEL_COUNT			(0 PACL_LEVEL_LIST(PACL_COUNT_WORD))
#define PACL_FLAG_COUNT				(0 PACL_FLAG_LIST(PACL_COUNT_WORD))
#define PACL_FLAGS_ALL				((UINT64CONST(1) << PACL_FLAG_COUNT) - 1)

#define PACL_LEVEL_SHIFT			56
#define PACL_FLAGS_MASK				((UINT64CONST(1) << PACL_LEVEL_SHIFT) - 1)

#define PACL_RIGHTS_OF(level, flags) \
	(((uint64) (level) << PACL_LEVEL_SHIFT) | (flags))

#define PACL_RIGHTS_NONE			((PaclRights) 0)
#define PACL_RIGHTS_ALL \
	PACL_RIGHTS_OF(PACL_LEVEL_OWNER, PACL_FLAGS_ALL)

/* Room for the longest text form and its closing zero byte. */
#define PACL_RIGHTS_TEXT_MAX		128

/* The valid words, for the advice in an error message: "none, freebusy, ..." */
#define PACL_COMMA_WORD(word)		", " #word
#define PACL_LEVEL_WORDS			(&(PACL_LEVEL_LIST(PACL_COMMA_WORD))[2])
#define PACL_FLAG_WORDS				(&(PACL_FLAG_LIST(PACL_COMMA_WORD))[2])

/* What reading a text came to. */
typedef enum PaclRightsStatus
{
	PACL_RIGHTS_OK,
	PACL_RIGHTS_EMPTY,			/* nothing but blanks */
	PACL_RIGHTS_EMPTY_WORD,		/* nothing before, between or after a '+' */
	PACL_RIGHTS_UNKNOWN_WORD,	/* neither a level nor a flag */
	PACL_RIGHTS_TWO_LEVELS		/* a second, different level */
} PaclRightsStatus;

/* How a value travels as a Datum; the type is passed by value everywhere. */
#ifndef USE_FLOAT8_BYVAL
#error "practiceacl needs a 64-bit server"
#endif
#define DatumGetRights(d)		((PaclRights) DatumGetUInt64(d))
#define RightsGetDatum(r)		UInt64GetDatum((uint64) (r))
#define PG_GETARG_RIGHTS(n)		DatumGetRights(PG_GETARG_DATUM(n))
#define PG_RETURN_RIGHTS(r)		return RightsGetDatum(r)

/* The level of a value, PACL_LEVEL_NONE to PACL_LEVEL_OWNER. */
static inline int
pacl_rights_level(PaclRights r)
{
	return (int) (r >> PACL_LEVEL_SHIFT);
}

/* The flags of a value, a set of PACL_FLAG_ bits. */
static inline uint64
pacl_rights_flags(PaclRights r)
{
	return r & PACL_FLAGS_MASK;
}

/* A value of a level and a set of PACL_FLAG_ bits, both taken on trust. */
static inline PaclRights
pacl_rights_make(int level, uint64 flags)
{
	return PACL_RIGHTS_OF(level, flags & PACL_FLAGS_MASK);
}

/* Whether a number from outside is a rights value that this version knows. */
static inline bool
pacl_rights_valid(uint64 number)
{
	return pacl_rights_level(number) < PACL_LEVEL_COUNT &&
		(pacl_rights_flags(number) & ~PACL_FLAGS_ALL) == 0;
}

/* Whether "have" allows all that "need" asks: the level and every flag. */
static inline bool
pacl_rights_cover(PaclRights have, PaclRights need)
{
	return pacl_rights_level(have) >= pacl_rights_level(need) &&
		(pacl_rights_flags(need) & ~have) == 0;
}

/* The least value that covers both: the higher level, the flags of either. */
static inline PaclRights
pacl_rights_union(PaclRights a, PaclRights b)
{
	return pacl_rights_make(Max(pacl_rights_level(a), pacl_rights_level(b)),
							pacl_rights_flags(a) | pacl_rights_flags(b));
}

/* The greatest value that both cover: the lower level, the common flags. */
static inline PaclRights
pacl_rights_intersect(PaclRights a, PaclRights b)
{
	return pacl_rights_make(Min(pacl_rights_level(a), pacl_rights_level(b)),
							pacl_rights_flags(a) & pacl_rights_flags(b));
}

/* "a" without the flags of "b"; the level of "a" stays, whatever b's is. */
static inline PaclRights
pacl_rights_without(PaclRights a, PaclRights b)
{
	return a & ~pacl_rights_flags(b);
}

/*
 * What a check asks for when it is called with "r": rights without a level
 * are never effective, so a requirement that names no level means read.
 */
static inline PaclRights
pacl_rights_required(PaclRights r)
{
	if (pacl_rights_level(r) == PACL_LEVEL_NONE)
		return pacl_rights_make(PACL_LEVEL_READ, pacl_rights_flags(r));
	return r;
}

/* Less than, equal to or greater than zero; agrees with pacl_rights_cover. */
static inline int
pacl_rights_compare(PaclRights a, PaclRights b)
{
	return (a > b) - (a < b);
}

extern const char *pacl_rights_level_name(int level);
extern const char *pacl_rights_flag_name(int flag);
extern PaclRightsStatus pacl_rights_parse(const char *text, size_t len,
										  PaclRights *out,
										  const char **bad_word,
										  size_t *bad_len);
extern size_t pacl_rights_format(PaclRights r, char *buf);

#endif							/* PACL_RIGHTS_H */
