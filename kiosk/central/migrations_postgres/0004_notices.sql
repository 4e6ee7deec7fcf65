-- What branches show in their waiting rooms by the centre's word.
CREATE TABLE notice (
  id text COLLATE "C" PRIMARY KEY, branch text COLLATE "C" NOT NULL, text text NOT NULL, text_en text NOT NULL,
  begins bigint NOT NULL, ends bigint NOT NULL
);
CREATE INDEX notice_by_branch ON notice (branch, begins);

-- Who has withdrawn a consent and is to be erased as far as the law allows; id: of the consent.
CREATE TABLE erasure_request (
  id text COLLATE "C" NOT NULL, branch text COLLATE "C" NOT NULL, person bytea NOT NULL, purpose text NOT NULL,
  at bigint NOT NULL, PRIMARY KEY (branch, id)
);
