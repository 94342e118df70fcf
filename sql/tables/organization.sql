/* What belongs to nobody in particular: tenants, and what they may buy. */

CREATE TABLE practiceacl.organization (
    id          uuid        NOT NULL DEFAULT practiceacl.new_id(),
    name        text        NOT NULL,
    country     text        NOT NULL DEFAULT 'FR',
    time_zone   text        NOT NULL DEFAULT 'Europe/Paris',
    created_at  timestamptz NOT NULL DEFAULT now(),
    closed_at   timestamptz,
    colleague_rights practiceacl.rights NOT NULL DEFAULT 'none',
    holder_consents boolean NOT NULL DEFAULT false,
    second_factor text      NOT NULL DEFAULT 'nobody',
    CONSTRAINT organization_pkey PRIMARY KEY (id),
    CONSTRAINT organization_name_not_blank CHECK (btrim(name) <> '' AND length(name) <= 200),
    CONSTRAINT organization_country_is_iso3166 CHECK (country ~ '^[A-Z]{2}$'),
    CONSTRAINT organization_colleague_rights_below_owner CHECK (practiceacl.level(colleague_rights) <> 'owner'
        AND NOT 'public_profile' = ANY (practiceacl.flags(colleague_rights))),
    CONSTRAINT organization_second_factor_is_known CHECK (second_factor IN ('nobody', 'administrators', 'everyone'))
);
COMMENT ON TABLE practiceacl.organization IS 'a practice or a clinic: the tenant';
COMMENT ON COLUMN practiceacl.organization.country IS 'ISO 3166-1 alpha-2';
COMMENT ON COLUMN practiceacl.organization.time_zone IS 'IANA name; the zone of agendas that name none';
COMMENT ON COLUMN practiceacl.organization.closed_at IS 'when the operator closed it; null while it works';
COMMENT ON COLUMN practiceacl.organization.colleague_rights IS 'what every colleague may do on an agenda that is created from now on';
COMMENT ON COLUMN practiceacl.organization.holder_consents IS 'whether rights from read up, given by somebody who does not have them, wait for the consent of the agenda''s holder; new agendas then have colleague_rights of freebusy at most';
COMMENT ON COLUMN practiceacl.organization.second_factor IS 'who must give a second factor: nobody, administrators, everyone; others may have one';

CREATE TABLE practiceacl.service_offer (
    code          text    NOT NULL,
    name          text    NOT NULL,
    monthly_price numeric NOT NULL,
    CONSTRAINT service_offer_pkey PRIMARY KEY (code),
    CONSTRAINT service_offer_code_is_a_word CHECK (code ~ '^[a-z][a-z0-9_]{0,62}$'),
    CONSTRAINT service_offer_price_is_finite CHECK (monthly_price >= 0 AND monthly_price < 'Infinity')
);
COMMENT ON TABLE practiceacl.service_offer IS 'what an agenda costs a month; a user without an agenda costs nothing';
