/*
 * errors.h
 *		The SQLSTATEs of practiceacl.
 *
 * A condition that PostgreSQL already names keeps PostgreSQL's code.  Class
 * PA exists only where a client must branch.
 */
#ifndef PACL_ERRORS_H
#define PACL_ERRORS_H

#include "postgres.h"
#include "utils/elog.h"

/* Invitations */
#define ERRCODE_PACL_INVITATION_EXPIRED		MAKE_SQLSTATE('P','A','0','0','1')
#define ERRCODE_PACL_INVITATION_USED		MAKE_SQLSTATE('P','A','0','0','2')
#define ERRCODE_PACL_INVITATION_REVOKED		MAKE_SQLSTATE('P','A','0','0','3')

/* Administration */
#define ERRCODE_PACL_REAUTHENTICATE			MAKE_SQLSTATE('P','A','0','1','0')
#define ERRCODE_PACL_LAST_ADMINISTRATOR		MAKE_SQLSTATE('P','A','0','1','1')
#define ERRCODE_PACL_MORE_THAN_YOURS		MAKE_SQLSTATE('P','A','0','1','2')

/* Calendars */
#define ERRCODE_PACL_OUTSIDE_OPENINGS		MAKE_SQLSTATE('P','A','0','2','0')
#define ERRCODE_PACL_ABSENT					MAKE_SQLSTATE('P','A','0','2','1')
#define ERRCODE_PACL_IN_THE_PAST			MAKE_SQLSTATE('P','A','0','2','2')
#define ERRCODE_PACL_SLOT_HELD				MAKE_SQLSTATE('P','A','0','2','3')

/* Accounts */
#define ERRCODE_PACL_ADDRESS_BLOCKED		MAKE_SQLSTATE('P','A','0','3','0')
#define ERRCODE_PACL_TEMPORARY_PASSWORD		MAKE_SQLSTATE('P','A','0','3','1')
#define ERRCODE_PACL_TOO_MANY_ATTEMPTS		MAKE_SQLSTATE('P','A','0','4','0')

#endif							/* PACL_ERRORS_H */
