/* Messages: to patients, and for the program that sends e-mail and text messages. */

CREATE FUNCTION practiceacl.claim_messages(
    batch integer DEFAULT 100, lease interval DEFAULT '5 min'
) RETURNS TABLE (
    message_id uuid, claim uuid, kind text, channel text,
    organization_id uuid, recipient text, payload jsonb,
    sealed_secret bytea, attempts integer, created_at timestamptz
)
    AS 'MODULE_PATHNAME', 'practiceacl_claim_messages'
    LANGUAGE C VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp;
COMMENT ON FUNCTION practiceacl.claim_messages(integer, interval) IS
    'takes up to batch messages to send before the lease ends; several senders may run at once; each message goes out at least once, with its id as idempotency key; one whose last sender never answered is handed out alone, and after 12 claims it is put aside';

CREATE FUNCTION practiceacl.message_sent(message_id uuid, claim uuid) RETURNS void
    AS 'MODULE_PATHNAME', 'practiceacl_message_sent'
    LANGUAGE C VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp;
COMMENT ON FUNCTION practiceacl.message_sent(uuid, uuid) IS
    'reports that a message was handed to the provider; its sealed secret is erased; 55000 if the claim has lapsed';

CREATE FUNCTION practiceacl.message_failed(message_id uuid, claim uuid, error text) RETURNS void
    AS 'MODULE_PATHNAME', 'practiceacl_message_failed'
    LANGUAGE C VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp;
COMMENT ON FUNCTION practiceacl.message_failed(uuid, uuid, text) IS
    'reports that a message could not be sent: it waits, each time twice as long; after 12 attempts it is put aside, and health() names it';

CREATE FUNCTION practiceacl.retry_messages() RETURNS bigint
    AS 'MODULE_PATHNAME', 'practiceacl_retry_messages'
    LANGUAGE C VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp;
COMMENT ON FUNCTION practiceacl.retry_messages() IS
    'lets the messages that were put aside wait for a sender again, and returns how many; for operators';

CREATE FUNCTION practiceacl.set_mailer_key(public_key bytea) RETURNS void
    AS 'MODULE_PATHNAME', 'practiceacl_set_mailer_key'
    LANGUAGE C VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp;
COMMENT ON FUNCTION practiceacl.set_mailer_key(bytea) IS
    'sets the X25519 public key (32 bytes) to which secrets in messages are sealed from now on; only the mailer has the other half; for operators';

CREATE FUNCTION practiceacl.publish_notice(title text, body text) RETURNS uuid
    AS 'MODULE_PATHNAME', 'practiceacl_publish_notice'
    LANGUAGE C VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp;
COMMENT ON FUNCTION practiceacl.publish_notice(text, text) IS
    'publishes a notice of what is new in the product to everybody, and returns the notice''s id; for operators';

CREATE FUNCTION practiceacl.read_notice(notice_id uuid) RETURNS void
    AS 'MODULE_PATHNAME', 'practiceacl_read_notice'
    LANGUAGE C VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp;
COMMENT ON FUNCTION practiceacl.read_notice(uuid) IS
    'records that the caller has read a notice';

CREATE FUNCTION practiceacl.send_message(
    agenda_id uuid, recipient text, subject text, body text
) RETURNS uuid
    AS 'MODULE_PATHNAME', 'practiceacl_send_message'
    LANGUAGE C VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp;
COMMENT ON FUNCTION practiceacl.send_message(uuid, text, text, text) IS
    'queues a message to a patient (e-mail address or international phone number) on behalf of the agenda''s holder; needs messaging; at most 60 an hour and 300 a day from an agenda';
