/*
 * location.h
 *		Where an agenda's appointments take place.
 */
#ifndef PACL_LOCATION_H
#define PACL_LOCATION_H

#include "postgres.h"
#include "utils/jsonb.h"

typedef struct PaclLocation
{
	char	   *name;			/* or null, each */
	char	   *address;
} PaclLocation;

/*
 * {"name", "address"}; null, and a place that says nothing, is none.  Raises
 * 22023 for anything else.
 */
extern void pacl_location_read(Jsonb *json, PaclLocation *location);

#endif							/* PACL_LOCATION_H */
