/*
 * beside.c
 *		What extensions beside the core keep about people, and write into
 *		the record.
 */
#include "postgres.h"

#include "fmgr.h"

#include "base/beside.h"
#include "base/beside_store.h"

/* OidFunctionCall1() but for the null, which SQL functions return as void. */
static Datum
call(Oid function, const pg_uuid_t *account_id, bool *isnull)
{
	LOCAL_FCINFO(fcinfo, 1);
	FmgrInfo	flinfo;
	Datum		result;

	fmgr_info(function, &flinfo);
	InitFunctionCallInfoData(*fcinfo, &flinfo, 1, InvalidOid, NULL, NULL);
	fcinfo->args[0].value = UUIDPGetDatum(account_id);
	fcinfo->args[0].isnull = false;
	result = FunctionCallInvoke(fcinfo);
	*isnull = fcinfo->isnull;
	return result;
}

Jsonb *
pacl_beside_add_data(Jsonb *all, const pg_uuid_t *account_id)
{
	int			count;
	Oid		   *functions = pacl_beside_store_functions("_account_data",
														"jsonb", &count);

	for (int i = 0; i < count; i++)
	{
		bool		isnull;
		Datum		data = call(functions[i], account_id, &isnull);

		if (!isnull)
			all = pacl_beside_store_join(all, DatumGetJsonbP(data));
	}
	return all;
}

void
pacl_beside_erase(const pg_uuid_t *account_id)
{
	int			count;
	Oid		   *functions = pacl_beside_store_functions("_account_erased",
														"void", &count);

	for (int i = 0; i < count; i++)
	{
		bool		isnull;

		(void) call(functions[i], account_id, &isnull);
	}
}

void
pacl_beside_acts(PaclActReader reader, void *state)
{
	pacl_beside_store_acts(reader, state);
}
