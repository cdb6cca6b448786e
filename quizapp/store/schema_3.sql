-- Version 3: flags, by which a learner marks cards; 0 is none, 1 to 7 are Anki's colours.
ALTER TABLE schedules ADD COLUMN flag INTEGER NOT NULL DEFAULT 0 CHECK (flag BETWEEN 0 AND 7);
