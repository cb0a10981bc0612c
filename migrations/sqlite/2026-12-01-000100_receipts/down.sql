DROP TRIGGER receipts_are_not_removed;
DROP TRIGGER receipts_are_not_changed;
DROP TABLE receipts;
