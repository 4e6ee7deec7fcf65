CREATE TABLE meta (key TEXT PRIMARY KEY, value BLOB NOT NULL) STRICT, WITHOUT ROWID;

CREATE TABLE branch (code TEXT PRIMARY KEY, name TEXT NOT NULL, utc_offset_min INTEGER NOT NULL) STRICT, WITHOUT ROWID;

-- Only a keyed hash of a code is kept: the file alone gives no code.
CREATE TABLE enrol_code (
  hash BLOB PRIMARY KEY, branch TEXT NOT NULL REFERENCES branch (code), made_at INTEGER NOT NULL,
  expires_at INTEGER NOT NULL, used_at INTEGER, node TEXT
) STRICT, WITHOUT ROWID;

CREATE TABLE node (
  node TEXT PRIMARY KEY, branch TEXT NOT NULL REFERENCES branch (code), sign_key BLOB NOT NULL, box_key BLOB NOT NULL,
  enrolled_at INTEGER NOT NULL, certificate_until INTEGER NOT NULL, serial TEXT NOT NULL, revoked_at INTEGER
) STRICT, WITHOUT ROWID;

-- Where each chain stands: what the next batch must continue. named: an event has carried the branch's name.
CREATE TABLE chain (
  node TEXT NOT NULL REFERENCES node (node), epoch TEXT NOT NULL, base BLOB NOT NULL, seq INTEGER NOT NULL,
  head BLOB NOT NULL, named INTEGER NOT NULL, PRIMARY KEY (node, epoch)
) STRICT, WITHOUT ROWID;

-- The ledger. header, ciphertext and wrap are the node's exact bytes.
CREATE TABLE event (
  n INTEGER PRIMARY KEY, branch TEXT NOT NULL, epoch TEXT NOT NULL, seq INTEGER NOT NULL, id TEXT NOT NULL,
  node TEXT NOT NULL, kind TEXT NOT NULL, at INTEGER NOT NULL, received_at INTEGER NOT NULL, header TEXT NOT NULL,
  ciphertext BLOB NOT NULL, wrap BLOB NOT NULL, head BLOB NOT NULL, verdict TEXT NOT NULL, reason TEXT NOT NULL,
  usable_from INTEGER, stage TEXT NOT NULL,
  UNIQUE (branch, epoch, seq), UNIQUE (branch, id)
) STRICT;

-- People. idx is a keyed hash of the NIK or passport; everything that names them is sealed.
CREATE TABLE person (
  idx BLOB PRIMARY KEY, sealed BLOB NOT NULL, state TEXT NOT NULL, failed INTEGER NOT NULL, reason TEXT NOT NULL,
  usable_from INTEGER, blocked_at INTEGER, reset_at INTEGER, reference BLOB, updated_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE membership (
  kpj BLOB PRIMARY KEY, person BLOB NOT NULL REFERENCES person (idx), claim TEXT, claim_branch TEXT, claimed_at INTEGER
) STRICT, WITHOUT ROWID;

CREATE TABLE branch_person (
  branch TEXT NOT NULL, person BLOB NOT NULL REFERENCES person (idx), expires_at INTEGER NOT NULL,
  PRIMARY KEY (branch, person)
) STRICT, WITHOUT ROWID;
CREATE INDEX branch_person_by_person ON branch_person (person, branch);

CREATE TABLE claim (
  id TEXT PRIMARY KEY, branch TEXT NOT NULL, person BLOB NOT NULL, kpj BLOB NOT NULL, cause TEXT NOT NULL,
  gross INTEGER NOT NULL, stage TEXT NOT NULL, stage_at INTEGER NOT NULL, deadline TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE service (
  branch TEXT NOT NULL, code TEXT NOT NULL, name TEXT NOT NULL, letter TEXT NOT NULL, open INTEGER NOT NULL,
  PRIMARY KEY (branch, code)
) STRICT, WITHOUT ROWID;

CREATE TABLE officer (
  branch TEXT NOT NULL, number TEXT NOT NULL, sealed BLOB NOT NULL, PRIMARY KEY (branch, number)
) STRICT, WITHOUT ROWID;

-- What branches are told. A newer item of the same branch, kind and subject replaces the older: a new node reads the
-- present, not history. Bodies about people are made when read, so that they are current and only then sealed.
CREATE TABLE feed (
  cursor INTEGER PRIMARY KEY AUTOINCREMENT, branch TEXT NOT NULL, kind TEXT NOT NULL, subject TEXT NOT NULL,
  body TEXT NOT NULL, UNIQUE (branch, kind, subject)
) STRICT;
CREATE INDEX feed_by_branch ON feed (branch, cursor);

-- Sealed photos and documents, as they arrive.
CREATE TABLE blob (
  node TEXT NOT NULL REFERENCES node (node), hash TEXT NOT NULL, kind TEXT NOT NULL, size INTEGER NOT NULL,
  received INTEGER NOT NULL, wrap BLOB NOT NULL, complete INTEGER NOT NULL, PRIMARY KEY (node, hash)
) STRICT, WITHOUT ROWID;
CREATE TABLE blob_part (
  node TEXT NOT NULL, hash TEXT NOT NULL, offset INTEGER NOT NULL, data BLOB NOT NULL,
  PRIMARY KEY (node, hash, offset), FOREIGN KEY (node, hash) REFERENCES blob (node, hash) ON DELETE CASCADE
) STRICT;
