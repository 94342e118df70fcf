/*
 * slot.h
 *		Time slots of agendas, and the boxes that an index keeps of them.
 *
 * A slot is what the rule "no two appointments at once" compares: an agenda,
 * a half-open time [starts_at, ends_at) and whether it was deliberately
 * booked over another.  Times are microseconds since 2000-01-01 00:00 UTC,
 * as in a timestamptz, with the least and the greatest number for -infinity
 * and infinity.  A slot that ends no later than it starts is empty: it is a
 * value like any other, and overlaps nothing.
 *
 * The layouts of PaclSlot and PaclSlotBox and the hash of an agenda are the
 * on-disk format of tables and indexes: they may never change.
 *
 * Nothing here needs a running server: tests link it alone.
 */
#ifndef PACL_SLOT_H
#define PACL_SLOT_H

#include "postgres.h"

#define PACL_UUID_LEN			16

typedef struct PaclSlot
{
	uint8		agenda[PACL_UUID_LEN];	/* the id, in network order */
	int64		starts_at;
	int64		ends_at;
	uint8		overbooked;		/* 0 or 1 */
	uint8		unused[7];		/* always zero: slots are compared as bytes */
} PaclSlot;

/*
 * The key of an index entry: bounds of everything below it.  The agenda
 * shrinks to a hash, so a box may let through what is of another agenda;
 * it never keeps out what belongs.
 */
typedef struct PaclSlotBox
{
	uint32		hash_low;		/* both ends belong to it */
	uint32		hash_high;
	int64		from;			/* the earliest start */
	int64		until;			/* the latest end */
} PaclSlotBox;

StaticAssertDecl(sizeof(PaclSlot) == 40, "a slot has 40 bytes on disk");
StaticAssertDecl(sizeof(PaclSlotBox) == 24, "a box has 24 bytes on disk");

/* Room for the longest text form and its closing zero byte. */
#define PACL_SLOT_TEXT_MAX		128

/* What reading a text came to. */
typedef enum PaclSlotStatus
{
	PACL_SLOT_OK,
	PACL_SLOT_MALFORMED,
	PACL_SLOT_OUT_OF_RANGE		/* a time that no timestamptz can hold */
} PaclSlotStatus;

/*
 * The strategies of the index class, which are the operators && and #.
 */
#define PACL_SLOT_OVERLAPS		1
#define PACL_SLOT_COLLIDES		2

/* Whether there is any time in the slot. */
static inline bool
pacl_slot_empty(const PaclSlot *slot)
{
	return slot->ends_at <= slot->starts_at;
}

/* Whether both are of one agenda and share time. */
static inline bool
pacl_slot_overlap(const PaclSlot *a, const PaclSlot *b)
{
	return a->starts_at < b->ends_at && b->starts_at < a->ends_at &&
		!pacl_slot_empty(a) && !pacl_slot_empty(b) &&
		memcmp(a->agenda, b->agenda, PACL_UUID_LEN) == 0;
}

/* Whether both overlap and neither was deliberately booked over another. */
static inline bool
pacl_slot_collide(const PaclSlot *a, const PaclSlot *b)
{
	return !a->overbooked && !b->overbooked && pacl_slot_overlap(a, b);
}

/*
 * The hash of an agenda's id.  Ids made one after the other share their first
 * bytes, so every bit must reach every other: this is the finishing step of
 * splitmix64, over one half and then over the other.
 */
static inline uint32
pacl_slot_hash(const uint8 *agenda)
{
	uint64		hash = 0;
	int			half;

	for (half = 0; half < 2; half++)
	{
		uint64		part;

		memcpy(&part, agenda + 8 * half, sizeof(part));
		hash = (hash ^ part) + UINT64CONST(0x9e3779b97f4a7c15);
		hash = (hash ^ (hash >> 30)) * UINT64CONST(0xbf58476d1ce4e5b9);
		hash = (hash ^ (hash >> 27)) * UINT64CONST(0x94d049bb133111eb);
		hash ^= hash >> 31;
	}
	return (uint32) (hash >> 32);
}

/* The box of one slot. */
static inline void
pacl_slot_enclose(const PaclSlot *slot, PaclSlotBox *box)
{
	box->hash_low = box->hash_high = pacl_slot_hash(slot->agenda);
	box->from = slot->starts_at;
	box->until = slot->ends_at;
}

/* Grows "box" until it holds all that "more" does. */
static inline void
pacl_box_extend(PaclSlotBox *box, const PaclSlotBox *more)
{
	box->hash_low = Min(box->hash_low, more->hash_low);
	box->hash_high = Max(box->hash_high, more->hash_high);
	box->from = Min(box->from, more->from);
	box->until = Max(box->until, more->until);
}

/*
 * Whether something in the box may overlap the slot.  Says yes too often,
 * never no where there is something.
 *
 * A search asks this of every entry of every page it reads; on a leaf most
 * are of the right agenda and the wrong time, so time comes first and spares
 * them the hash.
 */
static inline bool
pacl_box_may_overlap(const PaclSlotBox *box, const PaclSlot *slot)
{
	uint32		hash;

	if (box->from >= slot->ends_at || slot->starts_at >= box->until)
		return false;
	hash = pacl_slot_hash(slot->agenda);
	return box->hash_low <= hash && hash <= box->hash_high;
}

/* Whether two boxes are the same. */
static inline bool
pacl_box_same(const PaclSlotBox *a, const PaclSlotBox *b)
{
	return a->hash_low == b->hash_low && a->hash_high == b->hash_high &&
		a->from == b->from && a->until == b->until;
}

/* The order of boxes in an index: by agenda, within it by time. */
static inline int
pacl_box_compare(const PaclSlotBox *a, const PaclSlotBox *b)
{
	if (a->hash_low != b->hash_low)
		return a->hash_low < b->hash_low ? -1 : 1;
	if (a->from != b->from)
		return a->from < b->from ? -1 : 1;
	return 0;
}

extern void pacl_slot_make(PaclSlot *slot, const uint8 *agenda,
						   int64 starts_at, int64 ends_at, bool overbooked);
extern bool pacl_slot_time_valid(int64 time);
extern float pacl_box_penalty(const PaclSlotBox *box,
							  const PaclSlotBox *more);
extern uint64 pacl_box_abbreviate(const PaclSlotBox *box);
extern PaclSlotStatus pacl_slot_parse(const char *text, PaclSlot *out);
extern size_t pacl_slot_format(const PaclSlot *slot, char *buf);

#endif							/* PACL_SLOT_H */
