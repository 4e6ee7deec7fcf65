-- Somebody waits at the kiosk while a ticket is issued, nobody while one ends: what finds the tickets of a day is split,
-- so that issuing touches one index. Calls are counted by an index that has all that is asked.
DROP INDEX tickets_queue;
DROP INDEX tickets_day;
DROP INDEX tickets_called;
CREATE INDEX tickets_live ON tickets (day, service, state, issued_at) WHERE live = 1;
CREATE INDEX tickets_ended ON tickets (day, issued_at) WHERE live = 0;
CREATE INDEX tickets_called ON tickets (called_at, service) WHERE called_at IS NOT NULL;
