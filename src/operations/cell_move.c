/*
 * cell_move.c
 *		Moving an organization between cells: operators' acts.
 */
#include "postgres.h"

#include "utils/fmgrprotos.h"
#include "utils/guc.h"

#include "base/activity.h"
#include "base/authority.h"
#include "base/facts.h"
#include "base/fields.h"
#include "base/lock.h"
#include "compat.h"
#include "errors.h"
#include "operations/cell_move.h"
#include "operations/credentials.h"
#include "operations/organization_table.h"
#include "operations/organization_table_store.h"
#include "people/registration.h"
#include "pure/token.h"
#include "pure/uuid.h"
#include "reader/view.h"

#define CELL_LENGTH 200

/* What the target tells the source: made of the seal, which both have. */
#define RECEIVED "received"
#define RECEIVED_WITH_CREDENTIALS "received with credentials"
#define CANCELLED "cancelled"

char *
pacl_cell_move_name(const pg_uuid_t *organization_id)
{
	StringInfoData name;

	initStringInfo(&name);
	appendStringInfoString(&name, "practiceacl_move_");
	for (int i = 0; i < UUID_LEN; i++)
		appendStringInfo(&name, "%02x", organization_id->data[i]);
	return name.data;
}

static char *
receipt_of(const char *what, const char *seal)
{
	return pacl_cell_store_seal(psprintf("%s %s", what, seal));
}

static void
record(const pg_uuid_t *organization_id, const char *act, const char *moved_to)
{
	PaclFacts	facts;
	PaclEntry	entry = {0};

	pacl_facts_begin(&facts);
	if (moved_to != NULL)
		pacl_facts_text(&facts, "moved_to", moved_to);
	entry.act = act;
	entry.organization_id = organization_id;
	entry.by_operator = true;
	entry.facts = pacl_facts_end(&facts);
	(void) pacl_activity_record(&entry);
}

pg_noreturn static void
raise_state(const char *state)
{
	ereport(ERROR,
			(errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
			 errword("move_state"),
			 errmsg("the move of the organization is not in the state for this"),
			 state == NULL ? errdetail("It is not being moved.") :
			 errdetail("Its state here is \"%s\".", state)));
}

static bool
is_in(const PaclMove *move, const char *state)
{
	return move->state != NULL && strcmp(move->state, state) == 0;
}

static void
require_state(const PaclMove *move, const char *state)
{
	if (!is_in(move, state))
		raise_state(move->state);
}

/* The move as it is now, with nobody writing for the organization. */
static PaclMove
lock_move(const pg_uuid_t *organization_id)
{
	PaclMove	move;

	pacl_lock_organization_to_move(organization_id);
	(void) pacl_cell_store_read(organization_id, &move);
	return move;
}

/*
 * The same, to open or close the organization: that is done only when the
 * synchronous standbys show it, whatever the server's setting.  Promoted with
 * an older state, one would open the organization a second time.
 */
static PaclMove
lock_move_with_standbys(const pg_uuid_t *organization_id)
{
	(void) set_config_option("synchronous_commit", "remote_apply", PGC_USERSET,
							 PGC_S_SESSION, GUC_ACTION_LOCAL, true, 0, false);
	return lock_move(organization_id);
}

void
pacl_cell_move_require_logical(void)
{
	const char *level = GetConfigOption("wal_level", false, false);

	if (strcmp(level, "logical") == 0)
		return;
	ereport(ERROR,
			(errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
			 errword("wal_level"),
			 errmsg("wal_level is \"%s\", and moving an organization needs \"logical\"", level),
			 errhint("Set it in the source's configuration and restart the server.")));
}

static void
require_identities(void)
{
	char	   *tables = pacl_cell_store_unidentified();

	if (tables == NULL)
		return;
	ereport(ERROR,
			(errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
			 errword("replica_identity"),
			 errmsg("published as they are, rows of some tables could not be changed any more"),
			 errdetail("Tables whose replica identity was changed: %s.", tables),
			 errhint("ALTER TABLE ... REPLICA IDENTITY FULL.")));
}

static void
require_no_strays(const pg_uuid_t *organization_id)
{
	char	   *tables = pacl_cell_store_strays(organization_id);

	if (tables == NULL)
		return;
	ereport(ERROR,
			(errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
			 errword("stray_rows"),
			 errmsg("some rows are about agendas that the organization does not have"),
			 errdetail("Tables: %s.", tables),
			 errhint("practiceacl.broken_references() shows them in the source.")));
}

static char *
make_key(void)
{
	PaclDigest	random;
	StringInfoData key;

	pacl_digest_random(&random);
	initStringInfo(&key);
	for (int i = 0; i < PACL_DIGEST_BYTES; i++)
		appendStringInfo(&key, "%02x", random.data[i]);
	return key.data;
}

