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
