/*
 * relation.h
 *		Direct reading of the extension's tables, by index.
 *
 * The hot path asks a handful of single-key questions in every statement;
 * each costs about two microseconds here and thirty through SPI.  Only this
 * room opens the extension's relations, so a deployment that spreads them
 * over shards has one function to teach.
 */
#ifndef PACL_RELATION_H
#define PACL_RELATION_H

#include "postgres.h"
#include "access/genam.h"
#include "access/htup.h"
#include "executor/instrument.h"
#include "pgstat.h"
#include "utils/rel.h"

/* The questions: each an index, whose leading columns are the key. */
typedef enum PaclLookup
{
	PACL_SESSION_TOKEN_BY_DIGEST,
	PACL_SESSION_BY_ID,
	PACL_ACCOUNT_BY_ID,
	PACL_ORGANIZATION_BY_ID,
	PACL_ROLE_ACCOUNT_BY_OID,
	PACL_ROLE_ACCOUNT_BY_NAME,
	PACL_MEMBERSHIP_BY_ACCOUNT,
	PACL_MEMBERSHIP_BY_KEY,
	PACL_AGENDA_BY_ID,
	PACL_AGENDA_BY_HOLDER,
	PACL_AGENDA_OF_COLLEAGUES,	/* by organization: with rights for colleagues */
	PACL_GRANT_BY_ACCOUNT,		/* account, or account and agenda */
	PACL_EMERGENCY_BY_ACCOUNT,	/* the same, of emergency access alone */
	PACL_AGENDA_OF_ORGANIZATION,
	PACL_GROUP_MEMBER_BY_GROUP, /* organization and group */
	PACL_GROUP_MEMBER_BY_AGENDA,
	PACL_GROUP_GRANT_BY_ACCOUNT,
	PACL_PROFILE_BY_KEY,		/* organization and profile */
	PACL_PROFILE_RIGHT_BY_PROFILE,
	PACL_PROFILE_MEMBER_BY_ACCOUNT,
	PACL_CHAIN_BY_KEY,			/* organization and chain */
	PACL_APPOINTMENT_BY_SLOT,	/* for reader/overlap.h only */
	PACL_ARCHIVE_BY_START,		/* this and the next, too */
	PACL_ARCHIVE_LONG,
	PACL_HOLD_BY_AGENDA,		/* agenda, or agenda and after which end */
	PACL_FREED_BY_AGENDA,
	PACL_ABSENCE_BY_AGENDA,		/* as the holds */
	PACL_OPENING_BY_AGENDA,
	PACL_CLOSING_BY_ORGANIZATION,	/* organization, and the day on which it
									 * has not ended yet */
	PACL_TYPE_BY_KEY,
	PACL_ACTIVITY_BY_ID,		/* this and the next two for reader/record.h
								 * only */
	PACL_ACTIVITY_BY_AGENDA,
	PACL_ACTIVITY_OF_CALENDARS, /* by organization: about all its calendars */
	PACL_MOVE_BY_ORGANIZATION,
	PACL_READING_NOTE_BY_KEY,	/* for reader/reading_row.h only */
	PACL_LOOKUPS
} PaclLookup;

/*
 * The columns that are read, numbered as the CREATE TABLE has them; held
 * against the catalog when a backend first opens the table.
 */
enum
{
	Anum_session_id = 1,
	Anum_session_account_id,
	Anum_session_opened_at,
	Anum_session_expires_at,
	Anum_session_last_seen_at,
	Anum_session_limited,
	Anum_session_ended_at,
	Anum_session_confirmed_until,
	Anum_session_agenda_id,
	Anum_session_client,
	Anum_session_second_factor_id,
	Anum_session_second_factor_elsewhere
};

enum
{
	Anum_session_token_digest = 1,
	Anum_session_token_session_id
};

enum
{
	Anum_account_id = 1,
	Anum_account_status,
	Anum_account_first_name = 4,
	Anum_account_last_name,
	Anum_account_second_factor_id = 12
};

