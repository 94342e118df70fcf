/*
 * relation.c
 *		Direct reading of the extension's tables, by index.
 */
#include "postgres.h"

#include "access/genam.h"
#include "access/relscan.h"
#include "access/htup_details.h"
#include "access/stratnum.h"
#include "access/table.h"
#include "catalog/namespace.h"
#include "utils/fmgroids.h"
#include "utils/inval.h"
#include "utils/lsyscache.h"
#include "utils/rel.h"
#include "utils/syscache.h"

#include "compat.h"
#include "errors.h"
#include "reader/relation.h"
#include "reader/release.h"
#include "reader/view.h"

#define MAX_KEYS 2
#define MAX_COLUMNS 28

typedef enum Table
{
	SESSION_TOKEN, SESSION, ACCOUNT, ORGANIZATION, ROLE_ACCOUNT, MEMBERSHIP, AGENDA,
	ACCESS_GRANT, AGENDA_GROUP_MEMBER, GROUP_GRANT, PROFILE, PROFILE_RIGHT,
	PROFILE_MEMBER, ACTIVITY_CHAIN, APPOINTMENT, SLOT_HOLD, ABSENCE, OPENING,
	CLOSING, ACTIVITY, APPOINTMENT_TYPE, READING_NOTE, ORGANIZATION_MOVE,
	FREED_TIME, APPOINTMENT_ARCHIVE,
	TABLES
} Table;

typedef struct TableShape
{
	const char *name;
	const char *columns[MAX_COLUMNS];	/* as numbered in relation.h */
} TableShape;

/* Of appointments and of those of long ago: both are read by the same numbers. */
#define APPOINTMENT_COLUMNS {"organization_id", "agenda_id", "id", \
	"starts_at", "ends_at", "created_at", "created_by", "private", \
	"overbooked", "status", "cancelled_at", "series_id", "patient", \
	"note", "attributes", "version", "updated_at", "status_since", \
	"patient_ref", "contact", "local_start", "local_end", \
	"minutes_before", "minutes_after", "occupied_from", \
	"occupied_until", "appointment_type", "part_of"}

