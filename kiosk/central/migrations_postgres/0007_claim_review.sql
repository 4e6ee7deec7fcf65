-- 1: an officer of the branch must still see the claim (event claim.reviewed); before it nothing is decided about it and
-- no deadline runs (deadline '').
ALTER TABLE claim ADD COLUMN needs_officer bigint NOT NULL DEFAULT 0;
