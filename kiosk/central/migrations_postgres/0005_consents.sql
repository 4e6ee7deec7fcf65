-- When a consent was last given, anywhere: it calls back a request for erasure of before.
CREATE TABLE consent_given (
  person bytea NOT NULL, purpose text COLLATE "C" NOT NULL, at bigint NOT NULL, PRIMARY KEY (person, purpose)
);