static const TableShape shapes[TABLES] = {
	[SESSION_TOKEN] = {"session_token", {"digest", "session_id"}},
	[SESSION] = {"session", {"id", "account_id", "opened_at", "expires_at",
			"last_seen_at", "limited", "ended_at", "confirmed_until", "agenda_id",
	"client", "second_factor_id", "second_factor_elsewhere"}},
	[ACCOUNT] = {"account", {"id", "status", "email", "first_name",
			"last_name", "mobile", "country", "time_zone", "sms_copies",
	"created_at", "first_used_at", "second_factor_id"}},
	[ORGANIZATION] = {"organization", {"id", "name", "country", "time_zone",
	"created_at", "closed_at", "colleague_rights", "holder_consents", "second_factor"}},
	[ROLE_ACCOUNT] = {"role_account", {"role_oid", "role_name", "account_id"}},
	[MEMBERSHIP] = {"membership", {"organization_id", "account_id",
			"features", "status", "admin", "state_since", "joined_at",
	"last_log_in_at", "job_title", "work_mobile", "shares"}},
	[AGENDA] = {"agenda", {"organization_id", "id", "holder_id", "held_since",
			"created_at", "slot_minutes", "day_start", "day_split", "day_end",
			"time_zone", "name", "data_controller", "service_offer",
	"public_profile", "archived_at", "colleague_rights"}},
	[ACCESS_GRANT] = {"access_grant", {"organization_id", "id", "agenda_id",
			"account_id", "rights", "granted_at", "granted_by", "valid_during",
	"source"}},
	[AGENDA_GROUP_MEMBER] = {"agenda_group_member", {"organization_id",
	"group_id", "agenda_id"}},
	[GROUP_GRANT] = {"group_grant", {"organization_id", "id", "group_id",
	"account_id", "rights", "valid_during"}},
	[PROFILE] = {"profile", {"organization_id", "id", "name", "features"}},
	[PROFILE_RIGHT] = {"profile_right", {"organization_id", "id", "profile_id",
	"group_id", "agenda_id", "rights"}},
	[PROFILE_MEMBER] = {"profile_member", {"organization_id", "profile_id",
	"account_id", "since", "given_by", "valid_until"}},
	[ACTIVITY_CHAIN] = {"activity_chain", {"organization_id", "chain",
	"entries", "head"}},
	[APPOINTMENT] = {"appointment", APPOINTMENT_COLUMNS},
	[APPOINTMENT_ARCHIVE] = {"appointment_archive", APPOINTMENT_COLUMNS},
	[SLOT_HOLD] = {"slot_hold", {"organization_id", "id", "agenda_id",
			"session_id", "account_id", "starts_at", "ends_at", "expires_at",
			"created_at", "shared_log_in", "minutes_before", "minutes_after",
	"occupied_from", "occupied_until"}},
	[FREED_TIME] = {"freed_time", {"organization_id", "id", "agenda_id"}},
	[APPOINTMENT_TYPE] = {"appointment_type", {"organization_id", "id",
			"minutes", "minutes_before", "minutes_after", "rights",
	"created_at", "archived_at", "name", "color"}},
	[ABSENCE] = {"absence", {"organization_id", "id", "agenda_id",
			"starts_at", "ends_at", "created_at", "created_by", "reason",
	"series_id", "local_start", "local_end", "substitute_id"}},
	[OPENING] = {"opening", {"organization_id", "id", "agenda_id", "weekday",
			"opens_at", "closes_at", "valid_from", "valid_until", "every_weeks",
	"from_week", "types"}},
	[CLOSING] = {"closing", {"organization_id", "id", "from_date",
	"until_date", "name"}},
	[ORGANIZATION_MOVE] = {"organization_move", {"organization_id", "state",
	"seal", "key", "moved_to"}},
	[READING_NOTE] = {"reading_note", {"organization_id", "id", "account_id",
	"noted_at", "emergency", "agendas"}},
	[ACTIVITY] = {"activity_entry", {"organization_id", "chain", "sequence", "id",
	"recorded_at", "agenda_id", "actor_id"}},
};

typedef struct LookupShape
{
	Table		table;
	const char *index;
	AttrNumber	keys[MAX_KEYS];
	RegProcedure compare[MAX_KEYS];
	StrategyNumber strategies[MAX_KEYS];	/* 0 is equality */
} LookupShape;

