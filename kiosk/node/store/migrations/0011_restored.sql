-- Who said that a task is done, and in which words; tasks that end by another act have neither.
ALTER TABLE tasks ADD COLUMN finished_by TEXT NOT NULL DEFAULT '';
ALTER TABLE tasks ADD COLUMN sealed_finished BLOB;

-- Numbers that a restore went past, because tickets that nobody here knows of may hold them: not given again that day.
-- service '': of those whose numbers had not begun.
CREATE TABLE numbers_skipped (
  service TEXT NOT NULL,
  day     TEXT NOT NULL,
  first   INTEGER NOT NULL,
  count   INTEGER NOT NULL,
  PRIMARY KEY (service, day, first)
) WITHOUT ROWID, STRICT;
