/*
 * settings.h
 *		The parameters practiceacl.*: their variables and what they bound.
 */
#ifndef PACL_SETTINGS_H
#define PACL_SETTINGS_H

#include "postgres.h"

/* practiceacl.session: the token, or an empty string.  Never null. */
extern char *pacl_session_token;

/*
 * Counts the assignments of practiceacl.session, also those that a rollback
 * makes: what was remembered for one count is worth nothing for the next.
 */
extern uint64 pacl_session_token_changes;

/* Seconds. */
extern int	pacl_session_lifetime;
extern int	pacl_session_idle_timeout;

/* Argon2id: passes, kibibytes, and how many computations at once. */
#define PACL_PASSWORD_MAX_PASSES	64
#define PACL_PASSWORD_MAX_MEMORY	(1024 * 1024)
extern int	pacl_password_passes;
extern int	pacl_password_memory;
extern int	pacl_hash_slots;

/*
 * The leader's time for its parallel workers, who are told all settings; 0 if
 * it has none.  Set by view.c alone.
 */
extern double pacl_worker_time;
extern void pacl_settings_worker_time(double time);

/* Of one inviter; 0 is no limit. */
extern int	pacl_invitations_per_hour;

extern bool pacl_return_secrets;
extern bool pacl_notify;

/*
 * Whose readings are noted: see reader/reading_note.h.  Nobody but the
 * administrator of the server may change it.
 */
typedef enum PaclRecordReading
{
	PACL_RECORD_EMERGENCY,		/* under emergency access */
	PACL_RECORD_ALL
} PaclRecordReading;

extern int	pacl_record_reading;

/* How long purge() keeps them at the least, in minutes. */
extern int	pacl_reading_retention;

/* Where the keys are that seal secrets; empty if there are none.  Never null. */
extern char *pacl_key_file;

/* Defines them; once, at load. */
extern void pacl_settings_define(void);

/*
 * Sets practiceacl.session for the rest of the transaction, as SET LOCAL
 * does.
 */
extern void pacl_settings_enter(const char *token);

#endif							/* PACL_SETTINGS_H */
