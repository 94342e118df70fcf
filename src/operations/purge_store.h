/*
 * purge_store.h
 *		Rows to be purged.
 */
#ifndef PACL_PURGE_STORE_H
#define PACL_PURGE_STORE_H

#include "postgres.h"
#include "datatype/timestamp.h"

/* The kinds of rows, in the order in which they may be deleted. */
#define PACL_PURGE_KINDS 10

/* A word for a kind, such as "sessions"; a constant. */
extern const char *pacl_purge_store_word(int kind);

/*
 * Deletes what ended before a time; returns how many.  Notes of readings are
 * added up instead, and stay for practiceacl.reading_retention.
 */
extern int64 pacl_purge_store_delete(int kind, TimestampTz before);

#endif							/* PACL_PURGE_STORE_H */
