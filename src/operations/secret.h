/*
 * secret.h
 *		Secrets that are sealed with keys outside of the database.
 */
#ifndef PACL_SECRET_H
#define PACL_SECRET_H

#include "postgres.h"

/*
 * The operator's: seals with the first key of practiceacl.key_file whatever
 * is in clear or sealed with another key, and records it; returns how many
 * secrets that were.  55000 if the file cannot be used, or lacks a key with
 * which one of them was sealed.
 */
extern int64 pacl_secrets_seal(void);

#endif							/* PACL_SECRET_H */
