/*
 * installation_store.h
 *		What the catalog says of the extension's schema and objects.
 */
#ifndef PACL_INSTALLATION_STORE_H
#define PACL_INSTALLATION_STORE_H

#include "postgres.h"

typedef struct PaclSchema
{
	char	   *owner;
	bool		trusted;		/* the owner is the current user or a
								 * superuser */
	char	   *creators;		/* others who may create in it; null if none */
	char	   *strangers;		/* what it holds of others; null if nothing */
} PaclSchema;

extern void pacl_installation_store_schema(PaclSchema *schema);

/*
 * The REVOKE and GRANT statements that leave objects which this transaction
 * has made to their owner.
 */
extern char **pacl_installation_store_revokes(int *count);

extern void pacl_installation_store_run(const char *statement);

#endif							/* PACL_INSTALLATION_STORE_H */
