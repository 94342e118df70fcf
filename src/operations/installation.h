/*
 * installation.h
 *		Checks that the install and update scripts make.
 */
#ifndef PACL_INSTALLATION_H
#define PACL_INSTALLATION_H

#include "postgres.h"

/*
 * Raises 55000 unless the schema practiceacl is safe to run a script in: it
 * belongs to the current user or a superuser, nobody else may create in it,
 * and it holds nothing but the extension; during an update the objects of a
 * superuser are tolerated.
 */
extern void pacl_installation_check_schema(void);

/*
 * Takes away whatever privileges others than the owner have got on objects
 * that this transaction has made, by ALTER DEFAULT PRIVILEGES or as PUBLIC's
 * usual ones; PUBLIC keeps what is meant for it.
 */
extern void pacl_installation_seal(void);

#endif							/* PACL_INSTALLATION_H */
