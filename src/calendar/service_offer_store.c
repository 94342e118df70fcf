/*
 * service_offer_store.c
 *		Rows of service offers.
 */
#include "postgres.h"

#include "base/statement.h"
#include "calendar/service_offer_store.h"

static PaclStatement select_offer = {
	"SELECT true FROM practiceacl.service_offer WHERE code = $1"
};

static PaclStatement set_offer = {
	"INSERT INTO practiceacl.service_offer (code, name, monthly_price)"
	" VALUES ($1, $2, $3)"
	" ON CONFLICT (code) DO UPDATE"
	" SET name = excluded.name, monthly_price = excluded.monthly_price"
	" WHERE (service_offer.name, service_offer.monthly_price)"
	"   IS DISTINCT FROM (excluded.name, excluded.monthly_price)"
};

bool
pacl_service_offer_store_exists(const char *code)
{
	PaclRows	rows;

	pacl_query(&rows, &select_offer,
			   PACL_ARGS(pacl_text(code)));
	return pacl_rows_bool(&rows);
}

bool
pacl_service_offer_store_set(const char *code, const char *name,
							 Numeric monthly_price)
{
	return pacl_run(&set_offer,
					PACL_ARGS(pacl_text(code), pacl_text(name),
							  pacl_datum(NUMERICOID,
										 NumericGetDatum(monthly_price),
										 false))) > 0;
}

PACL_STATEMENTS(service_offer,
	PACL_ONE(select_offer),
	PACL_ONE(set_offer));
