/*
 * module.c
 *		Loading of the module.
 */
#include "postgres.h"

#include "fmgr.h"

#include "pure/token.h"
#include "reader/view.h"
#include "settings.h"

PG_MODULE_MAGIC;

void		_PG_init(void);

void
_PG_init(void)
{
	pacl_token_startup();
	pacl_settings_define();
	pacl_view_startup();
}
