/*
 * notice.h
 *		Notices: news of the product, for everybody.
 */
#ifndef PACL_NOTICE_H
#define PACL_NOTICE_H

#include "postgres.h"
#include "utils/uuid.h"

/*
 * Tells everybody, by an operator; returns the notice's id, palloc'd.  Raises
 * 22023 for a title that is blank or longer than 200 characters.
 */
extern pg_uuid_t *pacl_notice_publish(const char *title, const char *body);

/*
 * Notes that the caller has read a notice; a second time changes nothing.
 * Raises PT404 for a notice that does not exist.
 */
extern void pacl_notice_read(const pg_uuid_t *notice_id);

#endif							/* PACL_NOTICE_H */
