/*
 * service_offer.h
 *		Service offers: what an agenda may be billed as.
 */
#ifndef PACL_SERVICE_OFFER_H
#define PACL_SERVICE_OFFER_H

#include "postgres.h"
#include "utils/numeric.h"

/* 22023 unless the code is null or that of an offer. */
extern void pacl_service_offer_check(const char *code);

/* The operator makes or changes a service offer. */
extern void pacl_service_offer_set(const char *code, const char *name,
								   Numeric monthly_price);

#endif							/* PACL_SERVICE_OFFER_H */
