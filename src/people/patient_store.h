/*
 * patient_store.h
 *		Rows that name patients: appointments, the record, messages.
 */
#ifndef PACL_PATIENT_STORE_H
#define PACL_PATIENT_STORE_H

#include "postgres.h"
#include "datatype/timestamp.h"
#include "utils/uuid.h"

/* A patient, as an organization's application knows them. */
typedef struct PaclPatient
{
	const pg_uuid_t *organization_id;
	const char *ref;
	pg_uuid_t  *agendas;		/* those that are locked for it, ascending */
	int			agenda_count;
} PaclPatient;

/* The agendas on which the patient has appointments, ascending. */
extern pg_uuid_t *pacl_patient_store_agendas(const PaclPatient *patient,
											 int *count);

/* How the patient was to be reached, as it was written, now or formerly. */
extern char **pacl_patient_store_contacts(const PaclPatient *patient,
										  int *count);

/*
 * Each returns how many rows it touched.  The appointments come last: by them
 * the others are found.  One that is booked meanwhile on another agenda than
 * those that are locked keeps all that it says, until it is erased whole.
 */
extern int64 pacl_patient_store_erase_messages(const PaclPatient *patient,
											   char **addresses, int count);
extern int64 pacl_patient_store_erase_details(const PaclPatient *patient,
											  char **addresses, int count);
extern int64 pacl_patient_store_erase_appointments(const PaclPatient *patient);

/* Takes the patient off every waiting list of the organization. */
extern void pacl_patient_store_erase_waiting(const PaclPatient *patient);

/* The same for all that ended before a moment, of every organization. */
extern int64 pacl_patient_store_purge_waiting(TimestampTz before);
extern int64 pacl_patient_store_purge_messages(TimestampTz before);
extern int64 pacl_patient_store_purge_details(TimestampTz before);
extern int64 pacl_patient_store_purge_appointments(TimestampTz before);

#endif							/* PACL_PATIENT_STORE_H */
