-- The front desk's own roles, in each cell: one acts for people, the other logs in those
-- whom another cell knows.  Run by tools/front-desk, as postgres.

CREATE EXTENSION IF NOT EXISTS practiceacl CASCADE;
SELECT 'CREATE ROLE clinic_app LOGIN' WHERE to_regrole('clinic_app') IS NULL \gexec
SELECT practiceacl.grant_application('clinic_app');
CREATE ROLE front_desk LOGIN PASSWORD :'password' IN ROLE clinic_app;
CREATE ROLE front_desk_log_ins LOGIN PASSWORD :'password';
SELECT practiceacl.grant_authenticator('front_desk_log_ins');
ALTER ROLE front_desk SET statement_timeout = '10s';
ALTER ROLE front_desk SET idle_in_transaction_session_timeout = '15s';
ALTER ROLE front_desk_log_ins SET statement_timeout = '10s';
