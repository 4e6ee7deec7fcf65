-- What the rules of the queue know of a ticket, and its turns: one service of a visit each, written when it ends.
ALTER TABLE tickets ADD COLUMN queued_at INTEGER;       -- by the queue's clock
ALTER TABLE tickets ADD COLUMN first INTEGER NOT NULL DEFAULT 0;
ALTER TABLE tickets ADD COLUMN to_counter TEXT NOT NULL DEFAULT '';
ALTER TABLE tickets ADD COLUMN returns INTEGER NOT NULL DEFAULT 0;
ALTER TABLE tickets ADD COLUMN first_called_at INTEGER;
ALTER TABLE tickets ADD COLUMN wrap_up_at INTEGER;
ALTER TABLE tickets ADD COLUMN joined_at INTEGER;       -- the queue of this turn; null: issued_at
ALTER TABLE tickets ADD COLUMN turn INTEGER NOT NULL DEFAULT 0;
ALTER TABLE tickets ADD COLUMN slot_from INTEGER;       -- comes back then
ALTER TABLE tickets ADD COLUMN slot_to INTEGER;
ALTER TABLE tickets ADD COLUMN forecast_low INTEGER;    -- minutes, as the paper said
ALTER TABLE tickets ADD COLUMN forecast_high INTEGER;

CREATE TABLE turns (
  ticket        BLOB NOT NULL,
  turn          INTEGER NOT NULL,
  day           TEXT NOT NULL,
  service       TEXT NOT NULL,
  counter       TEXT NOT NULL,
  ending        TEXT NOT NULL,   -- served, no_show, left, transferred
  joined        INTEGER NOT NULL,
  called        INTEGER,
  started       INTEGER,
  wrap_up       INTEGER,
  ended         INTEGER NOT NULL,
  forecast_low  INTEGER,
  forecast_high INTEGER,
  PRIMARY KEY (ticket, turn)
) WITHOUT ROWID, STRICT;
CREATE INDEX turns_day ON turns (day);
CREATE INDEX turns_pace ON turns (service, ended, called) WHERE called IS NOT NULL;
CREATE INDEX turns_counter ON turns (ended, counter) WHERE counter <> '';

-- Numbers that may not be given again yet.
CREATE INDEX tickets_live_number ON tickets (number) WHERE live = 1;
CREATE INDEX tickets_may_return ON tickets (day, number, returns) WHERE state = 'no_show';

-- Which ticket a request to call the next one got, so that asking again after a lost answer calls nobody else.
CREATE TABLE calls_asked (
  request BLOB PRIMARY KEY,
  ticket  BLOB NOT NULL,
  day     TEXT NOT NULL
) WITHOUT ROWID, STRICT;
