-- Rows of the branch's own work. `person` is a blind index (32 bytes), never a number; columns named sealed_* open only with the
-- data key, bound to table, column and id. Times are UTC milliseconds, enums are their codes, ids are 16 bytes.

CREATE TABLE services (
  code     TEXT PRIMARY KEY,
  name     TEXT NOT NULL,
  letter   TEXT NOT NULL,
  open     INTEGER NOT NULL,
  position INTEGER NOT NULL
) WITHOUT ROWID, STRICT;

CREATE TABLE number_series (
  service TEXT NOT NULL,
  day     TEXT NOT NULL,
  last    INTEGER NOT NULL,
  PRIMARY KEY (service, day)
) WITHOUT ROWID, STRICT;

CREATE TABLE tickets (
  id         BLOB PRIMARY KEY,
  day        TEXT NOT NULL,
  number     TEXT NOT NULL,
  service    TEXT NOT NULL,
  priority   TEXT NOT NULL,
  state      TEXT NOT NULL,
  live       INTEGER NOT NULL,
  counter    TEXT NOT NULL DEFAULT '',
  officer    TEXT NOT NULL DEFAULT '',
  calls      INTEGER NOT NULL DEFAULT 0,
  reason     TEXT NOT NULL DEFAULT '',
  purpose    TEXT NOT NULL DEFAULT '',
  person     BLOB,
  issued_at  INTEGER NOT NULL,
  called_at  INTEGER,
  started_at INTEGER,
  ended_at   INTEGER
) WITHOUT ROWID, STRICT;
-- One live ticket per person and service, whatever the code above forgets.
CREATE UNIQUE INDEX tickets_one_live ON tickets (person, service) WHERE live = 1 AND person IS NOT NULL;
CREATE INDEX tickets_queue ON tickets (service, state, issued_at) WHERE live = 1;
CREATE INDEX tickets_day ON tickets (day, issued_at);
CREATE INDEX tickets_called ON tickets (called_at) WHERE called_at IS NOT NULL;

CREATE TABLE people (
  person      BLOB PRIMARY KEY,
  sealed_body BLOB NOT NULL,      -- what the centre said, JSON, without the template
  source      TEXT NOT NULL,      -- cache (feed), centre (looked up)
  as_of       INTEGER NOT NULL,
  expires_at  INTEGER NOT NULL
) WITHOUT ROWID, STRICT;

CREATE TABLE find_failures (
  person BLOB NOT NULL,
  day    TEXT NOT NULL,
  wrong  INTEGER NOT NULL,
  PRIMARY KEY (person, day)
) WITHOUT ROWID, STRICT;

CREATE TABLE accounts (
  person           BLOB PRIMARY KEY,
  sealed_key       BLOB NOT NULL,  -- PersonId::key()
  state            TEXT NOT NULL,
  failed           INTEGER NOT NULL DEFAULT 0,
  reason           TEXT NOT NULL DEFAULT '',
  usable_from      INTEGER,
  blocked_at       INTEGER,
  sealed_reference BLOB,           -- face template; replaced and destroyed by a reset
  reference_profile TEXT NOT NULL DEFAULT '',
  reference_local  INTEGER NOT NULL DEFAULT 0,  -- a reset made it here: an older one from the centre must not come back
  case_id          BLOB,           -- of the open block
  last_seq         INTEGER NOT NULL DEFAULT 0  -- newest event of this node about the account
) WITHOUT ROWID, STRICT;

CREATE TABLE attempts (
  id        BLOB PRIMARY KEY,
  person    BLOB NOT NULL,
  at        INTEGER NOT NULL,
  verdict   TEXT NOT NULL,
  score_ppm INTEGER,
  counted   INTEGER NOT NULL,
  reason    TEXT NOT NULL,
  photo     TEXT NOT NULL,
  ticket    BLOB,
  terminal  TEXT NOT NULL,
  seq       INTEGER NOT NULL,
  compared  TEXT NOT NULL DEFAULT '',  -- accept, no_match: an officer's eye
  compared_by TEXT NOT NULL DEFAULT '',
  compare_id BLOB
) WITHOUT ROWID, STRICT;
CREATE INDEX attempts_person ON attempts (person, at);
CREATE INDEX attempts_photo ON attempts (photo) WHERE photo <> '';

CREATE TABLE claims (
  id          BLOB PRIMARY KEY,
  person      BLOB NOT NULL,
  kpj         BLOB NOT NULL,       -- blind index
  sealed_body BLOB NOT NULL,       -- the payload of claim.submitted, JSON
  cause       TEXT NOT NULL,
  state       TEXT NOT NULL,
  open        INTEGER NOT NULL,
  photo       TEXT NOT NULL,
  attempt     BLOB,
  officer     TEXT NOT NULL,
  terminal    TEXT NOT NULL,
  reason      TEXT NOT NULL DEFAULT '',
  deadline    TEXT,
  saved_at    INTEGER NOT NULL,
  seq         INTEGER NOT NULL,
  compare_id  BLOB
) WITHOUT ROWID, STRICT;
CREATE UNIQUE INDEX claims_one_open ON claims (kpj) WHERE open = 1;
CREATE INDEX claims_person ON claims (person, saved_at);
CREATE INDEX claims_seq ON claims (seq);
CREATE INDEX claims_attempt ON claims (attempt) WHERE attempt IS NOT NULL;

