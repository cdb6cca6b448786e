-- Version 1 of a class's gradebook. Instants are microseconds since 1970 UTC.

CREATE TABLE batches (
    id          INTEGER PRIMARY KEY,
    folder      TEXT NOT NULL,
    seed        INTEGER NOT NULL,
    course_hash TEXT NOT NULL,
    opened_at   INTEGER NOT NULL,
    UNIQUE (folder, seed, course_hash)
) STRICT;

-- One row for each file that was judged, so that a batch begun again judges none of them twice.
CREATE TABLE results (
    batch     INTEGER NOT NULL REFERENCES batches (id),
    student   TEXT NOT NULL,
    exercise  TEXT NOT NULL,
    sha256    TEXT NOT NULL,
    at        INTEGER NOT NULL,
    verdict   TEXT NOT NULL,
    score     INTEGER NOT NULL CHECK (score BETWEEN 0 AND max_score),
    max_score INTEGER NOT NULL,
    outcome   TEXT NOT NULL CHECK (json_valid(outcome)),
    PRIMARY KEY (batch, student, exercise, sha256)
) STRICT, WITHOUT ROWID;
