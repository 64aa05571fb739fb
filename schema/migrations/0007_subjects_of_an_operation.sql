-- One row for each compartment an operation touched instead of one for each data subject: what was logged is folded, not lost.
-- Row-level security binds the owner too: without lifting it, the copy below would see nothing, and say nothing.
ALTER TABLE audit.access_subject NO FORCE ROW LEVEL SECURITY;
--> statement-breakpoint
CREATE TABLE audit.access_subject_of_old AS SELECT operation_id, compartment, array_agg(subject_id ORDER BY subject_id) AS subject_ids, min(at) AS at FROM audit.access_subject GROUP BY operation_id, compartment;
--> statement-breakpoint
TRUNCATE audit.access_subject;
--> statement-breakpoint
DROP INDEX audit.access_subject_subject;
--> statement-breakpoint
ALTER TABLE audit.access_subject DROP CONSTRAINT access_subject_operation_id_compartment_subject_id_pk;
--> statement-breakpoint
ALTER TABLE audit.access_subject DROP COLUMN subject_id;
--> statement-breakpoint
ALTER TABLE audit.access_subject ADD CONSTRAINT access_subject_operation_id_compartment_pk PRIMARY KEY (operation_id, compartment);
--> statement-breakpoint
ALTER TABLE audit.access_subject ADD COLUMN subject_ids uuid[] NOT NULL;
--> statement-breakpoint
INSERT INTO audit.access_subject (operation_id, compartment, subject_ids, at) SELECT operation_id, compartment, subject_ids, at FROM audit.access_subject_of_old;
--> statement-breakpoint
DROP TABLE audit.access_subject_of_old;
--> statement-breakpoint
CREATE INDEX access_subject_ids ON audit.access_subject USING gin (subject_ids) WITH (gin_pending_list_limit = 512);
--> statement-breakpoint
ALTER TABLE audit.access_subject FORCE ROW LEVEL SECURITY;
--> statement-breakpoint
GRANT INSERT (subject_ids) ON audit.access_subject TO hub_audit, hub_command;
