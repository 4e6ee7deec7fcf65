-- What every new ticket asks: when each counter ended its newest turn, by one look a counter.
DROP INDEX turns_counter;
CREATE INDEX turns_counter ON turns (counter, ended DESC) WHERE counter <> '';
