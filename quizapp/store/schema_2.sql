-- Version 2: parameters fitted to the learner. Append-only: former ones are kept, and the newest
-- adopted row of a kind is in use. `parameters` is NULL where the learner went back to the defaults.
CREATE TABLE fits (
    id              INTEGER PRIMARY KEY,
    kind            TEXT NOT NULL CHECK (kind IN ('card', 'exercise')),
    at              INTEGER NOT NULL,
    parameters      TEXT CHECK (parameters IS NULL OR json_array_length(parameters) = 21),
    adopted         INTEGER NOT NULL CHECK (adopted IN (0, 1)),
    learned_from    INTEGER NOT NULL,
    held_out        INTEGER NOT NULL,
    log_loss_before REAL,
    log_loss_after  REAL,
    rmse_before     REAL,
    rmse_after      REAL
) STRICT;

CREATE INDEX fits_in_use ON fits (kind, id) WHERE adopted = 1;
