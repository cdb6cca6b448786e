-- Version 4: the states around a row of the log as columns, which take half the room of JSON and are
-- read without parsing; what resetting and moving an item write is known; indexes say nothing twice.
-- `exact_real` reads a number as it was written, where SQLite's own cast may miss by a bit.
CREATE TABLE reviews_4 (
    id                  INTEGER PRIMARY KEY,
    kind                TEXT NOT NULL CHECK (kind IN ('card', 'exercise')),
    item                TEXT NOT NULL,
    trigger             TEXT NOT NULL CHECK (trigger IN
                        ('answer', 'submission', 'brought_forward', 'state', 'renamed', 'undo',
                         'reset', 'moved')),
    rating              INTEGER CHECK (rating BETWEEN 1 AND 4),
    at                  INTEGER NOT NULL,
    study_day           TEXT NOT NULL,
    answer_ms           INTEGER,
    drawn               TEXT CHECK (drawn IS NULL OR json_valid(drawn)),
    grp                 INTEGER NOT NULL,
    refers_to           INTEGER REFERENCES reviews (id),
    -- The state before.
    was_phase           TEXT NOT NULL CHECK
                        (was_phase IN ('new', 'learning', 'review', 'relearning')),
    was_step            INTEGER,
    was_stability       REAL,
    was_difficulty      REAL,
    was_due             INTEGER,
    was_last_review     INTEGER,
    was_reps            INTEGER NOT NULL,
    was_lapses          INTEGER NOT NULL,
    was_brought_forward INTEGER NOT NULL,
    was_suspended       INTEGER NOT NULL,
    was_buried_until    TEXT,
    was_flag            INTEGER NOT NULL,
    -- The state after, in the words of `schedules`.
    phase               TEXT NOT NULL CHECK (phase IN ('new', 'learning', 'review', 'relearning')),
    step                INTEGER,
    stability           REAL,
    difficulty          REAL,
    due                 INTEGER,
    last_review         INTEGER,
    reps                INTEGER NOT NULL,
    lapses              INTEGER NOT NULL,
    brought_forward     INTEGER NOT NULL,
    suspended           INTEGER NOT NULL,
    buried_until        TEXT,
    flag                INTEGER NOT NULL,
    CHECK ((rating IS NOT NULL) = (trigger IN ('answer', 'submission'))),
    -- A moved row says where to, so that it means the same after any other row.
    CHECK (trigger <> 'moved' OR ifnull(json_type(drawn, '$.due'), '') = 'integer')
) STRICT;

INSERT INTO reviews_4 SELECT
    id, kind, item, trigger, rating, at, study_day, answer_ms, drawn, grp, refers_to,
    ifnull(before ->> 'phase', 'new'), before ->> 'step',
    exact_real(before -> 'stability'), exact_real(before -> 'difficulty'),
    before ->> 'due', before ->> 'last_review',
    ifnull(before ->> 'reps', 0), ifnull(before ->> 'lapses', 0),
    ifnull(before ->> 'brought_forward', 0), ifnull(before ->> 'suspended', 0),
    before ->> 'buried_until', ifnull(before ->> 'flag', 0),
    ifnull(after ->> 'phase', 'new'), after ->> 'step',
    exact_real(after -> 'stability'), exact_real(after -> 'difficulty'),
    after ->> 'due', after ->> 'last_review',
    ifnull(after ->> 'reps', 0), ifnull(after ->> 'lapses', 0),
    ifnull(after ->> 'brought_forward', 0), ifnull(after ->> 'suspended', 0),
    after ->> 'buried_until', ifnull(after ->> 'flag', 0)
FROM reviews ORDER BY id;

DROP TABLE reviews;
ALTER TABLE reviews_4 RENAME TO reviews;

CREATE INDEX reviews_of_item ON reviews (kind, item);
-- The first row of a group has its own number as the group's.
CREATE INDEX reviews_of_group ON reviews (grp) WHERE grp <> id;
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
