-- What a team was promised when its file was accepted, as it was then: a chain for each competition. No row is changed.
-- Entries that were accepted before this table was there have none.
CREATE TABLE receipts (
    submission_id BIGINT NOT NULL PRIMARY KEY REFERENCES submissions (id),
    competition_id BIGINT NOT NULL REFERENCES competitions (id),
    team_id BIGINT NOT NULL,
    sha256 BLOB NOT NULL,
    bytes BIGINT NOT NULL,
    accepted_at TIMESTAMP NOT NULL,
    previous BLOB NOT NULL,
    UNIQUE (competition_id, accepted_at)
);

CREATE TRIGGER receipts_are_not_changed BEFORE UPDATE ON receipts
BEGIN
    SELECT RAISE(ABORT, 'receipts are append-only');
END;
CREATE TRIGGER receipts_are_not_removed BEFORE DELETE ON receipts
BEGIN
    SELECT RAISE(ABORT, 'receipts are append-only');
END;