enum
{
	Anum_organization_id = 1,
	Anum_organization_second_factor = 9
};

enum
{
	Anum_role_account_role_oid = 1,
	Anum_role_account_role_name,
	Anum_role_account_account_id
};

enum
{
	Anum_membership_organization_id = 1,
	Anum_membership_account_id,
	Anum_membership_features,
	Anum_membership_status,
	Anum_membership_admin,
	Anum_membership_shares = 11
};

enum
{
	Anum_agenda_organization_id = 1,
	Anum_agenda_id,
	Anum_agenda_holder_id,
	Anum_agenda_held_since,
	Anum_agenda_created_at,
	Anum_agenda_slot_minutes,
	Anum_agenda_day_start,
	Anum_agenda_day_split,
	Anum_agenda_day_end,
	Anum_agenda_time_zone,
	Anum_agenda_name,
	Anum_agenda_data_controller,
	Anum_agenda_service_offer,
	Anum_agenda_public_profile,
	Anum_agenda_archived_at,
	Anum_agenda_colleague_rights
};

enum
{
	Anum_access_grant_organization_id = 1,
	Anum_access_grant_id,
	Anum_access_grant_agenda_id,
	Anum_access_grant_account_id,
	Anum_access_grant_rights,
	Anum_access_grant_granted_at,
	Anum_access_grant_granted_by,
	Anum_access_grant_valid_during,
	Anum_access_grant_source
};

enum
{
	Anum_agenda_group_member_organization_id = 1,
	Anum_agenda_group_member_group_id,
	Anum_agenda_group_member_agenda_id
};

enum
{
	Anum_group_grant_organization_id = 1,
	Anum_group_grant_id,
	Anum_group_grant_group_id,
	Anum_group_grant_account_id,
	Anum_group_grant_rights,
	Anum_group_grant_valid_during
};

enum
{
	Anum_profile_organization_id = 1,
	Anum_profile_id,
	Anum_profile_name,
	Anum_profile_features
};

enum
{
	Anum_profile_right_organization_id = 1,
	Anum_profile_right_id,
	Anum_profile_right_profile_id,
	Anum_profile_right_group_id,
	Anum_profile_right_agenda_id,
	Anum_profile_right_rights
};

enum
{
	Anum_profile_member_organization_id = 1,
	Anum_profile_member_profile_id,
	Anum_profile_member_account_id,
	Anum_profile_member_valid_until = 6
};

enum
{
	Anum_activity_chain_organization_id = 1,
	Anum_activity_chain_chain,
	Anum_activity_chain_entries,
	Anum_activity_chain_head
};

enum
{
	Anum_appointment_organization_id = 1,
	Anum_appointment_agenda_id,
	Anum_appointment_id,
	Anum_appointment_starts_at,
	Anum_appointment_ends_at,
	Anum_appointment_created_at,
	Anum_appointment_created_by,
	Anum_appointment_private,
	Anum_appointment_overbooked,
	Anum_appointment_status,
	Anum_appointment_cancelled_at,
	Anum_appointment_series_id,
	Anum_appointment_patient,
	Anum_appointment_note,
	Anum_appointment_attributes,
	Anum_appointment_occupied_from = 25,
	Anum_appointment_occupied_until,
	Anum_appointment_appointment_type,
	Anum_appointment_part_of
};

enum
{
	Anum_slot_hold_organization_id = 1,
	Anum_slot_hold_id,
	Anum_slot_hold_agenda_id,
	Anum_slot_hold_session_id,
	Anum_slot_hold_account_id,
	Anum_slot_hold_starts_at,
	Anum_slot_hold_ends_at,
	Anum_slot_hold_expires_at,
	Anum_slot_hold_created_at,
	Anum_slot_hold_shared_log_in,
	Anum_slot_hold_minutes_before,
	Anum_slot_hold_minutes_after,
	Anum_slot_hold_occupied_from,
	Anum_slot_hold_occupied_until
};

enum
{
	Anum_freed_time_organization_id = 1,
	Anum_freed_time_id,
	Anum_freed_time_agenda_id
};

