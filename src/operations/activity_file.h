/*
 * activity_file.h
 *		Entries of long ago, as the lines of a file, and their sealing.
 */
#ifndef PACL_ACTIVITY_FILE_H
#define PACL_ACTIVITY_FILE_H

#include "postgres.h"
#include "datatype/timestamp.h"
#include "utils/uuid.h"

/* One line, without its end. */
typedef void (*PaclLineVisitor) (void *state, const char *line, int length);

/*
 * The lines of a file with what an organization (the nil UUID: the database)
 * has on record from before a moment; details only if wanted.  22023 if the
 * moment is not long ago, PT404 if there is no such organization, XX001 if a
 * chain is broken there.
 */
extern void pacl_activity_export(const pg_uuid_t *organization_id,
								 TimestampTz before, bool details,
								 PaclLineVisitor visit, void *state);

/*
 * Deletes the entries of which such a file consists, and seals them; returns
 * how many they were.  22023 unless the digest in hexadecimal is the file's;
 * otherwise as above.
 */
extern int64 pacl_activity_seal(const pg_uuid_t *organization_id,
								TimestampTz before, const char *digest);

#endif							/* PACL_ACTIVITY_FILE_H */
