/*
 * compat.h
 *		Every difference between PostgreSQL 15 and 18, in one place.
 *
 * The rest of the source is written against the newest API; what an older
 * server lacks is supplied here.  When 15 goes, its section goes.
 */
#ifndef PACL_COMPAT_H
#define PACL_COMPAT_H

#include "postgres.h"

#if PG_VERSION_NUM < 150000
#error "practiceacl needs PostgreSQL 15 or newer"
#endif

/* 18 writes it in front of a declaration. */
#if PG_VERSION_NUM < 180000
#define pg_noreturn pg_attribute_noreturn()
#endif

/* 16 moved varatt's macros to a header of their own. */
#if PG_VERSION_NUM >= 160000
#include "varatt.h"
#endif

/* 16 brought input functions that report instead of raise. */
#if PG_VERSION_NUM < 160000
#define ereturn(context, dummy_value, ...) \
	do { \
		(void) (context); \
		ereport(ERROR, __VA_ARGS__); \
	} while (0)
#endif

#include "access/genam.h"

/* 18 gave index scans a place for their instrumentation. */
#if PG_VERSION_NUM >= 180000
#define pacl_index_beginscan(table, index, snapshot, nkeys) \
	index_beginscan(table, index, snapshot, NULL, nkeys, 0)
#else
#define pacl_index_beginscan(table, index, snapshot, nkeys) \
	index_beginscan(table, index, snapshot, nkeys, 0)
#endif

/*
 * Calls an input function; false, and nothing raised, if the text is not one
 * of the type's.  Before 16 the error is caught: for input functions that
 * take no lock and open nothing, so that nothing is left to undo.
 */
#if PG_VERSION_NUM >= 160000
#include "fmgr.h"
#include "nodes/miscnodes.h"

static inline bool
pacl_input(PGFunction function, char *text, Oid ioparam, int32 typmod,
		   Datum *result)
{
	ErrorSaveContext failure = {T_ErrorSaveContext};

	return DirectInputFunctionCallSafe(function, text, ioparam, typmod,
									   (Node *) &failure, result);
}
#else
#include "fmgr.h"
#include "utils/memutils.h"

static inline bool
pacl_input(PGFunction function, char *text, Oid ioparam, int32 typmod,
		   Datum *result)
{
	MemoryContext outer = CurrentMemoryContext;
	volatile bool fits = true;

	PG_TRY();
	{
		*result = DirectFunctionCall3(function, CStringGetDatum(text),
									  ObjectIdGetDatum(ioparam),
									  Int32GetDatum(typmod));
	}
	PG_CATCH();
	{
		ErrorData  *error;

		MemoryContextSwitchTo(outer);
		error = CopyErrorData();
		if (ERRCODE_TO_CATEGORY(error->sqlerrcode) != ERRCODE_DATA_EXCEPTION)
			PG_RE_THROW();
		FlushErrorState();
		FreeErrorData(error);
		fits = false;
	}
	PG_END_TRY();
	return fits;
}
#endif

/* 16 made one ownership check for every kind of object. */
#if PG_VERSION_NUM < 160000
#define object_ownercheck(class_id, object_id, role_id) \
	(AssertMacro((class_id) == RelationRelationId), \
	 pg_class_ownercheck(object_id, role_id))
#endif

/* 16 tells how many parameters there are with them. */
#if PG_VERSION_NUM >= 160000
#define pacl_guc_variables(count) get_guc_variables(count)
#else
#define pacl_guc_variables(count) \
	(*(count) = GetNumConfigOptions(), get_guc_variables())
#endif

/* 16 gave a relation's counters other names. */
#if PG_VERSION_NUM >= 160000
#define pacl_counts counts
#else
#define pacl_counts t_counts
#endif

/* 16 told the position in the status array from the backend's number. */
#if PG_VERSION_NUM < 160000
#define pgstat_get_local_beentry_by_index(index) \
	pgstat_fetch_stat_local_beentry(index)
#endif

/*
 * Memory that all servers share, by name: made by whoever asks first.  17 has
 * it on demand; before, it is set aside when the server starts, or taken from
 * the little that is spare, and null if that is used up.
 */
#define PACL_SHARED_MEMORY_ON_DEMAND (PG_VERSION_NUM >= 170000)
#if PACL_SHARED_MEMORY_ON_DEMAND
#include "storage/dsm_registry.h"

static inline void *
pacl_shared_memory(const char *name, Size size, void (*initialise) (void *))
{
	bool		found;

	return GetNamedDSMSegment(name, size, initialise, &found);
}
#else
#include "miscadmin.h"
#include "storage/ipc.h"
#include "storage/lwlock.h"
#include "storage/shmem.h"
#include "utils/memutils.h"

static inline void *
pacl_shared_memory(const char *name, Size size, void (*initialise) (void *))
{
	MemoryContext outer = CurrentMemoryContext;
	void	   *volatile memory = NULL;
	bool		found;

	LWLockAcquire(AddinShmemInitLock, LW_EXCLUSIVE);
	PG_TRY();
	{
		memory = ShmemInitStruct(name, size, &found);
		if (!found)
			initialise(memory);
	}
	PG_CATCH();
	{
		MemoryContextSwitchTo(outer);
		if (geterrcode() != ERRCODE_OUT_OF_MEMORY)
			PG_RE_THROW();
		FlushErrorState();
		HOLD_INTERRUPTS();		/* as the lock did, before the error */
	}
	PG_END_TRY();
	LWLockRelease(AddinShmemInitLock);
	return memory;
}
#endif

/* 17 numbers processes instead of backends, and asks more precisely. */
#include "storage/lock.h"
#include "storage/proc.h"
#include "storage/procarray.h"
#include "storage/sinvaladt.h"
#if PG_VERSION_NUM >= 170000
#define pacl_process_of(vxid) ProcNumberGetProc((vxid).procNumber)
#define pacl_transaction_of(process) ((process)->vxid.lxid)
#define pacl_lock_held_by_me(tag, mode) LockHeldByMe(tag, mode, false)
#else
#define pacl_process_of(vxid) BackendIdGetProc((vxid).backendId)
#define pacl_transaction_of(process) ((process)->lxid)
#define pacl_lock_held_by_me(tag, mode) LockHeldByMe(tag, mode)
#endif

#endif							/* PACL_COMPAT_H */
