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
