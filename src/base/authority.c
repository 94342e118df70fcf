/*
 * authority.c
 *		Guards: whether the caller may do what a rule is about to do.
 */
#include "postgres.h"

#include "utils/timestamp.h"

#include "base/authority.h"
#include "base/authority_store.h"
#include "base/elsewhere.h"
#include "base/facts.h"
#include "base/lock.h"
#include "compat.h"
#include "errors.h"
#include "reader/view.h"

/* The table where a program would look for what has this name. */
static const char *
table_of(const char *noun)
{
	static const char *const tables[][2] = {
		{"appointment type", "appointment_type"},
		{"user", "membership"},
		{"hold", "slot_hold"},
		{"message", "outbox"},
		{"request", "rights_request"},
		{"review", "access_review"},
		{"right", "access_grant"},
		{"series", "appointment"},
	};

	for (int i = 0; i < lengthof(tables); i++)
		if (strcmp(noun, tables[i][0]) == 0)
			return tables[i][1];
	return noun;
}

void
pacl_raise_unknown(const char *noun)
{
	ereport(ERROR,
			(errcode(ERRCODE_PACL_NOT_FOUND),
			 errword("not_found"),
			 errtablename(table_of(noun)),
			 errmsg("%s does not exist or is not visible to you", noun)));
}

void
pacl_raise_not_admin(const pg_uuid_t *organization_id, PaclAdmin level)
{
	char	   *names = NULL;

	/* A former colleague knows nobody there any more. */
	if (pacl_access_is_colleague(organization_id))
		names = pacl_authority_store_admin_names(organization_id);
	ereport(ERROR,
			(errcode(ERRCODE_INSUFFICIENT_PRIVILEGE),
			 errword("not_administrator"),
			 level == PACL_ADMIN_FULL ?
			 errmsg("must be a full administrator of the organization") :
			 errmsg("must be an administrator of the organization"),
			 names == NULL ? 0 :
			 errhint("Ask %s.", names)));
}

/* A copy of the caller as of now, palloc'd, or null. */
static PaclCaller *
current_caller(void)
{
	const PaclCaller *caller;
	PaclCaller *copy = NULL;

	pacl_view_push_latest();
	caller = pacl_identity_caller();
	if (caller != NULL && !caller->reads_only)
	{
		copy = palloc(sizeof(PaclCaller));
		*copy = *caller;
		if (caller->client != NULL)
			copy->client = pstrdup(caller->client);
	}
	pacl_view_pop();
	return copy;
}

PaclCaller *
pacl_require_limited_caller(void)
{
	PaclCaller *caller = current_caller();

	if (caller != NULL && !pacl_lock_acting(&caller->account_id))
		caller = current_caller();
	if (caller == NULL)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_AUTHORIZATION_SPECIFICATION),
				 errword("not_logged_in"),
				 errmsg("not logged in"),
				 errdetail("There is no session, or it has ended or lapsed."),
				 errhint("Log in, and call practiceacl.enter(token) in the same transaction.")));
	return caller;
}

const char *
pacl_missing_word(PaclMissing missing)
{
	switch (missing)
	{
		case PACL_MISSING_NOTHING:
			break;
		case PACL_MISSING_FACTOR:
			return "second_factor";
		case PACL_MISSING_PASSWORD:
			return "password_change";
		case PACL_MISSING_ENROLMENT:
			return "enrolment";
	}
	return NULL;
}

/* A database role is one proof, whatever the server asks for. */
static void
raise_factor_of_role(void)
{
	ereport(ERROR,
			(errcode(ERRCODE_PACL_SECOND_FACTOR),
			 errword("second_factor"),
			 errmsg("second factor needed"),
			 errdetail("You are known by your database role, which cannot give one."),
			 errhint("Log in with practiceacl.log_in(), and work in that session.")));
}

static void
raise_missing(const PaclCaller *caller)
{
	const char *word = pacl_missing_word(caller->missing);

	if (caller->missing == PACL_MISSING_PASSWORD)
		ereport(ERROR,
				(errcode(ERRCODE_PACL_TEMPORARY_PASSWORD),
				 errword(word),
				 errmsg("temporary password must be changed first"),
				 errhint("Call practiceacl.change_password(old_password, new_password).")));
	if (!caller->has_session)
		raise_factor_of_role();
	if (caller->missing == PACL_MISSING_FACTOR)
		ereport(ERROR,
				(errcode(ERRCODE_PACL_SECOND_FACTOR),
				 errword(word),
				 errmsg("second factor needed"),
				 errhint("Call practiceacl.second_factor(code), with a code of your authenticator app or a recovery code.")));
	ereport(ERROR,
			(errcode(ERRCODE_PACL_SECOND_FACTOR),
			 errword(word),
			 errmsg("second factor must be enrolled first"),
			 errdetail("An organization to which you belong demands it."),
			 errhint("Call practiceacl.reauthenticate(password), practiceacl.enrol_second_factor() and practiceacl.confirm_second_factor(code).")));
}

