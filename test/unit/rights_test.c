/*
 * rights_test.c
 *		Rights without a server: the laws of their arithmetic, and texts that
 *		are right, wrong and random.
 */
#include "postgres.h"

#include "pure/rights.h"

/* The server's port.h would have these from a library of its own. */
#undef printf
#undef snprintf
#include "tap.h"

static PaclRights
random_rights(void)
{
	return pacl_rights_make((int) roll_below(PACL_LEVEL_COUNT),
							roll() & PACL_FLAGS_ALL);
}

static PaclRightsStatus
parse(const char *text, PaclRights *out)
{
	const char *bad_word;
	size_t		bad_len;

	return pacl_rights_parse(text, strlen(text), out, &bad_word, &bad_len);
}

static bool
reads_as(const char *text, PaclRights expected)
{
	PaclRights	rights = ~expected;

	return parse(text, &rights) == PACL_RIGHTS_OK && rights == expected;
}

/* Whether the text is refused for this reason and this word, *out untouched. */
static bool
refused(const char *text, PaclRightsStatus reason, const char *word)
{
	PaclRights	rights = 12345;
	const char *bad_word;
	size_t		bad_len;

	return pacl_rights_parse(text, strlen(text), &rights,
							 &bad_word, &bad_len) == reason &&
		rights == 12345 && bad_len == strlen(word) &&
		memcmp(bad_word, word, bad_len) == 0;
}

/* The numbers that are on disk; a change here breaks every database. */
static void
test_format_is_frozen(void)
{
	static const char *const levels[] = {"none", "freebusy", "read",
	"book_in_hours", "book", "absences", "openings", "owner"};
	static const char *const flags[] = {"overbook", "edit_past", "private",
		"patient_file", "documents", "messaging", "billing", "statistics",
	"export", "public_profile"};
	bool		all = true;
	int			i;

	for (i = 0; i < 8; i++)
		all = all && reads_as(levels[i], (uint64) i << 56);
	ok(all && PACL_LEVEL_COUNT == 8, "levels are the top byte, 0 to 7");
	all = true;
	for (i = 0; i < 10; i++)
		all = all && reads_as(flags[i], UINT64CONST(1) << i);
	ok(all && PACL_FLAG_COUNT == 10, "flags are the bits 0 to 9");
	ok(PACL_RIGHTS_ALL == UINT64CONST(0x07000000000003ff),
	   "all rights are 07000000000003ff");
	ok(PACL_FLAG_PUBLIC_PROFILE == 512 && PACL_FLAG_OVERBOOK == 1 &&
	   PACL_LEVEL_OWNER == 7 && PACL_LEVEL_READ == 2,
	   "named constants agree");
}

static void
test_names(void)
{
	ok(pacl_rights_level_name(-1) == NULL && pacl_rights_level_name(8) == NULL,
	   "no other level has a name");
	ok(pacl_rights_flag_name(-1) == NULL && pacl_rights_flag_name(10) == NULL,
	   "no other flag has a name");
	ok(pacl_rights_valid(PACL_RIGHTS_ALL) && pacl_rights_valid(0) &&
	   !pacl_rights_valid(UINT64CONST(8) << 56) &&
	   !pacl_rights_valid(UINT64CONST(1) << 10) &&
	   !pacl_rights_valid(~UINT64CONST(0)),
	   "unknown levels and bits are told");
}

static void
test_good_texts(void)
{
	PaclRights	book = pacl_rights_make(PACL_LEVEL_BOOK,
										PACL_FLAG_OVERBOOK |
										PACL_FLAG_MESSAGING);
	char		buf[PACL_RIGHTS_TEXT_MAX];
	char		text[PACL_RIGHTS_TEXT_MAX];
	size_t		longest = 0;
	int			level;

	ok(reads_as("book+overbook+messaging", book), "canonical");
	ok(reads_as("messaging+book+overbook", book), "any order");
	ok(reads_as("  BOOK +\tOverBook\n+ messaging\r\n", book),
	   "any case, blanks around words");
	ok(reads_as("book+overbook+book+overbook+messaging", book),
	   "repeated words");
	ok(reads_as("messaging",
				pacl_rights_make(PACL_LEVEL_NONE, PACL_FLAG_MESSAGING)),
	   "a flag alone has level none");
	ok(reads_as("none", PACL_RIGHTS_NONE), "none");

	pacl_rights_format(PACL_RIGHTS_NONE, buf);
	ok(strcmp(buf, "none") == 0, "none is written");
	pacl_rights_format(PACL_FLAG_MESSAGING, buf);
	ok(strcmp(buf, "none+messaging") == 0, "level none is written");
	pacl_rights_format(book, buf);
	ok(strcmp(buf, "book+overbook+messaging") == 0, "flags are ordered");

	for (level = 0; level < PACL_LEVEL_COUNT; level++)
		longest = Max(longest,
					  pacl_rights_format(pacl_rights_make(level, PACL_FLAGS_ALL),
										 text));
	ok(longest < PACL_RIGHTS_TEXT_MAX, "the longest text has room");
}

