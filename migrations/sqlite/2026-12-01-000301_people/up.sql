-- An address belongs to the account that proved it; until then anybody may have written it down. email_key: the folded
-- address, once it is proved.
UPDATE users SET email_key = NULL WHERE email_verified_at IS NULL;

-- The team that a host's roster puts this person into.
ALTER TABLE participants ADD COLUMN planned_team TEXT;

-- Whether somebody fetched this file lately.
CREATE INDEX downloads_of_file ON downloads (competition_id, user_id, path);
