-- Version 1 of the learner's database. Instants are microseconds since 1970 UTC; study days are
-- ISO dates; kinds, phases, triggers and verdicts are the values of the enums in quizapp/domain.

-- The log: append-only, and the truth. `grp` joins rows that were written, and are undone, together.
-- `refers_to` is the row that an undo row takes back, or the row of the former id of a renamed item.
CREATE TABLE reviews (
    id        INTEGER PRIMARY KEY,
    kind      TEXT NOT NULL CHECK (kind IN ('card', 'exercise')),
    item      TEXT NOT NULL,
    trigger   TEXT NOT NULL CHECK (trigger IN
              ('answer', 'submission', 'brought_forward', 'state', 'renamed', 'undo')),
    rating    INTEGER CHECK (rating BETWEEN 1 AND 4),
    at        INTEGER NOT NULL,
    study_day TEXT NOT NULL,
    before    TEXT NOT NULL CHECK (json_valid(before)),
    after     TEXT NOT NULL CHECK (json_valid(after)),
    answer_ms INTEGER,
    drawn     TEXT CHECK (drawn IS NULL OR json_valid(drawn)),
    grp       INTEGER NOT NULL,
    refers_to INTEGER REFERENCES reviews (id),
    CHECK ((rating IS NOT NULL) = (trigger IN ('answer', 'submission')))
) STRICT;

CREATE INDEX reviews_of_item ON reviews (kind, item, id);
CREATE INDEX reviews_of_group ON reviews (grp);
CREATE UNIQUE INDEX reviews_undone_once ON reviews (refers_to) WHERE trigger = 'undo';
CREATE INDEX reviews_renamed ON reviews (refers_to) WHERE trigger = 'renamed';

CREATE TRIGGER reviews_never_change BEFORE UPDATE ON reviews
BEGIN
    SELECT RAISE(ABORT, 'the review log is append-only');
END;

CREATE TRIGGER reviews_never_go BEFORE DELETE ON reviews
BEGIN
    SELECT RAISE(ABORT, 'the review log is append-only');
END;

-- INSERT OR REPLACE deletes without asking the trigger above.
CREATE TRIGGER reviews_never_replaced BEFORE INSERT ON reviews
WHEN EXISTS (SELECT 1 FROM reviews WHERE id = NEW.id)
BEGIN
    SELECT RAISE(ABORT, 'the review log is append-only');
END;

-- A cache of the log: for each item the state after its last row. An item without a row is new.
CREATE TABLE schedules (
    kind            TEXT NOT NULL CHECK (kind IN ('card', 'exercise')),
    item            TEXT NOT NULL,
    phase           TEXT NOT NULL CHECK (phase IN ('new', 'learning', 'review', 'relearning')),
    step            INTEGER CHECK (step >= 0),
    stability       REAL CHECK (stability > 0),
    difficulty      REAL CHECK (difficulty BETWEEN 1 AND 10),
    due             INTEGER,
    last_review     INTEGER,
    reps            INTEGER NOT NULL CHECK (reps >= 0),
    lapses          INTEGER NOT NULL CHECK (lapses >= 0),
    brought_forward INTEGER NOT NULL CHECK (brought_forward IN (0, 1)),
    suspended       INTEGER NOT NULL CHECK (suspended IN (0, 1)),
    buried_until    TEXT,
    PRIMARY KEY (kind, item),
    CHECK ((stability IS NULL) = (difficulty IS NULL)),
    CHECK (phase = 'new' OR (stability IS NOT NULL AND due IS NOT NULL))
) STRICT, WITHOUT ROWID;

-- Holds all that finding, counting and ordering what is due needs, so that a backlog of 100,000
-- cards costs no look into the table itself.
CREATE INDEX schedules_due ON schedules
    (kind, due, phase, buried_until, brought_forward, last_review, stability, suspended)
WHERE suspended = 0 AND due IS NOT NULL;

-- A cache of the log, too: what each study day came to.
CREATE TABLE days (
    day              TEXT NOT NULL,
    kind             TEXT NOT NULL CHECK (kind IN ('card', 'exercise')),
    new              INTEGER NOT NULL,
    reviews          INTEGER NOT NULL,
    again            INTEGER NOT NULL,
    hard             INTEGER NOT NULL,
    good             INTEGER NOT NULL,
    easy             INTEGER NOT NULL,
    young            INTEGER NOT NULL,
    young_recalled   INTEGER NOT NULL,
    mature           INTEGER NOT NULL,
    mature_recalled  INTEGER NOT NULL,
    answer_ms        INTEGER NOT NULL,
    PRIMARY KEY (day, kind)
) STRICT, WITHOUT ROWID;

-- The learner's own code. The same text submitted again is kept once.
CREATE TABLE sources (
    sha256 TEXT PRIMARY KEY CHECK (length(sha256) = 64),
    source BLOB NOT NULL
) STRICT;

CREATE TABLE submissions (
    id        INTEGER PRIMARY KEY,
    exercise  TEXT NOT NULL,
    sha256    TEXT NOT NULL REFERENCES sources (sha256),
    at        INTEGER NOT NULL,
    verdict   TEXT NOT NULL,
    score     INTEGER NOT NULL CHECK (score BETWEEN 0 AND max_score),
    max_score INTEGER NOT NULL,
    seed      INTEGER NOT NULL,
    isolation TEXT NOT NULL,
    outcome   TEXT NOT NULL CHECK (json_valid(outcome))
) STRICT;

CREATE INDEX submissions_of_exercise ON submissions (exercise, id);

-- Help asked for: a hint, or the solution.
CREATE TABLE help (
    id       INTEGER PRIMARY KEY,
    exercise TEXT NOT NULL,
    what     TEXT NOT NULL CHECK (what IN ('hint', 'solution')),
    at       INTEGER NOT NULL
) STRICT;

CREATE INDEX help_of_exercise ON help (exercise, what, at);

CREATE TABLE settings (
    key   TEXT PRIMARY KEY,
    value TEXT NOT NULL CHECK (json_valid(value))
) STRICT, WITHOUT ROWID;
