-- What is told to the waiting room, and what people tell the kiosk: notices, drafts, consents, intakes.
CREATE TABLE notices (
  id      BLOB PRIMARY KEY,
  text    TEXT NOT NULL,                -- hangs on the wall: nothing personal
  text_en TEXT NOT NULL,
  begins  INTEGER NOT NULL,
  ends    INTEGER NOT NULL,
  by_whom TEXT NOT NULL,                -- officer's number; 'centre'
  removed INTEGER NOT NULL DEFAULT 0    -- kept until its end: asked for again it is no second notice
) WITHOUT ROWID, STRICT;

CREATE TABLE drafts (                   -- one a person; no event says it
  person      BLOB PRIMARY KEY,
  sealed_body BLOB NOT NULL,            -- purpose and answers, JSON
  for_officer INTEGER NOT NULL,
  kept_at     INTEGER NOT NULL,
  expires_at  INTEGER NOT NULL
) WITHOUT ROWID, STRICT;
CREATE INDEX drafts_expire ON drafts (expires_at);

CREATE TABLE consents (                 -- every word that was given; the last one holds
  id       BLOB PRIMARY KEY,
  person   BLOB NOT NULL,
  purpose  TEXT NOT NULL,
  text     TEXT NOT NULL,               -- version of what was shown
  language TEXT NOT NULL,
  given    INTEGER NOT NULL,
  at       INTEGER NOT NULL,
  seq      INTEGER NOT NULL
) WITHOUT ROWID, STRICT;
CREATE INDEX consents_person ON consents (person, seq);

CREATE TABLE intakes (
  id          BLOB PRIMARY KEY,
  person      BLOB NOT NULL,
  kind        TEXT NOT NULL,
  sealed_body BLOB NOT NULL,            -- the payload of intake.submitted, JSON
  at          INTEGER NOT NULL,
  seq         INTEGER NOT NULL
) WITHOUT ROWID, STRICT;
CREATE INDEX intakes_person ON intakes (person, seq);

-- Of a task officer_ended: the newest of the officer's flagged acts that it is about, by place.
ALTER TABLE tasks ADD COLUMN looked_until INTEGER;
