-- When the call centre opened an account, and whose reset the centre took: what branches decided without knowing it
-- does not undo it.
ALTER TABLE person ADD COLUMN unblocked_at INTEGER;
ALTER TABLE person ADD COLUMN reset_branch TEXT NOT NULL DEFAULT '';
ALTER TABLE officer ADD COLUMN ended_at INTEGER;

-- What a verdict rests on beyond its reason. Few events have one.
CREATE TABLE verdict_note (
  branch TEXT NOT NULL, epoch TEXT NOT NULL, seq INTEGER NOT NULL, detail TEXT NOT NULL,
  PRIMARY KEY (branch, epoch, seq)
) STRICT, WITHOUT ROWID;

-- Former values of corrected fields, sealed: a record made before the correction was known agrees with them.
CREATE TABLE correction (
  person BLOB NOT NULL, field TEXT NOT NULL, at INTEGER NOT NULL, sealed BLOB NOT NULL,
  PRIMARY KEY (person, field, at)
) STRICT, WITHOUT ROWID;

CREATE TABLE appointment (
  id TEXT PRIMARY KEY, branch TEXT NOT NULL, person BLOB NOT NULL REFERENCES person (idx), service TEXT NOT NULL,
  at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX appointment_by_person ON appointment (person, branch);
CREATE INDEX branch_person_by_end ON branch_person (expires_at);
