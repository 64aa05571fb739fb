-- Where the lines of one delivery lie between adapter and merge. Unlogged: what is in them belongs to a transaction that
-- has not ended, so after a crash there is nothing to keep. No policy: only the loader (BYPASSRLS) comes here.
-- Not analysed by autovacuum: it would remember one delivery as if it were every delivery. `tells_person` is false on a line
-- whose personal details lose to those of another line about the same person. `seq` numbers what the adapter handed on:
-- an iJw message is one line and may hold several events.
CREATE UNLOGGED TABLE staging.absence_report_line (
  delivery_id uuid NOT NULL,
  seq integer NOT NULL,
  line integer NOT NULL,
  bsn_token text NOT NULL,
  token_key text NOT NULL,
  given_name text NOT NULL,
  prefix text,
  family_name text NOT NULL,
  name_protected boolean NOT NULL,
  birth_date date NOT NULL,
  youth_region text NOT NULL,
  municipality_code text NOT NULL,
  report_number text NOT NULL,
  brin6 text,
  kind text NOT NULL,
  status text NOT NULL,
  from_on date NOT NULL,
  until_on date,
  hours numeric,
  reported_on date NOT NULL,
  as_of date NOT NULL,
  tells_person boolean NOT NULL DEFAULT true,
  PRIMARY KEY (delivery_id, seq)
) WITH (autovacuum_analyze_threshold = 2147483647);
--> statement-breakpoint
CREATE UNLOGGED TABLE staging.enrolment_line (
  delivery_id uuid NOT NULL,
  seq integer NOT NULL,
  line integer NOT NULL,
  swv_code text NOT NULL,
  brin6 text NOT NULL,
  school_pupil_number text NOT NULL,
  given_name text NOT NULL,
  prefix text,
  family_name text NOT NULL,
  name_protected boolean NOT NULL,
  birth_date date NOT NULL,
  enrolled_on date NOT NULL,
  left_on date,
  as_of date NOT NULL,
  tells_person boolean NOT NULL DEFAULT true,
  PRIMARY KEY (delivery_id, seq)
) WITH (autovacuum_analyze_threshold = 2147483647);
--> statement-breakpoint
CREATE UNLOGGED TABLE staging.support_application_line (
  delivery_id uuid NOT NULL,
  seq integer NOT NULL,
  line integer NOT NULL,
  swv_code text NOT NULL,
  brin6 text NOT NULL,
  school_pupil_number text NOT NULL,
  given_name text NOT NULL,
  prefix text,
  family_name text NOT NULL,
  name_protected boolean NOT NULL,
  birth_date date NOT NULL,
  enrolled_on date NOT NULL,
  application text NOT NULL,
  tlv_kind text,
  source_key text NOT NULL,
  requested_on date NOT NULL,
  as_of date NOT NULL,
  tells_person boolean NOT NULL DEFAULT true,
  PRIMARY KEY (delivery_id, seq)
) WITH (autovacuum_analyze_threshold = 2147483647);
--> statement-breakpoint
CREATE UNLOGGED TABLE staging.tlv_line (
  delivery_id uuid NOT NULL,
  seq integer NOT NULL,
  line integer NOT NULL,
  swv_code text NOT NULL,
  brin6 text NOT NULL,
  school_pupil_number text NOT NULL,
  number text NOT NULL,
  kind text NOT NULL,
  funding_category text,
  cluster integer,
  status text NOT NULL,
  requested_on date NOT NULL,
  decide_by date NOT NULL,
  decided_on date,
  valid_from date,
  valid_until date,
  advice_count integer NOT NULL,
  as_of date NOT NULL,
  PRIMARY KEY (delivery_id, seq)
) WITH (autovacuum_analyze_threshold = 2147483647);
--> statement-breakpoint
CREATE UNLOGGED TABLE staging.opp_line (
  delivery_id uuid NOT NULL,
  seq integer NOT NULL,
  line integer NOT NULL,
  swv_code text NOT NULL,
  brin6 text NOT NULL,
  school_pupil_number text NOT NULL,
  version integer NOT NULL,
  status text NOT NULL,
  established_on date,
  guardians_consulted_on date,
  pupil_heard_on date,
  evaluated_on date,
  as_of date NOT NULL,
  PRIMARY KEY (delivery_id, seq)
) WITH (autovacuum_analyze_threshold = 2147483647);
--> statement-breakpoint
CREATE UNLOGGED TABLE staging.arrangement_line (
  delivery_id uuid NOT NULL,
  seq integer NOT NULL,
  line integer NOT NULL,
  swv_code text NOT NULL,
  brin6 text NOT NULL,
  school_pupil_number text NOT NULL,
  number text NOT NULL,
  kind text NOT NULL,
  status text NOT NULL,
  requested_on date NOT NULL,
  decided_on date,
  valid_from date,
  valid_until date,
  as_of date NOT NULL,
  PRIMARY KEY (delivery_id, seq)
) WITH (autovacuum_analyze_threshold = 2147483647);
--> statement-breakpoint
CREATE UNLOGGED TABLE staging.waiting_list_line (
  delivery_id uuid NOT NULL,
  seq integer NOT NULL,
  line integer NOT NULL,
  bsn_token text NOT NULL,
  token_key text NOT NULL,
  birth_date date NOT NULL,
  youth_region text NOT NULL,
  municipality_code text NOT NULL,
  provider_agb text NOT NULL,
  reference text NOT NULL,
  care_kind text NOT NULL,
  referrer text,
  allocation_number text,
  referred_on date NOT NULL,
  registered_on date,
  intake_on date,
  allocated_on date,
  intended_start date,
  started_on date,
  ended_on date,
  status text NOT NULL,
  bridging boolean NOT NULL,
  hinders_education text NOT NULL,
  as_of date NOT NULL,
  tells_person boolean NOT NULL DEFAULT true,
  PRIMARY KEY (delivery_id, seq)
) WITH (autovacuum_analyze_threshold = 2147483647);
--> statement-breakpoint
CREATE UNLOGGED TABLE staging.care_event_line (
  delivery_id uuid NOT NULL,
  seq integer NOT NULL,
  line integer NOT NULL,
  bsn_token text NOT NULL,
  token_key text NOT NULL,
  youth_region text NOT NULL,
  municipality_code text NOT NULL,
  provider_agb text NOT NULL,
  message text NOT NULL,
  message_id text NOT NULL,
  allocation_number text NOT NULL,
  product_category text,
  product_code text,
  occurred_on date NOT NULL,
  intended_start date,
  end_reason text,
  as_of date NOT NULL,
  entry_id uuid,
  PRIMARY KEY (delivery_id, seq)
) WITH (autovacuum_analyze_threshold = 2147483647);
--> statement-breakpoint
CREATE UNLOGGED TABLE staging.reject_line (
  delivery_id uuid NOT NULL,
  seq integer NOT NULL,
  line integer NOT NULL,
  field text,
  code text NOT NULL,
  message text NOT NULL
) WITH (autovacuum_analyze_threshold = 2147483647);
--> statement-breakpoint
CREATE INDEX reject_line_delivery ON staging.reject_line (delivery_id, seq);
--> statement-breakpoint
ALTER TABLE staging.absence_report_line ENABLE ROW LEVEL SECURITY;
--> statement-breakpoint
ALTER TABLE staging.absence_report_line FORCE ROW LEVEL SECURITY;
--> statement-breakpoint
ALTER TABLE staging.enrolment_line ENABLE ROW LEVEL SECURITY;
--> statement-breakpoint
ALTER TABLE staging.enrolment_line FORCE ROW LEVEL SECURITY;
--> statement-breakpoint
ALTER TABLE staging.support_application_line ENABLE ROW LEVEL SECURITY;
--> statement-breakpoint
ALTER TABLE staging.support_application_line FORCE ROW LEVEL SECURITY;
--> statement-breakpoint
ALTER TABLE staging.tlv_line ENABLE ROW LEVEL SECURITY;
--> statement-breakpoint
ALTER TABLE staging.tlv_line FORCE ROW LEVEL SECURITY;
--> statement-breakpoint
ALTER TABLE staging.opp_line ENABLE ROW LEVEL SECURITY;
--> statement-breakpoint
ALTER TABLE staging.opp_line FORCE ROW LEVEL SECURITY;
--> statement-breakpoint
ALTER TABLE staging.arrangement_line ENABLE ROW LEVEL SECURITY;
--> statement-breakpoint
ALTER TABLE staging.arrangement_line FORCE ROW LEVEL SECURITY;
--> statement-breakpoint
ALTER TABLE staging.waiting_list_line ENABLE ROW LEVEL SECURITY;
--> statement-breakpoint
ALTER TABLE staging.waiting_list_line FORCE ROW LEVEL SECURITY;
--> statement-breakpoint
ALTER TABLE staging.care_event_line ENABLE ROW LEVEL SECURITY;
--> statement-breakpoint
ALTER TABLE staging.care_event_line FORCE ROW LEVEL SECURITY;
--> statement-breakpoint
ALTER TABLE staging.reject_line ENABLE ROW LEVEL SECURITY;
--> statement-breakpoint
ALTER TABLE staging.reject_line FORCE ROW LEVEL SECURITY;
--> statement-breakpoint
GRANT SELECT, INSERT, UPDATE, DELETE ON staging.absence_report_line, staging.enrolment_line, staging.support_application_line, staging.tlv_line, staging.opp_line, staging.arrangement_line, staging.waiting_list_line, staging.care_event_line, staging.reject_line TO hub_ingest;
--> statement-breakpoint
-- Which application became which decision. When the SWV numbers an application, its row takes the number as key;
-- this remembers the first key, so that the same application delivered again is not taken for a new one.
CREATE TABLE education.adopted_application (
  swv_code text NOT NULL,
  source_key text NOT NULL,
  record_id uuid NOT NULL,
  PRIMARY KEY (swv_code, source_key)
);
--> statement-breakpoint
ALTER TABLE education.adopted_application ENABLE ROW LEVEL SECURITY;
--> statement-breakpoint
ALTER TABLE education.adopted_application FORCE ROW LEVEL SECURITY;
--> statement-breakpoint
GRANT SELECT, INSERT ON education.adopted_application TO hub_ingest;
