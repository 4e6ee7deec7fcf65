-- When a consent was last given, anywhere: it calls back a request for erasure of before.
CREATE TABLE consent_given (
  person BLOB NOT NULL, purpose TEXT NOT NULL, at INTEGER NOT NULL, PRIMARY KEY (person, purpose)
) STRICT, WITHOUT ROWID;
