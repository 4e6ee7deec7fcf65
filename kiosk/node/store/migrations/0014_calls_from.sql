-- From which terminal a ticket was called, for as long as it stands called: when the terminal stays away, over a restart
-- of the node too, the ticket waits again. Nothing is kept of a call from the command line.
CREATE TABLE calls_from (
  ticket   BLOB PRIMARY KEY,
  terminal TEXT NOT NULL
) WITHOUT ROWID, STRICT;
