/*
 * errors.h
 *		The SQLSTATEs of practiceacl.
 *
 * A condition that PostgreSQL already names keeps PostgreSQL's code:
 *
 *		22004  an argument is null that may not be; the message names it
 *		22023  an argument's value is of no use, or a JSON key is unknown
 *		22P02  text that is no value of its type; DETAIL lists the words
 *		       that there are
 *		23505  there is one already
 *		23P01  the slot is already taken; DETAIL says with what, to anyone who may
 *		       read it
 *		22001  text that is longer than its place
 *		22008  a time that is not finite, or out of range
 *		28000  no valid session: log in, then enter() in each transaction
 *		28P01  the password or code is wrong
 *		40001  a concurrent transaction won: run the transaction again
 *		40P01  a deadlock: run the transaction again
 *		42501  not allowed; HINT says whom to ask
 *		55000  not in the state in which this can be done
 *
 * Class PA exists only where a client must branch.  "make reference" turns
 * the lines above and the comments below into a page of the manual.
 */
#ifndef PACL_ERRORS_H
#define PACL_ERRORS_H

#include "postgres.h"
#include "utils/elog.h"

/*
 * Does not exist or is not visible to the caller: the two are never told
 * apart.  PostgREST answers a code PTxyz with the HTTP status xyz.
 */
#define ERRCODE_PACL_NOT_FOUND				MAKE_SQLSTATE('P','T','4','0','4')

/* the invitation has expired: ask for it to be sent again */
#define ERRCODE_PACL_INVITATION_EXPIRED		MAKE_SQLSTATE('P','A','0','0','1')
/* the invitation was used already: log in */
#define ERRCODE_PACL_INVITATION_USED		MAKE_SQLSTATE('P','A','0','0','2')
/* the invitation was revoked, or a newer one replaces it */
#define ERRCODE_PACL_INVITATION_REVOKED		MAKE_SQLSTATE('P','A','0','0','3')

/* call reauthenticate() first; it holds for 5 minutes */
#define ERRCODE_PACL_REAUTHENTICATE			MAKE_SQLSTATE('P','A','0','1','0')
/* the last full administrator of an organization has to stay */
#define ERRCODE_PACL_LAST_ADMINISTRATOR		MAKE_SQLSTATE('P','A','0','1','1')
/* more rights, or for longer, than the caller may give */
#define ERRCODE_PACL_MORE_THAN_YOURS		MAKE_SQLSTATE('P','A','0','1','2')

/* outside of the openings; the level book may do that */
#define ERRCODE_PACL_OUTSIDE_OPENINGS		MAKE_SQLSTATE('P','A','0','2','0')
/* the holder is absent or the organization closed; the level book may book nevertheless */
#define ERRCODE_PACL_ABSENT					MAKE_SQLSTATE('P','A','0','2','1')
/* it is older than today, or began too long ago; the flag edit_past may write it */
#define ERRCODE_PACL_IN_THE_PAST			MAKE_SQLSTATE('P','A','0','2','2')
/* somebody is booking this slot; DETAIL says who and until when */
#define ERRCODE_PACL_SLOT_HELD				MAKE_SQLSTATE('P','A','0','2','3')
/* the agenda is archived, or its holder is disabled, blocked or gone: transfer_agenda() */
#define ERRCODE_PACL_NOT_SERVED				MAKE_SQLSTATE('P','A','0','2','4')

/* no account may take this address; support can unblock it */
#define ERRCODE_PACL_ADDRESS_BLOCKED		MAKE_SQLSTATE('P','A','0','3','0')
/* the temporary password has to be changed first */
#define ERRCODE_PACL_TEMPORARY_PASSWORD		MAKE_SQLSTATE('P','A','0','3','1')
/* the session needs a second factor: give it, or enrol it first; HINT says which */
#define ERRCODE_PACL_SECOND_FACTOR			MAKE_SQLSTATE('P','A','0','3','2')
/* too many attempts or invitations; DETAIL says how many seconds to wait */
#define ERRCODE_PACL_TOO_MANY_ATTEMPTS		MAKE_SQLSTATE('P','A','0','4','0')

/* the organization has moved to another cell, which DETAIL names: repeat the transaction there */
#define ERRCODE_PACL_MOVED					MAKE_SQLSTATE('P','A','0','5','0')
/* the standby has not replayed the transaction yet: read from the primary, or repeat it later */
#define ERRCODE_PACL_NOT_FRESH				MAKE_SQLSTATE('P','A','0','5','1')

/*
 * Within ereport: the stable word of a refusal, by which a program tells two
 * of the same code apart.  It arrives as constraint_name.  errwords.txt lists
 * the words; where a constraint of a table says it, its name is the word.
 */
#define errword(word)	err_generic_string(PG_DIAG_CONSTRAINT_NAME, (word))

/*
 * The argument that is at fault, or the key of a JSON argument, given as the
 * message shows it.  It arrives as column_name.
 */
#define errargument(name) \
	err_generic_string(PG_DIAG_COLUMN_NAME, pacl_argument_name(name))

/* The table in which something is missing or in the way: table_name. */
#define errtablename(name) \
	(err_generic_string(PG_DIAG_SCHEMA_NAME, "practiceacl"), \
	 err_generic_string(PG_DIAG_TABLE_NAME, (name)))

/*
 * "key" of "\"key\" in changes" or of "key of changes"; what is not quoted
 * and one word is itself.
 */
extern const char *pacl_argument_name(const char *shown);

#endif							/* PACL_ERRORS_H */
