/*
 * activity_file.c
 *		Entries of long ago, as the lines of a file, and their sealing.
 *
 * A file holds what is hashed of each entry, so that a program without a server
 * can tell that the chains are whole: tools/practiceacl-verify.  Its digest covers
 * all lines but the details, which may be taken out later as they may here.
 * Sealing makes the same lines again, and deletes only what has that digest:
 * nothing goes that is not in a file which somebody has read.
 */
#include "postgres.h"

#include <sodium.h>

#include "utils/timestamp.h"

#include "base/activity.h"
#include "base/facts.h"
#include "base/lock.h"
#include "compat.h"
#include "errors.h"
#include "operations/activity_file.h"
#include "pure/uuid.h"
#include "reader/view.h"

/*
 * What reports look back on, and longer than any transaction that may yet
 * append an entry with an earlier time.
 */
#define MINIMUM_AGE		(90 * USECS_PER_DAY)

typedef struct File
{
	crypto_generichash_state digest;
	PaclLineVisitor visit;		/* null: the digest alone is wanted */
	void	   *state;
	bool		details;
	StringInfoData line;
	StringInfoData form;
	int64		chains;
	int64		entries;
} File;

static void
begin_file(File *file)
{
	memset(file, 0, sizeof(*file));
	crypto_generichash_init(&file->digest, NULL, 0, PACL_DIGEST_BYTES);
	initStringInfo(&file->line);
	initStringInfo(&file->form);
}

static void
put(File *file)
{
	if (file->visit != NULL)
		file->visit(file->state, file->line.data, file->line.len);
	resetStringInfo(&file->line);
}

static void
put_digested(File *file)
{
	crypto_generichash_update(&file->digest, (unsigned char *) file->line.data,
							  file->line.len);
	crypto_generichash_update(&file->digest, (const unsigned char *) "\n", 1);
	put(file);
}

static void
append_hex(StringInfo line, const void *bytes, size_t length)
{
	enlargeStringInfo(line, (int) length * 2 + 1);
	sodium_bin2hex(line->data + line->len, length * 2 + 1, bytes, length);
	line->len += (int) length * 2;
}

static void
append_base64(StringInfo line, const void *bytes, size_t length)
{
	size_t		size = sodium_base64_encoded_len(length,
												 sodium_base64_VARIANT_ORIGINAL);

	enlargeStringInfo(line, (int) size);
	sodium_bin2base64(line->data + line->len, size, bytes, length,
					  sodium_base64_VARIANT_ORIGINAL);
	line->len += (int) size - 1;
}

static void
put_detail(File *file, bytea *salt, const char *detail)
{
	appendStringInfoString(&file->line, "detail ");
	append_hex(&file->line, VARDATA_ANY(salt), VARSIZE_ANY_EXHDR(salt));
	appendStringInfoChar(&file->line, ' ');
	append_base64(&file->line, detail, strlen(detail));
	put(file);
}

static void
put_entry(void *state, const PaclActivityRow *row)
{
	File	   *file = state;

	resetStringInfo(&file->form);
	pacl_activity_form(row, &file->form);
	appendStringInfoString(&file->line, "entry ");
	append_base64(&file->line, file->form.data, file->form.len);
	put_digested(file);
	if (row->detail != NULL && file->details)
		put_detail(file, row->salt, row->detail);
	file->entries++;
}

static void
put_stretch(File *file, const pg_uuid_t *organization_id,
			PaclStretch *stretch)
{
	appendStringInfo(&file->line, "chain %s " INT64_FORMAT " " INT64_FORMAT " ",
					 pacl_uuid_text(&stretch->chain), stretch->first,
					 stretch->last);
	append_hex(&file->line, stretch->previous.data, PACL_DIGEST_BYTES);
	put_digested(file);
	pacl_activity_walk(organization_id, stretch, put_entry, file);
	file->chains++;
}

static void
require_long_ago(TimestampTz before)
{
	if (before > pacl_view_time() - MINIMUM_AGE)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errword("out_of_range"),
				 errargument("before"),
				 errmsg("before must be at least 90 days ago"),
				 errhint("Reports look back on 90 days.")));
}

