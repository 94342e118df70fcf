/* What an agenda may be subscribed to. */

CREATE VIEW practiceacl.service_offers WITH (security_invoker) AS
SELECT code, name, monthly_price
FROM practiceacl.service_offer;
COMMENT ON VIEW practiceacl.service_offers IS
    'what an agenda costs a month under each offer; a user without an agenda costs nothing';
