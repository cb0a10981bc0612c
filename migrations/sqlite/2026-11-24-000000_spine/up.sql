-- Instants are UTC with microseconds. Enums are TEXT with a CHECK. Documents (JSON) are TEXT and never queried inside.
-- The PostgreSQL folder of the same name creates the same tables; a test compares the two.

CREATE TABLE users (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    name TEXT NOT NULL,
    name_key TEXT NOT NULL UNIQUE,
    email TEXT,
    email_key TEXT UNIQUE,
    password_hash TEXT,
    role TEXT NOT NULL CHECK (role IN ('participant', 'host', 'admin')),
    language TEXT NOT NULL CHECK (language IN ('en', 'ko')),
    state TEXT NOT NULL CHECK (state IN ('active', 'suspended')),
    created_at TIMESTAMP NOT NULL
);

CREATE TABLE sessions (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    key_hash BLOB NOT NULL UNIQUE,
    user_id BIGINT NOT NULL REFERENCES users (id),
    user_agent TEXT NOT NULL,
    created_at TIMESTAMP NOT NULL,
    last_seen_at TIMESTAMP NOT NULL,
    expires_at TIMESTAMP NOT NULL,
    ended_at TIMESTAMP
);
CREATE INDEX sessions_of_user ON sessions (user_id);

CREATE TABLE api_tokens (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    user_id BIGINT NOT NULL REFERENCES users (id),
    name TEXT NOT NULL,
    token_hash BLOB NOT NULL UNIQUE,
    scopes TEXT NOT NULL,
    created_at TIMESTAMP NOT NULL,
    expires_at TIMESTAMP NOT NULL,
    last_used_at TIMESTAMP,
    revoked_at TIMESTAMP
);
CREATE INDEX api_tokens_of_user ON api_tokens (user_id);

-- private_release: 'host', an RFC 3339 instant, or a number of hours after the end.
CREATE TABLE competitions (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    slug TEXT NOT NULL UNIQUE,
    title_en TEXT NOT NULL,
    title_ko TEXT NOT NULL,
    summary_en TEXT NOT NULL,
    summary_ko TEXT NOT NULL,
    licence TEXT NOT NULL,
    zone TEXT NOT NULL,
    starts_at TIMESTAMP NOT NULL,
    ends_at TIMESTAMP NOT NULL,
    private_release TEXT NOT NULL,
    published_at TIMESTAMP,
    released_at TIMESTAMP,
    archived_at TIMESTAMP,
    manifest TEXT NOT NULL,
    manifest_sha256 BLOB NOT NULL,
    metric TEXT NOT NULL,
    higher_is_better BOOLEAN NOT NULL,
    entries_per_day INTEGER NOT NULL CHECK (entries_per_day > 0),
    finals INTEGER NOT NULL CHECK (finals > 0),
    team_size INTEGER NOT NULL CHECK (team_size > 0),
    file_limit_bytes BIGINT NOT NULL CHECK (file_limit_bytes > 0),
    created_by BIGINT NOT NULL REFERENCES users (id),
    created_at TIMESTAMP NOT NULL,
    updated_at TIMESTAMP NOT NULL,
    CHECK (starts_at < ends_at)
);

CREATE TABLE competition_hosts (
    competition_id BIGINT NOT NULL REFERENCES competitions (id),
    user_id BIGINT NOT NULL REFERENCES users (id),
    role TEXT NOT NULL CHECK (role IN ('owner', 'host')),
    PRIMARY KEY (competition_id, user_id)
);
CREATE INDEX competition_hosts_of_user ON competition_hosts (user_id);

CREATE TABLE pages (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    competition_id BIGINT NOT NULL REFERENCES competitions (id),
    name TEXT NOT NULL,
    language TEXT NOT NULL CHECK (language IN ('en', 'ko')),
    markdown TEXT NOT NULL,
    visible_from TIMESTAMP,
    updated_at TIMESTAMP NOT NULL,
    UNIQUE (competition_id, name, language)
);

CREATE TABLE data_files (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    competition_id BIGINT NOT NULL REFERENCES competitions (id),
    path TEXT NOT NULL,
    bytes BIGINT NOT NULL,
    sha256 BLOB NOT NULL,
    visible_from TIMESTAMP,
    created_at TIMESTAMP NOT NULL,
    UNIQUE (competition_id, path)
);
CREATE INDEX data_files_by_content ON data_files (sha256);

CREATE TABLE solutions (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    competition_id BIGINT NOT NULL REFERENCES competitions (id),
    version INTEGER NOT NULL,
    sha256 BLOB NOT NULL,
    split_key BLOB NOT NULL,
    rows_all BIGINT NOT NULL,
    rows_public BIGINT NOT NULL,
    rows_private BIGINT NOT NULL,
    created_at TIMESTAMP NOT NULL,
    UNIQUE (competition_id, version)
);

CREATE TABLE teams (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    competition_id BIGINT NOT NULL REFERENCES competitions (id),
    name TEXT NOT NULL,
    name_key TEXT NOT NULL,
    is_benchmark BOOLEAN NOT NULL,
    created_at TIMESTAMP NOT NULL,
    UNIQUE (competition_id, name_key)
);
CREATE INDEX teams_benchmarks ON teams (competition_id, is_benchmark);

CREATE TABLE team_members (
    competition_id BIGINT NOT NULL REFERENCES competitions (id),
    user_id BIGINT NOT NULL REFERENCES users (id),
    team_id BIGINT NOT NULL REFERENCES teams (id),
    role TEXT NOT NULL CHECK (role IN ('leader', 'member')),
    joined_at TIMESTAMP NOT NULL,
    PRIMARY KEY (competition_id, user_id)
);
CREATE INDEX team_members_of_team ON team_members (team_id);
CREATE INDEX team_members_of_user ON team_members (user_id);

