/*
 * patient.c
 *		A patient's right to be erased.
 *
 * Messages are known by their recipient alone, so the patient's are those to
 * the addresses and numbers that their appointments name; one that a patient
 * shares with another goes, too.
 */
#include "postgres.h"

#include "access/membership.h"
#include "access/organization_store.h"
#include "base/activity.h"
#include "base/authority.h"
#include "base/contact.h"
#include "base/facts.h"
#include "base/lock.h"
#include "errors.h"
#include "people/patient.h"
#include "people/patient_store.h"
#include "pure/uuid.h"

/* What a contact names, in the form in which messages are sent to it. */
typedef struct Addresses
{
	const char *country;
	char	  **values;
	int			count;
	int			room;
} Addresses;

static void
add_address(void *state, const PaclContactAddress *address)
{
	Addresses  *addresses = state;

	if (addresses->count == addresses->room)
	{
		addresses->room = Max(8, addresses->room * 2);
		addresses->values = addresses->values == NULL ?
			palloc(addresses->room * sizeof(char *)) :
			repalloc(addresses->values, addresses->room * sizeof(char *));
	}
	addresses->values[addresses->count++] = address->address;
}

static void
find_addresses(const PaclPatient *patient, Addresses *addresses)
{
	PaclOrganization organization;
	char	  **contacts;
	int			count;

	if (pacl_organization_store_read(patient->organization_id, &organization))
		addresses->country = organization.country;
	contacts = pacl_patient_store_contacts(patient, &count);
	for (int i = 0; i < count; i++)
		pacl_contact_read(contacts[i], addresses->country, add_address,
						  addresses);
}

/*
 * A change of an appointment holds its agenda's lock and writes back what it
 * read of the appointment: that must not be the name.
 */
static void
lock_agendas(PaclPatient *patient)
{
	pg_uuid_t  *found;
	int			count;
	int			i = 0;

	patient->agendas = pacl_patient_store_agendas(patient,
												  &patient->agenda_count);
	pacl_lock_agendas(patient->agendas, patient->agenda_count);
	found = pacl_patient_store_agendas(patient, &count);
	for (int j = 0; j < count; j++)
	{
		while (i < patient->agenda_count &&
			   !pacl_uuid_equal(&patient->agendas[i], &found[j]))
			i++;
		if (i == patient->agenda_count)
			ereport(ERROR,
					(errcode(ERRCODE_T_R_SERIALIZATION_FAILURE),
					 errword("concurrent_update"),
					 errmsg("the patient was given another appointment meanwhile"),
					 errhint("Retry the transaction.")));
	}
}

static void
record(const PaclPatient *patient, const PaclErasedPatient *erased)
{
	PaclFacts	facts;
	PaclEntry	entry = {0};

	pacl_facts_begin(&facts);
	pacl_facts_int(&facts, "appointments", erased->appointments);
	pacl_facts_int(&facts, "details", erased->details);
	pacl_facts_int(&facts, "messages", erased->messages);
	entry.act = "patient.erased";
	entry.organization_id = patient->organization_id;
	entry.facts = pacl_facts_end(&facts);
	(void) pacl_activity_record(&entry);
}

void
pacl_patient_erase(const pg_uuid_t *organization_id, const char *patient_ref,
				   PaclErasedPatient *erased)
{
	PaclPatient patient = {organization_id, patient_ref};
	Addresses	addresses = {0};

	(void) pacl_require_admin(organization_id, PACL_ADMIN_FULL);
	pacl_require_fresh(pacl_require_caller());
	pacl_organization_lock(organization_id);
	lock_agendas(&patient);
	(void) pacl_require_admin(organization_id, PACL_ADMIN_FULL);

	find_addresses(&patient, &addresses);
	erased->messages =
		pacl_patient_store_erase_messages(&patient, addresses.values,
										  addresses.count);
	pacl_patient_store_erase_waiting(&patient);
	erased->details =
		pacl_patient_store_erase_details(&patient, addresses.values,
										 addresses.count);
	erased->appointments = pacl_patient_store_erase_appointments(&patient);
	record(&patient, erased);
}
