DROP TABLE audit_head;
DROP TABLE audit;
DROP FUNCTION refuse_change_of_audit;
