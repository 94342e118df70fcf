/*
 * cell_move.h
 *		Moving an organization between cells: operators' acts.
 *
 * The source goes from published (open) through handed_over (read only) and
 * released (closed) to forgotten; the target from adopting (closed) to received
 * (open).  The target opens only with the key that the source gives out when
 * it has closed, so there is no moment in which both are open, whoever is
 * killed when.  Each step may be repeated; one out of turn raises 55000.
 */
#ifndef PACL_CELL_MOVE_H
#define PACL_CELL_MOVE_H

#include "postgres.h"
#include "datatype/timestamp.h"
#include "utils/jsonb.h"
#include "utils/uuid.h"

#include "operations/cell_store.h"

/* Publication, subscription and slot of a move have one name. */
extern char *pacl_cell_move_name(const pg_uuid_t *organization_id);

/* 55000 unless this server writes what logical replication needs. */
extern void pacl_cell_move_require_logical(void);

/* The name of a cell, trimmed and palloc'd; 22023 names the argument if it is none. */
extern char *pacl_cell_move_check_name(const char *argument, const char *cell);

/* Makes the publication and returns its name; 55000 unless wal_level is logical. */
extern char *pacl_cell_move_publish(const pg_uuid_t *organization_id);

/* What the target needs beside the rows; PT404 if nothing is moving. */
extern Jsonb *pacl_cell_move_parcel(const pg_uuid_t *organization_id);

/*
 * Waits for those who write, and refuses writing from here on; returns the
 * proof of what is here.
 */
extern char *pacl_cell_move_hand_over(const pg_uuid_t *organization_id,
									  const char *moved_to);

/* Closes it and returns the parcel with the key. */
extern Jsonb *pacl_cell_move_release(const pg_uuid_t *organization_id);

/* Deletes what the target has; 22023 without its receipt. */
extern int64 pacl_cell_move_forget(const pg_uuid_t *organization_id,
								   const char *receipt);

/*
 * Registers the people and returns the statement that subscribes.  23505 names
 * the people whom this cell knows under another id, 55000 what it lacks; once
 * all tables are copied, also to what their rows refer in vain.
 */
extern char *pacl_cell_move_adopt(const pg_uuid_t *organization_id,
								  const char *connection, Jsonb *parcel);

/*
 * Opens it here and returns the receipt; 22023 if the parcel was not released,
 * 55000 while not everything has arrived.  Credentials may be null.
 */
extern char *pacl_cell_move_receive(const pg_uuid_t *organization_id,
									Jsonb *parcel, const bytea *credentials);

/* Calls the move off; the target's receipt, or null. */
extern char *pacl_cell_move_cancel(const pg_uuid_t *organization_id,
								   const char *receipt);

/*
 * The state of a move, and how far it is; the proof of what is here now.  The
 * problem is null, or what to do about it.
 */
extern char *pacl_cell_move_look(const pg_uuid_t *organization_id,
								 PaclMove *move, TimestampTz *since,
								 PaclMoveProgress *progress,
								 char **problem);

#endif							/* PACL_CELL_MOVE_H */
