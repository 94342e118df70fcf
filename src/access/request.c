/*
 * request.c
 *		Requests for rights: made, answered, withdrawn.
 */
#include "postgres.h"

#include "mb/pg_wchar.h"
#include "utils/timestamp.h"

#include "access/colleague.h"
#include "access/consent.h"
#include "access/grant.h"
#include "access/membership.h"
#include "access/request.h"
#include "base/activity.h"
#include "base/authority.h"
#include "base/facts.h"
#include "base/fields.h"
#include "base/lock.h"
#include "base/outbox.h"
#include "base/outbox_store.h"
#include "errors.h"
#include "pure/uuid.h"
#include "reader/view.h"

#define TEXT_MAX_CHARS 1000

static void
check_length(const char *argument, const char *text)
{
	if (text != NULL && pg_mbstrlen(text) > TEXT_MAX_CHARS)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errword("too_long"),
				 errargument(argument),
				 errmsg("%s is too long", argument),
				 errdetail("It has %d characters; %d are allowed.",
						   pg_mbstrlen(text), TEXT_MAX_CHARS)));
}

/*
 * The agenda, if the caller belongs to its organization: else it does not
 * exist for them.
 */
static void
require_colleague(const pg_uuid_t *agenda_id, PaclAgenda *agenda)
{
	bool		belongs;

	pacl_view_push_latest();
	belongs = pacl_access_agenda(agenda_id, agenda) &&
		pacl_access_is_colleague(&agenda->organization_id);
	pacl_view_pop();
	if (!belongs)
		pacl_raise_unknown("agenda");
}

static void
describe_period(PaclFacts *facts, const PaclPeriod *period)
{
	if (!TIMESTAMP_NOT_FINITE(period->from))
		pacl_facts_time(facts, "valid_from", period->from);
	if (!TIMESTAMP_NOT_FINITE(period->until))
		pacl_facts_time(facts, "valid_until", period->until);
}

static void
record(const PaclRightsRequest *request, const char *act, PaclFacts *facts,
	   const char *reason)
{
	const PaclGrant *grant = &request->grant;
	PaclFacts	detail;
	PaclEntry	entry = {0};

	entry.act = act;
	entry.organization_id = &grant->organization_id;
	entry.agenda_id = &grant->agenda_id;
	entry.account_id = &grant->account_id;
	entry.subject_id = &request->id;
	entry.facts = pacl_facts_end(facts);
	if (reason != NULL)
	{
		pacl_facts_begin(&detail);
		pacl_facts_text(&detail, "reason", reason);
		entry.detail = pacl_facts_end(&detail);
	}
	(void) pacl_activity_record(&entry);
}

static void
record_request(const PaclRightsRequest *request)
{
	PaclFacts	facts;

	pacl_facts_begin(&facts);
	pacl_facts_rights(&facts, "rights", request->grant.rights);
	describe_period(&facts, &request->grant.period);
	pacl_facts_text(&facts, "source", request->grant.source);
	pacl_facts_bool(&facts, "consent", request->consent);
	record(request, "rights.requested", &facts, request->reason);
}

static bool
is_for_colleagues(const PaclRightsRequest *request)
{
	return strcmp(request->grant.source, PACL_REQUEST_FOR_COLLEAGUES) == 0;
}

/* Begins a message about a request; the agenda's name is not for everybody. */
static void
begin_message(PaclFacts *facts, const PaclRightsRequest *request,
			  bool with_name)
{
	const PaclGrant *grant = &request->grant;
	PaclMessageNames names;

	pacl_membership_payload(facts, &grant->organization_id,
							&grant->account_id);
	pacl_facts_uuid(facts, "request_id", &request->id);
	pacl_facts_uuid(facts, "agenda_id", &grant->agenda_id);
	pacl_outbox_store_names(&grant->agenda_id, &request->requested_by, &names);
	if (with_name)
		pacl_facts_text(facts, "agenda", names.agenda);
	pacl_facts_uuid(facts, "requested_by_id", &request->requested_by);
	pacl_facts_text(facts, "requested_by", names.actor);
	pacl_facts_rights(facts, "rights", grant->rights);
	describe_period(facts, &grant->period);
	pacl_facts_bool(facts, "consent", request->consent);
	if (is_for_colleagues(request))
		pacl_facts_bool(facts, "all_colleagues", true);
}