static void
test_bad_texts(void)
{
	ok(refused("", PACL_RIGHTS_EMPTY, ""), "empty");
	ok(refused(" \t\n", PACL_RIGHTS_EMPTY, ""), "blank");
	ok(refused("+", PACL_RIGHTS_EMPTY_WORD, ""), "only a plus");
	ok(refused("+read", PACL_RIGHTS_EMPTY_WORD, ""), "leading plus");
	ok(refused("read+", PACL_RIGHTS_EMPTY_WORD, ""), "trailing plus");
	ok(refused("read + ", PACL_RIGHTS_EMPTY_WORD, ""), "trailing blank word");
	ok(refused("read++private", PACL_RIGHTS_EMPTY_WORD, ""), "double plus");
	ok(refused("reads", PACL_RIGHTS_UNKNOWN_WORD, "reads"), "longer word");
	ok(refused("rea", PACL_RIGHTS_UNKNOWN_WORD, "rea"), "shorter word");
	ok(refused("read private", PACL_RIGHTS_UNKNOWN_WORD, "read private"),
	   "blank inside a word");
	ok(refused("read+ Write +book", PACL_RIGHTS_UNKNOWN_WORD, "Write"),
	   "the first wrong word is told, as written");
	ok(refused("read+book", PACL_RIGHTS_TWO_LEVELS, "book"), "two levels");
	ok(refused("none+read", PACL_RIGHTS_TWO_LEVELS, "read"),
	   "none is a level like any other");
	ok(refused("read,book", PACL_RIGHTS_UNKNOWN_WORD, "read,book"), "comma");
}

/* One megabyte each; the test as a whole must not take long. */
static void
test_long_texts(void)
{
	const size_t size = 1024 * 1024;
	char	   *text = malloc(size);
	PaclRights	rights = 0;
	const char *bad_word;
	size_t		bad_len;
	size_t		i;

	memset(text, 'x', size);
	ok(pacl_rights_parse(text, size, &rights, &bad_word, &bad_len) ==
	   PACL_RIGHTS_UNKNOWN_WORD && bad_len == size, "1 MB in one word");
	memset(text, '+', size);
	ok(pacl_rights_parse(text, size, &rights, &bad_word, &bad_len) ==
	   PACL_RIGHTS_EMPTY_WORD, "1 MB of plus");
	memset(text, ' ', size);
	ok(pacl_rights_parse(text, size, &rights, &bad_word, &bad_len) ==
	   PACL_RIGHTS_EMPTY, "1 MB of blanks");
	for (i = 0; i + 5 <= size; i += 5)
		memcpy(text + i, "read+", 5);
	ok(pacl_rights_parse(text, i - 1, &rights, &bad_word, &bad_len) ==
	   PACL_RIGHTS_OK && pacl_rights_level(rights) == PACL_LEVEL_READ,
	   "1 MB of the same level is that level");
	free(text);
}

