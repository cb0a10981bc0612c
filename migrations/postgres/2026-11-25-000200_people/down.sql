DROP TABLE notifications;
DELETE FROM events WHERE user_id IS NOT NULL;
ALTER TABLE events DROP COLUMN user_id;
