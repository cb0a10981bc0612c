-- What is told to single people. An event with a user is for that person's open pages only.
ALTER TABLE events ADD COLUMN user_id BIGINT REFERENCES users (id);

-- about: a JSON object of ids. Names and titles are looked up when it is read, and only if the reader may see them then.
CREATE TABLE notifications (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    user_id BIGINT NOT NULL REFERENCES users (id),
    competition_id BIGINT REFERENCES competitions (id),
    kind TEXT NOT NULL,
    about TEXT NOT NULL,
    created_at TIMESTAMP NOT NULL,
    read_at TIMESTAMP
);
CREATE INDEX notifications_of_user ON notifications (user_id, id);

-- Accounts: proof of the address, second factor, deletion.
ALTER TABLE users ADD COLUMN email_verified_at TIMESTAMP;
ALTER TABLE users ADD COLUMN second_factor_at TIMESTAMP;
ALTER TABLE users ADD COLUMN deleted_at TIMESTAMP;
-- When the person last proved who they are in this session, after signing in.
ALTER TABLE sessions ADD COLUMN confirmed_at TIMESTAMP;
-- A token may be for one competition only.
ALTER TABLE api_tokens ADD COLUMN competition_id BIGINT REFERENCES competitions (id);

-- The shared secret is derived from nonce and a key file, so that this table alone proves nothing.
CREATE TABLE second_factors (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    user_id BIGINT NOT NULL UNIQUE REFERENCES users (id),
    nonce BLOB NOT NULL,
    created_at TIMESTAMP NOT NULL,
    confirmed_at TIMESTAMP,
    last_step BIGINT NOT NULL
);

CREATE TABLE recovery_codes (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    user_id BIGINT NOT NULL REFERENCES users (id),
    code_hash BLOB NOT NULL UNIQUE,
    created_at TIMESTAMP NOT NULL,
    used_at TIMESTAMP
);
CREATE INDEX recovery_codes_of_user ON recovery_codes (user_id);

-- Links that prove something once. address: the folded address that a link of verification proves.
CREATE TABLE one_time_links (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    user_id BIGINT NOT NULL REFERENCES users (id),
    purpose TEXT NOT NULL CHECK (purpose IN ('password_reset', 'verify_email')),
    secret_hash BLOB NOT NULL UNIQUE,
    address TEXT,
    created_at TIMESTAMP NOT NULL,
    expires_at TIMESTAMP NOT NULL,
    used_at TIMESTAMP
);
CREATE INDEX one_time_links_of_user ON one_time_links (user_id);

-- What counts towards a limit. key_hash: SHA-256 of a folded name, an address or a number.
CREATE TABLE attempts (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    action TEXT NOT NULL,
    key_hash BLOB NOT NULL,
    at TIMESTAMP NOT NULL
);
CREATE INDEX attempts_of_key ON attempts (action, key_hash, at);
CREATE INDEX attempts_by_time ON attempts (at);

-- Mail that waits, and what became of it. The text is made when it is sent. address: as it was when this was written.
CREATE TABLE mails (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    user_id BIGINT REFERENCES users (id),
    notification_id BIGINT REFERENCES notifications (id),
    address TEXT NOT NULL,
    letter TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('queued', 'sending', 'sent', 'failed', 'dropped')),
    attempts INTEGER NOT NULL,
    run_at TIMESTAMP NOT NULL,
    lease_until TIMESTAMP,
    last_error TEXT,
    created_at TIMESTAMP NOT NULL,
    finished_at TIMESTAMP
);
CREATE INDEX mails_due ON mails (state, run_at);
CREATE INDEX mails_of_user ON mails (user_id);

-- Only what differs from the default.
CREATE TABLE mail_settings (
    user_id BIGINT NOT NULL REFERENCES users (id),
    topic TEXT NOT NULL,
    is_on BOOLEAN NOT NULL,
    PRIMARY KEY (user_id, topic)
);

