-- Where an epoch continues: the event (of an earlier epoch) whose head it names. NULL: the node's first epoch.
ALTER TABLE epoch ADD COLUMN from_n INTEGER;
ALTER TABLE epoch ADD COLUMN from_seq INTEGER;

-- Events that this node made and that are not here. to_seq NULL: nobody knows how many. head: after to_seq, when known.
CREATE TABLE gap (
  epoch    INTEGER NOT NULL REFERENCES epoch (n),
  from_seq INTEGER NOT NULL,
  to_seq   INTEGER,
  head     BLOB,
  PRIMARY KEY (epoch, from_seq)
) WITHOUT ROWID, STRICT;

-- Events of a chain that the centre could never accept (a clone's, or behind a gap for good): sealed again in the present
-- epoch under the same ids; here they are kept as they were.
CREATE TABLE event_aside (
  head       BLOB PRIMARY KEY,
  epoch      TEXT NOT NULL,
  seq        INTEGER NOT NULL,
  header     TEXT NOT NULL,
  ciphertext BLOB,
  wrap       BLOB NOT NULL,
  signature  BLOB NOT NULL,
  aside_at   INTEGER NOT NULL
) WITHOUT ROWID, STRICT;
