-- Breaks of counters: who rested where, from when to when. One at a time a counter.
CREATE TABLE breaks (
  counter TEXT NOT NULL,
  started INTEGER NOT NULL,
  ended   INTEGER,            -- null: it lasts
  day     TEXT NOT NULL,      -- local day of its begin
  officer TEXT NOT NULL,      -- who began it
  reason  TEXT NOT NULL,
  PRIMARY KEY (counter, started)
) WITHOUT ROWID, STRICT;
CREATE UNIQUE INDEX breaks_lasting ON breaks (counter) WHERE ended IS NULL;
CREATE INDEX breaks_day ON breaks (day);
