/*
 * slot_gist.c
 *		Entry points of slot_box, the key of the GiST class slot_ops, and what
 *		that class calls.
 *
 * An entry keeps 24 bytes of a slot's 40: a hash of the agenda and the two
 * times.  Searches therefore ask for a recheck, and the heap has the last
 * word; an exclusion constraint rechecks with the full values, too.
 *
 * Fixed length matters: entries need no detoasting and no varlena header,
 * and the index sorts as integers do, which makes building it cheap.
 */
#include "postgres.h"

#include "access/gist.h"
#include "access/stratnum.h"
#include "fmgr.h"
#include "utils/sortsupport.h"

#include "errors.h"
#include "pure/slot.h"

PG_FUNCTION_INFO_V1(practiceacl_slot_box_in);
PG_FUNCTION_INFO_V1(practiceacl_slot_box_out);
PG_FUNCTION_INFO_V1(practiceacl_slot_gist_consistent);
PG_FUNCTION_INFO_V1(practiceacl_slot_gist_union);
PG_FUNCTION_INFO_V1(practiceacl_slot_gist_compress);
PG_FUNCTION_INFO_V1(practiceacl_slot_gist_penalty);
PG_FUNCTION_INFO_V1(practiceacl_slot_gist_picksplit);
PG_FUNCTION_INFO_V1(practiceacl_slot_gist_same);
PG_FUNCTION_INFO_V1(practiceacl_slot_gist_sortsupport);

/*
 * A page is cut in its middle, or at a change of agenda that is no further
 * from it than this part of the page.  It must stay small: a sorted build
 * fills four pages to nine tenths and has them cut in two, twice, and the
 * pieces must still fit a page each.
 */
#define CUT_TOLERANCE	40

#define DatumGetBox(d)	((PaclSlotBox *) DatumGetPointer(d))

/* An entry of a page that is being cut. */
typedef struct CutEntry
{
	PaclSlotBox *box;
	OffsetNumber offset;
} CutEntry;

/* slot_box_in(cstring): raises 0A000; boxes are made by the index only. */
Datum
practiceacl_slot_box_in(PG_FUNCTION_ARGS)
{
	ereport(ERROR,
			(errcode(ERRCODE_FEATURE_NOT_SUPPORTED),
			 errword("no_input"),
			 errmsg("cannot accept a value of type %s", "slot_box")));
	PG_RETURN_VOID();
}

/* slot_box_out(slot_box): its numbers, for inspecting pages. */
Datum
practiceacl_slot_box_out(PG_FUNCTION_ARGS)
{
	PaclSlotBox *box = DatumGetBox(PG_GETARG_DATUM(0));

	PG_RETURN_CSTRING(psprintf("[%08x,%08x] [%lld,%lld)",
							   box->hash_low, box->hash_high,
							   (long long) box->from,
							   (long long) box->until));
}

/* Whether an entry, or something below it, may satisfy the search. */
Datum
practiceacl_slot_gist_consistent(PG_FUNCTION_ARGS)
{
	GISTENTRY  *entry = (GISTENTRY *) PG_GETARG_POINTER(0);
	PaclSlot   *query = (PaclSlot *) PG_GETARG_POINTER(1);
	StrategyNumber strategy = (StrategyNumber) PG_GETARG_UINT16(2);
	bool	   *recheck = (bool *) PG_GETARG_POINTER(4);

	*recheck = true;
	if (pacl_slot_empty(query))
		PG_RETURN_BOOL(false);

	switch (strategy)
	{
		case PACL_SLOT_COLLIDES:
			if (query->overbooked)
				PG_RETURN_BOOL(false);
			break;
		case PACL_SLOT_OVERLAPS:
			break;
		default:
			elog(ERROR, "unrecognized strategy number: %d", strategy);
	}
	PG_RETURN_BOOL(pacl_box_may_overlap(DatumGetBox(entry->key), query));
}

/* The box of several. */
Datum
practiceacl_slot_gist_union(PG_FUNCTION_ARGS)
{
	GistEntryVector *entries = (GistEntryVector *) PG_GETARG_POINTER(0);
	int		   *size = (int *) PG_GETARG_POINTER(1);
	PaclSlotBox *box = palloc(sizeof(PaclSlotBox));
	int			i;

	*box = *DatumGetBox(entries->vector[0].key);
	for (i = 1; i < entries->n; i++)
		pacl_box_extend(box, DatumGetBox(entries->vector[i].key));
	*size = sizeof(PaclSlotBox);
	PG_RETURN_POINTER(box);
}

/* The box of a slot on its way into a leaf; what is inner is one already. */
Datum
practiceacl_slot_gist_compress(PG_FUNCTION_ARGS)
{
	GISTENTRY  *entry = (GISTENTRY *) PG_GETARG_POINTER(0);
	GISTENTRY  *compressed;
	PaclSlotBox *box;

	if (!entry->leafkey)
		PG_RETURN_POINTER(entry);

	box = palloc(sizeof(PaclSlotBox));
	pacl_slot_enclose((PaclSlot *) DatumGetPointer(entry->key), box);
	compressed = palloc(sizeof(GISTENTRY));
	gistentryinit(*compressed, PointerGetDatum(box), entry->rel, entry->page,
				  entry->offset, false);
	PG_RETURN_POINTER(compressed);
}

