/*
 * second_factor.c
 *		Entry points: the second factor.
 */
#include "postgres.h"

#include "fmgr.h"
#include "utils/array.h"

#include "api/arguments.h"
#include "base/authority.h"
#include "identity/second_factor.h"
#include "reader/identity.h"

PG_FUNCTION_INFO_V1(practiceacl_session_needs);
PG_FUNCTION_INFO_V1(practiceacl_enrol_second_factor);
PG_FUNCTION_INFO_V1(practiceacl_confirm_second_factor);
PG_FUNCTION_INFO_V1(practiceacl_second_factor);
PG_FUNCTION_INFO_V1(practiceacl_remove_second_factor);
PG_FUNCTION_INFO_V1(practiceacl_renew_recovery_codes);
PG_FUNCTION_INFO_V1(practiceacl_reset_second_factor);

Datum
practiceacl_session_needs(PG_FUNCTION_ARGS)
{
	const PaclCaller *caller = pacl_identity_caller();
	const char *word = caller == NULL ? NULL : pacl_missing_word(caller->missing);

	if (word == NULL)
		PG_RETURN_NULL();
	PG_RETURN_TEXT_P(cstring_to_text(word));
}

Datum
practiceacl_enrol_second_factor(PG_FUNCTION_ARGS)
{
	PaclEnrolment *enrolment = pacl_second_factor_enrol();
	Datum		values[2];
	bool		nulls[2];

	values[0] = pacl_result_text(enrolment->secret, &nulls[0]);
	values[1] = pacl_result_text(enrolment->uri, &nulls[1]);
	explicit_bzero(enrolment, sizeof(*enrolment));
	return pacl_result_row(fcinfo, values, nulls);
}

static Datum
codes_array(PaclRecoveryCodes *codes)
{
	Datum		items[PACL_RECOVERY_CODES];

	for (int i = 0; i < PACL_RECOVERY_CODES; i++)
		items[i] = CStringGetTextDatum(codes->text[i]);
	explicit_bzero(codes, sizeof(*codes));
	return PointerGetDatum(construct_array(items, PACL_RECOVERY_CODES, TEXTOID,
										   -1, false, TYPALIGN_INT));
}

Datum
practiceacl_confirm_second_factor(PG_FUNCTION_ARGS)
{
	PaclRecoveryCodes codes;

	pacl_second_factor_confirm(pacl_arg_secret(fcinfo, 0, "code"), &codes);
	PG_RETURN_DATUM(codes_array(&codes));
}

Datum
practiceacl_second_factor(PG_FUNCTION_ARGS)
{
	pacl_second_factor_give(pacl_arg_secret(fcinfo, 0, "code"));
	PG_RETURN_VOID();
}

Datum
practiceacl_remove_second_factor(PG_FUNCTION_ARGS)
{
	pacl_second_factor_remove(pacl_arg_secret(fcinfo, 0, "code"));
	PG_RETURN_VOID();
}

Datum
practiceacl_renew_recovery_codes(PG_FUNCTION_ARGS)
{
	PaclRecoveryCodes codes;

	pacl_second_factor_renew_codes(pacl_arg_secret(fcinfo, 0, "code"), &codes);
	PG_RETURN_DATUM(codes_array(&codes));
}

Datum
practiceacl_reset_second_factor(PG_FUNCTION_ARGS)
{
	pacl_second_factor_reset(pacl_arg_uuid(fcinfo, 0, "account_id"));
	PG_RETURN_VOID();
}