CREATE TABLE claim_stages (
  claim BLOB NOT NULL REFERENCES claims (id),
  stage TEXT NOT NULL,
  at    INTEGER NOT NULL,
  PRIMARY KEY (claim, stage)
) WITHOUT ROWID, STRICT;

CREATE TABLE claim_documents (
  claim BLOB NOT NULL REFERENCES claims (id),
  kind  TEXT NOT NULL,
  blob  TEXT NOT NULL,
  PRIMARY KEY (claim, kind, blob)
) WITHOUT ROWID, STRICT;
CREATE INDEX claim_documents_blob ON claim_documents (blob);

CREATE TABLE interview_cases (     -- an interview that was opened and not yet judged
  person    BLOB PRIMARY KEY,
  seed      INTEGER NOT NULL,
  officer   TEXT NOT NULL,
  opened_at INTEGER NOT NULL
) WITHOUT ROWID, STRICT;

CREATE TABLE interviews (
  id       BLOB PRIMARY KEY,
  person   BLOB NOT NULL,
  officer  TEXT NOT NULL,
  terminal TEXT NOT NULL,
  at       INTEGER NOT NULL,
  asked    INTEGER NOT NULL,
  correct  INTEGER NOT NULL,
  passed   INTEGER NOT NULL,
  seq      INTEGER NOT NULL
) WITHOUT ROWID, STRICT;
CREATE INDEX interviews_person ON interviews (person, at);

CREATE TABLE resets (
  id              BLOB PRIMARY KEY,
  person          BLOB NOT NULL,
  interview       BLOB NOT NULL UNIQUE REFERENCES interviews (id),  -- one interview serves one reset
  officer         TEXT NOT NULL,
  terminal        TEXT NOT NULL,
  second_officer  TEXT NOT NULL DEFAULT '',
  second_terminal TEXT NOT NULL DEFAULT '',
  same_terminal   INTEGER NOT NULL DEFAULT 0,
  reason          TEXT NOT NULL,
  photo           TEXT NOT NULL,
  state           TEXT NOT NULL,
  usable_from     INTEGER,
  at              INTEGER NOT NULL,
  requested_seq   INTEGER NOT NULL,
  approved_seq    INTEGER
) WITHOUT ROWID, STRICT;
CREATE INDEX resets_person ON resets (person, at);
CREATE INDEX resets_seq ON resets (approved_seq) WHERE approved_seq IS NOT NULL;
CREATE INDEX resets_photo ON resets (photo);

CREATE TABLE officers (
  number       TEXT PRIMARY KEY,
  sealed_name  BLOB NOT NULL,
  role         TEXT NOT NULL,
  rights       TEXT NOT NULL,       -- comma-separated
  valid_until  TEXT,
  verifier     BLOB,                -- sealed Argon2id text; null until activated
  activation   BLOB,                -- blind index of the activation PIN the verifier came from
  failures     INTEGER NOT NULL DEFAULT 0,
  locked_until INTEGER,
  listed       INTEGER NOT NULL DEFAULT 1
) WITHOUT ROWID, STRICT;

CREATE TABLE sessions (
  token    BLOB PRIMARY KEY,        -- hash of the token
  officer  TEXT NOT NULL REFERENCES officers (number),
  terminal TEXT NOT NULL,
  until    INTEGER NOT NULL,
  used_at  INTEGER NOT NULL
) WITHOUT ROWID, STRICT;

CREATE TABLE openings (             -- whom a session has opened, and why
  session BLOB NOT NULL REFERENCES sessions (token) ON DELETE CASCADE,
  person  BLOB NOT NULL,
  at      INTEGER NOT NULL,
  PRIMARY KEY (session, person)
) WITHOUT ROWID, STRICT;

CREATE TABLE tasks (
  id      BLOB PRIMARY KEY,
  kind    TEXT NOT NULL,            -- blocked, claim_review, rejected, unverified, approve_reset
  subject TEXT NOT NULL,
  person  BLOB NOT NULL,
  sealed_masked BLOB NOT NULL,
  reason  TEXT NOT NULL,
  at      INTEGER NOT NULL,
  done    INTEGER NOT NULL DEFAULT 0
) WITHOUT ROWID, STRICT;
CREATE UNIQUE INDEX tasks_one_open ON tasks (kind, subject) WHERE done = 0;
CREATE INDEX tasks_person ON tasks (person) WHERE done = 0;

CREATE TABLE timeline (             -- what happened about a person, by event; kinds and codes only
  person  BLOB NOT NULL,
  seq     INTEGER NOT NULL,
  at      INTEGER NOT NULL,
  kind    TEXT NOT NULL,
  officer TEXT NOT NULL,
  PRIMARY KEY (person, seq)
) WITHOUT ROWID, STRICT;
CREATE INDEX timeline_seq ON timeline (seq);
