/*
 * service_offer.c
 *		Service offers: what an agenda may be billed as.
 */
#include "postgres.h"

#include "utils/fmgrprotos.h"

#include "base/activity.h"
#include "base/facts.h"
#include "base/lock.h"
#include "calendar/service_offer.h"
#include "calendar/service_offer_store.h"
#include "errors.h"

void
pacl_service_offer_check(const char *code)
{
	if (code != NULL && !pacl_service_offer_store_exists(code))
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errword("service_offer_unknown"),
				 errmsg("service offer \"%s\"", code),
				 errhint("The view practiceacl.service_offers lists them.")));
}

void
pacl_service_offer_set(const char *code, const char *name,
					   Numeric monthly_price)
{
	PaclFacts	facts;
	PaclEntry	entry = {0};
	Datum		zero = DirectFunctionCall1(int4_numeric, Int32GetDatum(0));
	Datum		price = NumericGetDatum(monthly_price);

	if (strlen(code) > 63 || !(code[0] >= 'a' && code[0] <= 'z') ||
		code[strspn(code, "abcdefghijklmnopqrstuvwxyz0123456789_")] != '\0')
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errword("wrong_form"),
				 errargument("code"),
				 errmsg("code must consist of lower-case letters, digits and underscores"),
				 errdetail("It begins with a letter and has at most 63 characters.")));
	if (name[strspn(name, " \t\r\n")] == '\0')
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errword("blank"),
				 errargument("name"),
				 errmsg("name must not be blank")));
	if (numeric_is_nan(monthly_price) || numeric_is_inf(monthly_price) ||
		DatumGetBool(DirectFunctionCall2(numeric_lt, price, zero)))
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errword("out_of_range"),
				 errargument("monthly_price"),
				 errmsg("monthly_price must not be negative")));

	pacl_lock_database_chain();
	if (!pacl_service_offer_store_set(code, name, monthly_price))
		return;
	pacl_facts_begin(&facts);
	pacl_facts_text(&facts, "code", code);
	pacl_facts_json(&facts, "monthly_price",
					DatumGetCString(DirectFunctionCall1(numeric_out, price)));
	entry.act = "service_offer.set";
	entry.by_operator = true;
	entry.facts = pacl_facts_end(&facts);
	(void) pacl_activity_record(&entry);
}
