/*
 * patient_message.c
 *		Writing to patients on behalf of the holder of an agenda.
 *
 * What was written, and to whom, stands in the outbox until it is sent and
 * purged; the record keeps the recipient apart, where it can be erased, and
 * never the words.
 */
#include "postgres.h"

#include "mb/pg_wchar.h"

#include "access/organization_store.h"
#include "base/activity.h"
#include "base/activity_store.h"
#include "base/address.h"
#include "base/authority.h"
#include "base/facts.h"
#include "base/fields.h"
#include "base/outbox_store.h"
#include "errors.h"
#include "operations/patient_message.h"
#include "pure/phone.h"
#include "reader/view.h"

#define ACT "message.queued"
#define SUBJECT_MAX_CHARS 200
#define BODY_MAX_CHARS 10000

static void
check_text(const char *name, const char *text, int most)
{
	if (pacl_text_is_blank(text))
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errword("blank"),
				 errargument(name),
				 errmsg("%s must not be blank", name)));
	if (pg_mbstrlen(text) > most)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errword("too_long"),
				 errargument(name),
				 errmsg("%s is longer than %d characters", name, most)));
}

/* The address or number in the form that is sent to; sets the channel. */
static char *
fold_recipient(const PaclAgenda *agenda, const char *recipient,
			   const char **channel)
{
	char	   *number = palloc(PACL_PHONE_LENGTH + 1);
	PaclOrganization organization;
	const char *country = NULL;
	const char *flaw;

	if (strchr(recipient, '@') != NULL)
	{
		*channel = "email";
		return pacl_email_fold(recipient);
	}
	*channel = "sms";
	if (pacl_organization_store_read(&agenda->organization_id, &organization))
		country = organization.country;
	if (!pacl_phone_parse(pacl_text_trim(pstrdup(recipient)), country, number,
						  &flaw))
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errword("phone_number"),
				 errargument("recipient"),
				 errmsg("recipient is neither an e-mail address nor a phone number"),
				 errdetail("As a phone number, %s.", flaw),
				 errhint("Write it with its country code, as in +33 6 12 34 56 78.")));
	return number;
}

static void
check_limit(const pg_uuid_t *agenda_id, int64 period, int most,
			const char *words)
{
	if (pacl_activity_store_count_on_agenda(ACT, agenda_id,
											pacl_view_time() - period) < most)
		return;
	ereport(ERROR,
			(errcode(ERRCODE_PACL_TOO_MANY_ATTEMPTS),
			 errword("patient_messages"),
			 errmsg("too many messages from this agenda"),
			 errdetail("It may send %d in %s.", most, words),
			 errhint("Try again later.")));
}

static char *
payload(const PaclAgenda *agenda, const PaclCaller *caller,
		const char *subject, const char *body)
{
	PaclMessageNames names;
	PaclFacts	facts;

	pacl_outbox_store_names(&agenda->id, &caller->account_id, &names);
	pacl_facts_begin(&facts);
	pacl_facts_uuid(&facts, "agenda_id", &agenda->id);
	pacl_facts_text(&facts, "agenda", names.agenda);
	pacl_facts_uuid(&facts, "sender_id", &caller->account_id);
	pacl_facts_text(&facts, "sender", names.actor);
	pacl_facts_uuid(&facts, "on_behalf_of_id", &agenda->holder_id);
	pacl_facts_text(&facts, "on_behalf_of", names.holder);
	pacl_facts_text(&facts, "subject", subject);
	pacl_facts_text(&facts, "body", body);
	return pacl_facts_end(&facts);
}

pg_uuid_t *
pacl_patient_message_send(const pg_uuid_t *agenda_id, const char *recipient,
						  const char *subject, const char *body)
{
	PaclCaller *caller = pacl_require_caller();
	PaclAgenda	agenda;
	PaclFacts	facts;
	PaclFacts	detail;
	const char *channel;
	char	   *address;
	pg_uuid_t  *id;
	PaclEntry	entry = {0};

	pacl_check_rights(pacl_require_locked_agenda(agenda_id, &agenda),
					  PACL_RIGHTS_OF(PACL_LEVEL_READ, PACL_FLAG_MESSAGING));
	if (!pacl_access_has_holder(&agenda))
		ereport(ERROR,
				(errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
				 errword("no_holder"),
				 errmsg("agenda has no holder on whose behalf a message could be sent"),
				 errhint("Send it from the agenda of whoever sees the patient.")));
	address = fold_recipient(&agenda, recipient, &channel);
	if (subject != NULL || strcmp(channel, "email") == 0)
	{
		check_text("subject", subject, SUBJECT_MAX_CHARS);
		pacl_text_check_line("subject", subject);
	}
	check_text("body", body, BODY_MAX_CHARS);
	check_limit(agenda_id, USECS_PER_HOUR, PACL_MESSAGES_AN_HOUR, "an hour");
	check_limit(agenda_id, USECS_PER_DAY, PACL_MESSAGES_A_DAY, "a day");

	id = pacl_outbox_store_insert("patient_message", channel,
								  &agenda.organization_id, NULL, NULL, address,
								  payload(&agenda, caller, subject, body),
								  NULL, 0);
	pacl_facts_begin(&facts);
	pacl_facts_text(&facts, "channel", channel);
	pacl_facts_uuid(&facts, "on_behalf_of", &agenda.holder_id);
	pacl_facts_begin(&detail);
	pacl_facts_text(&detail, "recipient", address);
	entry.act = ACT;
	entry.organization_id = &agenda.organization_id;
	entry.agenda_id = agenda_id;
	entry.account_id = &agenda.holder_id;
	entry.subject_id = id;
	entry.facts = pacl_facts_end(&facts);
	entry.detail = pacl_facts_end(&detail);
	(void) pacl_activity_record(&entry);
	return id;
}
