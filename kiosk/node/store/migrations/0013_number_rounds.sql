-- Whether the numbers of the day went round, or stand under a letter that others used that day: only then is it looked
-- up whether the next one is still in use, so that a new ticket keeps no index for it.
ALTER TABLE number_series ADD COLUMN round INTEGER NOT NULL DEFAULT 1;
DROP INDEX tickets_live_number;
