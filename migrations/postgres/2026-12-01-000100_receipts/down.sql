DROP TABLE receipts;
DROP FUNCTION refuse_change_of_receipts;