-- What was told to whom before which deadline, so that it is told once.
CREATE TABLE reminders (
    competition_id BIGINT NOT NULL REFERENCES competitions (id),
    deadline TEXT NOT NULL,
    at TIMESTAMP NOT NULL,
    PRIMARY KEY (competition_id, deadline)
);

-- Consents to documents other than a competition's rules (which are in consents). competition_id: none for the site's.
CREATE TABLE agreements (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    user_id BIGINT NOT NULL REFERENCES users (id),
    competition_id BIGINT REFERENCES competitions (id),
    document TEXT NOT NULL CHECK (document IN ('privacy', 'data_agreement')),
    sha256 BLOB NOT NULL,
    agreed_at TIMESTAMP NOT NULL
);
CREATE INDEX agreements_of_user ON agreements (user_id);

-- Discussion. votes of a thread: those of its first post. hot: grows with votes and with time, never falls by itself.
ALTER TABLE threads ADD COLUMN kind TEXT NOT NULL DEFAULT 'discussion'
    CHECK (kind IN ('discussion', 'question', 'sharing', 'write_up', 'team_wanted', 'announcement'));
ALTER TABLE threads ADD COLUMN accepted_post_id BIGINT REFERENCES posts (id);
ALTER TABLE threads ADD COLUMN submission_id BIGINT REFERENCES submissions (id);
ALTER TABLE threads ADD COLUMN votes BIGINT NOT NULL DEFAULT 0;
ALTER TABLE threads ADD COLUMN hot BIGINT NOT NULL DEFAULT 0;
CREATE INDEX threads_hot ON threads (competition_id, is_pinned, hot, id);
ALTER TABLE posts ADD COLUMN votes BIGINT NOT NULL DEFAULT 0;
ALTER TABLE posts ADD COLUMN hidden_at TIMESTAMP;
-- How many terms it has in the index of the search.
ALTER TABLE posts ADD COLUMN terms BIGINT NOT NULL DEFAULT 0;

CREATE TABLE post_votes (
    post_id BIGINT NOT NULL REFERENCES posts (id),
    user_id BIGINT NOT NULL REFERENCES users (id),
    created_at TIMESTAMP NOT NULL,
    PRIMARY KEY (post_id, user_id)
);

CREATE TABLE post_versions (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    post_id BIGINT NOT NULL REFERENCES posts (id),
    editor_id BIGINT NOT NULL REFERENCES users (id),
    markdown TEXT NOT NULL,
    replaced_at TIMESTAMP NOT NULL
);
CREATE INDEX post_versions_of_post ON post_versions (post_id);

CREATE TABLE post_reports (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    post_id BIGINT NOT NULL REFERENCES posts (id),
    competition_id BIGINT NOT NULL REFERENCES competitions (id),
    user_id BIGINT NOT NULL REFERENCES users (id),
    reason TEXT NOT NULL,
    created_at TIMESTAMP NOT NULL,
    decision TEXT CHECK (decision IN ('hidden', 'kept')),
    decided_by BIGINT REFERENCES users (id),
    decided_at TIMESTAMP,
    UNIQUE (post_id, user_id)
);
CREATE INDEX post_reports_of_competition ON post_reports (competition_id, id);

CREATE TABLE post_images (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    competition_id BIGINT NOT NULL REFERENCES competitions (id),
    user_id BIGINT NOT NULL REFERENCES users (id),
    sha256 BLOB NOT NULL,
    media_type TEXT NOT NULL CHECK (media_type IN ('image/png', 'image/jpeg')),
    bytes BIGINT NOT NULL,
    width INTEGER NOT NULL,
    height INTEGER NOT NULL,
    created_at TIMESTAMP NOT NULL
);
CREATE INDEX post_images_of_competition ON post_images (competition_id, sha256);

-- The index of the search: how often a term stands in a post.
CREATE TABLE post_terms (
    post_id BIGINT NOT NULL REFERENCES posts (id),
    term TEXT NOT NULL,
    competition_id BIGINT NOT NULL REFERENCES competitions (id),
    count INTEGER NOT NULL,
    PRIMARY KEY (post_id, term)
);
CREATE INDEX post_terms_of_competition ON post_terms (competition_id, term);