/* The stretches that a file has, palloc'd; PT404 if there are no chains. */
static PaclStretch *
find_stretches(const pg_uuid_t *organization_id, TimestampTz before,
			   int *count)
{
	PaclRows	rows;
	PaclStretch *stretches;
	bool		known;

	pacl_activity_store_chains(&rows, organization_id);
	known = pacl_next(&rows);
	pacl_done(&rows);
	if (!known)
		ereport(ERROR,
				(errcode(ERRCODE_PACL_NOT_FOUND),
				 errword("not_found"),
				 errmsg("there is no such organization")));
	pacl_activity_store_stretches(&rows, organization_id, before);
	stretches = palloc0(Max(rows.count, 1) * sizeof(PaclStretch));
	for (*count = 0; pacl_next(&rows); (*count)++)
		pacl_activity_store_read_stretch(&rows, &stretches[*count]);
	pacl_done(&rows);
	return stretches;
}

static void
write_file(File *file, const pg_uuid_t *organization_id, TimestampTz before,
		   PaclStretch *stretches, int count)
{
	appendStringInfo(&file->line, "practiceacl-activity 1 %s " INT64_FORMAT,
					 pacl_uuid_text(organization_id), before);
	put_digested(file);
	for (int i = 0; i < count; i++)
		put_stretch(file, organization_id, &stretches[i]);
	appendStringInfo(&file->line, "end " INT64_FORMAT " " INT64_FORMAT,
					 file->chains, file->entries);
	put_digested(file);
}

void
pacl_activity_export(const pg_uuid_t *organization_id, TimestampTz before,
					 bool details, PaclLineVisitor visit, void *state)
{
	File		file;
	int			count;
	PaclStretch *stretches;

	require_long_ago(before);
	stretches = find_stretches(organization_id, before, &count);
	begin_file(&file);
	file.visit = visit;
	file.state = state;
	file.details = details;
	write_file(&file, organization_id, before, stretches, count);
}

static void
record(const pg_uuid_t *organization_id, TimestampTz before, const File *file,
	   const char *digest)
{
	PaclFacts	facts;
	PaclEntry	entry = {0};

	pacl_facts_begin(&facts);
	pacl_facts_time(&facts, "before", before);
	pacl_facts_int(&facts, "chains", file->chains);
	pacl_facts_int(&facts, "entries", file->entries);
	pacl_facts_text(&facts, "digest", digest);
	pacl_facts_text(&facts, "seals",
					pacl_activity_store_seals_digest(organization_id));
	entry.act = "activity.sealed";
	entry.organization_id = pacl_uuid_is_nil(organization_id) ? NULL :
		organization_id;
	entry.by_operator = true;
	entry.facts = pacl_facts_end(&facts);
	(void) pacl_activity_record(&entry);
}

static void
require_same(const char *found, const char *given)
{
	if (pg_strcasecmp(found, given) != 0)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errword("wrong_digest"),
				 errargument("digest"),
				 errmsg("the digest is not that of what would be sealed"),
				 errdetail("Nothing was deleted."),
				 errhint("Write the file again with export_activity() and the same moment, and give the digest that practiceacl-verify prints for it.")));
}

int64
pacl_activity_seal(const pg_uuid_t *organization_id, TimestampTz before,
				   const char *digest)
{
	File		file;
	PaclDigest	found;
	char		text[PACL_DIGEST_BYTES * 2 + 1];
	int			count;
	PaclStretch *stretches;
	int64		deleted;

	require_long_ago(before);
	/* One after the other; and none of an organization in another cell. */
	if (pacl_uuid_is_nil(organization_id))
		(void) pacl_lock_database_chain();
	else
		pacl_lock_organization(organization_id);
	stretches = find_stretches(organization_id, before, &count);
	begin_file(&file);
	write_file(&file, organization_id, before, stretches, count);
	crypto_generichash_final(&file.digest, found.data, PACL_DIGEST_BYTES);
	sodium_bin2hex(text, sizeof(text), found.data, PACL_DIGEST_BYTES);
	require_same(text, digest);
	if (count == 0)
		return 0;
	for (int i = 0; i < count; i++)
		pacl_activity_store_seal(organization_id, &stretches[i], &found,
								 before, pacl_view_time());
	deleted = pacl_activity_store_delete_sealed(organization_id, &found);
	if (deleted != file.entries)
		elog(ERROR, "sealed " INT64_FORMAT " entries and deleted " INT64_FORMAT,
			 file.entries, deleted);
	record(organization_id, before, &file, text);
	return deleted;
}
