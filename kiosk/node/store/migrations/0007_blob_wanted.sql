-- Blobs that events which came back name and that are not here: fetched from the centre piece by piece. ask_after: the
-- centre did not have it when it was asked. size and kind are said with the first piece.
CREATE TABLE blob_wanted (
  n         INTEGER PRIMARY KEY,
  hash      TEXT NOT NULL UNIQUE,
  urgency   INTEGER NOT NULL,
  ask_after INTEGER NOT NULL DEFAULT 0,
  size      INTEGER NOT NULL DEFAULT 0,
  kind      TEXT NOT NULL DEFAULT ''
) STRICT;
CREATE INDEX blob_wanted_next ON blob_wanted (urgency, n);

CREATE TABLE blob_piece (
  wanted INTEGER NOT NULL REFERENCES blob_wanted (n),
  at     INTEGER NOT NULL,
  bytes  BLOB NOT NULL,
  PRIMARY KEY (wanted, at)
) STRICT;

-- What came back before this table was there.
INSERT OR IGNORE INTO blob_wanted (hash, urgency)
  SELECT j.value, CASE WHEN e.kind LIKE 'account.reset%' THEN 0 WHEN e.kind LIKE 'claim.%' THEN 1 ELSE 2 END
  FROM event e, json_each(e.header, '$.blobs') j
  WHERE e.ciphertext IS NOT NULL AND NOT EXISTS (SELECT 1 FROM blob b WHERE b.hash = j.value)
  ORDER BY e.pos;
