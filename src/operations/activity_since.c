/*
 * activity_since.c
 *		Reading the record onwards, by clients that poll, and its proof.
 *
 * An id is made when its entry is, and the entry is seen when its transaction
 * commits: somebody who reads up to the newest id and goes on from there
 * would never see an entry that was made earlier and committed later.  So
 * reading stops in front of the first entry that is not committed yet, if it
 * is one that the reader may be shown: what others do in their organizations
 * holds nobody up.
 *
 * That is safe in this order: look for the newest id, whatever has become of
 * it; wait for those who are between making an id and inserting its row;
 * look for entries up to that id that are not committed; only then take the
 * snapshot to read with.  Whoever makes an id later makes a greater one,
 * whatever the clock says (see begin_writing in activity.c).
 */
#include "postgres.h"

#include "access/twophase.h"
#include "access/xact.h"
#include "access/xlog.h"
#include "datatype/timestamp.h"
#include "miscadmin.h"
#include "utils/backend_status.h"
#include "utils/timestamp.h"

#include "compat.h"
#include "base/activity_store.h"
#include "base/authority.h"
#include "base/lock.h"
#include "errors.h"
#include "operations/activity_since.h"
#include "operations/role.h"
#include "pure/uuid.h"
#include "reader/access.h"
#include "reader/identity.h"
#include "reader/record.h"

/*
 * The start of the oldest transaction of this database that has a number, or
 * the time given if that is earlier: no entry from before it is still open,
 * which spares looking there.  False if it cannot be told: a number
 * without a start (track_activities is off there, or it is just beginning),
 * or a prepared transaction, which keeps no start.
 */
static bool
oldest_start(TimestampTz *oldest)
{
	int			count;

	/* What an earlier statement of this transaction saw is of no use. */
	pgstat_clear_backend_activity_snapshot();
	count = pgstat_fetch_stat_numbackends();
	for (int i = 1; i <= count; i++)
	{
		LocalPgBackendStatus *backend = pgstat_get_local_beentry_by_index(i);

		if (backend == NULL ||
			backend->backendStatus.st_procpid == 0 ||
			backend->backendStatus.st_databaseid != MyDatabaseId ||
			backend->backendStatus.st_backendType == B_AUTOVAC_WORKER ||
			!TransactionIdIsValid(backend->backend_xid))
			continue;
		if (backend->backendStatus.st_xact_start_timestamp == 0)
			return false;
		*oldest = Min(*oldest,
					  backend->backendStatus.st_xact_start_timestamp);
	}
	/* After the running ones, so that none is missed while it is prepared. */
	return max_prepared_xacts == 0 || !pacl_activity_store_any_prepared();
}

/* Whether the caller may be shown an entry, or somebody else of theirs. */
static bool
concerns_caller(const pg_uuid_t *organization_id, const pg_uuid_t *actor_id)
{
	const PaclCaller *caller = pacl_identity_reader(NULL);

	if (caller == NULL)
		return false;
	if (actor_id != NULL && pacl_uuid_equal(actor_id, &caller->account_id))
		return true;
	return pacl_access_member(organization_id) != NULL;
}

static bool
concerns_everybody(const pg_uuid_t *organization_id,
				   const pg_uuid_t *actor_id)
{
	return true;
}

/* Above which id there may be entries that are not committed. */
static void
find_settled(const pg_uuid_t *after, pg_uuid_t *settled)
{
	TimestampTz oldest = GetCurrentTimestamp();
	pg_uuid_t	start;

	*settled = *after;
	if (!oldest_start(&oldest))
		return;
	pacl_uuid_floor(&start, oldest);
	if (pacl_uuid_compare(&start, settled) > 0)
		*settled = start;
}

static void
require_primary(const char *function)
{
	if (RecoveryInProgress())
		ereport(ERROR,
				(errcode(ERRCODE_FEATURE_NOT_SUPPORTED),
				 errword("standby"),
				 errmsg("%s() cannot be used on a standby", function),
				 errdetail("A standby does not know which of the primary's transactions are open."),
				 errhint("On a standby, read the tables and views themselves.")));
}

bool
pacl_activity_settled(const char *function, const pg_uuid_t *after,
					  pg_uuid_t *newest, pg_uuid_t *settled, bool *known)
{
	require_primary(function);
	*known = true;
	if (!pacl_record_newest(newest))
		return false;
	*known = pacl_lock_record_settled();
	if (*known)
		find_settled(after, settled);
	return true;
}

void
pacl_activity_end(const pg_uuid_t *newest, pg_uuid_t *end)
{
	*end = pacl_nil_uuid;
	pacl_uuid_set_tick(end, pacl_uuid_tick(newest) + 1);
}

void
pacl_activity_require_latest(const char *function)
{
	require_primary(function);
	if (IsolationUsesXactSnapshot())
		ereport(ERROR,
				(errcode(ERRCODE_FEATURE_NOT_SUPPORTED),
				 errword("isolation_level"),
				 errmsg("%s() requires isolation level READ COMMITTED", function),
				 errdetail("The snapshot of this transaction may be older than what has committed since.")));
}

/*
 * The id from which on nothing is shown to a reader who has read up to
 * another: the first that is not committed, or the one after the newest.
 */
static void
find_horizon(const pg_uuid_t *after, pg_uuid_t *horizon)
{
	pg_uuid_t	settled;
	pg_uuid_t	newest;
	bool		known;
	PaclRecordFilter filter = pacl_record_is_partial() ? concerns_caller :
		concerns_everybody;

	*horizon = *after;
	if (!pacl_activity_settled("activity_since", after, &newest, &settled,
							   &known) || !known)
		return;
	if (!pacl_record_first_pending(&settled, &newest, filter, horizon))
		pacl_activity_end(&newest, horizon);
}

void
pacl_activity_horizon(pg_uuid_t *horizon)
{
	find_horizon(&pacl_nil_uuid, horizon);
}

void
pacl_activity_since(PaclRows *rows, const pg_uuid_t *cursor, int limit)
{
	pg_uuid_t	horizon;

	pacl_activity_require_latest("activity_since");
	if (limit < 1 || limit > PACL_ACTIVITY_SINCE_MAX)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errword("out_of_range"),
				 errargument("max_rows"),
				 errmsg("max_rows must be between 1 and %d", PACL_ACTIVITY_SINCE_MAX)));
	if (cursor == NULL)
		cursor = &pacl_nil_uuid;
	find_horizon(cursor, &horizon);
	pacl_activity_store_since(rows, cursor, &horizon, limit);
}

void
pacl_activity_verify_for_caller(const pg_uuid_t *organization_id, PaclChainCallback visit,
								void *state)
{
	if (!pacl_role_is_monitor())
		(void) pacl_require_admin(organization_id, PACL_ADMIN_USERS);
	pacl_activity_verify(organization_id, visit, state);
}
