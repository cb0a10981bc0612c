-- What a team was promised when its file was accepted, as it was then: a chain for each competition. No row is changed.
-- Entries that were accepted before this table was there have none.
CREATE TABLE receipts (
    submission_id BIGINT NOT NULL PRIMARY KEY REFERENCES submissions (id),
    competition_id BIGINT NOT NULL REFERENCES competitions (id),
    team_id BIGINT NOT NULL,
    sha256 BYTEA NOT NULL,
    bytes BIGINT NOT NULL,
    accepted_at TIMESTAMP NOT NULL,
    previous BYTEA NOT NULL,
    UNIQUE (competition_id, accepted_at)
);

CREATE FUNCTION refuse_change_of_receipts() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'receipts are append-only';
END
$$;
CREATE TRIGGER receipts_are_not_changed BEFORE UPDATE OR DELETE OR TRUNCATE ON receipts
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change_of_receipts();