static const LookupShape lookups[PACL_LOOKUPS] = {
	[PACL_SESSION_TOKEN_BY_DIGEST] = {SESSION_TOKEN, "session_token_pkey",
	{Anum_session_token_digest}, {F_BYTEAEQ}},
	[PACL_SESSION_BY_ID] = {SESSION, "session_pkey",
	{Anum_session_id}, {F_UUID_EQ}},
	[PACL_ACCOUNT_BY_ID] = {ACCOUNT, "account_pkey",
	{Anum_account_id}, {F_UUID_EQ}},
	[PACL_ORGANIZATION_BY_ID] = {ORGANIZATION, "organization_pkey",
	{Anum_organization_id}, {F_UUID_EQ}},
	[PACL_ROLE_ACCOUNT_BY_OID] = {ROLE_ACCOUNT, "role_account_pkey",
	{Anum_role_account_role_oid}, {F_OIDEQ}},
	[PACL_ROLE_ACCOUNT_BY_NAME] = {ROLE_ACCOUNT, "role_account_name_key",
	{Anum_role_account_role_name}, {F_TEXTEQ}},
	[PACL_MEMBERSHIP_BY_ACCOUNT] = {MEMBERSHIP, "membership_account_idx",
	{Anum_membership_account_id}, {F_UUID_EQ}},
	[PACL_MEMBERSHIP_BY_KEY] = {MEMBERSHIP, "membership_pkey",
		{Anum_membership_organization_id, Anum_membership_account_id},
	{F_UUID_EQ, F_UUID_EQ}},
	[PACL_AGENDA_BY_ID] = {AGENDA, "agenda_id_idx",
	{Anum_agenda_id}, {F_UUID_EQ}},
	[PACL_AGENDA_BY_HOLDER] = {AGENDA, "agenda_holder_idx",
	{Anum_agenda_holder_id}, {F_UUID_EQ}},
	[PACL_AGENDA_OF_COLLEAGUES] = {AGENDA, "agenda_colleagues_idx",
	{Anum_agenda_organization_id}, {F_UUID_EQ}},
	[PACL_GRANT_BY_ACCOUNT] = {ACCESS_GRANT, "access_grant_account_idx",
		{Anum_access_grant_account_id, Anum_access_grant_agenda_id},
	{F_UUID_EQ, F_UUID_EQ}},
	[PACL_AGENDA_OF_ORGANIZATION] = {AGENDA, "agenda_pkey",
	{Anum_agenda_organization_id}, {F_UUID_EQ}},
	[PACL_GROUP_MEMBER_BY_GROUP] = {AGENDA_GROUP_MEMBER, "agenda_group_member_pkey",
		{Anum_agenda_group_member_organization_id, Anum_agenda_group_member_group_id},
	{F_UUID_EQ, F_UUID_EQ}},
	[PACL_GROUP_MEMBER_BY_AGENDA] = {AGENDA_GROUP_MEMBER, "agenda_group_member_agenda_idx",
	{Anum_agenda_group_member_agenda_id}, {F_UUID_EQ}},
	[PACL_GROUP_GRANT_BY_ACCOUNT] = {GROUP_GRANT, "group_grant_account_idx",
	{Anum_group_grant_account_id}, {F_UUID_EQ}},
	[PACL_PROFILE_BY_KEY] = {PROFILE, "profile_pkey",
		{Anum_profile_organization_id, Anum_profile_id},
	{F_UUID_EQ, F_UUID_EQ}},
	[PACL_PROFILE_RIGHT_BY_PROFILE] = {PROFILE_RIGHT, "profile_right_profile_idx",
	{Anum_profile_right_profile_id}, {F_UUID_EQ}},
	[PACL_PROFILE_MEMBER_BY_ACCOUNT] = {PROFILE_MEMBER, "profile_member_account_idx",
	{Anum_profile_member_account_id}, {F_UUID_EQ}},
	[PACL_EMERGENCY_BY_ACCOUNT] = {ACCESS_GRANT, "access_grant_emergency_idx",
		{Anum_access_grant_account_id, Anum_access_grant_agenda_id},
	{F_UUID_EQ, F_UUID_EQ}},
	[PACL_CHAIN_BY_KEY] = {ACTIVITY_CHAIN, "activity_chain_pkey",
		{Anum_activity_chain_organization_id, Anum_activity_chain_chain},
	{F_UUID_EQ, F_UUID_EQ}},
	[PACL_APPOINTMENT_BY_SLOT] = {APPOINTMENT, "appointment_no_overlap",
	{0}, {0}},
	[PACL_ARCHIVE_BY_START] = {APPOINTMENT_ARCHIVE,
	"appointment_archive_agenda_start_idx", {0}, {0}},
	[PACL_ARCHIVE_LONG] = {APPOINTMENT_ARCHIVE, "appointment_archive_long_idx",
	{0}, {0}},
	[PACL_HOLD_BY_AGENDA] = {SLOT_HOLD, "slot_hold_agenda_idx",
		{Anum_slot_hold_agenda_id, Anum_slot_hold_occupied_until},
		{F_UUID_EQ, F_TIMESTAMPTZ_GT},
	{0, BTGreaterStrategyNumber}},
	[PACL_FREED_BY_AGENDA] = {FREED_TIME, "freed_time_agenda_idx",
	{Anum_freed_time_agenda_id}, {F_UUID_EQ}},
	[PACL_TYPE_BY_KEY] = {APPOINTMENT_TYPE, "appointment_type_pkey",
		{Anum_appointment_type_organization_id, Anum_appointment_type_id},
	{F_UUID_EQ, F_UUID_EQ}},
	[PACL_ABSENCE_BY_AGENDA] = {ABSENCE, "absence_agenda_idx",
		{Anum_absence_agenda_id, Anum_absence_ends_at},
		{F_UUID_EQ, F_TIMESTAMPTZ_GT},
	{0, BTGreaterStrategyNumber}},
	[PACL_OPENING_BY_AGENDA] = {OPENING, "opening_agenda_idx",
	{Anum_opening_agenda_id}, {F_UUID_EQ}},
	[PACL_CLOSING_BY_ORGANIZATION] = {CLOSING, "closing_organization_idx",
		{Anum_closing_organization_id, Anum_closing_until_date},
		{F_UUID_EQ, F_DATE_GE},
	{0, BTGreaterEqualStrategyNumber}},
	[PACL_ACTIVITY_BY_ID] = {ACTIVITY, "activity_id_pkey",
	{Anum_activity_id}, {F_UUID_EQ}},
	[PACL_ACTIVITY_BY_AGENDA] = {ACTIVITY, "activity_agenda_idx",
	{Anum_activity_agenda_id}, {F_UUID_EQ}},
	[PACL_ACTIVITY_OF_CALENDARS] = {ACTIVITY, "activity_calendars_idx",
	{Anum_activity_organization_id}, {F_UUID_EQ}},
	[PACL_MOVE_BY_ORGANIZATION] = {ORGANIZATION_MOVE, "organization_move_pkey",
	{Anum_organization_move_organization_id}, {F_UUID_EQ}},
	[PACL_READING_NOTE_BY_KEY] = {READING_NOTE, "reading_note_pkey",
		{Anum_reading_note_organization_id, Anum_reading_note_id},
	{F_UUID_EQ, F_UUID_EQ}},
};