CREATE TABLE consents (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    user_id BIGINT NOT NULL REFERENCES users (id),
    competition_id BIGINT NOT NULL REFERENCES competitions (id),
    rules_sha256 BLOB NOT NULL,
    accepted_at TIMESTAMP NOT NULL
);
CREATE INDEX consents_of_user ON consents (user_id, competition_id);

-- quota_day: calendar day of accepted_at in the competition's zone, '2026-12-01'.
CREATE TABLE submissions (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    competition_id BIGINT NOT NULL REFERENCES competitions (id),
    team_id BIGINT NOT NULL REFERENCES teams (id),
    user_id BIGINT NOT NULL REFERENCES users (id),
    number INTEGER NOT NULL,
    file_name TEXT NOT NULL,
    sha256 BLOB NOT NULL,
    bytes BIGINT NOT NULL,
    note TEXT NOT NULL,
    state TEXT NOT NULL
        CHECK (state IN ('queued', 'scoring', 'scored', 'invalid', 'platform_error', 'withdrawn')),
    quota_day TEXT NOT NULL,
    is_late BOOLEAN NOT NULL,
    accepted_at TIMESTAMP NOT NULL,
    finished_at TIMESTAMP,
    notices TEXT NOT NULL,
    errors TEXT NOT NULL,
    error_count BIGINT NOT NULL,
    idempotency_key TEXT,
    -- The team's public rank when this entry was scored.
    rank_before INTEGER,
    rank_after INTEGER,
    UNIQUE (team_id, number),
    UNIQUE (team_id, idempotency_key),
    UNIQUE (competition_id, accepted_at)
);
CREATE INDEX submissions_quota ON submissions (team_id, quota_day, state);
CREATE INDEX submissions_by_content ON submissions (team_id, sha256);

-- The public split only. A metric that is undefined on the rows has no value, and a reason.
CREATE TABLE scores (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    submission_id BIGINT NOT NULL REFERENCES submissions (id),
    solution_id BIGINT NOT NULL REFERENCES solutions (id),
    metric TEXT NOT NULL,
    value DOUBLE,
    standard_error DOUBLE,
    error_code TEXT,
    error_message TEXT,
    UNIQUE (submission_id, solution_id, metric),
    CHECK ((value IS NULL) = (error_code IS NOT NULL))
);

-- Everything computed from private rows. Read by one function, which asks for a proof of release.
CREATE TABLE sealed_scores (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    submission_id BIGINT NOT NULL REFERENCES submissions (id),
    solution_id BIGINT NOT NULL REFERENCES solutions (id),
    metric TEXT NOT NULL,
    private_value DOUBLE,
    private_error DOUBLE,
    all_value DOUBLE,
    UNIQUE (submission_id, solution_id, metric)
);

-- The best entry of each team. sort_key: higher is better, whatever the metric's direction.
CREATE TABLE standings (
    competition_id BIGINT NOT NULL REFERENCES competitions (id),
    team_id BIGINT NOT NULL REFERENCES teams (id),
    score DOUBLE NOT NULL,
    sort_key DOUBLE NOT NULL,
    standard_error DOUBLE,
    submission_id BIGINT NOT NULL REFERENCES submissions (id),
    best_at TIMESTAMP NOT NULL,
    entries BIGINT NOT NULL,
    last_at TIMESTAMP NOT NULL,
    PRIMARY KEY (competition_id, team_id)
);
CREATE INDEX standings_order ON standings (competition_id, sort_key DESC, best_at, team_id);

CREATE TABLE threads (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    competition_id BIGINT NOT NULL REFERENCES competitions (id),
    author_id BIGINT NOT NULL REFERENCES users (id),
    title TEXT NOT NULL,
    is_pinned BOOLEAN NOT NULL,
    is_locked BOOLEAN NOT NULL,
    posts BIGINT NOT NULL,
    created_at TIMESTAMP NOT NULL,
    last_post_at TIMESTAMP NOT NULL,
    deleted_at TIMESTAMP
);
CREATE INDEX threads_by_activity ON threads (competition_id, is_pinned, last_post_at, id);

CREATE TABLE posts (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    thread_id BIGINT NOT NULL REFERENCES threads (id),
    author_id BIGINT NOT NULL REFERENCES users (id),
    parent_id BIGINT REFERENCES posts (id),
    markdown TEXT NOT NULL,
    created_at TIMESTAMP NOT NULL,
    edited_at TIMESTAMP,
    deleted_at TIMESTAMP
);
CREATE INDEX posts_of_thread ON posts (thread_id, id);

CREATE TABLE jobs (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    kind TEXT NOT NULL,
    payload TEXT NOT NULL,
    dedupe_key TEXT UNIQUE,
    state TEXT NOT NULL CHECK (state IN ('queued', 'running', 'done', 'failed', 'parked')),
    attempts INTEGER NOT NULL,
    max_attempts INTEGER NOT NULL,
    deaths INTEGER NOT NULL,
    run_at TIMESTAMP NOT NULL,
    lease_until TIMESTAMP,
    last_error TEXT,
    created_at TIMESTAMP NOT NULL,
    finished_at TIMESTAMP
);
CREATE INDEX jobs_queue ON jobs (state, run_at, id);

-- team_id: only that team may see the event.
CREATE TABLE events (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    competition_id BIGINT REFERENCES competitions (id),
    team_id BIGINT REFERENCES teams (id),
    kind TEXT NOT NULL,
    payload TEXT NOT NULL,
    created_at TIMESTAMP NOT NULL
);
CREATE INDEX events_of_competition ON events (competition_id, id);
