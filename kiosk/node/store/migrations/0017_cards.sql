-- Whose a KPJ is, by blind index, so that the number on a card finds the record. Filled when the centre speaks of somebody.
CREATE TABLE person_kpj (
  kpj    BLOB PRIMARY KEY,
  person BLOB NOT NULL
) WITHOUT ROWID, STRICT;
CREATE INDEX person_kpj_person ON person_kpj (person);