/*
 * Where the relations are.  Forgotten whenever any relation or schema
 * changes its name or goes, since the extension may be dropped and created again
 * under our feet.
 */
static Oid	table_oids[TABLES];
static Oid	index_oids[PACL_LOOKUPS];
static bool watching = false;

static void
forget_oids(Datum arg, int cacheid, uint32 hashvalue)
{
	memset(table_oids, 0, sizeof(table_oids));
	memset(index_oids, 0, sizeof(index_oids));
}

static void
forget_relation(Datum arg, Oid relid)
{
	if (!OidIsValid(relid))
	{
		forget_oids(0, 0, 0);
		return;
	}
	for (int i = 0; i < TABLES; i++)
		if (table_oids[i] == relid)
			table_oids[i] = InvalidOid;
	for (int i = 0; i < PACL_LOOKUPS; i++)
		if (index_oids[i] == relid)
			index_oids[i] = InvalidOid;
}

static Oid
relation_oid(const char *name)
{
	Oid			oid = get_relname_relid(name,
										get_namespace_oid("practiceacl", false));

	if (!OidIsValid(oid))
	{
		pacl_check_release();
		ereport(ERROR,
				(errcode(ERRCODE_UNDEFINED_TABLE),
				 errword("table_missing"),
				 errmsg("relation \"practiceacl.%s\" does not exist", name),
				 errhint("Restore it, or reinstall the extension.")));
	}
	return oid;
}

static void
check_shape(Relation relation, const TableShape *shape)
{
	TupleDesc	descriptor = RelationGetDescr(relation);

	for (int i = 0; i < MAX_COLUMNS && shape->columns[i] != NULL; i++)
		if (i >= descriptor->natts ||
			strcmp(NameStr(TupleDescAttr(descriptor, i)->attname),
				   shape->columns[i]) != 0)
		{
			pacl_check_release();
			ereport(ERROR,
					(errcode(ERRCODE_INVALID_TABLE_DEFINITION),
					 errword("table_altered"),
					 errmsg("column %d of practiceacl.%s is not \"%s\"",
							i + 1, shape->name, shape->columns[i]),
					 errhint("The table was altered by hand: give it back its columns, in their order.")));
		}
}

