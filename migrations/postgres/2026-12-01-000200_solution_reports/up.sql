-- What a host reads again of the hidden labels: counts, no label. None for versions from before.
ALTER TABLE solutions ADD COLUMN rows_ignored BIGINT;
ALTER TABLE solutions ADD COLUMN classes TEXT;