char *
pacl_cell_move_publish(const pg_uuid_t *organization_id)
{
	char	   *name = pacl_cell_move_name(organization_id);
	char	   *key;
	PaclMove	move;

	pacl_cell_move_require_logical();
	move = lock_move(organization_id);
	if (is_in(&move, "published"))
		return name;
	if (move.state != NULL && !is_in(&move, "received"))
		raise_state(move.state);
	if (!pacl_cell_store_exists(organization_id))
		pacl_raise_unknown("organization");
	if (pacl_cell_store_has_subscription(name))
		ereport(ERROR,
				(errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
				 errword("move_unfinished"),
				 errmsg("the subscription \"%s\" of an earlier move is still there", name),
				 errhint("Drop it.")));
	require_identities();
	pacl_organization_table_require_movable();
	require_no_strays(organization_id);
	key = make_key();
	pacl_cell_store_begin(organization_id, "published",
						  pacl_cell_store_seal(key), key, pacl_view_time());
	pacl_cell_store_unpublish(name);
	pacl_cell_store_publish(organization_id, name);
	record(organization_id, "organization.published", NULL);
	return name;
}

Jsonb *
pacl_cell_move_parcel(const pg_uuid_t *organization_id)
{
	int			count;
	pg_uuid_t  *people = pacl_organization_table_store_people(organization_id, &count);
	Jsonb	   *parcel = pacl_cell_store_parcel(organization_id,
												pacl_organization_table_store_columns(),
												people, count);

	if (parcel == NULL)
		pacl_raise_unknown("organization");
	return parcel;
}

/* What a text says as JSON. */
static Jsonb *
as_jsonb(const char *text)
{
	return DatumGetJsonbP(DirectFunctionCall1(jsonb_in, CStringGetDatum(text)));
}

char *
pacl_cell_move_check_name(const char *argument, const char *cell)
{
	PaclFacts	facts;
	PaclValue	value;
	const PaclField field = {argument, PACL_FIELD_TEXT,
	PACL_FIELD_REQUIRED | PACL_FIELD_NOT_BLANK | PACL_FIELD_NAME, CELL_LENGTH};

	pacl_facts_begin(&facts);
	pacl_facts_text(&facts, argument, cell);
	pacl_fields_read("the move", as_jsonb(pacl_facts_end(&facts)), &field, 1,
					 &value);
	return value.text;
}

/*
 * Said in the record first, while the organization is still open here: that
 * entry is the last that the target waits for.  Repeated, it proves what is
 * here now, for purge() may have deleted something.
 */
char *
pacl_cell_move_hand_over(const pg_uuid_t *organization_id,
						 const char *moved_to)
{
	char	   *cell = pacl_cell_move_check_name("moved_to", moved_to);
	char	   *proof;
	PaclMove	move;

	pacl_organization_table_require_movable();
	move = lock_move_with_standbys(organization_id);
	pacl_organization_table_require_published(pacl_cell_move_name(organization_id));
	if (is_in(&move, "published"))
		record(organization_id, "organization.handed_over", cell);
	else if (!is_in(&move, "handed_over") || strcmp(move.moved_to, cell) != 0)
		raise_state(move.state);
	proof = pacl_cell_store_proof(organization_id);
	pacl_cell_store_set(organization_id, "handed_over", cell, proof,
						pacl_view_time());
	return proof;
}

Jsonb *
pacl_cell_move_release(const pg_uuid_t *organization_id)
{
	PaclMove	move = lock_move_with_standbys(organization_id);

	/* A target that was set back after it had opened may open again. */
	if (!is_in(&move, "released") && !is_in(&move, "forgotten"))
	{
		require_state(&move, "handed_over");
		pacl_cell_store_set(organization_id, "released", move.moved_to,
							move.proof, pacl_view_time());
	}
	return pacl_cell_move_parcel(organization_id);
}

static bool
is_receipt(const char *receipt, const char *what, const char *seal)
{
	return receipt != NULL && strcmp(receipt, receipt_of(what, seal)) == 0;
}

static void
require_receipt(const char *receipt, const char *what, const char *seal)
{
	if (is_receipt(receipt, what, seal))
		return;
	ereport(ERROR,
			(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
			 errword("wrong_receipt"),
			 errargument("receipt"),
			 errmsg("the receipt is not the target's"),
			 errdetail("The organization may be open in the other cell.")));
}