Relation
pacl_relation_open(PaclLookup which, Oid *index)
{
	const LookupShape *lookup = &lookups[which];
	Relation	relation;

	if (!watching)
	{
		CacheRegisterRelcacheCallback(forget_relation, 0);
		CacheRegisterSyscacheCallback(NAMESPACEOID, forget_oids, 0);
		watching = true;
	}
	if (!OidIsValid(table_oids[lookup->table]))
	{
		Oid			oid = relation_oid(shapes[lookup->table].name);

		relation = table_open(oid, AccessShareLock);
		check_shape(relation, &shapes[lookup->table]);
		table_oids[lookup->table] = oid;
	}
	else
		relation = table_open(table_oids[lookup->table], AccessShareLock);

	if (!OidIsValid(index_oids[which]))
		index_oids[which] = relation_oid(lookup->index);
	*index = index_oids[which];
	return relation;
}

static void
remember_counts(PgStat_TableCounts *counts, Relation relation)
{
	if (pgstat_should_count_relation(relation))
		*counts = relation->pgstat_info->pacl_counts;
}

static void
restore_counts(const PgStat_TableCounts *counts, Relation relation)
{
	if (relation->pgstat_info != NULL)
		relation->pgstat_info->pacl_counts = *counts;
}

static void
begin(PaclScan *scan, PaclLookup lookup, int nkeys, const Datum *keys,
	  bool unseen)
{
	const LookupShape *shape = &lookups[lookup];
	ScanKeyData scankeys[MAX_KEYS];
	Oid			index;

	Assert(nkeys <= MAX_KEYS);
	scan->relation = pacl_relation_open(lookup, &index);
	scan->descriptor = RelationGetDescr(scan->relation);
	for (int i = 0; i < nkeys; i++)
		ScanKeyInit(&scankeys[i], shape->keys[i],
					shape->strategies[i] != 0 ? shape->strategies[i] :
					BTEqualStrategyNumber,
					shape->compare[i], keys[i]);
	scan->buffers = pgBufferUsage;
	scan->scan = systable_beginscan(scan->relation, index, true,
									pacl_view_snapshot(), nkeys, scankeys);
	scan->unseen = unseen;
	if (scan->unseen)
	{
		remember_counts(&scan->counts[0], scan->relation);
		remember_counts(&scan->counts[1], scan->scan->irel);
	}
}

void
pacl_scan_begin(PaclScan *scan, PaclLookup lookup, int nkeys,
				const Datum *keys)
{
	begin(scan, lookup, nkeys, keys,
		  lookup == PACL_AGENDA_BY_ID ||
		  (lookup == PACL_GRANT_BY_ACCOUNT && nkeys == 2));
}

void
pacl_scan_begin_unseen(PaclScan *scan, PaclLookup lookup, int nkeys,
					   const Datum *keys)
{
	begin(scan, lookup, nkeys, keys, true);
}

HeapTuple
pacl_scan_next(PaclScan *scan)
{
	return systable_getnext(scan->scan);
}

/* The lock stays to the end of the transaction, as it would for a query. */
void
pacl_scan_end(PaclScan *scan)
{
	if (scan->unseen)
	{
		restore_counts(&scan->counts[0], scan->relation);
		restore_counts(&scan->counts[1], scan->scan->irel);
	}
	systable_endscan(scan->scan);
	if (scan->unseen)
		pgBufferUsage = scan->buffers;
	table_close(scan->relation, NoLock);
}

Datum
pacl_scan_column(const PaclScan *scan, HeapTuple row, int column,
				 bool *isnull)
{
	return heap_getattr(row, column, scan->descriptor, isnull);
}

Datum
pacl_scan_value(const PaclScan *scan, HeapTuple row, int column)
{
	bool		isnull;
	Datum		value = heap_getattr(row, column, scan->descriptor, &isnull);

	if (isnull)
		elog(ERROR, "column %d of \"%s\" is null",
			 column, RelationGetRelationName(scan->relation));
	return value;
}

bool
pacl_scan_text_is(const PaclScan *scan, HeapTuple row, int column,
				  const char *word)
{
	text	   *value = DatumGetTextPP(pacl_scan_value(scan, row, column));
	size_t		length = strlen(word);

	return VARSIZE_ANY_EXHDR(value) == length &&
		memcmp(VARDATA_ANY(value), word, length) == 0;
}