/*
 * Whether an account can answer a request, with something if not with all of
 * it.  What waits for consent is no matter for administrators.
 */
static bool
can_answer(const PaclRightsRequest *request, const PaclAgenda *agenda,
		   const PaclMembershipRow *target, const pg_uuid_t *account_id)
{
	PaclGrantor *grantor;

	if (pacl_uuid_equal(account_id, &target->account_id))
		return false;
	grantor = pacl_grantor_of(&agenda->organization_id, account_id);
	if (grantor == NULL)
		return false;
	if (request->consent)
		grantor->admin = PACL_ADMIN_NONE;
	return pacl_grant_may_take(grantor, agenda, target);
}

/* Those who can answer, palloc'd. */
static pg_uuid_t *
list_answerers(const PaclRightsRequest *request, const PaclAgenda *agenda,
			   int *count)
{
	PaclMembershipRow target;
	pg_uuid_t  *owners;
	pg_uuid_t  *admins;
	int			admin_count;
	int			found = 0;

	pacl_membership_require(&agenda->organization_id,
							&request->grant.account_id, &target);
	owners = pacl_request_store_owners(&agenda->id, pacl_view_time(), count);
	admins = pacl_outbox_store_admins(&agenda->organization_id, &admin_count);
	owners = repalloc(owners,
					  Max(*count + admin_count, 1) * sizeof(pg_uuid_t));
	memcpy(owners + *count, admins, admin_count * sizeof(pg_uuid_t));
	*count += admin_count;
	for (int i = 0; i < *count; i++)
		if (can_answer(request, agenda, &target, &owners[i]))
			owners[found++] = owners[i];
	*count = found;
	return owners;
}

static int
tell_answerers(const PaclRightsRequest *request, const PaclAgenda *agenda)
{
	PaclFacts	payload;
	int			count;
	pg_uuid_t  *answerers = list_answerers(request, agenda, &count);

	if (count == 0)
		return 0;
	begin_message(&payload, request, true);
	pacl_facts_text(&payload, "request_reason", request->reason);
	pacl_facts_time(&payload, "expires_at", request->expires_at);
	pacl_outbox_tell_accounts("rights_requested", &agenda->organization_id,
							  answerers, count, pacl_facts_end(&payload));
	return count;
}

int
pacl_request_submit(PaclRightsRequest *request, const PaclAgenda *agenda)
{
	TimestampTz now = pacl_view_time();

	pacl_uuid_make(&request->id);
	request->expires_at = Min(now + PACL_REQUEST_DAYS * USECS_PER_DAY,
							  request->grant.period.until);
	pacl_request_store_insert(request, now);
	record_request(request);
	return tell_answerers(request, agenda);
}

static void
check_asked(const PaclAgenda *agenda, const PaclGrant *grant)
{
	if (grant->rights == PACL_RIGHTS_NONE)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errword("no_rights"),
				 errargument("rights"),
				 errmsg("rights must not be \"none\"")));
	pacl_grant_check_rights(grant->rights);
	pacl_grant_check_period(&grant->period);
	if (agenda->archived)
		ereport(ERROR,
				(errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
				 errword("agenda_archived"),
				 errmsg("agenda is archived")));
	if (pacl_grant_has(agenda, &grant->account_id, grant->rights,
					   &grant->period))
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errword("rights_held"),
				 errargument("rights"),
				 errmsg("you have these rights already")));
}

