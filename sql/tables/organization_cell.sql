/* The directory: which organization is in which cell. */

CREATE TABLE practiceacl.organization_cell (
    organization_id uuid        NOT NULL,
    cell            text        NOT NULL,
    generation      bigint      NOT NULL,
    since           timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT organization_cell_pkey PRIMARY KEY (organization_id),
    CONSTRAINT organization_cell_is_short CHECK (btrim(cell) <> '' AND length(cell) <= 200)
);
COMMENT ON TABLE practiceacl.organization_cell IS 'the directory: the cell of each organization; written in the cell that keeps it, and replicated to those that follow it; granted to nobody';
COMMENT ON COLUMN practiceacl.organization_cell.generation IS 'how many entries the organization''s chain had when the cell said so: it grows with each move, so what is older is known';
