-- Who takes part and how: access to a competition, participants, teams that change, rulings of hosts, pages with versions.

-- visibility: 'private' competitions are seen by hosts, participants and invited people only.
-- admission: who may join without being let in by a host. domains: JSON list; only addresses of these domains may join.
ALTER TABLE competitions ADD COLUMN visibility TEXT NOT NULL DEFAULT 'public' CHECK (visibility IN ('public', 'private'));
ALTER TABLE competitions ADD COLUMN admission TEXT NOT NULL DEFAULT 'open' CHECK (admission IN ('open', 'approval', 'invite'));
ALTER TABLE competitions ADD COLUMN domains TEXT NOT NULL DEFAULT '[]';

-- A moderator keeps order in the discussion and changes nothing else.
CREATE TABLE competition_hosts_new (
    competition_id BIGINT NOT NULL REFERENCES competitions (id),
    user_id BIGINT NOT NULL REFERENCES users (id),
    role TEXT NOT NULL CHECK (role IN ('owner', 'host', 'moderator')),
    PRIMARY KEY (competition_id, user_id)
);
INSERT INTO competition_hosts_new SELECT competition_id, user_id, role FROM competition_hosts;
DROP TABLE competition_hosts;
ALTER TABLE competition_hosts_new RENAME TO competition_hosts;
CREATE INDEX competition_hosts_of_user ON competition_hosts (user_id);

-- bracket: NULL where the members' brackets differ or there are none. bracket_is_chosen: by a host, so it is not derived.
-- closed_at: the team is no more: everybody left, or it merged into another one.
ALTER TABLE teams ADD COLUMN bracket TEXT;
ALTER TABLE teams ADD COLUMN bracket_is_chosen BOOLEAN NOT NULL DEFAULT FALSE;
ALTER TABLE teams ADD COLUMN is_looking BOOLEAN NOT NULL DEFAULT FALSE;
ALTER TABLE teams ADD COLUMN looking_note TEXT NOT NULL DEFAULT '';
ALTER TABLE teams ADD COLUMN closed_at TIMESTAMP;
ALTER TABLE teams ADD COLUMN merged_into BIGINT REFERENCES teams (id);
ALTER TABLE teams ADD COLUMN disqualified_at TIMESTAMP;
ALTER TABLE teams ADD COLUMN disqualified_for TEXT;
CREATE INDEX teams_merged_into ON teams (merged_into);

-- The team and number under which an entry was sent, where its team has merged into another one since.
ALTER TABLE submissions ADD COLUMN former_team_id BIGINT REFERENCES teams (id);
ALTER TABLE submissions ADD COLUMN former_number INTEGER;

-- Everybody who was ever invited to, asked for or took part in a competition. answers: JSON object of the sign-up fields,
-- for hosts only. bracket: what the answers say.
CREATE TABLE participants (
    competition_id BIGINT NOT NULL REFERENCES competitions (id),
    user_id BIGINT NOT NULL REFERENCES users (id),
    state TEXT NOT NULL CHECK (state IN ('invited', 'asked', 'joined', 'declined', 'left', 'removed')),
    answers TEXT NOT NULL,
    bracket TEXT,
    team_name TEXT,
    reason TEXT NOT NULL,
    created_at TIMESTAMP NOT NULL,
    decided_at TIMESTAMP,
    decided_by BIGINT REFERENCES users (id),
    PRIMARY KEY (competition_id, user_id)
);
CREATE INDEX participants_of_user ON participants (user_id);
INSERT INTO participants (competition_id, user_id, state, answers, reason, created_at, decided_at)
    SELECT competition_id, user_id, 'joined', '{}', '', joined_at, joined_at FROM team_members;

-- Either for one person (user_id) or for whoever has the link (token_hash). label: what its maker calls it, often the
-- address that the link is sent to.
CREATE TABLE invites (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    competition_id BIGINT NOT NULL REFERENCES competitions (id),
    kind TEXT NOT NULL CHECK (kind IN ('team', 'participant', 'host')),
    team_id BIGINT REFERENCES teams (id),
    role TEXT CHECK (role IN ('host', 'moderator')),
    user_id BIGINT REFERENCES users (id),
    label TEXT NOT NULL,
    token_hash BLOB UNIQUE,
    uses_left INTEGER NOT NULL,
    created_by BIGINT NOT NULL REFERENCES users (id),
    created_at TIMESTAMP NOT NULL,
    expires_at TIMESTAMP NOT NULL,
    ended_at TIMESTAMP,
    ended_as TEXT CHECK (ended_as IN ('accepted', 'declined', 'revoked')),
    CHECK ((kind = 'team') = (team_id IS NOT NULL)),
    CHECK ((kind = 'host') = (role IS NOT NULL)),
    CHECK ((user_id IS NULL) <> (token_hash IS NULL)),
    CHECK ((ended_at IS NULL) = (ended_as IS NULL))
);
CREATE INDEX invites_of_competition ON invites (competition_id, kind, id);
CREATE INDEX invites_of_user ON invites (user_id);
CREATE INDEX invites_of_team ON invites (team_id);

-- The team that asks takes the other one in.
CREATE TABLE merges (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    competition_id BIGINT NOT NULL REFERENCES competitions (id),
    team_id BIGINT NOT NULL REFERENCES teams (id),
    other_id BIGINT NOT NULL REFERENCES teams (id),
    state TEXT NOT NULL CHECK (state IN ('open', 'accepted', 'declined', 'cancelled')),
    asked_by BIGINT NOT NULL REFERENCES users (id),
    asked_at TIMESTAMP NOT NULL,
    decided_by BIGINT REFERENCES users (id),
    decided_at TIMESTAMP
);
CREATE INDEX merges_of_team ON merges (team_id, state);
CREATE INDEX merges_of_other ON merges (other_id, state);

-- What a host gives one team beyond the rules: entries on a day of the zone, or time after the end.
CREATE TABLE grants (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    competition_id BIGINT NOT NULL REFERENCES competitions (id),
    team_id BIGINT NOT NULL REFERENCES teams (id),
    entries INTEGER,
    day TEXT,
    until TIMESTAMP,
    reason TEXT NOT NULL,
    granted_by BIGINT NOT NULL REFERENCES users (id),
    granted_at TIMESTAMP NOT NULL,
    revoked_at TIMESTAMP,
    CHECK ((entries IS NULL) = (day IS NULL)),
    CHECK ((entries IS NULL) <> (until IS NULL))
);
CREATE INDEX grants_of_team ON grants (team_id);

-- Every text that a page ever had.
CREATE TABLE page_versions (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    competition_id BIGINT NOT NULL REFERENCES competitions (id),
    name TEXT NOT NULL,
    language TEXT NOT NULL CHECK (language IN ('en', 'ko')),
    markdown TEXT NOT NULL,
    saved_by BIGINT REFERENCES users (id),
    saved_at TIMESTAMP NOT NULL
);
CREATE INDEX page_versions_of_page ON page_versions (competition_id, name, language, id);
INSERT INTO page_versions (competition_id, name, language, markdown, saved_at)
    SELECT competition_id, name, language, markdown, updated_at FROM pages ORDER BY id;

-- Who fetched which file.
CREATE TABLE downloads (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    competition_id BIGINT NOT NULL REFERENCES competitions (id),
    user_id BIGINT NOT NULL REFERENCES users (id),
    path TEXT NOT NULL,
    bytes BIGINT NOT NULL,
    at TIMESTAMP NOT NULL
);
CREATE INDEX downloads_of_competition ON downloads (competition_id, id);
CREATE INDEX downloads_of_user ON downloads (user_id);
