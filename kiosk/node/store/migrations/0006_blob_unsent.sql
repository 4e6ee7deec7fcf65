-- How many photos wait, and since when, is asked on every look at the state: all that is asked stands in the index,
-- also the column of its own condition, without which SQLite reads every row of the table.
CREATE INDEX blob_unsent ON blob (n, at, complete) WHERE complete = 0;