/* What is read through it would follow what is done here. */
static void
drop_slot(const char *name)
{
	if (!pacl_cell_store_drop_slot(name))
		ereport(ERROR,
				(errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
				 errword("slot_in_use"),
				 errmsg("the target still reads from the replication slot \"%s\"", name),
				 errhint("Drop the subscription in the target first.")));
}

static void
record_forgotten(const pg_uuid_t *organization_id, const PaclMove *move,
				 const PaclMoveProgress *progress, int64 left)
{
	PaclFacts	facts;
	PaclEntry	entry = {.act = "organization.forgotten", .by_operator = true};

	pacl_facts_begin(&facts);
	pacl_facts_text(&facts, "moved_to", move->moved_to);
	pacl_facts_text(&facts, "proof", move->proof);
	pacl_facts_int(&facts, "chains", progress->chains);
	pacl_facts_int(&facts, "entries", progress->entries);
	if (left > 0)
		pacl_facts_int(&facts, "accounts_without_credentials", left);
	entry.subject_id = organization_id;
	entry.facts = pacl_facts_end(&facts);
	(void) pacl_activity_record(&entry);
}

int64
pacl_cell_move_forget(const pg_uuid_t *organization_id, const char *receipt)
{
	char	   *name = pacl_cell_move_name(organization_id);
	PaclMoveProgress progress;
	PaclMove	move;
	int64		left = 0;

	if (pacl_credentials_went(organization_id))
		pacl_credentials_lock_leaving(organization_id);
	move = lock_move_with_standbys(organization_id);
	if (is_in(&move, "forgotten"))
		return 0;
	require_state(&move, "released");
	if (is_receipt(receipt, RECEIVED_WITH_CREDENTIALS, move.seal))
		left = pacl_credentials_leave(organization_id);
	else
		require_receipt(receipt, RECEIVED, move.seal);
	pacl_organization_table_require_movable();
	pacl_organization_table_require_published(name);
	drop_slot(name);
	pacl_cell_store_unpublish(name);
	pacl_cell_store_progress(organization_id, name, &progress);
	pacl_cell_store_keep_heads(organization_id);
	record_forgotten(organization_id, &move, &progress, left);
	pacl_cell_store_set(organization_id, "forgotten", move.moved_to,
						move.proof, pacl_view_time());
	return pacl_cell_store_delete(organization_id);
}

static void
open_parcel(const pg_uuid_t *organization_id, Jsonb *parcel,
			PaclParcel *opened)
{
	pacl_cell_store_open_parcel(parcel, opened);
	if (opened->organization_id == NULL || opened->seal == NULL ||
		strcmp(opened->organization_id, pacl_uuid_text(organization_id)) != 0)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errword("wrong_parcel"),
				 errargument("parcel"),
				 errmsg("the parcel is not of this organization")));
}

static void
require_same_version(const char *version)
{
	if (version != NULL && strcmp(version, PACL_VERSION) == 0)
		return;
	ereport(ERROR,
			(errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
			 errword("version"),
			 errmsg("the cells have two versions of practiceacl"),
			 errdetail("The source has %s, this cell has " PACL_VERSION ".",
					   version == NULL ? "none" : version),
			 errhint("Update both to the same version first.")));
}

static void
require_offers(const char *missing)
{
	if (missing == NULL)
		return;
	ereport(ERROR,
			(errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
			 errword("service_offers_missing"),
			 errtablename("service_offer"),
			 errmsg("this cell lacks service offers of the organization"),
			 errdetail("Missing: %s.", missing),
			 errhint("Make them with practiceacl.set_service_offer().")));
}

static void
register_people(const pg_uuid_t *organization_id, Jsonb *parcel)
{
	PaclRegistration registration = {.organization_id = organization_id};

	pacl_cell_store_people(parcel, pacl_registration_add, &registration);
	pacl_registration_finish(&registration);
}

static bool
is_copied(const pg_uuid_t *organization_id, const char *name)
{
	PaclMoveProgress progress;

	pacl_cell_store_progress(organization_id, name, &progress);
	return progress.tables > 0 && progress.tables_ready == progress.tables;
}

char *
pacl_cell_move_adopt(const pg_uuid_t *organization_id, const char *connection,
					 Jsonb *parcel)
{
	char	   *name = pacl_cell_move_name(organization_id);
	PaclParcel	opened;
	PaclMove	move;

	open_parcel(organization_id, parcel, &opened);
	require_same_version(opened.version);
	require_offers(opened.missing_offers);
	pacl_organization_table_require_same(parcel);
	pacl_organization_table_require_movable();
	register_people(organization_id, parcel);
	move = lock_move(organization_id);
	if (!is_in(&move, "adopting") || strcmp(move.seal, opened.seal) != 0)
	{
		if (move.state != NULL && !is_in(&move, "forgotten") &&
			!is_in(&move, "received"))
			raise_state(move.state);
		if (pacl_cell_store_exists(organization_id))
			ereport(ERROR,
					(errcode(ERRCODE_UNIQUE_VIOLATION),
					 errword("organization_exists"),
					 errtablename("organization"),
					 errmsg("the organization is in this cell already")));
		pacl_cell_store_begin(organization_id, "adopting", opened.seal, NULL,
							  pacl_view_time());
	}
	else if (is_copied(organization_id, name))
		pacl_organization_table_require_whole(organization_id);
	return pacl_cell_store_subscription(name, connection);
}

