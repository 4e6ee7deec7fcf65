-- What every new ticket asks: is anybody directed to a counter, and who holds a counter. Few rows, whoever waits.
CREATE INDEX tickets_directed ON tickets (to_counter) WHERE live = 1 AND to_counter <> '';
CREATE INDEX tickets_held ON tickets (day, counter) WHERE live = 1 AND state IN ('called', 'serving', 'wrap_up');
