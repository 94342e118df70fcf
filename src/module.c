/*
 * module.c
 *		Loading of the module.
 */
#include "postgres.h"

#include "fmgr.h"

#include "api/index_guard.h"
#include "api/reading_watch.h"
#include "base/reading.h"
#include "base/shared_count.h"
#include "errors.h"
#include "pure/token.h"
#include "reader/view.h"
#include "settings.h"

PG_MODULE_MAGIC;

void		_PG_init(void);

void
_PG_init(void)
{
	if (!pacl_token_startup())
		ereport(ERROR,
				(errcode(ERRCODE_INTERNAL_ERROR),
				 errword("libsodium"),
				 errmsg("could not initialise libsodium")));
	pacl_settings_define();
	pacl_view_startup();
	pacl_shared_count_startup();
	pacl_index_guard_startup();
	pacl_reading_watch_startup();
	pacl_reading_startup();
}
