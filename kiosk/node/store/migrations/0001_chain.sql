-- The chain, what the centre has said of it, and sealed blobs. Times are UTC milliseconds.

CREATE TABLE meta (
  key   TEXT PRIMARY KEY,
  value TEXT NOT NULL
) WITHOUT ROWID, STRICT;

-- A restore opens a new epoch that continues a head. An event's place in the file is base + seq, so one tree serves all epochs.
CREATE TABLE epoch (
  n         INTEGER PRIMARY KEY,
  name      TEXT NOT NULL UNIQUE,
  base      INTEGER NOT NULL,
  previous  BLOB NOT NULL,
  opened_at INTEGER NOT NULL
) STRICT;

CREATE TABLE event (
  pos        INTEGER PRIMARY KEY,
  epoch      INTEGER NOT NULL REFERENCES epoch (n),
  seq        INTEGER NOT NULL,
  id         BLOB NOT NULL,
  kind       TEXT NOT NULL,
  at         INTEGER NOT NULL,
  header     TEXT NOT NULL,
  ciphertext BLOB,               -- NULL: purged; the chain holds by digest
  digest     BLOB NOT NULL,      -- BLAKE2b of the ciphertext
  wrap       BLOB NOT NULL,
  head       BLOB NOT NULL,
  signature  BLOB NOT NULL
) STRICT;

-- What the centre said beyond a plain "accepted", by the event's place.
CREATE TABLE verdict (
  pos     INTEGER PRIMARY KEY REFERENCES event (pos),
  verdict TEXT NOT NULL,
  reason  TEXT NOT NULL,
  detail  TEXT NOT NULL,
  at      INTEGER NOT NULL
) STRICT;

-- The last acknowledgement, with the centre's signature as evidence.
CREATE TABLE cursor (
  one       INTEGER PRIMARY KEY CHECK (one = 1),
  epoch     TEXT NOT NULL,
  seq       INTEGER NOT NULL,
  head      BLOB NOT NULL,
  signature BLOB NOT NULL
) STRICT;

-- The bytes stand apart, so that moving `sent` does not rewrite them.
CREATE TABLE blob (
  n        INTEGER PRIMARY KEY,
  hash     TEXT NOT NULL UNIQUE,
  kind     TEXT NOT NULL,
  size     INTEGER NOT NULL,     -- of the ciphertext
  wrap     BLOB NOT NULL,
  urgency  INTEGER NOT NULL DEFAULT 3,  -- 0 reset, 1 claim, 2 other events, 3 no event refers to it yet
  sent     INTEGER NOT NULL DEFAULT 0,
  complete INTEGER NOT NULL DEFAULT 0,
  at       INTEGER NOT NULL
) STRICT;
CREATE INDEX blob_waiting ON blob (urgency, n) WHERE complete = 0;

CREATE TABLE blob_bytes (
  n     INTEGER PRIMARY KEY REFERENCES blob (n),
  bytes BLOB NOT NULL
) STRICT;
