/*
 * review_store.h
 *		Rows of reviews, and the ends of the grants that they are about.
 */
#ifndef PACL_REVIEW_STORE_H
#define PACL_REVIEW_STORE_H

#include "postgres.h"
#include "datatype/timestamp.h"
#include "utils/uuid.h"

#include "pure/period.h"
#include "pure/rights.h"

typedef struct PaclReview
{
	pg_uuid_t	organization_id;
	pg_uuid_t	id;
	TimestampTz ends_at;
	bool		cancelled;
} PaclReview;

/* What an account has on an agenda, on a group, or by a profile: one of them. */
typedef struct PaclReviewTarget
{
	const pg_uuid_t *account_id;
	const pg_uuid_t *agenda_id;
	const pg_uuid_t *group_id;	/* the organization's id for all agendas */
	const pg_uuid_t *profile_id;
} PaclReviewTarget;

/* One grant that is reviewed and not confirmed. */
typedef struct PaclReviewItem
{
	pg_uuid_t	grant_id;
	PaclRights	rights;
	PaclPeriod	period;			/* with the end that it had before */
	bool		standing;		/* the grant is there, as it was */
} PaclReviewItem;

/* False if there is none. */
extern bool pacl_review_store_read(const pg_uuid_t *id, PaclReview *review);

/* Whether one of the organization is under way at a moment. */
extern bool pacl_review_store_is_open(const pg_uuid_t *organization_id,
									  TimestampTz at);

/*
 * Writes the review and its items; the grants concerned end with it from then
 * on.  Returns their agendas, each once, palloc'd, and how many items there are.
 */
extern pg_uuid_t *pacl_review_store_start(const PaclReview *review,
										  const pg_uuid_t *by, TimestampTz at,
										  int *agenda_count, int *item_count);

/* Whether the review has anything of it. */
extern bool pacl_review_store_has(const PaclReview *review,
								  const PaclReviewTarget *target);

/* Those of them that are not confirmed, palloc'd. */
extern PaclReviewItem *pacl_review_store_items(const PaclReview *review,
											   const PaclReviewTarget *target,
											   int *count);

/* Notes that one was confirmed; its grant gets its old end back. */
extern void pacl_review_store_confirm(const PaclReview *review,
									  const PaclReviewItem *item,
									  const pg_uuid_t *by, TimestampTz at);

/* The same end for all that were not confirmed; the review is called off. */
extern void pacl_review_store_cancel(const PaclReview *review, TimestampTz at);

#endif							/* PACL_REVIEW_STORE_H */