/* The cost of letting an entry in under another. */
Datum
practiceacl_slot_gist_penalty(PG_FUNCTION_ARGS)
{
	GISTENTRY  *entry = (GISTENTRY *) PG_GETARG_POINTER(0);
	GISTENTRY  *more = (GISTENTRY *) PG_GETARG_POINTER(1);
	float	   *penalty = (float *) PG_GETARG_POINTER(2);

	*penalty = pacl_box_penalty(DatumGetBox(entry->key),
								DatumGetBox(more->key));
	PG_RETURN_POINTER(penalty);
}

static int
compare_cut_entries(const void *a, const void *b)
{
	return pacl_box_compare(((const CutEntry *) a)->box,
							((const CutEntry *) b)->box);
}

/*
 * Where to cut sorted entries: the number that stays on the left, at least
 * one and fewer than all.
 */
static int
choose_cut(const CutEntry *entries, int count)
{
	int			middle = count / 2;
	int			distance;

	for (distance = 0; distance <= count / CUT_TOLERANCE; distance++)
	{
		int			below = middle - distance;
		int			above = middle + distance;

		if (entries[below - 1].box->hash_low != entries[below].box->hash_low)
			return below;
		if (entries[above - 1].box->hash_low != entries[above].box->hash_low)
			return above;
	}
	return middle;
}

/* Puts some entries on one side; returns their box. */
static PaclSlotBox *
fill_side(const CutEntry *entries, int count, OffsetNumber *side)
{
	PaclSlotBox *box = palloc(sizeof(PaclSlotBox));
	int			i;

	*box = *entries[0].box;
	for (i = 0; i < count; i++)
	{
		pacl_box_extend(box, entries[i].box);
		side[i] = entries[i].offset;
	}
	return box;
}

/*
 * Cuts a page in two, in the order of a sorted build: so an index that grew
 * looks like one that was built.
 */
Datum
practiceacl_slot_gist_picksplit(PG_FUNCTION_ARGS)
{
	GistEntryVector *vector = (GistEntryVector *) PG_GETARG_POINTER(0);
	GIST_SPLITVEC *split = (GIST_SPLITVEC *) PG_GETARG_POINTER(1);
	int			count = vector->n - FirstOffsetNumber;
	CutEntry   *entries = palloc(count * sizeof(CutEntry));
	int			left;
	int			i;

	for (i = 0; i < count; i++)
	{
		entries[i].offset = FirstOffsetNumber + i;
		entries[i].box = DatumGetBox(vector->vector[entries[i].offset].key);
	}
	qsort(entries, count, sizeof(CutEntry), compare_cut_entries);
	left = choose_cut(entries, count);

	split->spl_nleft = left;
	split->spl_nright = count - left;
	split->spl_left = palloc(split->spl_nleft * sizeof(OffsetNumber));
	split->spl_right = palloc(split->spl_nright * sizeof(OffsetNumber));
	split->spl_ldatum =
		PointerGetDatum(fill_side(entries, left, split->spl_left));
	split->spl_rdatum =
		PointerGetDatum(fill_side(entries + left, count - left,
								  split->spl_right));
	PG_RETURN_POINTER(split);
}

/* Whether two entries are the same. */
Datum
practiceacl_slot_gist_same(PG_FUNCTION_ARGS)
{
	bool	   *same = (bool *) PG_GETARG_POINTER(2);

	*same = pacl_box_same(DatumGetBox(PG_GETARG_DATUM(0)),
						  DatumGetBox(PG_GETARG_DATUM(1)));
	PG_RETURN_POINTER(same);
}

static int
compare_boxes(Datum a, Datum b, SortSupport ssup)
{
	return pacl_box_compare(DatumGetBox(a), DatumGetBox(b));
}

static Datum
abbreviate_box(Datum original, SortSupport ssup)
{
	return UInt64GetDatum(pacl_box_abbreviate(DatumGetBox(original)));
}

/* Computing the short form costs less than asking whether it pays. */
static bool
keep_abbreviating(int memtupcount, SortSupport ssup)
{
	return false;
}

/* How a build sorts: leaf boxes, by agenda and start. */
Datum
practiceacl_slot_gist_sortsupport(PG_FUNCTION_ARGS)
{
	SortSupport ssup = (SortSupport) PG_GETARG_POINTER(0);

	if (ssup->abbreviate)
	{
		ssup->comparator = ssup_datum_unsigned_cmp;
		ssup->abbrev_converter = abbreviate_box;
		ssup->abbrev_abort = keep_abbreviating;
		ssup->abbrev_full_comparator = compare_boxes;
	}
	else
		ssup->comparator = compare_boxes;
	PG_RETURN_VOID();
}
