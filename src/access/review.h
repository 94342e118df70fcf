/*
 * review.h
 *		Reviews: every grant of an organization is confirmed, or ends.
 */
#ifndef PACL_REVIEW_H
#define PACL_REVIEW_H

#include "postgres.h"
#include "utils/date.h"
#include "utils/uuid.h"

#include "access/review_store.h"

/* How long a review may last. */
#define PACL_REVIEW_MAX_DAYS 366

/*
 * A full administrator begins a review that ends with a day, in the
 * organization's time zone: each grant that reaches beyond it ends then unless
 * it is confirmed.  Emergency access is left out.  Tells the holders and the
 * administrators.  Returns the id, palloc'd.  Raises 55000 while another one
 * is under way, 22023 for a day that is not within a year.
 */
extern pg_uuid_t *pacl_review_start(const pg_uuid_t *organization_id,
									DateADT until);

/*
 * The caller confirms what an account was granted on an agenda, as far as they
 * could give it, or, as an administrator, on a group or by a profile: its
 * grants get their old ends back.  What was confirmed
 * already stays so.  Raises PT404 for what is not under review, 55000 once the
 * review is over or if the grant has changed since, 42501 for one's own rights,
 * and what pacl_grant_check raises.
 */
extern void pacl_review_confirm(const pg_uuid_t *review_id,
								const PaclReviewTarget *target);

/* A full administrator calls a review off before its end. */
extern void pacl_review_cancel(const pg_uuid_t *review_id);

#endif							/* PACL_REVIEW_H */
