/*
 * review.c
 *		Reviews: every grant of an organization is confirmed, or ends.
 */
#include "postgres.h"

#include "utils/timestamp.h"

#include "access/grant.h"
#include "access/grant_store.h"
#include "access/membership.h"
#include "access/organization_store.h"
#include "access/review.h"
#include "access/review_store.h"
#include "base/activity.h"
#include "base/authority.h"
#include "base/facts.h"
#include "base/lock.h"
#include "base/outbox.h"
#include "base/wallclock.h"
#include "errors.h"
#include "pure/uuid.h"
#include "reader/view.h"

/* The midnight after the last day. */
static TimestampTz
end_of(const pg_uuid_t *organization_id, DateADT until)
{
	TimestampTz now = pacl_view_time();
	PaclOrganization organization;
	TimestampTz ends_at = DT_NOEND;

	if (!pacl_organization_store_read(organization_id, &organization))
		pacl_raise_unknown("organization");
	if (!DATE_NOT_FINITE(until) && until < DATE_END_JULIAN - POSTGRES_EPOCH_JDATE - 1)
		ends_at = pacl_wallclock_instant(pacl_wallclock_zone(organization.time_zone),
										 until + 1, 0);
	if (DATE_IS_NOBEGIN(until) || ends_at <= now ||
		ends_at > now + PACL_REVIEW_MAX_DAYS * USECS_PER_DAY)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errword("out_of_range"),
				 errargument("until"),
				 errmsg("until must be a day from today on, within %d days",
						PACL_REVIEW_MAX_DAYS)));
	return ends_at;
}

static void
record(const char *act, const PaclReview *review, int items)
{
	PaclFacts	facts;
	PaclEntry	entry = {0};

	pacl_facts_begin(&facts);
	pacl_facts_time(&facts, "ends_at", review->ends_at);
	if (items >= 0)
		pacl_facts_int(&facts, "grants", items);
	entry.act = act;
	entry.organization_id = &review->organization_id;
	entry.subject_id = &review->id;
	entry.facts = pacl_facts_end(&facts);
	(void) pacl_activity_record(&entry);
}

static void
tell(const PaclReview *review, const pg_uuid_t *by, const pg_uuid_t *agendas,
	 int agenda_count, int item_count)
{
	int			count;
	pg_uuid_t  *holders = pacl_grant_store_holders(agendas, agenda_count,
												   &count);
	PaclFacts	facts;

	pacl_membership_payload(&facts, &review->organization_id, by);
	pacl_facts_uuid(&facts, "review_id", &review->id);
	pacl_facts_time(&facts, "ends_at", review->ends_at);
	pacl_facts_int(&facts, "grants", item_count);
	pacl_outbox_tell_administrators("review_started", &review->organization_id,
									holders, count, pacl_facts_end(&facts));
}

pg_uuid_t *
pacl_review_start(const pg_uuid_t *organization_id, DateADT until)
{
	PaclGrantor *grantor = pacl_grantor_require(organization_id,
												PACL_ADMIN_FULL);
	PaclReview	review = {.organization_id = *organization_id};
	pg_uuid_t  *id = palloc(sizeof(pg_uuid_t));
	pg_uuid_t  *agendas;
	int			agenda_count;
	int			item_count;

	pacl_organization_lock(organization_id);
	grantor = pacl_grantor_require(organization_id, PACL_ADMIN_FULL);
	review.ends_at = end_of(organization_id, until);
	if (pacl_review_store_is_open(organization_id, pacl_view_time()))
		ereport(ERROR,
				(errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
				 errword("review_under_way"),
				 errmsg("another review of the organization is under way"),
				 errhint("Wait for its end, or call it off with practiceacl.cancel_review().")));

	pacl_uuid_make(&review.id);
	agendas = pacl_review_store_start(&review, &grantor->account_id,
									  pacl_view_time(), &agenda_count,
									  &item_count);
	record("review.started", &review, item_count);
	tell(&review, &grantor->account_id, agendas, agenda_count, item_count);
	*id = review.id;
	return id;
}

static void
raise_over(const PaclReview *review)
{
	ereport(ERROR,
			(errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
			 errword("review_over"),
			 errmsg("the review is over"),
			 review->cancelled ? errdetail("It was called off.") :
			 errdetail("It ended at %s.", timestamptz_to_str(review->ends_at)),
			 errhint("Give what is missing with practiceacl.set_rights().")));
}

static void
check_open(const PaclReview *review)
{
	if (review->cancelled || review->ends_at <= pacl_view_time())
		raise_over(review);
}

/* A review that the caller may know of as a member of its organization. */
static PaclGrantor *
require_review(const pg_uuid_t *id, PaclReview *review)
{
	PaclCaller *caller = pacl_require_caller();
	PaclGrantor *grantor;

	if (!pacl_review_store_read(id, review))
		pacl_raise_unknown("review");
	grantor = pacl_grantor_of(&review->organization_id, &caller->account_id);
	if (grantor == NULL)
		pacl_raise_unknown("review");
	grantor->fresh = pacl_identity_is_fresh(caller);
	return grantor;
}

static void
check_not_own(const PaclGrantor *grantor, const PaclReviewTarget *target)
{
	if (pacl_uuid_equal(&grantor->account_id, target->account_id))
		ereport(ERROR,
				(errcode(ERRCODE_INSUFFICIENT_PRIVILEGE),
				 errword("own_rights"),
				 errmsg("cannot confirm your own rights"),
				 errhint("Ask the holder of the agenda or another administrator.")));
}

