/* Groups of agendas, and rights on them. */

CREATE FUNCTION practiceacl.set_agenda_group(
    organization_id uuid, name text, agendas uuid[], group_id uuid DEFAULT NULL
) RETURNS uuid
    AS 'MODULE_PATHNAME', 'practiceacl_set_agenda_group'
    LANGUAGE C VOLATILE SECURITY DEFINER
    SET search_path = pg_catalog, pg_temp;
COMMENT ON FUNCTION practiceacl.set_agenda_group(uuid, text, uuid[], uuid) IS
    'an administrator makes a group of agendas, or changes one: these are its name and its agendas from now on, and null leaves either as it is; whoever has rights on the group has them on each';

CREATE FUNCTION practiceacl.remove_agenda_group(group_id uuid) RETURNS void
    AS 'MODULE_PATHNAME', 'practiceacl_remove_agenda_group'
    LANGUAGE C VOLATILE SECURITY DEFINER
    SET search_path = pg_catalog, pg_temp;
COMMENT ON FUNCTION practiceacl.remove_agenda_group(uuid) IS
    'an administrator removes a group of agendas and the rights on it, in profiles, too; the agendas stay';

CREATE FUNCTION practiceacl.set_group_rights(
    group_id uuid, account_id uuid, rights practiceacl.rights, valid_during tstzrange DEFAULT NULL
) RETURNS void
    AS 'MODULE_PATHNAME', 'practiceacl_set_group_rights'
    LANGUAGE C VOLATILE SECURITY DEFINER
    SET search_path = pg_catalog, pg_temp;
COMMENT ON FUNCTION practiceacl.set_group_rights(uuid, uuid, practiceacl.rights, tstzrange) IS
    'an administrator gives, changes or takes (none) rights on every agenda of a group, those that join later included; the organization''s id stands for all of its agendas; with a period what overlaps it is replaced, without one everything';