PaclCaller *
pacl_require_caller_for(PaclMissing step)
{
	PaclCaller *caller = pacl_require_limited_caller();

	if (caller->missing != PACL_MISSING_NOTHING && caller->missing != step)
		raise_missing(caller);
	return caller;
}

PaclCaller *
pacl_require_caller(void)
{
	return pacl_require_caller_for(PACL_MISSING_NOTHING);
}

bool
pacl_find_agenda(const pg_uuid_t *agenda_id, PaclAgenda *agenda,
				 PaclRights *rights)
{
	bool		visible;

	pacl_view_push_latest();
	*rights = pacl_access_rights(agenda_id);
	visible = pacl_access_agenda(agenda_id, agenda) &&
		(pacl_rights_level(*rights) > PACL_LEVEL_NONE ||
		 pacl_access_is_admin(&agenda->organization_id, PACL_ADMIN_USERS));
	pacl_view_pop();
	return visible;
}

/* To its people an agenda that has moved is elsewhere, and not unknown. */
pg_noreturn static void
raise_unknown_agenda(const pg_uuid_t *agenda_id)
{
	PaclAgenda	agenda;

	if (pacl_access_agenda(agenda_id, &agenda))
		pacl_tell_elsewhere(&agenda.organization_id);
	pacl_raise_unknown("agenda");
}

PaclRights
pacl_require_agenda(const pg_uuid_t *agenda_id, PaclAgenda *agenda)
{
	PaclRights	rights;

	(void) pacl_require_caller();
	if (!pacl_find_agenda(agenda_id, agenda, &rights))
		raise_unknown_agenda(agenda_id);
	return rights;
}

PaclRights
pacl_require_locked_agenda(const pg_uuid_t *agenda_id, PaclAgenda *agenda)
{
	(void) pacl_require_agenda(agenda_id, agenda);
	pacl_lock_agenda(agenda_id);
	return pacl_require_agenda(agenda_id, agenda);
}

PaclRefusal *
pacl_refuse_rights(PaclRights rights, PaclRights needed)
{
	char		have[PACL_RIGHTS_TEXT_MAX];
	char		need[PACL_RIGHTS_TEXT_MAX];
	PaclRefusal *refusal;
	PaclFacts	facts;

	if (pacl_rights_cover(rights, needed))
		return NULL;
	pacl_rights_format(rights, have);
	pacl_rights_format(needed, need);
	refusal = pacl_refuse(ERRCODE_INSUFFICIENT_PRIVILEGE, "rights_missing",
						  "your rights on this agenda do not allow it",
						  psprintf("It needs %s; you have %s.", need, have),
						  pacl_rights_flags(needed) & PACL_FLAG_PUBLIC_PROFILE ?
						  "Only the holder of an agenda can have public_profile." :
						  "Ask for it with practiceacl.request_rights(agenda_id, rights, reason).");
	pacl_facts_begin(&facts);
	pacl_facts_rights(&facts, "needed", needed);
	pacl_facts_rights(&facts, "rights", rights);
	refusal->facts = pacl_facts_end(&facts);
	return refusal;
}

void
pacl_check_rights(PaclRights rights, PaclRights needed)
{
	pacl_refusal_raise_if(pacl_refuse_rights(rights, needed));
}

PaclRights
pacl_require_rights(const pg_uuid_t *agenda_id, PaclRights needed,
					PaclAgenda *agenda)
{
	PaclRights	rights = pacl_require_agenda(agenda_id, agenda);

	pacl_check_rights(rights, needed);
	return rights;
}

PaclMembership *
pacl_require_admin(const pg_uuid_t *organization_id, PaclAdmin level)
{
	const PaclMembership *member;
	PaclMembership *copy = NULL;

	(void) pacl_require_caller();
	pacl_view_push_latest();
	member = pacl_access_member(organization_id);
	if (member != NULL)
	{
		copy = palloc(sizeof(PaclMembership));
		*copy = *member;
	}
	pacl_view_pop();
	if (copy == NULL)
		pacl_raise_unknown("organization");
	if (copy->admin < level)
		pacl_raise_not_admin(organization_id, level);
	return copy;
}

void
pacl_raise_not_fresh(void)
{
	ereport(ERROR,
			(errcode(ERRCODE_PACL_REAUTHENTICATE),
			 errword("reauthenticate"),
			 errmsg("reauthentication required"),
			 errhint("Call practiceacl.reauthenticate(password); it holds for 5 minutes.")));
}

void
pacl_require_fresh(const PaclCaller *caller)
{
	if (!pacl_identity_is_fresh(caller))
		pacl_raise_not_fresh();
}