static void
require_key(const PaclMove *move, const PaclParcel *opened)
{
	if (opened->key_seal != NULL && strcmp(opened->key_seal, move->seal) == 0)
		return;
	ereport(ERROR,
			(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
			 errword("not_released"),
			 errargument("parcel"),
			 errmsg("the source has not released the organization"),
			 errhint("Give what practiceacl.release_organization() returned there.")));
}

static void
require_all(const pg_uuid_t *organization_id, const PaclParcel *opened)
{
	if (opened->proof != NULL &&
		strcmp(opened->proof, pacl_cell_store_proof(organization_id)) == 0)
		return;
	ereport(ERROR,
			(errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
			 errword("not_in_step"),
			 errmsg("not everything of the organization has arrived"),
			 errhint("Wait, and compare with practiceacl.organization_move().")));
}

/* What the source keeps for its people depends on what this cell has of them. */
static char *
receipt_of_receiving(const pg_uuid_t *organization_id, const char *seal)
{
	return receipt_of(pacl_credentials_went(organization_id) ?
					  RECEIVED_WITH_CREDENTIALS : RECEIVED, seal);
}

char *
pacl_cell_move_receive(const pg_uuid_t *organization_id, Jsonb *parcel,
					   const bytea *credentials)
{
	PaclParcel	opened;
	PaclMove	move;

	open_parcel(organization_id, parcel, &opened);
	register_people(organization_id, parcel);
	move = lock_move_with_standbys(organization_id);
	if (is_in(&move, "received") && strcmp(move.seal, opened.seal) == 0)
		return receipt_of_receiving(organization_id, move.seal);
	require_state(&move, "adopting");
	require_key(&move, &opened);
	require_all(organization_id, &opened);
	pacl_organization_table_require_whole(organization_id);
	pacl_organization_table_store_advance(organization_id);
	require_no_strays(organization_id);
	pacl_cell_store_set(organization_id, "received", NULL, NULL,
						pacl_view_time());
	record(organization_id, "organization.received", NULL);
	pacl_credentials_receive(organization_id, opened.key, parcel, credentials);
	return receipt_of_receiving(organization_id, move.seal);
}

static char *
cancel_adoption(const pg_uuid_t *organization_id, const PaclMove *move)
{
	char	   *name = pacl_cell_move_name(organization_id);

	if (pacl_cell_store_has_subscription(name))
		ereport(ERROR,
				(errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
				 errword("move_unfinished"),
				 errmsg("the subscription \"%s\" is still there", name),
				 errhint("Drop it first: it would bring the rows again.")));
	pacl_organization_table_require_movable();
	(void) pacl_cell_store_delete(organization_id);
	pacl_cell_store_end(organization_id);
	return receipt_of(CANCELLED, move->seal);
}

char *
pacl_cell_move_cancel(const pg_uuid_t *organization_id, const char *receipt)
{
	char	   *name = pacl_cell_move_name(organization_id);
	PaclMove	move = lock_move_with_standbys(organization_id);

	if (is_in(&move, "adopting"))
		return cancel_adoption(organization_id, &move);
	if (is_in(&move, "released"))
		require_receipt(receipt, CANCELLED, move.seal);
	else if (!is_in(&move, "published") && !is_in(&move, "handed_over"))
		raise_state(move.state);
	drop_slot(name);
	pacl_cell_store_unpublish(name);
	pacl_cell_store_end(organization_id);
	record(organization_id, "organization.move_cancelled", move.moved_to);
	return NULL;
}

char *
pacl_cell_move_look(const pg_uuid_t *organization_id, PaclMove *move,
					TimestampTz *since, PaclMoveProgress *progress,
					char **problem)
{
	*problem = pacl_cell_store_problem(organization_id);
	(void) pacl_cell_store_read(organization_id, move);
	*since = pacl_cell_store_since(organization_id);
	pacl_cell_store_progress(organization_id,
							 pacl_cell_move_name(organization_id), progress);
	return pacl_cell_store_proof(organization_id);
}
