/*
 * settings.c
 *		The parameters practiceacl.*.
 */
#include "postgres.h"

#include "access/xact.h"
#include "utils/guc.h"
#include "utils/guc_tables.h"

#include "compat.h"
#include "settings.h"

char	   *pacl_session_token = NULL;
uint64		pacl_session_token_changes = 0;
int			pacl_session_lifetime;
int			pacl_session_idle_timeout;
int			pacl_password_passes;
int			pacl_password_memory;
int			pacl_hash_slots;
int			pacl_invitations_per_hour;
double		pacl_worker_time;
bool		pacl_return_secrets;
bool		pacl_notify;
int			pacl_record_reading;
int			pacl_reading_retention;
char	   *pacl_key_file = NULL;

/*
 * A token belongs to one connection.  In a file, a database or a role it
 * would make everybody who connects the same person, and lie about in clear.
 */
static bool
check_session(char **newval, void **extra, GucSource source)
{
	switch (source)
	{
		case PGC_S_ENV_VAR:
		case PGC_S_FILE:
		case PGC_S_ARGV:
		case PGC_S_GLOBAL:
		case PGC_S_DATABASE:
		case PGC_S_USER:
		case PGC_S_DATABASE_USER:
		case PGC_S_TEST:		/* ALTER DATABASE or ROLE … SET */
			break;
		default:
			return true;
	}
	if (**newval == '\0')
		return true;
	GUC_check_errcode(ERRCODE_CANT_CHANGE_RUNTIME_PARAM);
	GUC_check_errmsg("a session token cannot be a default");
	GUC_check_errhint("Call practiceacl.enter(token) in each transaction.");
	return false;
}

static void
assign_session(const char *newval, void *extra)
{
	pacl_session_token_changes++;
}

/* So that an injected current_setting() cannot carry the token away. */
static const char *
show_session(void)
{
	return pacl_session_token[0] == '\0' ? "" : "(hidden)";
}

/* Nobody sets the clock. */
static bool
check_worker_time(double *newval, void **extra, GucSource source)
{
	if (source == PGC_S_DEFAULT || source == PGC_S_OVERRIDE)
		return true;
	GUC_check_errcode(ERRCODE_CANT_CHANGE_RUNTIME_PARAM);
	GUC_check_errmsg("parameter \"%s\" cannot be changed",
					 "practiceacl.worker_time");
	return false;
}

/*
 * A parameter is handed to parallel workers unless it has its default, and
 * where it came from decides that, not its value.  Nothing can be set where
 * processes build an index together, which may be what loads the library.
 */
static void
hand_to_workers(void)
{
	static bool handed = false;

	if (handed || IsInParallelMode())
		return;
	SetConfigOption("practiceacl.worker_time", "0", PGC_SUSET,
					PGC_S_OVERRIDE);
	handed = true;
}

void
pacl_settings_worker_time(double time)
{
	hand_to_workers();
	pacl_worker_time = time;
}

static void
define_worker_time(void)
{
	DefineCustomRealVariable("practiceacl.worker_time",
							 "Time at which parallel workers read.",
							 NULL,
							 &pacl_worker_time,
							 0, -1e18, 1e18,
							 PGC_SUSET,
							 GUC_NO_SHOW_ALL | GUC_NOT_IN_SAMPLE |
							 GUC_DISALLOW_IN_FILE | GUC_NO_RESET_ALL,
							 check_worker_time, NULL, NULL);
	hand_to_workers();
}

static const struct config_enum_entry record_reading_words[] = {
	{"emergency", PACL_RECORD_EMERGENCY, false},
	{"all", PACL_RECORD_ALL, false},
	{NULL, 0, false}
};

/*
 * Whether whoever connected gave a value to a parameter before the module was
 * loaded: it then hides the one of the server's configuration, which nobody
 * can tell any more.
 */
static bool
is_hidden(const char *name)
{
	int			count;
	struct config_generic **all = pacl_guc_variables(&count);

	for (int i = 0; i < count; i++)
		if (pg_strcasecmp(all[i]->name, name) == 0)
			return (all[i]->flags & GUC_CUSTOM_PLACEHOLDER) != 0 &&
				all[i]->source >= PGC_S_CLIENT;
	return false;
}

/* Nobody escapes being noted by hiding what the server is set to. */
static void
define_record_reading(void)
{
	bool		hidden = is_hidden("practiceacl.record_reading");

	DefineCustomEnumVariable("practiceacl.record_reading",
							 "Whose readings are noted and told by readings().",
							 "Under emergency access, or of all but the holder; "
							 "all counts where a client brings a value.",
							 &pacl_record_reading,
							 PACL_RECORD_EMERGENCY, record_reading_words,
							 PGC_SUSET, 0, NULL, NULL, NULL);
	if (hidden)
		SetConfigOption("practiceacl.record_reading", "all", PGC_SUSET,
						PGC_S_OVERRIDE);
}

