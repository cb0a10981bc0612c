DROP INDEX jobs_of_competition;
ALTER TABLE jobs DROP COLUMN competition_id;
DROP TABLE site_settings;
