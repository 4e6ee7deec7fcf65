-- When the call centre opened an account, and whose reset the centre took: what branches decided without knowing it
-- does not undo it.
ALTER TABLE person ADD COLUMN unblocked_at bigint;
ALTER TABLE person ADD COLUMN reset_branch text NOT NULL DEFAULT '';
ALTER TABLE officer ADD COLUMN ended_at bigint;

-- What a verdict rests on beyond its reason. Few events have one.
CREATE TABLE verdict_note (
  branch text COLLATE "C" NOT NULL, epoch text COLLATE "C" NOT NULL, seq bigint NOT NULL, detail text NOT NULL,
  PRIMARY KEY (branch, epoch, seq)
);

-- Former values of corrected fields, sealed: a record made before the correction was known agrees with them.
CREATE TABLE correction (
  person bytea NOT NULL, field text COLLATE "C" NOT NULL, at bigint NOT NULL, sealed bytea NOT NULL,
  PRIMARY KEY (person, field, at)
);

CREATE TABLE appointment (
  id text COLLATE "C" PRIMARY KEY, branch text COLLATE "C" NOT NULL, person bytea NOT NULL REFERENCES person (idx),
  service text NOT NULL, at bigint NOT NULL
);
CREATE INDEX appointment_by_person ON appointment (person, branch);
CREATE INDEX branch_person_by_end ON branch_person (expires_at);
