-- The node's own signature of a chain's newest head: what is given back after a restore was made by it. touched_at: when
-- the chain last grew.
ALTER TABLE chain ADD COLUMN signature BLOB;
ALTER TABLE chain ADD COLUMN touched_at INTEGER NOT NULL DEFAULT 0;

-- The starts of a node, by the random id each draws: live, superseded by a later one, or stopped as a clone.
CREATE TABLE node_instance (
  node TEXT NOT NULL REFERENCES node (node), instance TEXT NOT NULL, state TEXT NOT NULL, challenge TEXT NOT NULL,
  since INTEGER NOT NULL, PRIMARY KEY (node, instance)
) STRICT, WITHOUT ROWID;