/* Rows are counted: what is rolled back was never asked. */
static void
check_count(const pg_uuid_t *account_id)
{
	int			made = pacl_request_store_count(account_id,
												pacl_view_time() - USECS_PER_DAY);

	if (made >= PACL_REQUESTS_A_DAY)
		ereport(ERROR,
				(errcode(ERRCODE_PACL_TOO_MANY_ATTEMPTS),
				 errword("rights_requests"),
				 errmsg("too many requests for rights within a day"),
				 errdetail("You have made %d in the last 24 hours; %d are allowed.",
						   made, PACL_REQUESTS_A_DAY),
				 errhint("Ask the holder of the agenda or an administrator in person.")));
}

/*
 * The account is locked so that one person's requests count one after the
 * other, on whichever agendas they are; nobody else waits for it.
 */
pg_uuid_t *
pacl_request_make(const pg_uuid_t *agenda_id, PaclRights rights,
				  const char *reason, const PaclPeriod *period)
{
	PaclCaller *caller = pacl_require_caller();
	PaclRightsRequest request = {
		.requested_by = caller->account_id,
		.reason = reason,
	};
	PaclGrant  *grant = &request.grant;
	PaclAgenda	agenda;
	pg_uuid_t  *id = palloc(sizeof(pg_uuid_t));

	if (pacl_text_is_blank(reason))
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errword("reason_missing"),
				 errargument("reason"),
				 errmsg("a request for rights requires a reason"),
				 errhint("Say in the argument reason what they are for; whoever answers will read it.")));
	check_length("reason", reason);
	require_colleague(agenda_id, &agenda);
	pacl_lock_account(&caller->account_id);
	pacl_lock_agenda(agenda_id);
	require_colleague(agenda_id, &agenda);

	grant->organization_id = agenda.organization_id;
	grant->agenda_id = *agenda_id;
	grant->account_id = caller->account_id;
	grant->rights = rights;
	grant->period = period != NULL ? *period : pacl_period_always();
	grant->source = PACL_REQUEST_ASKED;
	check_asked(&agenda, grant);
	check_count(&caller->account_id);

	pacl_request_store_replace(grant, pacl_view_time());
	(void) pacl_request_submit(&request, &agenda);
	*id = request.id;
	return id;
}

/* Everything that an answer is about. */
typedef struct Answer
{
	PaclRightsRequest request;
	PaclAgenda	agenda;
	PaclGrantor *grantor;		/* the caller */
	PaclMembershipRow target;
} Answer;

/*
 * A caller who may know of the request: the account that it is about, owners
 * of the agenda, administrators.
 */
static void
require_request(const pg_uuid_t *id, Answer *answer)
{
	PaclCaller *caller = pacl_require_caller();
	const PaclGrant *grant = &answer->request.grant;
	PaclRights	rights;
	bool		known;

	if (!pacl_request_store_read(id, &answer->request))
		pacl_raise_unknown("request");
	answer->grantor = pacl_grantor_of(&grant->organization_id,
									  &caller->account_id);
	if (answer->grantor == NULL)
		pacl_raise_unknown("request");
	answer->grantor->fresh = pacl_identity_is_fresh(caller);
	known = pacl_find_agenda(&grant->agenda_id, &answer->agenda, &rights) &&
		(pacl_rights_level(rights) == PACL_LEVEL_OWNER ||
		 answer->grantor->admin != PACL_ADMIN_NONE);
	if (!known && !pacl_uuid_equal(&caller->account_id, &grant->account_id))
		pacl_raise_unknown("request");
	if (!pacl_membership_store_read(&grant->organization_id,
									&grant->account_id, &answer->target))
		pacl_raise_unknown("request");
}

static void
raise_settled(const char *status)
{
	ereport(ERROR,
			(errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
			 errword("rights_request_settled"),
			 errmsg("request is no longer pending"),
			 errdetail("It is %s.", status),
			 errhint("Give rights with practiceacl.set_rights(), or have them asked for again.")));
}

