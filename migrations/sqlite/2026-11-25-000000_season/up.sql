-- What people with rights did, in a chain: `hash` is over the row and `previous`. Numbers have no gaps. A row is never
-- changed or removed, and `audit_head` says which one is the last.
CREATE TABLE audit (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    at TIMESTAMP NOT NULL,
    actor_kind TEXT NOT NULL CHECK (actor_kind IN ('user', 'token', 'operator', 'system')),
    -- No foreign key: the chain outlives accounts and competitions.
    actor BIGINT,
    competition_id BIGINT,
    action TEXT NOT NULL,
    subject TEXT NOT NULL,
    detail TEXT NOT NULL,
    previous BLOB NOT NULL,
    hash BLOB NOT NULL,
    CHECK ((actor IS NULL) = (actor_kind IN ('operator', 'system')))
);
CREATE INDEX audit_of_competition ON audit (competition_id, id);

CREATE TABLE audit_head (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    entries BIGINT NOT NULL,
    hash BLOB NOT NULL
);
INSERT INTO audit_head (id, entries, hash) VALUES (1, 0, zeroblob(32));

CREATE TRIGGER audit_is_not_changed BEFORE UPDATE ON audit
BEGIN
    SELECT RAISE(ABORT, 'the audit log is append-only');
END;
CREATE TRIGGER audit_is_not_removed BEFORE DELETE ON audit
BEGIN
    SELECT RAISE(ABORT, 'the audit log is append-only');
END;

-- Entry deadline (last moment to join), merge deadline, and the instant from which the public board stands still.
ALTER TABLE competitions ADD COLUMN joins_until TIMESTAMP;
ALTER TABLE competitions ADD COLUMN merges_until TIMESTAMP;
ALTER TABLE competitions ADD COLUMN freezes_at TIMESTAMP;
-- How the board ranks ties and shows names, as JSON.
ALTER TABLE competitions ADD COLUMN board TEXT NOT NULL DEFAULT '{}';

-- The competition that this one goes on from: its next round.
CREATE TABLE rounds (
    competition_id BIGINT NOT NULL PRIMARY KEY REFERENCES competitions (id),
    previous_id BIGINT NOT NULL REFERENCES competitions (id),
    created_at TIMESTAMP NOT NULL
);
CREATE INDEX rounds_after ON rounds (previous_id);

-- When the team chose it as one of its finals.
ALTER TABLE submissions ADD COLUMN chosen_at TIMESTAMP;

-- A version that is tried on the entries first is not active yet.
ALTER TABLE solutions ADD COLUMN activated_at TIMESTAMP;
UPDATE solutions SET activated_at = created_at;

-- Of the scores of an entry those that count; the others are its history, or of a rescoring that is not published.
ALTER TABLE scores ADD COLUMN is_current BOOLEAN NOT NULL DEFAULT TRUE;

-- A new solution or metric on its way: every entry is scored with it, hosts look, then it is published in one write.
-- manifest: the whole manifest with the new metric.
CREATE TABLE rescores (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    competition_id BIGINT NOT NULL REFERENCES competitions (id),
    solution_id BIGINT NOT NULL REFERENCES solutions (id),
    manifest TEXT NOT NULL,
    metric TEXT NOT NULL,
    higher_is_better BOOLEAN NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('open', 'published', 'dropped')),
    reason TEXT NOT NULL,
    created_by BIGINT NOT NULL REFERENCES users (id),
    created_at TIMESTAMP NOT NULL,
    decided_at TIMESTAMP,
    entries BIGINT,
    moved BIGINT
);
CREATE INDEX rescores_of_competition ON rescores (competition_id, id);
