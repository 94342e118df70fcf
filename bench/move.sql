-- What it costs to move an organization to another cell: a practice of 30 agendas
-- with 200,000 appointments, all on record, while people book in it; from one
-- server to another on the same machine, by practiceacl-move.
--
--     make bench TESTS=move
--     APPOINTMENTS=1000000 make bench TESTS=move

\! move/run