/* An approval that comes late gives nothing. */
static void
check_pending(const Answer *answer)
{
	const PaclGrant *grant = &answer->request.grant;

	if (strcmp(answer->request.status, "pending") != 0)
		raise_settled(answer->request.status);
	if (answer->request.expires_at <= pacl_view_time() ||
		answer->agenda.archived ||
		pacl_uuid_equal(&answer->agenda.holder_id, &grant->account_id) ||
		pacl_grantor_of(&grant->organization_id, &grant->account_id) == NULL)
		raise_settled("lapsed");
}

static void
tell_one(const Answer *answer, const pg_uuid_t *account_id, bool with_name,
		 const char *status, PaclRights granted, const char *text)
{
	PaclFacts	payload;

	if (pacl_grantor_of(&answer->agenda.organization_id, account_id) == NULL)
		return;
	begin_message(&payload, &answer->request, with_name);
	pacl_facts_text(&payload, "status", status);
	if (granted != PACL_RIGHTS_NONE)
		pacl_facts_rights(&payload, "granted", granted);
	pacl_facts_text(&payload, "answer", text);
	pacl_outbox_tell("rights_answered", &answer->agenda.organization_id,
					 account_id, pacl_facts_end(&payload));
}

/*
 * The account hears what became of its own request and of rights that it got;
 * of rights that were offered to it and declined only the one who gave them.
 */
static void
tell_answer(const Answer *answer, const char *status, PaclRights granted,
			const char *text)
{
	const PaclRightsRequest *request = &answer->request;
	const pg_uuid_t *account_id = &request->grant.account_id;
	bool		own = strcmp(request->grant.source, PACL_REQUEST_ASKED) == 0 ||
		pacl_uuid_equal(&request->requested_by, account_id);
	PaclRights	rights;

	pacl_view_push_latest();
	rights = pacl_access_rights_of(account_id, &answer->agenda.id,
								   pacl_view_time(), NULL);
	pacl_view_pop();
	if (own || granted != PACL_RIGHTS_NONE)
		tell_one(answer, account_id,
				 granted != PACL_RIGHTS_NONE || rights != PACL_RIGHTS_NONE,
				 status, granted, text);
	if (!pacl_uuid_equal(&request->requested_by, account_id) &&
		!pacl_uuid_equal(&request->requested_by,
						 &answer->grantor->account_id))
		tell_one(answer, &request->requested_by, true, status, granted, text);
}

static void
settle(const Answer *answer, const char *status, PaclRights granted,
	   const char *text)
{
	PaclFacts	facts;

	pacl_request_store_settle(&answer->request.id, status,
							  &answer->grantor->account_id, granted, text,
							  pacl_view_time());
	pacl_facts_begin(&facts);
	pacl_facts_text(&facts, "status", status);
	if (granted != PACL_RIGHTS_NONE)
		pacl_facts_rights(&facts, "granted", granted);
	record(&answer->request, "rights.answered", &facts, text);
}

static void
decline(const Answer *answer, const char *text)
{
	const pg_uuid_t *caller = &answer->grantor->account_id;

	if (pacl_uuid_equal(caller, &answer->request.requested_by))
	{
		settle(answer, "withdrawn", PACL_RIGHTS_NONE, text);
		return;
	}
	/* Nobody has to take what somebody else means to give them. */
	if (!pacl_uuid_equal(caller, &answer->request.grant.account_id))
		pacl_grant_check(answer->grantor, &answer->agenda, &answer->target,
						 PACL_RIGHTS_NONE, &answer->request.grant.period);
	settle(answer, "declined", PACL_RIGHTS_NONE, text);
	tell_answer(answer, "declined", PACL_RIGHTS_NONE, text);
}

