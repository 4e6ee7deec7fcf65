-- What is a branch's own: the IANA name of its zone ('': of the time before, by utc_offset_min until the centre opens),
-- its opening hours ('': the node's settings) and its holidays (YYYY-MM-DD, by spaces).
ALTER TABLE branch ADD COLUMN zone text NOT NULL DEFAULT '', ADD COLUMN hours text NOT NULL DEFAULT '',
  ADD COLUMN holidays text NOT NULL DEFAULT '';
