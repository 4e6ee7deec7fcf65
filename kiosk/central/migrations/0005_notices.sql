-- What branches show in their waiting rooms by the centre's word.
CREATE TABLE notice (
  id TEXT PRIMARY KEY, branch TEXT NOT NULL, text TEXT NOT NULL, text_en TEXT NOT NULL, begins INTEGER NOT NULL,
  ends INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX notice_by_branch ON notice (branch, begins);

-- Who has withdrawn a consent and is to be erased as far as the law allows; id: of the consent.
CREATE TABLE erasure_request (
  id TEXT NOT NULL, branch TEXT NOT NULL, person BLOB NOT NULL, purpose TEXT NOT NULL, at INTEGER NOT NULL,
  PRIMARY KEY (branch, id)
) STRICT, WITHOUT ROWID;
