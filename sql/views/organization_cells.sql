/* The directory, for operators and routers that read all of it. */
CREATE VIEW practiceacl.organization_cells WITH (security_barrier) AS
    SELECT organization_id, cell, generation, since
    FROM practiceacl.organization_cell;
COMMENT ON VIEW practiceacl.organization_cells IS
    'operator: the directory: the cell of each organization, a number that grows with each move of it, and since when';