/* Those that are not confirmed yet, and stand as they were. */
static PaclReviewItem *
require_items(const PaclReview *review, const PaclReviewTarget *target,
			  int *count)
{
	PaclReviewItem *items = pacl_review_store_items(review, target, count);

	for (int i = 0; i < *count; i++)
		if (!items[i].standing)
			ereport(ERROR,
					(errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
					 errword("right_changed"),
					 errmsg("the rights have changed since the review began"),
					 errhint("Look at practiceacl.access_matrix, and change them with practiceacl.set_rights().")));
	return items;
}

/* What is under review, to somebody who may know of it. */
static void
check_target(const PaclReview *review, const PaclReviewTarget *target,
			 const PaclGrantor *grantor, PaclMembershipRow *member)
{
	if (!pacl_review_store_has(review, target))
		pacl_raise_unknown("right");
	check_open(review);
	check_not_own(grantor, target);
	pacl_membership_require(&review->organization_id, target->account_id,
							member);
}

/*
 * That the caller may confirm it: asked before anything is locked, and again
 * when it is.
 */
static PaclGrantor *
require_may_confirm(const pg_uuid_t *review_id,
					const PaclReviewTarget *target, PaclReview *review,
					PaclReviewItem **items, int *count)
{
	PaclGrantor *grantor = require_review(review_id, review);
	PaclMembershipRow member;
	PaclAgenda	agenda;

	(void) pacl_require_agenda(target->agenda_id, &agenda);
	if (grantor->admin == PACL_ADMIN_NONE)
		(void) pacl_require_rights(target->agenda_id,
								   pacl_rights_make(PACL_LEVEL_OWNER, 0),
								   &agenda);
	check_target(review, target, grantor, &member);
	*items = require_items(review, target, count);
	for (int i = 0; i < *count; i++)
		pacl_grant_check(grantor, &agenda, &member, (*items)[i].rights,
						 &(*items)[i].period);
	return grantor;
}

/* The same of what comes by a group or a profile, for administrators. */
static PaclGrantor *
require_may_confirm_shared(const pg_uuid_t *review_id,
						   const PaclReviewTarget *target, PaclReview *review,
						   PaclReviewItem **items, int *count)
{
	PaclGrantor *grantor = require_review(review_id, review);
	PaclMembershipRow member;

	grantor = pacl_grantor_require(&review->organization_id, PACL_ADMIN_USERS);
	check_target(review, target, grantor, &member);
	pacl_membership_check_touch(grantor, &member);
	*items = require_items(review, target, count);
	return grantor;
}

static void
record_confirmed(const PaclReview *review, const PaclReviewTarget *target,
				 const PaclReviewItem *item)
{
	PaclFacts	facts;
	PaclEntry	entry = {0};

	pacl_facts_begin(&facts);
	pacl_facts_uuid(&facts, "review_id", &review->id);
	pacl_facts_rights(&facts, "rights", item->rights);
	if (target->group_id != NULL)
		pacl_facts_uuid(&facts, "group_id", target->group_id);
	if (target->profile_id != NULL)
		pacl_facts_uuid(&facts, "profile_id", target->profile_id);
	if (item->period.until != DT_NOEND)
		pacl_facts_time(&facts, "valid_until", item->period.until);
	entry.act = "rights.confirmed";
	entry.organization_id = &review->organization_id;
	entry.agenda_id = target->agenda_id;
	entry.account_id = target->account_id;
	entry.facts = pacl_facts_end(&facts);
	(void) pacl_activity_record(&entry);
}

static void
check_names_one(const PaclReviewTarget *target)
{
	if ((target->agenda_id != NULL) + (target->group_id != NULL) +
		(target->profile_id != NULL) != 1)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errword("agenda_group_or_profile"),
				 errmsg("name an agenda, a group or a profile"),
				 errhint("Give what practiceacl.review_list has in the columns of the same names.")));
}

void
pacl_review_confirm(const pg_uuid_t *review_id,
					const PaclReviewTarget *target)
{
	PaclReview	review;
	PaclGrantor *grantor;
	PaclReviewItem *items;
	int			count;
	bool		shared = target->agenda_id == NULL;

	(void) pacl_require_caller();
	check_names_one(target);
	if (shared)
		(void) require_may_confirm_shared(review_id, target, &review, &items,
										  &count);
	else
		(void) require_may_confirm(review_id, target, &review, &items, &count);
	pacl_organization_lock(&review.organization_id);
	if (!shared)
		pacl_lock_agenda(target->agenda_id);
	grantor = shared ?
		require_may_confirm_shared(review_id, target, &review, &items, &count) :
		require_may_confirm(review_id, target, &review, &items, &count);
	for (int i = 0; i < count; i++)
	{
		pacl_review_store_confirm(&review, &items[i], &grantor->account_id,
								  pacl_view_time());
		record_confirmed(&review, target, &items[i]);
	}
}

void
pacl_review_cancel(const pg_uuid_t *review_id)
{
	PaclReview	review;

	(void) require_review(review_id, &review);
	(void) pacl_grantor_require(&review.organization_id, PACL_ADMIN_FULL);
	pacl_organization_lock(&review.organization_id);
	(void) require_review(review_id, &review);
	(void) pacl_grantor_require(&review.organization_id, PACL_ADMIN_FULL);
	check_open(&review);
	pacl_review_store_cancel(&review, pacl_view_time());
	record("review.cancelled", &review, -1);
}