enum
{
	Anum_appointment_type_organization_id = 1,
	Anum_appointment_type_id,
	Anum_appointment_type_minutes,
	Anum_appointment_type_minutes_before,
	Anum_appointment_type_minutes_after,
	Anum_appointment_type_rights,
	Anum_appointment_type_created_at,
	Anum_appointment_type_archived_at,
	Anum_appointment_type_name,
	Anum_appointment_type_color
};

enum
{
	Anum_absence_organization_id = 1,
	Anum_absence_id,
	Anum_absence_agenda_id,
	Anum_absence_starts_at,
	Anum_absence_ends_at,
	Anum_absence_created_at,
	Anum_absence_created_by,
	Anum_absence_reason,
	Anum_absence_substitute_id = 12
};

enum
{
	Anum_opening_organization_id = 1,
	Anum_opening_id,
	Anum_opening_agenda_id,
	Anum_opening_weekday,
	Anum_opening_opens_at,
	Anum_opening_closes_at,
	Anum_opening_valid_from,
	Anum_opening_valid_until,
	Anum_opening_every_weeks,
	Anum_opening_from_week,
	Anum_opening_types
};

enum
{
	Anum_closing_organization_id = 1,
	Anum_closing_id,
	Anum_closing_from_date,
	Anum_closing_until_date,
	Anum_closing_name
};

enum
{
	Anum_activity_organization_id = 1,
	Anum_activity_chain,
	Anum_activity_sequence,
	Anum_activity_id,
	Anum_activity_recorded_at,
	Anum_activity_agenda_id,
	Anum_activity_actor_id
};

enum
{
	Anum_reading_note_organization_id = 1,
	Anum_reading_note_id,
	Anum_reading_note_account_id,
	Anum_reading_note_noted_at,
	Anum_reading_note_emergency,
	Anum_reading_note_agendas,
	Natts_reading_note = Anum_reading_note_agendas
};

enum
{
	Anum_organization_move_organization_id = 1,
	Anum_organization_move_state,
	Anum_organization_move_seal,
	Anum_organization_move_key,
	Anum_organization_move_moved_to
};

typedef struct PaclScan
{
	Relation	relation;
	SysScanDesc scan;
	TupleDesc	descriptor;
	bool		unseen;			/* and what was counted before */
	PgStat_TableCounts counts[2];
	BufferUsage buffers;
} PaclScan;

/*
 * Opens the table of a lookup for reading and tells its index.  This is the
 * one function that opens the extension's relations; close with table_close,
 * keeping the lock.
 */
extern Relation pacl_relation_open(PaclLookup lookup, Oid *index);

/*
 * Begins a scan for the first nkeys key columns, with the active snapshot.
 * The keys stay the caller's and must outlive the scan.
 *
 * What is read for a single agenda's sake is counted nowhere: policies ask for
 * rows that are hidden, and the counters are everybody's to read.
 */
extern void pacl_scan_begin(PaclScan *scan, PaclLookup lookup,
							int nkeys, const Datum *keys);

/* The same for another person's sake: counted nowhere, whatever is read. */
extern void pacl_scan_begin_unseen(PaclScan *scan, PaclLookup lookup,
								   int nkeys, const Datum *keys);

/* The next row, or null; valid until the next call. */
extern HeapTuple pacl_scan_next(PaclScan *scan);

extern void pacl_scan_end(PaclScan *scan);

/* A column of a row; raises nothing.  By-reference values live in the row. */
extern Datum pacl_scan_column(const PaclScan *scan, HeapTuple row,
							  int column, bool *isnull);

/* The same for a column that is declared NOT NULL. */
extern Datum pacl_scan_value(const PaclScan *scan, HeapTuple row, int column);

/* Whether a column of text, declared NOT NULL, is this word. */
extern bool pacl_scan_text_is(const PaclScan *scan, HeapTuple row, int column,
							  const char *word);

#endif							/* PACL_RELATION_H */
