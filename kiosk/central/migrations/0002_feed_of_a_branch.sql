-- turn: the order in which a node's chains began.
ALTER TABLE chain ADD COLUMN turn INTEGER NOT NULL DEFAULT 0;
UPDATE chain SET turn = coalesce ((SELECT min (n) FROM event e WHERE e.branch = (SELECT branch FROM node WHERE node =
  chain.node) AND e.epoch = chain.epoch AND e.seq = 1), 0);

CREATE INDEX claim_by_person ON claim (person);

-- The feed is numbered within each branch. What branches have read keeps its number.
CREATE TABLE feed_head (branch TEXT PRIMARY KEY, last INTEGER NOT NULL) STRICT, WITHOUT ROWID;
INSERT INTO feed_head SELECT branch, max (cursor) FROM feed GROUP BY branch;
CREATE TABLE feed_new (
  branch TEXT NOT NULL, cursor INTEGER NOT NULL, kind TEXT NOT NULL, subject TEXT NOT NULL, body TEXT NOT NULL,
  PRIMARY KEY (branch, cursor), UNIQUE (branch, kind, subject)
) STRICT, WITHOUT ROWID;
INSERT INTO feed_new SELECT branch, cursor, kind, subject, body FROM feed;
DROP TABLE feed;
ALTER TABLE feed_new RENAME TO feed;
