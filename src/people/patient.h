/*
 * patient.h
 *		A patient's right to be erased.
 */
#ifndef PACL_PATIENT_H
#define PACL_PATIENT_H

#include "postgres.h"
#include "utils/uuid.h"

/* How much was erased. */
typedef struct PaclErasedPatient
{
	int64		appointments;
	int64		details;
	int64		messages;
} PaclErasedPatient;

/*
 * Takes what names the patient out of the organization's appointments, their
 * entries on record and the messages to the patient; the appointments stay,
 * as times that were taken.  For full administrators who have reauthenticated.
 */
extern void pacl_patient_erase(const pg_uuid_t *organization_id,
							   const char *patient_ref,
							   PaclErasedPatient *erased);

#endif							/* PACL_PATIENT_H */
