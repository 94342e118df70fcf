-- doc/harden.sql breaks nothing: in a database where it has run, the test that
-- reads everything and calls every function as an application.
\o /dev/null
\ir ../../doc/harden.sql
\o
\ir ../pgtap/policies.sql
