-- Terminals on other machines and the one-time codes by which they come.
CREATE TABLE terminals (
  id                BLOB PRIMARY KEY,
  name              TEXT NOT NULL,
  role              TEXT NOT NULL,      -- kiosk, counter, board
  joined_at         INTEGER NOT NULL,
  certificate_until INTEGER NOT NULL,
  removed_at        INTEGER
) WITHOUT ROWID, STRICT;
CREATE UNIQUE INDEX terminals_name ON terminals (name) WHERE removed_at IS NULL;

CREATE TABLE terminal_codes (
  id         TEXT PRIMARY KEY,
  sealed     BLOB NOT NULL,             -- the code's text; empty once it was used
  name       TEXT NOT NULL,
  role       TEXT NOT NULL,
  expires_at INTEGER NOT NULL,
  tries      INTEGER NOT NULL,          -- that failed
  used       INTEGER NOT NULL
) WITHOUT ROWID, STRICT;