static void
check_not_own(const Answer *answer)
{
	if (pacl_uuid_equal(&answer->grantor->account_id,
						&answer->request.grant.account_id))
		ereport(ERROR,
				(errcode(ERRCODE_INSUFFICIENT_PRIVILEGE),
				 errword("own_request"),
				 errmsg("cannot grant your own request"),
				 errhint("Somebody else must answer it; you can withdraw it with practiceacl.answer_request(request_id, false).")));
}

static void
check_given(const Answer *answer, PaclRights given)
{
	char		asked[PACL_RIGHTS_TEXT_MAX];

	if (given == PACL_RIGHTS_NONE)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errword("no_rights"),
				 errargument("rights"),
				 errmsg("rights must not be \"none\""),
				 errhint("Decline with granted => false.")));
	pacl_grant_check_rights(given);
	if (pacl_rights_cover(answer->request.grant.rights, given))
		return;
	pacl_rights_format(answer->request.grant.rights, asked);
	ereport(ERROR,
			(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
			 errword("more_than_requested"),
			 errargument("rights"),
			 errmsg("cannot grant more than was asked for"),
			 errdetail("The request is for %s.", asked),
			 errhint("Give other rights with practiceacl.set_rights().")));
}

/* An administrator has said yes; the holder has not. */
static void
await_consent(Answer *answer, const PaclGrant *given)
{
	PaclConsents consents = {.waiting = 1};

	if (answer->request.consent)
		ereport(ERROR,
				(errcode(ERRCODE_INSUFFICIENT_PRIVILEGE),
				 errword("holder_consents"),
				 errmsg("only the holder of the agenda can consent to these rights"),
				 errdetail("The organization has holder_consents on."),
				 errhint("If the holder cannot act any more, a full administrator can give the agenda to somebody with practiceacl.transfer_agenda().")));
	answer->request.consent = true;
	answer->request.grant.rights = given->rights;
	pacl_request_store_await_consent(&answer->request.id, given->rights);
	record_request(&answer->request);
	if (tell_answerers(&answer->request, &answer->agenda) == 0)
		consents.unanswerable = 1;
	pacl_consent_tell(&consents);
}

static void
grant_request(Answer *answer, PaclRights rights, const char *text)
{
	PaclGrant	given = answer->request.grant;

	check_given(answer, rights);
	given.rights = rights;
	if (is_for_colleagues(&answer->request))
		pacl_colleague_check_rights(rights);
	else
		given.source = PACL_REQUEST_ASKED;
	pacl_grant_check(answer->grantor, &answer->agenda, &answer->target,
					 rights, &given.period);
	if (pacl_consent_is_needed(&answer->agenda, &answer->grantor->account_id,
							   &given))
	{
		await_consent(answer, &given);
		return;
	}
	settle(answer, "granted", rights, text);
	if (is_for_colleagues(&answer->request))
		pacl_colleague_apply(&answer->agenda, rights,
							 &answer->grantor->account_id);
	else
		pacl_grant_add(&given, &answer->agenda, &answer->grantor->account_id);
	tell_answer(answer, "granted", rights, text);
}

/*
 * Giving rights changes people, as set_rights() does; declining waits for
 * nobody but the agenda.
 */
void
pacl_request_answer(const pg_uuid_t *id, bool granted,
					const PaclRights *rights, const char *text)
{
	Answer		answer;

	check_length("reason", text);
	if (!granted && rights != NULL)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errword("must_be_null"),
				 errargument("rights"),
				 errmsg("rights must be null when a request is declined")));
	require_request(id, &answer);
	if (granted)
	{
		check_not_own(&answer);
		pacl_organization_lock(&answer.request.grant.organization_id);
	}
	pacl_lock_agenda(&answer.request.grant.agenda_id);
	require_request(id, &answer);
	check_pending(&answer);
	if (granted)
		grant_request(&answer,
					  rights != NULL ? *rights : answer.request.grant.rights,
					  text);
	else
		decline(&answer, text);
}