static void
test_laws(void)
{
	bool		order = true;
	bool		joined = true;
	bool		met = true;
	bool		reduced = true;
	bool		symmetric = true;
	bool		associative = true;
	bool		required = true;
	bool		valid = true;
	long		i;

	for (i = 0; i < tap_rounds; i++)
	{
		PaclRights	a = random_rights();
		PaclRights	b = random_rights();
		PaclRights	c = random_rights();
		PaclRights	u = pacl_rights_union(a, b);
		PaclRights	m = pacl_rights_intersect(a, b);
		PaclRights	w = pacl_rights_without(a, b);
		PaclRights	r = pacl_rights_required(a);

		/* Narrow c now and then, so that one covers the other often enough. */
		if (i % 2 == 0)
			c = pacl_rights_intersect(c, a);

		order = order && (!pacl_rights_cover(a, c) ||
						  pacl_rights_compare(a, c) >= 0) &&
			pacl_rights_cover(a, a) &&
			(!(pacl_rights_cover(a, c) && pacl_rights_cover(c, a)) || a == c);
		joined = joined && pacl_rights_cover(u, a) && pacl_rights_cover(u, b) &&
			pacl_rights_cover(c, u) ==
			(pacl_rights_cover(c, a) && pacl_rights_cover(c, b));
		met = met && pacl_rights_cover(a, m) && pacl_rights_cover(b, m) &&
			pacl_rights_cover(m, c) ==
			(pacl_rights_cover(a, c) && pacl_rights_cover(b, c)) &&
			pacl_rights_union(a, m) == a && pacl_rights_intersect(a, u) == a;
		reduced = reduced &&
			pacl_rights_level(w) == pacl_rights_level(a) &&
			(pacl_rights_flags(w) & pacl_rights_flags(b)) == 0 &&
			(pacl_rights_flags(w) | (a & pacl_rights_flags(b))) ==
			pacl_rights_flags(a);
		symmetric = symmetric && u == pacl_rights_union(b, a) &&
			m == pacl_rights_intersect(b, a) &&
			pacl_rights_compare(a, b) == -pacl_rights_compare(b, a);
		associative = associative &&
			pacl_rights_union(u, c) ==
			pacl_rights_union(a, pacl_rights_union(b, c)) &&
			pacl_rights_intersect(m, c) ==
			pacl_rights_intersect(a, pacl_rights_intersect(b, c));
		required = required && pacl_rights_cover(r, a) &&
			pacl_rights_flags(r) == pacl_rights_flags(a) &&
			pacl_rights_level(r) == (pacl_rights_level(a) == PACL_LEVEL_NONE ?
									 PACL_LEVEL_READ : pacl_rights_level(a));
		valid = valid && pacl_rights_valid(u) && pacl_rights_valid(m) &&
			pacl_rights_valid(w) && pacl_rights_valid(r);
	}
	ok(order, "covering is an order, and the numbers agree with it");
	ok(joined, "the union is the least that covers both");
	ok(met, "the intersection is the greatest that both cover; absorption");
	ok(reduced, "without takes the flags and leaves the level");
	ok(symmetric, "union and intersection commute");
	ok(associative, "union and intersection associate");
	ok(required, "a requirement without a level asks for read");
	ok(valid, "no operation makes an unknown value");
}

static void
test_round_trip(void)
{
	bool		same = true;
	char		buf[PACL_RIGHTS_TEXT_MAX];
	int			level;
	uint64		flags;

	for (level = 0; level < PACL_LEVEL_COUNT; level++)
		for (flags = 0; flags <= PACL_FLAGS_ALL; flags++)
		{
			PaclRights	rights = pacl_rights_make(level, flags);

			same = same &&
				pacl_rights_format(rights, buf) == strlen(buf) &&
				reads_as(buf, rights);
		}
	ok(same, "every value reads back as it is written");
}

/* Appends a random piece: words, halves of words, signs, any byte. */
static size_t
append_piece(char *text, size_t len)
{
	const char *word = "+";

	switch (roll_below(6))
	{
		case 0:
			word = pacl_rights_level_name((int) roll_below(PACL_LEVEL_COUNT));
			break;
		case 1:
			word = pacl_rights_flag_name((int) roll_below(PACL_FLAG_COUNT));
			break;
		case 2:
			word = " ";
			break;
		case 3:
			text[len] = (char) roll();
			return len + 1;
		default:
			break;
	}
	memcpy(text + len, word, strlen(word));
	return len + strlen(word);
}

/*
 * The text lies in memory of exactly its length, so that a tool such as
 * valgrind or an address sanitizer sees a byte read too far.
 */
static void
test_fuzz(void)
{
	bool		sound = true;
	long		accepted = 0;
	long		i;

	for (i = 0; i < tap_rounds; i++)
	{
		char		draft[256];
		size_t		len = 0;
		int			pieces = (int) roll_below(9);
		char	   *text;
		PaclRights	rights = ~UINT64CONST(0);
		const char *bad_word;
		size_t		bad_len;

		while (pieces-- > 0)
			len = append_piece(draft, len);
		if (len > 0 && roll_below(8) == 0)
			draft[roll_below(len)] ^= 0x20;
		text = malloc(len > 0 ? len : 1);
		memcpy(text, draft, len);

		if (pacl_rights_parse(text, len, &rights, &bad_word, &bad_len) ==
			PACL_RIGHTS_OK)
		{
			char		buf[PACL_RIGHTS_TEXT_MAX];

			accepted++;
			pacl_rights_format(rights, buf);
			sound = sound && pacl_rights_valid(rights) &&
				reads_as(buf, rights) && bad_word == NULL;
		}
		else
			sound = sound && rights == ~UINT64CONST(0) &&
				bad_word >= text && bad_word + bad_len <= text + len;
		free(text);
	}
	ok(sound, "random texts are read whole or refused whole");
	ok(accepted > 0 && accepted < tap_rounds, "some of them are read");
}

int
main(void)
{
	tap_begin();
	test_format_is_frozen();
	test_names();
	test_good_texts();
	test_bad_texts();
	test_long_texts();
	test_laws();
	test_round_trip();
	test_fuzz();
	return tap_end();
}