void
pacl_settings_define(void)
{
	define_worker_time();
	DefineCustomStringVariable("practiceacl.session",
							   "Token of the session on whose behalf statements run.",
							   "Set by practiceacl.enter(token) for one transaction. "
							   "Empty, unknown or expired means anonymous. "
							   "Its value is never shown.",
							   &pacl_session_token,
							   "",
							   PGC_USERSET,
							   GUC_NO_SHOW_ALL | GUC_NOT_IN_SAMPLE |
							   GUC_DISALLOW_IN_FILE,
							   check_session, assign_session, show_session);
	DefineCustomIntVariable("practiceacl.session_lifetime",
							"How long a session lasts that log_in() opens.",
							NULL,
							&pacl_session_lifetime,
							12 * 60 * 60, 60, 366 * 24 * 60 * 60,
							PGC_SUSET, GUC_UNIT_S, NULL, NULL, NULL);
	DefineCustomIntVariable("practiceacl.session_idle_timeout",
							"How long a session may stay unused.",
							"Uses are noted at most once a minute; "
							"zero means as long as the session lasts.",
							&pacl_session_idle_timeout,
							2 * 60 * 60, 0, 366 * 24 * 60 * 60,
							PGC_SUSET, GUC_UNIT_S, NULL, NULL, NULL);
	DefineCustomIntVariable("practiceacl.password_passes",
							"Passes of Argon2id over its memory (t).",
							"A password whose hash had another cost is hashed "
							"again at its next log-in.",
							&pacl_password_passes,
							2, 1, PACL_PASSWORD_MAX_PASSES,
							PGC_SUSET, 0, NULL, NULL, NULL);
	DefineCustomIntVariable("practiceacl.password_memory",
							"Memory of one Argon2id computation (m).",
							NULL,
							&pacl_password_memory,
							19 * 1024, 8, PACL_PASSWORD_MAX_MEMORY,
							PGC_SUSET, GUC_UNIT_KB, NULL, NULL, NULL);
	DefineCustomIntVariable("practiceacl.hash_slots",
							"How many passwords are hashed at once.",
							"Bounds the memory: slots times "
							"practiceacl.password_memory. Others wait.",
							&pacl_hash_slots,
							4, 1, 64,
							PGC_SIGHUP, 0, NULL, NULL, NULL);
	DefineCustomIntVariable("practiceacl.invitations_per_hour",
							"How many invitations and welcomes one "
							"administrator may send in an hour.",
							"An organization may send twice as many; one "
							"address is sent ten a day. Zero means no limit "
							"but the last.",
							&pacl_invitations_per_hour,
							500, 0, 1000000,
							PGC_SUSET, 0, NULL, NULL, NULL);
	DefineCustomBoolVariable("practiceacl.return_secrets",
							 "Functions that make a token or a temporary "
							 "password also return it to their caller.",
							 "Off, it reaches only the mailer, sealed to its key.",
							 &pacl_return_secrets,
							 true,
							 PGC_SUSET, 0, NULL, NULL, NULL);
	DefineCustomBoolVariable("practiceacl.notify",
							 "Announces every activity entry on the channel "
							 "practiceacl_activity.",
							 "NOTIFY orders the commits of all who notify, "
							 "so this costs throughput.",
							 &pacl_notify,
							 false,
							 PGC_SUSET, 0, NULL, NULL, NULL);
	define_record_reading();
	DefineCustomIntVariable("practiceacl.reading_retention",
							"How long purge() keeps what was noted of readings "
							"at the least.",
							NULL,
							&pacl_reading_retention,
							3 * 365 * 24 * 60, 0, 100 * 366 * 24 * 60,
							PGC_SUSET, GUC_UNIT_MIN, NULL, NULL, NULL);
	DefineCustomStringVariable("practiceacl.key_file",
							   "File with the keys that seal secrets.",
							   "A name and 32 bytes in hexadecimal or base64 a "
							   "line; the first key seals, all open. Like a TLS "
							   "key it must be the server's alone to read.",
							   &pacl_key_file,
							   "",
							   PGC_SIGHUP, GUC_SUPERUSER_ONLY,
							   NULL, NULL, NULL);
	MarkGUCPrefixReserved("practiceacl");
}

void
pacl_settings_enter(const char *token)
{
	(void) set_config_option("practiceacl.session", token,
							 PGC_USERSET, PGC_S_SESSION,
							 GUC_ACTION_LOCAL, true, 0, false);
}
