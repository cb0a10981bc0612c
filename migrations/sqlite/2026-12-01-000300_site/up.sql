-- What administrators chose for the whole site; at most one row, with the number 1. domains: a JSON list.
CREATE TABLE site_settings (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    name TEXT NOT NULL,
    sign_up TEXT NOT NULL CHECK (sign_up IN ('open', 'domains', 'invite', 'closed')),
    domains TEXT NOT NULL,
    creators TEXT NOT NULL CHECK (creators IN ('everybody', 'hosts', 'admins')),
    second_factor_required BOOLEAN NOT NULL,
    banner_en TEXT NOT NULL,
    banner_ko TEXT NOT NULL,
    contact TEXT NOT NULL,
    updated_at TIMESTAMP NOT NULL,
    updated_by BIGINT NOT NULL REFERENCES users (id)
);

-- For which competition a job works, so that its hosts see their queue. A submission is looked up by its number, which
-- follows 'score_submission:' in the key: comparing whole keys would read all submissions once for each job.
ALTER TABLE jobs ADD COLUMN competition_id BIGINT REFERENCES competitions (id);
UPDATE jobs SET competition_id = (
    SELECT s.competition_id FROM submissions s WHERE s.id = CAST(substr(jobs.dedupe_key, 18) AS BIGINT)
) WHERE kind = 'score_submission';
UPDATE jobs SET competition_id = (
    SELECT r.competition_id FROM rescores r WHERE jobs.dedupe_key LIKE 'rescore:' || r.id || ':%'
) WHERE kind = 'rescore';
CREATE INDEX jobs_of_competition ON jobs (competition_id, state, id);
