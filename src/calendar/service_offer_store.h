/*
 * service_offer_store.h
 *		Rows of service offers.
 */
#ifndef PACL_SERVICE_OFFER_STORE_H
#define PACL_SERVICE_OFFER_STORE_H

#include "postgres.h"
#include "utils/numeric.h"

extern bool pacl_service_offer_store_exists(const char *code);

/* Makes the offer, or changes it; false if it was like that already. */
extern bool pacl_service_offer_store_set(const char *code, const char *name,
										 Numeric monthly_price);

#endif							/* PACL_SERVICE_OFFER_STORE_H */
