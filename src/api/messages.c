/*
 * messages.c
 *		Entry points: the mailer, notices, messages to patients.
 */
#include "postgres.h"

#include "fmgr.h"
#include "funcapi.h"

#include "api/arguments.h"
#include "compat.h"
#include "operations/delivery.h"
#include "operations/notice.h"
#include "operations/patient_message.h"

PG_FUNCTION_INFO_V1(practiceacl_claim_messages);
PG_FUNCTION_INFO_V1(practiceacl_message_sent);
PG_FUNCTION_INFO_V1(practiceacl_message_failed);
PG_FUNCTION_INFO_V1(practiceacl_retry_messages);
PG_FUNCTION_INFO_V1(practiceacl_set_mailer_key);
PG_FUNCTION_INFO_V1(practiceacl_publish_notice);
PG_FUNCTION_INFO_V1(practiceacl_read_notice);
PG_FUNCTION_INFO_V1(practiceacl_send_message);

Datum
practiceacl_claim_messages(PG_FUNCTION_ARGS)
{
	int			batch = pacl_arg_int(fcinfo, 0, "batch");
	PaclRows	rows;

	ARG_REQUIRED(1, "lease");
	pacl_delivery_claim(&rows, batch, PG_GETARG_INTERVAL_P(1));
	return pacl_result_rows(fcinfo, &rows);
}

Datum
practiceacl_message_sent(PG_FUNCTION_ARGS)
{
	pacl_delivery_sent(pacl_arg_uuid(fcinfo, 0, "message_id"),
					   pacl_arg_uuid(fcinfo, 1, "claim"));
	PG_RETURN_VOID();
}

Datum
practiceacl_message_failed(PG_FUNCTION_ARGS)
{
	pacl_delivery_failed(pacl_arg_uuid(fcinfo, 0, "message_id"),
						 pacl_arg_uuid(fcinfo, 1, "claim"),
						 pacl_arg_text(fcinfo, 2, "error"));
	PG_RETURN_VOID();
}

Datum
practiceacl_retry_messages(PG_FUNCTION_ARGS)
{
	PG_RETURN_INT64(pacl_delivery_retry());
}

Datum
practiceacl_set_mailer_key(PG_FUNCTION_ARGS)
{
	bytea	   *key;

	ARG_REQUIRED(0, "public_key");
	key = PG_GETARG_BYTEA_PP(0);
	pacl_delivery_set_key((const uint8 *) VARDATA_ANY(key),
						  VARSIZE_ANY_EXHDR(key));
	PG_RETURN_VOID();
}

Datum
practiceacl_publish_notice(PG_FUNCTION_ARGS)
{
	PG_RETURN_UUID_P(pacl_notice_publish(pacl_arg_text(fcinfo, 0, "title"),
										 pacl_arg_text(fcinfo, 1, "body")));
}

Datum
practiceacl_read_notice(PG_FUNCTION_ARGS)
{
	pacl_notice_read(pacl_arg_uuid(fcinfo, 0, "notice_id"));
	PG_RETURN_VOID();
}

Datum
practiceacl_send_message(PG_FUNCTION_ARGS)
{
	PG_RETURN_UUID_P(pacl_patient_message_send(pacl_arg_uuid(fcinfo, 0, "agenda_id"),
											   pacl_arg_text(fcinfo, 1, "recipient"),
											   pacl_arg_text_or_null(fcinfo, 2),
											   pacl_arg_text(fcinfo, 3, "body")));
}
