-- What the centre said of a person's account while this node had events about it that the centre had not heard: it
-- waits until those are answered. kind: person (with the template) or account.
CREATE TABLE account_word (
  person      BLOB NOT NULL,
  kind        TEXT NOT NULL,
  sealed_body BLOB NOT NULL,
  PRIMARY KEY (person, kind)
) WITHOUT ROWID, STRICT;
