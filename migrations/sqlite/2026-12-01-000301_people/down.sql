DROP INDEX downloads_of_file;
ALTER TABLE participants DROP COLUMN planned_team;
