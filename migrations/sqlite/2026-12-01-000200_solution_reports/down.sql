ALTER TABLE solutions DROP COLUMN classes;
ALTER TABLE solutions DROP COLUMN rows_ignored;
