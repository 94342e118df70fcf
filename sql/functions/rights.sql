/* Granting, revoking and copying rights; emergency access. */

CREATE FUNCTION practiceacl.set_rights(
    agenda_id uuid, account_id uuid, rights practiceacl.rights,
    valid_during tstzrange DEFAULT NULL
) RETURNS void
    AS 'MODULE_PATHNAME', 'practiceacl_set_rights'
    LANGUAGE C VOLATILE SECURITY DEFINER
    SET search_path = pg_catalog, pg_temp;
COMMENT ON FUNCTION practiceacl.set_rights(uuid, uuid, practiceacl.rights, tstzrange) IS
    'the one way to give, change and take rights: with a period in place of what overlaps it, without one of everything; none takes; with the organization''s holder_consents on, rights from read up that the caller does not have wait for the holder''s consent, and a notice says so';

CREATE FUNCTION practiceacl.set_colleague_rights(
    agenda_id uuid, rights practiceacl.rights
) RETURNS void
    AS 'MODULE_PATHNAME', 'practiceacl_set_colleague_rights'
    LANGUAGE C VOLATILE SECURITY DEFINER
    SET search_path = pg_catalog, pg_temp;
COMMENT ON FUNCTION practiceacl.set_colleague_rights(uuid, practiceacl.rights) IS
    'what every colleague in the organization may do on an agenda without a grant, from none to openings; for its owner, or an administrator who has just given their password (PA010), of whom the holder is told; with the organization''s holder_consents on, rights from read up wait for the holder''s consent';

CREATE FUNCTION practiceacl.clone_rights(
    organization_id uuid, from_account uuid, to_account uuid,
    replace boolean DEFAULT false,
    OUT agenda_id uuid, OUT before practiceacl.rights,
    OUT after practiceacl.rights
) RETURNS SETOF record
    AS 'MODULE_PATHNAME', 'practiceacl_clone_rights'
    LANGUAGE C VOLATILE SECURITY DEFINER
    SET search_path = pg_catalog, pg_temp;
COMMENT ON FUNCTION practiceacl.clone_rights(uuid, uuid, uuid, boolean) IS
    'an administrator gives one member the granted rights of another on every agenda; one row for each agenda on which anything changed; a notice says what waits for the holders'' consent';

CREATE FUNCTION practiceacl.substitute(
    for_account uuid, by_account uuid, during tstzrange,
    agendas uuid[] DEFAULT NULL,
    OUT agenda_id uuid, OUT rights practiceacl.rights
) RETURNS SETOF record
    AS 'MODULE_PATHNAME', 'practiceacl_substitute'
    LANGUAGE C VOLATILE SECURITY DEFINER
    SET search_path = pg_catalog, pg_temp;
COMMENT ON FUNCTION practiceacl.substitute(uuid, uuid, tstzrange, uuid[]) IS
    'lets one member stand in for another during a period, which ends by itself: all below owner on the agendas that for_account holds, on others what their grants say; by an administrator, or by the one who is away, on what they hold or own; one row for each agenda';

CREATE FUNCTION practiceacl.break_glass(
    agenda_id uuid, reason text, duration interval DEFAULT '1 hour'
) RETURNS timestamptz
    AS 'MODULE_PATHNAME', 'practiceacl_break_glass'
    LANGUAGE C VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp;
COMMENT ON FUNCTION practiceacl.break_glass(uuid, text, interval) IS
    'emergency reading (read+private+patient_file) of an agenda of one''s organization, until the time that it returns: 4 hours at most, 3 times within 24 hours; the holder and the administrators are told at once';

CREATE FUNCTION practiceacl.request_rights(
    agenda_id uuid, rights practiceacl.rights, reason text,
    valid_during tstzrange DEFAULT NULL
) RETURNS uuid
    AS 'MODULE_PATHNAME', 'practiceacl_request_rights'
    LANGUAGE C VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp;
COMMENT ON FUNCTION practiceacl.request_rights(uuid, practiceacl.rights, text, tstzrange) IS
    'asks for rights on an agenda of one''s organization, in place of what one has asked for there before; the holder, owners of the agenda and administrators are told; it lapses after 14 days; 20 a day at most';

CREATE FUNCTION practiceacl.answer_request(
    request_id uuid, granted boolean, rights practiceacl.rights DEFAULT NULL,
    reason text DEFAULT NULL
) RETURNS void
    AS 'MODULE_PATHNAME', 'practiceacl_answer_request'
    LANGUAGE C VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp;
COMMENT ON FUNCTION practiceacl.answer_request(uuid, boolean, practiceacl.rights, text) IS
    'grants a request, or with rights a part of what was asked for, beside what the account has, or declines it; whoever made it withdraws it by declining; the limits are those of set_rights(), and nobody grants their own';

CREATE FUNCTION practiceacl.start_review(organization_id uuid, until date) RETURNS uuid
    AS 'MODULE_PATHNAME', 'practiceacl_start_review'
    LANGUAGE C VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp;
COMMENT ON FUNCTION practiceacl.start_review(uuid, date) IS
    'begins a review of an organization''s grants, those on groups and profiles included: each that reaches beyond the last day of the review ends with that day unless confirm_right() confirms it; emergency access is left out; the holders and the administrators are told; for full administrators';

CREATE FUNCTION practiceacl.confirm_right(
    review_id uuid, agenda_id uuid, account_id uuid,
    group_id uuid DEFAULT NULL, profile_id uuid DEFAULT NULL
) RETURNS void
    AS 'MODULE_PATHNAME', 'practiceacl_confirm_right'
    LANGUAGE C VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp;
COMMENT ON FUNCTION practiceacl.confirm_right(uuid, uuid, uuid, uuid, uuid) IS
    'confirms what an account was granted on an agenda, or, with null for it, on a group or by a profile: it ends when it was to end before the review; for anyone else who could give it with set_rights(), and for administrators';

CREATE FUNCTION practiceacl.cancel_review(review_id uuid) RETURNS void
    AS 'MODULE_PATHNAME', 'practiceacl_cancel_review'
    LANGUAGE C VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp;
COMMENT ON FUNCTION practiceacl.cancel_review(uuid) IS
    'calls a review off before its end: what was not confirmed gets its old end back; for full administrators';
