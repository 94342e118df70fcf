/*
 * reading_watch.h
 *		Notes of which agenda a scan gives rows.
 */
#ifndef PACL_READING_WATCH_H
#define PACL_READING_WATCH_H

#include "postgres.h"

/* Installs the executor's hook; once, at load. */
extern void pacl_reading_watch_startup(void);

/* What can() and agendas() are in this database, by which plans know them. */
extern void pacl_reading_watch_can(Oid function);
extern void pacl_reading_watch_agendas(Oid function);

#endif							/* PACL_READING_WATCH_H */
