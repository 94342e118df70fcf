/*
 * activity_since.c
 *		Reading the record onwards, by clients that poll, and its proof.
 *
 * An id is made when its entry is, and the entry is seen when its transaction
 * commits: somebody who reads up to the newest id and goes on from there
 * would never see an entry that was made earlier and committed later.  So
 * nothing is shown at or above the start of the oldest transaction that
 * writes in this database.
 *
 * That is safe in this order: look at the clock; look which transactions
 * run; only then take the snapshot to read with.  A transaction that the
 * second step does not find either had ended, so the snapshot sees it, or had
 * no transaction number yet, so the ids that it will make are later than the
 * clock was (pacl_activity_record takes the number before it makes the id).
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
#include "operations/activity_since.h"
#include "operations/role.h"
#include "pure/uuid.h"

/*
 * The start of the oldest transaction of this database that has a number, or
 * the time given if that is earlier.  False if it cannot be told: a number
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

void
pacl_activity_horizon(pg_uuid_t *horizon)
{
	TimestampTz oldest = GetCurrentTimestamp();

	if (RecoveryInProgress())
		ereport(ERROR,
				(errcode(ERRCODE_FEATURE_NOT_SUPPORTED),
				 errmsg("activity_since() cannot be used on a standby"),
				 errdetail("A standby does not know when the primary's open transactions began."),
				 errhint("On a standby, read practiceacl.activity itself.")));
	if (oldest_start(&oldest))
		pacl_uuid_floor(horizon, oldest);
	else
		*horizon = pacl_nil_uuid;
}

void
pacl_activity_since(PaclRows *rows, const pg_uuid_t *cursor, int limit)
{
	pg_uuid_t	horizon;

	if (limit < 1 || limit > PACL_ACTIVITY_SINCE_MAX)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("limit must be between 1 and %d", PACL_ACTIVITY_SINCE_MAX)));
	if (IsolationUsesXactSnapshot())
		ereport(ERROR,
				(errcode(ERRCODE_FEATURE_NOT_SUPPORTED),
				 errmsg("activity_since() requires isolation level READ COMMITTED"),
				 errdetail("The snapshot of this transaction may be older than what has committed since.")));
	pacl_activity_horizon(&horizon);
	pacl_activity_store_since(rows, cursor != NULL ? cursor : &pacl_nil_uuid,
							  &horizon, limit);
}

void
pacl_activity_verify_for_caller(const pg_uuid_t *organization_id, PaclChainCallback visit,
				 void *state)
{
	if (!pacl_role_is_operator())
		(void) pacl_require_admin(organization_id, PACL_ADMIN_USERS);
	pacl_activity_verify(organization_id, visit, state);
}
