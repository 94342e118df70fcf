/*
 * consent.c
 *		The holder's consent to rights that others give on their agenda.
 */
#include "postgres.h"

#include "access/consent.h"
#include "access/grant.h"
#include "access/organization_store.h"
#include "access/request.h"
#include "errors.h"
#include "pure/uuid.h"
#include "reader/view.h"

bool
pacl_consent_is_on(const pg_uuid_t *organization_id)
{
	PaclOrganization organization;

	return pacl_organization_store_read(organization_id, &organization) &&
		organization.holder_consents;
}

bool
pacl_consent_is_needed(const PaclAgenda *agenda, const pg_uuid_t *grantor,
					   const PaclGrant *grant)
{
	return pacl_rights_level(grant->rights) >= PACL_LEVEL_READ &&
		pacl_access_has_holder(agenda) &&
		pacl_consent_is_on(&agenda->organization_id) &&
		!pacl_grant_has(agenda, grantor, grant->rights, &grant->period) &&
		!pacl_grant_has(agenda, &grant->account_id, grant->rights,
						&grant->period);
}

void
pacl_consent_ask(const PaclAgenda *agenda, const pg_uuid_t *grantor,
				 const PaclGrant *grant, PaclConsents *consents)
{
	PaclRightsRequest request = {
		.requested_by = *grantor,
		.grant = *grant,
		.consent = true,
	};

	consents->waiting++;
	if (pacl_request_submit(&request, agenda) == 0)
		consents->unanswerable++;
}

void
pacl_consent_tell(const PaclConsents *consents)
{
	if (consents->waiting == 0)
		return;
	ereport(NOTICE,
			(errword("holder_consents"),
			 errmsg("rights wait for the holder's consent"),
			 errdetail_plural("%d grant takes effect when the holder of the agenda consents; see practiceacl.rights_requests.",
							  "%d grants take effect when the holders of the agendas consent; see practiceacl.rights_requests.",
							  consents->waiting, consents->waiting),
			 consents->unanswerable == 0 ? 0 :
			 errhint_plural("%d has a holder who is disabled or gone; a full administrator can give the agenda to somebody with practiceacl.transfer_agenda().",
							"%d have holders who are disabled or gone; a full administrator can give the agendas to somebody with practiceacl.transfer_agenda().",
							consents->unanswerable,
							consents->unanswerable)));
}
