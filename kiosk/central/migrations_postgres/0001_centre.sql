CREATE TABLE meta (key text PRIMARY KEY, value bytea NOT NULL);

CREATE TABLE branch (code text COLLATE "C" PRIMARY KEY, name text NOT NULL, utc_offset_min bigint NOT NULL);

-- Only a keyed hash of a code is kept: the database alone gives no code.
CREATE TABLE enrol_code (
  hash bytea PRIMARY KEY, branch text COLLATE "C" NOT NULL REFERENCES branch (code), made_at bigint NOT NULL,
  expires_at bigint NOT NULL, used_at bigint, node text
);

CREATE TABLE node (
  node text COLLATE "C" PRIMARY KEY, branch text COLLATE "C" NOT NULL REFERENCES branch (code), sign_key bytea NOT NULL,
  box_key bytea NOT NULL, enrolled_at bigint NOT NULL, certificate_until bigint NOT NULL, serial text NOT NULL,
  revoked_at bigint
);

-- Where each chain stands: what the next batch must continue. named: an event has carried the branch's name.
-- turn: the order in which this node's chains began.
CREATE TABLE chain (
  node text COLLATE "C" NOT NULL REFERENCES node (node), epoch text COLLATE "C" NOT NULL, base bytea NOT NULL,
  seq bigint NOT NULL, head bytea NOT NULL, named bigint NOT NULL, turn bigint NOT NULL, PRIMARY KEY (node, epoch)
);

-- The ledger, partitioned by branch. header, ciphertext and wrap are the node's exact bytes: sealed and already dense,
-- so compressing them again would only cost time.
CREATE TABLE event (
  branch text COLLATE "C" NOT NULL, epoch text COLLATE "C" NOT NULL, seq bigint NOT NULL, id uuid NOT NULL,
  node text COLLATE "C" NOT NULL, kind text NOT NULL, at bigint NOT NULL, received_at bigint NOT NULL,
  header text NOT NULL, ciphertext bytea NOT NULL, wrap bytea NOT NULL,
  head bytea NOT NULL, verdict text NOT NULL, reason text NOT NULL, usable_from bigint, stage text NOT NULL,
  PRIMARY KEY (branch, epoch, seq), UNIQUE (branch, id)
) PARTITION BY HASH (branch);
ALTER TABLE event ALTER header SET STORAGE EXTERNAL, ALTER ciphertext SET STORAGE EXTERNAL;
CREATE TABLE event_p0 PARTITION OF event FOR VALUES WITH (MODULUS 8, REMAINDER 0);
CREATE TABLE event_p1 PARTITION OF event FOR VALUES WITH (MODULUS 8, REMAINDER 1);
CREATE TABLE event_p2 PARTITION OF event FOR VALUES WITH (MODULUS 8, REMAINDER 2);
CREATE TABLE event_p3 PARTITION OF event FOR VALUES WITH (MODULUS 8, REMAINDER 3);
CREATE TABLE event_p4 PARTITION OF event FOR VALUES WITH (MODULUS 8, REMAINDER 4);
CREATE TABLE event_p5 PARTITION OF event FOR VALUES WITH (MODULUS 8, REMAINDER 5);
CREATE TABLE event_p6 PARTITION OF event FOR VALUES WITH (MODULUS 8, REMAINDER 6);
CREATE TABLE event_p7 PARTITION OF event FOR VALUES WITH (MODULUS 8, REMAINDER 7);

-- People. idx is a keyed hash of the NIK or passport; everything that names them is sealed.
CREATE TABLE person (
  idx bytea PRIMARY KEY, sealed bytea NOT NULL, state text NOT NULL, failed bigint NOT NULL, reason text NOT NULL,
  usable_from bigint, blocked_at bigint, reset_at bigint, reference bytea, updated_at bigint NOT NULL
);

CREATE TABLE membership (
  kpj bytea PRIMARY KEY, person bytea NOT NULL REFERENCES person (idx), claim text, claim_branch text, claimed_at bigint
);

CREATE TABLE branch_person (
  branch text COLLATE "C" NOT NULL, person bytea NOT NULL REFERENCES person (idx), expires_at bigint NOT NULL,
  PRIMARY KEY (branch, person)
);
CREATE INDEX branch_person_by_person ON branch_person (person, branch);

CREATE TABLE claim (
  id text COLLATE "C" PRIMARY KEY, branch text NOT NULL, person bytea NOT NULL, kpj bytea NOT NULL, cause text NOT NULL,
  gross bigint NOT NULL, stage text NOT NULL, stage_at bigint NOT NULL, deadline text NOT NULL
);
CREATE INDEX claim_by_person ON claim (person);

CREATE TABLE service (
  branch text COLLATE "C" NOT NULL, code text COLLATE "C" NOT NULL, name text NOT NULL, letter text COLLATE "C" NOT NULL,
  open bigint NOT NULL, PRIMARY KEY (branch, code)
);

CREATE TABLE officer (
  branch text COLLATE "C" NOT NULL, number text COLLATE "C" NOT NULL, sealed bytea NOT NULL, PRIMARY KEY (branch, number)
);

-- What branches are told, numbered within each branch: last is locked while numbers of the branch are given, so that no
-- reader sees a cursor before a smaller one. A newer item of the same kind and subject replaces the older.
CREATE TABLE feed_head (branch text COLLATE "C" PRIMARY KEY, last bigint NOT NULL);
CREATE TABLE feed (
  branch text COLLATE "C" NOT NULL, cursor bigint NOT NULL, kind text NOT NULL, subject text NOT NULL, body text NOT NULL,
  PRIMARY KEY (branch, cursor), UNIQUE (branch, kind, subject)
);

-- Sealed photos and documents, as they arrive.
CREATE TABLE blob (
  node text COLLATE "C" NOT NULL REFERENCES node (node), hash text COLLATE "C" NOT NULL, kind text NOT NULL,
  size bigint NOT NULL, received bigint NOT NULL, wrap bytea NOT NULL, complete bigint NOT NULL, PRIMARY KEY (node, hash)
);
CREATE TABLE blob_part (
  node text COLLATE "C" NOT NULL, hash text COLLATE "C" NOT NULL, "offset" bigint NOT NULL,
  data bytea NOT NULL, PRIMARY KEY (node, hash, "offset"),
  FOREIGN KEY (node, hash) REFERENCES blob (node, hash) ON DELETE CASCADE
);
ALTER TABLE blob_part ALTER data SET STORAGE EXTERNAL;
