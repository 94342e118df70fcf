\echo Use "CREATE EXTENSION practiceacl" to load this file. \quit

COMMENT ON SCHEMA practiceacl IS
    'users, rights and calendars of medical practices';
