CREATE SCHEMA "attendance";
--> statement-breakpoint
CREATE SCHEMA "audit";
--> statement-breakpoint
CREATE SCHEMA "care";
--> statement-breakpoint
CREATE SCHEMA "casework";
--> statement-breakpoint
CREATE SCHEMA "education";
--> statement-breakpoint
CREATE SCHEMA "reference";
--> statement-breakpoint
CREATE SCHEMA "staging";
--> statement-breakpoint
CREATE TABLE "attendance"."absence_report" (
	"youth_region" text NOT NULL,
	"id" uuid DEFAULT gen_random_uuid() NOT NULL,
	"youth_id" uuid NOT NULL,
	"municipality_code" text NOT NULL,
	"brin6" text,
	"report_number" text NOT NULL,
	"kind" text NOT NULL,
	"status" text NOT NULL,
	"from_on" date NOT NULL,
	"until_on" date,
	"hours" numeric,
	"reported_on" date NOT NULL,
	"source" text NOT NULL,
	"delivery_id" uuid NOT NULL,
	"delivered_at" timestamp with time zone NOT NULL,
	"as_of" date NOT NULL,
	CONSTRAINT "absence_report_youth_region_id_pk" PRIMARY KEY("youth_region","id")
);
--> statement-breakpoint
ALTER TABLE "attendance"."absence_report" ENABLE ROW LEVEL SECURITY;--> statement-breakpoint
CREATE TABLE "education"."arrangement" (
	"swv_code" text NOT NULL,
	"id" uuid DEFAULT gen_random_uuid() NOT NULL,
	"pupil_id" uuid NOT NULL,
	"brin6" text NOT NULL,
	"source_key" text NOT NULL,
	"kind" text NOT NULL,
	"status" text NOT NULL,
	"requested_on" date NOT NULL,
	"decided_on" date,
	"valid_from" date,
	"valid_until" date,
	"source" text NOT NULL,
	"delivery_id" uuid NOT NULL,
	"delivered_at" timestamp with time zone NOT NULL,
	"as_of" date NOT NULL,
	CONSTRAINT "arrangement_swv_code_id_pk" PRIMARY KEY("swv_code","id")
);
--> statement-breakpoint
ALTER TABLE "education"."arrangement" ENABLE ROW LEVEL SECURITY;--> statement-breakpoint
CREATE TABLE "audit"."access" (
	"operation_id" uuid PRIMARY KEY NOT NULL,
	"at" timestamp with time zone NOT NULL,
	"subject" text NOT NULL,
	"role" text NOT NULL,
	"organisation" text NOT NULL,
	"purpose" text NOT NULL,
	"legal_basis" text NOT NULL,
	"action" text NOT NULL,
	"operation" text NOT NULL,
	"document_hash" text NOT NULL,
	"outcome" text NOT NULL,
	"subject_count" integer NOT NULL,
	"trace_id" text NOT NULL
);
--> statement-breakpoint
ALTER TABLE "audit"."access" ENABLE ROW LEVEL SECURITY;--> statement-breakpoint
CREATE TABLE "audit"."access_subject" (
	"operation_id" uuid NOT NULL,
	"compartment" text NOT NULL,
	"subject_id" uuid NOT NULL,
	"at" timestamp with time zone NOT NULL,
	CONSTRAINT "access_subject_operation_id_compartment_subject_id_pk" PRIMARY KEY("operation_id","compartment","subject_id")
);
--> statement-breakpoint
ALTER TABLE "audit"."access_subject" ENABLE ROW LEVEL SECURITY;--> statement-breakpoint
CREATE TABLE "reference"."care_provider" (
	"agb" text PRIMARY KEY NOT NULL,
	"name" text NOT NULL,
	"youth_regions" text[] NOT NULL
);
--> statement-breakpoint
ALTER TABLE "reference"."care_provider" ENABLE ROW LEVEL SECURITY;--> statement-breakpoint
CREATE TABLE "staging"."delivery" (
	"id" uuid PRIMARY KEY NOT NULL,
	"source" text NOT NULL,
	"format" text NOT NULL,
	"sha256" text,
	"bytes" bigint,
	"received_at" timestamp with time zone NOT NULL,
	"finished_at" timestamp with time zone,
	"status" text NOT NULL,
	"problem_code" text,
	"problem" text,
	"received_count" integer DEFAULT 0 NOT NULL,
	"accepted_count" integer DEFAULT 0 NOT NULL,
	"unchanged_count" integer DEFAULT 0 NOT NULL,
	"rejected_count" integer DEFAULT 0 NOT NULL,
	"linked_count" integer DEFAULT 0 NOT NULL
);
--> statement-breakpoint
ALTER TABLE "staging"."delivery" ENABLE ROW LEVEL SECURITY;--> statement-breakpoint
CREATE TABLE "staging"."reject" (
	"delivery_id" uuid NOT NULL,
	"seq" integer NOT NULL,
	"source" text NOT NULL,
	"line" integer NOT NULL,
	"field" text,
	"code" text NOT NULL,
	"message" text NOT NULL,
	CONSTRAINT "reject_delivery_id_seq_pk" PRIMARY KEY("delivery_id","seq")
);
--> statement-breakpoint
ALTER TABLE "staging"."reject" ENABLE ROW LEVEL SECURITY;--> statement-breakpoint
CREATE TABLE "staging"."source" (
	"name" text PRIMARY KEY NOT NULL,
	"description" text NOT NULL,
	"formats" text[] NOT NULL,
	"municipality_codes" text[] NOT NULL,
	"swv_codes" text[] NOT NULL,
	"brin6s" text[] NOT NULL,
	"provider_agbs" text[] NOT NULL
);
--> statement-breakpoint
ALTER TABLE "staging"."source" ENABLE ROW LEVEL SECURITY;--> statement-breakpoint
CREATE TABLE "casework"."covenant" (
	"id" uuid PRIMARY KEY NOT NULL,
	"name" text NOT NULL,
	"purposes" text[] NOT NULL,
	"data_kinds" text[] NOT NULL,
	"valid_from" date NOT NULL,
	"valid_until" date NOT NULL
);
--> statement-breakpoint
ALTER TABLE "casework"."covenant" ENABLE ROW LEVEL SECURITY;--> statement-breakpoint
CREATE TABLE "casework"."covenant_party" (
	"covenant_id" uuid NOT NULL,
	"role" text NOT NULL,
	"organisation" text NOT NULL,
	"valid_from" date NOT NULL,
	"valid_until" date NOT NULL,
	CONSTRAINT "covenant_party_covenant_id_role_organisation_pk" PRIMARY KEY("covenant_id","role","organisation")
);
--> statement-breakpoint
ALTER TABLE "casework"."covenant_party" ENABLE ROW LEVEL SECURITY;--> statement-breakpoint
CREATE TABLE "casework"."ground" (
	"youth_region" text NOT NULL,
	"case_id" uuid NOT NULL,
	"id" uuid DEFAULT gen_random_uuid() NOT NULL,
	"municipality_code" text NOT NULL,
	"kind" text NOT NULL,
	"legal_basis" text NOT NULL,
	"purpose" text NOT NULL,
	"covenant_id" uuid,
	"consent_id" uuid,
	"data_kinds" text[] NOT NULL,
	"recipients" text[] NOT NULL,
	"valid_from" date NOT NULL,
	"valid_until" date NOT NULL,
	"registered_by_role" text NOT NULL,
	"registered_by_organisation" text NOT NULL,
	"given_by" text,
	"evidence_ref" text,
	"withdrawn_on" date,
	"access" jsonb DEFAULT '{}'::jsonb NOT NULL,
	CONSTRAINT "ground_youth_region_case_id_id_pk" PRIMARY KEY("youth_region","case_id","id")
);
--> statement-breakpoint
ALTER TABLE "casework"."ground" ENABLE ROW LEVEL SECURITY;--> statement-breakpoint
CREATE TABLE "casework"."link" (
	"youth_region" text NOT NULL,
	"case_id" uuid NOT NULL,
	"id" uuid DEFAULT gen_random_uuid() NOT NULL,
	"municipality_code" text NOT NULL,
	"ground_id" uuid NOT NULL,
	"compartment" text NOT NULL,
	"record_scope" text NOT NULL,
	"record_id" uuid NOT NULL,
	"attached_by_role" text NOT NULL,
	"attached_by_organisation" text NOT NULL,
	"attached_on" date NOT NULL,
	"access" jsonb DEFAULT '{}'::jsonb NOT NULL,
	CONSTRAINT "link_youth_region_case_id_id_pk" PRIMARY KEY("youth_region","case_id","id")
);
--> statement-breakpoint
ALTER TABLE "casework"."link" ENABLE ROW LEVEL SECURITY;--> statement-breakpoint
CREATE TABLE "casework"."idempotency" (
	"youth_region" text NOT NULL,
	"caller" text NOT NULL,
	"key" text NOT NULL,
	"request_hash" text NOT NULL,
	"outcome" jsonb,
	"created_at" timestamp with time zone NOT NULL,
	CONSTRAINT "idempotency_youth_region_caller_key_pk" PRIMARY KEY("youth_region","caller","key")
);
--> statement-breakpoint
ALTER TABLE "casework"."idempotency" ENABLE ROW LEVEL SECURITY;--> statement-breakpoint
CREATE TABLE "reference"."municipality" (
	"code" text PRIMARY KEY NOT NULL,
	"name" text NOT NULL,
	"province" text NOT NULL,
	"youth_region" text NOT NULL,
	"doorstroompunt_region" text NOT NULL,
	"valid_during" daterange NOT NULL
);
--> statement-breakpoint
ALTER TABLE "reference"."municipality" ENABLE ROW LEVEL SECURITY;--> statement-breakpoint
CREATE TABLE "education"."opp" (
	"swv_code" text NOT NULL,
	"id" uuid DEFAULT gen_random_uuid() NOT NULL,
	"pupil_id" uuid NOT NULL,
	"brin6" text NOT NULL,
	"swv_task_until" date,
	"version" integer NOT NULL,
	"status" text NOT NULL,
	"established_on" date,
	"guardians_consulted_on" date,
	"pupil_heard_on" date,
	"evaluated_on" date,
	"source" text NOT NULL,
	"delivery_id" uuid NOT NULL,
	"delivered_at" timestamp with time zone NOT NULL,
	"as_of" date NOT NULL,
	CONSTRAINT "opp_swv_code_id_pk" PRIMARY KEY("swv_code","id")
);
--> statement-breakpoint
ALTER TABLE "education"."opp" ENABLE ROW LEVEL SECURITY;--> statement-breakpoint
CREATE TABLE "casework"."shared_absence" (
	"youth_region" text NOT NULL,
	"case_id" uuid NOT NULL,
	"ground_id" uuid NOT NULL,
	"municipality_code" text NOT NULL,
	"report_id" uuid NOT NULL,
	"recipients" text[] NOT NULL,
	"valid_from" date NOT NULL,
	"valid_until" date NOT NULL,
	"brin6" text,
	"kind" text NOT NULL,
	"status" text NOT NULL,
	"from_on" date NOT NULL,
	"until_on" date,
	"hours" numeric,
	"access" jsonb DEFAULT '{}'::jsonb NOT NULL,
	CONSTRAINT "shared_absence_youth_region_case_id_ground_id_report_id_pk" PRIMARY KEY("youth_region","case_id","ground_id","report_id")
);
--> statement-breakpoint
ALTER TABLE "casework"."shared_absence" ENABLE ROW LEVEL SECURITY;--> statement-breakpoint
CREATE TABLE "casework"."shared_identity" (
	"youth_region" text NOT NULL,
	"case_id" uuid NOT NULL,
	"ground_id" uuid NOT NULL,
	"municipality_code" text NOT NULL,
	"recipients" text[] NOT NULL,
	"valid_from" date NOT NULL,
	"valid_until" date NOT NULL,
	"name" text,
	"name_protected" boolean NOT NULL,
	"birth_date" date NOT NULL,
	"access" jsonb DEFAULT '{}'::jsonb NOT NULL,
	CONSTRAINT "shared_identity_youth_region_case_id_ground_id_pk" PRIMARY KEY("youth_region","case_id","ground_id")
);
--> statement-breakpoint
ALTER TABLE "casework"."shared_identity" ENABLE ROW LEVEL SECURITY;--> statement-breakpoint
CREATE TABLE "casework"."shared_support" (
	"youth_region" text NOT NULL,
	"case_id" uuid NOT NULL,
	"ground_id" uuid NOT NULL,
	"municipality_code" text NOT NULL,
	"pupil_id" uuid NOT NULL,
	"recipients" text[] NOT NULL,
	"valid_from" date NOT NULL,
	"valid_until" date NOT NULL,
	"tlv_kind" text,
	"tlv_status" text,
	"tlv_valid_until" date,
	"opp_status" text,
	"opp_established_on" date,
	"opp_pupil_heard_on" date,
	"arrangements" jsonb NOT NULL,
	"as_of" date NOT NULL,
	"access" jsonb DEFAULT '{}'::jsonb NOT NULL,
	CONSTRAINT "shared_support_youth_region_case_id_ground_id_pupil_id_pk" PRIMARY KEY("youth_region","case_id","ground_id","pupil_id")
);
--> statement-breakpoint
ALTER TABLE "casework"."shared_support" ENABLE ROW LEVEL SECURITY;--> statement-breakpoint
CREATE TABLE "casework"."shared_waiting" (
	"youth_region" text NOT NULL,
	"case_id" uuid NOT NULL,
	"ground_id" uuid NOT NULL,
	"municipality_code" text NOT NULL,
	"entry_id" uuid NOT NULL,
	"recipients" text[] NOT NULL,
	"valid_from" date NOT NULL,
	"valid_until" date NOT NULL,
	"waiting_for_help" text NOT NULL,
	"expected_start_week" text,
	"bridging" boolean NOT NULL,
	"as_of" date NOT NULL,
	"source" text NOT NULL,
	"delivered_at" timestamp with time zone NOT NULL,
	"access" jsonb DEFAULT '{}'::jsonb NOT NULL,
	CONSTRAINT "shared_waiting_youth_region_case_id_ground_id_entry_id_pk" PRIMARY KEY("youth_region","case_id","ground_id","entry_id")
);
--> statement-breakpoint
ALTER TABLE "casework"."shared_waiting" ENABLE ROW LEVEL SECURITY;--> statement-breakpoint
CREATE TABLE "education"."enrolment" (
	"swv_code" text NOT NULL,
	"id" uuid DEFAULT gen_random_uuid() NOT NULL,
	"pupil_id" uuid NOT NULL,
	"brin6" text NOT NULL,
	"valid_during" daterange NOT NULL,
	"enrolled_on" date NOT NULL,
	"left_on" date,
	"source" text NOT NULL,
	"delivery_id" uuid NOT NULL,
	"delivered_at" timestamp with time zone NOT NULL,
	"as_of" date NOT NULL,
	CONSTRAINT "enrolment_swv_code_id_pk" PRIMARY KEY("swv_code","id")
);
--> statement-breakpoint
ALTER TABLE "education"."enrolment" ENABLE ROW LEVEL SECURITY;--> statement-breakpoint
CREATE TABLE "education"."pupil" (
	"swv_code" text NOT NULL,
	"id" uuid DEFAULT gen_random_uuid() NOT NULL,
	"brin6" text NOT NULL,
	"school_pupil_number" text NOT NULL,
	"swv_task_until" date,
	"source" text NOT NULL,
	"delivery_id" uuid NOT NULL,
	"delivered_at" timestamp with time zone NOT NULL,
	"as_of" date NOT NULL,
	CONSTRAINT "pupil_swv_code_id_pk" PRIMARY KEY("swv_code","id")
);
--> statement-breakpoint
ALTER TABLE "education"."pupil" ENABLE ROW LEVEL SECURITY;--> statement-breakpoint
CREATE TABLE "education"."pupil_identity" (
	"swv_code" text NOT NULL,
	"pupil_id" uuid NOT NULL,
	"brin6" text NOT NULL,
	"swv_task_until" date,
	"given_name" text NOT NULL,
	"prefix" text,
	"family_name" text NOT NULL,
	"birth_date" date NOT NULL,
	"name_protected" boolean NOT NULL,
	CONSTRAINT "pupil_identity_swv_code_pupil_id_pk" PRIMARY KEY("swv_code","pupil_id")
);
--> statement-breakpoint
ALTER TABLE "education"."pupil_identity" ENABLE ROW LEVEL SECURITY;--> statement-breakpoint
CREATE TABLE "reference"."school" (
	"brin6" text PRIMARY KEY NOT NULL,
	"brin" text NOT NULL,
	"name" text NOT NULL,
	"kind" text NOT NULL,
	"municipality_code" text NOT NULL,
	"postcode" text,
	"town" text,
	"denomination" text,
	"longitude" double precision,
	"latitude" double precision,
	"swv_po" text,
	"swv_vo" text,
	"swv_code" text,
	"in_use" boolean NOT NULL
);
--> statement-breakpoint
ALTER TABLE "reference"."school" ENABLE ROW LEVEL SECURITY;--> statement-breakpoint
CREATE TABLE "reference"."school_pupil_count" (
	"brin6" text NOT NULL,
	"year" integer NOT NULL,
	"pupils" integer,
	"suppressed" boolean NOT NULL,
	CONSTRAINT "school_pupil_count_brin6_year_pk" PRIMARY KEY("brin6","year")
);
--> statement-breakpoint
ALTER TABLE "reference"."school_pupil_count" ENABLE ROW LEVEL SECURITY;--> statement-breakpoint
CREATE TABLE "reference"."swv" (
	"code" text PRIMARY KEY NOT NULL,
	"sector" text NOT NULL,
	"number" text NOT NULL,
	"label" text NOT NULL
);
--> statement-breakpoint
ALTER TABLE "reference"."swv" ENABLE ROW LEVEL SECURITY;--> statement-breakpoint
CREATE TABLE "reference"."swv_municipality" (
	"swv_code" text NOT NULL,
	"municipality_code" text NOT NULL,
	"sector" text NOT NULL,
	"school_sites" integer NOT NULL,
	"share" numeric NOT NULL,
	"is_main" boolean NOT NULL,
	"basis" text NOT NULL,
	"valid_during" daterange NOT NULL,
	CONSTRAINT "swv_municipality_swv_code_municipality_code_pk" PRIMARY KEY("swv_code","municipality_code")
);
--> statement-breakpoint
ALTER TABLE "reference"."swv_municipality" ENABLE ROW LEVEL SECURITY;--> statement-breakpoint
CREATE TABLE "reference"."swv_postcode" (
	"pc4" text PRIMARY KEY NOT NULL,
	"swv_po" text,
	"swv_vo" text
);
--> statement-breakpoint
ALTER TABLE "reference"."swv_postcode" ENABLE ROW LEVEL SECURITY;--> statement-breakpoint
CREATE TABLE "reference"."swv_pupil_count" (
	"swv_code" text NOT NULL,
	"year" integer NOT NULL,
	"school_kind" text NOT NULL,
	"pupils" integer NOT NULL,
	"suppressed_sites" integer NOT NULL,
	"sites" integer NOT NULL,
	CONSTRAINT "swv_pupil_count_swv_code_year_school_kind_pk" PRIMARY KEY("swv_code","year","school_kind")
);
--> statement-breakpoint
ALTER TABLE "reference"."swv_pupil_count" ENABLE ROW LEVEL SECURITY;--> statement-breakpoint
CREATE TABLE "casework"."case_event" (
	"youth_region" text NOT NULL,
	"case_id" uuid NOT NULL,
	"id" uuid DEFAULT gen_random_uuid() NOT NULL,
	"municipality_code" text NOT NULL,
	"at" timestamp with time zone NOT NULL,
	"compartment" text NOT NULL,
	"kind" text NOT NULL,
	"detail" text,
	"actor_role" text NOT NULL,
	"actor_organisation" text,
	"recipients" text[],
	"access" jsonb DEFAULT '{}'::jsonb NOT NULL,
	CONSTRAINT "case_event_youth_region_case_id_id_pk" PRIMARY KEY("youth_region","case_id","id")
);
--> statement-breakpoint
ALTER TABLE "casework"."case_event" ENABLE ROW LEVEL SECURITY;--> statement-breakpoint
CREATE TABLE "casework"."case_party" (
	"youth_region" text NOT NULL,
	"case_id" uuid NOT NULL,
	"id" uuid DEFAULT gen_random_uuid() NOT NULL,
	"municipality_code" text NOT NULL,
	"role" text NOT NULL,
	"organisation" text NOT NULL,
	"since" date NOT NULL,
	"until" date,
	"access" jsonb DEFAULT '{}'::jsonb NOT NULL,
	CONSTRAINT "case_party_youth_region_case_id_id_pk" PRIMARY KEY("youth_region","case_id","id")
);
--> statement-breakpoint
ALTER TABLE "casework"."case_party" ENABLE ROW LEVEL SECURITY;--> statement-breakpoint
CREATE TABLE "casework"."thuiszitter_case" (
	"youth_region" text NOT NULL,
	"id" uuid DEFAULT gen_random_uuid() NOT NULL,
	"municipality_code" text NOT NULL,
	"case_key" text NOT NULL,
	"youth_id" uuid NOT NULL,
	"brin6" text,
	"status" text NOT NULL,
	"definition" text NOT NULL,
	"first_absent_on" date NOT NULL,
	"opened_on" date NOT NULL,
	"returned_on" date,
	"closed_on" date,
	"close_reason" text,
	"due_on" date,
	"due_reason" text,
	"next_action_kind" text,
	"next_action_due_on" date,
	"next_action_role" text,
	"next_action_organisation" text,
	"version" integer NOT NULL,
	"access" jsonb DEFAULT '{}'::jsonb NOT NULL,
	CONSTRAINT "thuiszitter_case_youth_region_id_pk" PRIMARY KEY("youth_region","id")
);
--> statement-breakpoint
ALTER TABLE "casework"."thuiszitter_case" ENABLE ROW LEVEL SECURITY;--> statement-breakpoint
CREATE TABLE "education"."tlv" (
	"swv_code" text NOT NULL,
	"id" uuid DEFAULT gen_random_uuid() NOT NULL,
	"pupil_id" uuid NOT NULL,
	"brin6" text NOT NULL,
	"source_key" text NOT NULL,
	"number" text,
	"kind" text NOT NULL,
	"funding_category" text,
	"cluster" integer,
	"status" text NOT NULL,
	"requested_on" date NOT NULL,
	"decide_by" date NOT NULL,
	"decided_on" date,
	"valid_from" date,
	"valid_until" date,
	"advice_count" integer NOT NULL,
	"source" text NOT NULL,
	"delivery_id" uuid NOT NULL,
	"delivered_at" timestamp with time zone NOT NULL,
	"as_of" date NOT NULL,
	CONSTRAINT "tlv_swv_code_id_pk" PRIMARY KEY("swv_code","id")
);
--> statement-breakpoint
ALTER TABLE "education"."tlv" ENABLE ROW LEVEL SECURITY;--> statement-breakpoint
CREATE TABLE "care"."client" (
	"youth_region" text NOT NULL,
	"id" uuid DEFAULT gen_random_uuid() NOT NULL,
	"provider_agb" text NOT NULL,
	"municipality_code" text NOT NULL,
	"bsn_token" text NOT NULL,
	"token_key" text NOT NULL,
	"birth_date" date NOT NULL,
	"source" text NOT NULL,
	"delivery_id" uuid NOT NULL,
	"delivered_at" timestamp with time zone NOT NULL,
	"as_of" date NOT NULL,
	CONSTRAINT "client_youth_region_id_pk" PRIMARY KEY("youth_region","id")
);
--> statement-breakpoint
ALTER TABLE "care"."client" ENABLE ROW LEVEL SECURITY;--> statement-breakpoint
CREATE TABLE "care"."waiting_list_entry" (
	"youth_region" text NOT NULL,
	"id" uuid DEFAULT gen_random_uuid() NOT NULL,
	"client_id" uuid NOT NULL,
	"provider_agb" text NOT NULL,
	"municipality_code" text NOT NULL,
	"reference" text NOT NULL,
	"care_kind" text NOT NULL,
	"referrer" text,
	"allocation_number" text,
	"referred_on" date NOT NULL,
	"registered_on" date,
	"intake_on" date,
	"allocated_on" date,
	"intended_start" date,
	"started_on" date,
	"ended_on" date,
	"end_reason" text,
	"status" text NOT NULL,
	"bridging" boolean NOT NULL,
	"hinders_education" text NOT NULL,
	"source" text NOT NULL,
	"delivery_id" uuid NOT NULL,
	"delivered_at" timestamp with time zone NOT NULL,
	"as_of" date NOT NULL,
	CONSTRAINT "waiting_list_entry_youth_region_id_pk" PRIMARY KEY("youth_region","id")
);
--> statement-breakpoint
ALTER TABLE "care"."waiting_list_entry" ENABLE ROW LEVEL SECURITY;--> statement-breakpoint
CREATE TABLE "care"."waiting_list_event" (
	"youth_region" text NOT NULL,
	"id" uuid DEFAULT gen_random_uuid() NOT NULL,
	"entry_id" uuid NOT NULL,
	"provider_agb" text NOT NULL,
	"municipality_code" text NOT NULL,
	"message" text NOT NULL,
	"message_id" text NOT NULL,
	"allocation_number" text NOT NULL,
	"product_category" text,
	"product_code" text,
	"occurred_on" date NOT NULL,
	"end_reason" text,
	"source" text NOT NULL,
	"delivery_id" uuid NOT NULL,
	"delivered_at" timestamp with time zone NOT NULL,
	"as_of" date NOT NULL,
	CONSTRAINT "waiting_list_event_youth_region_id_pk" PRIMARY KEY("youth_region","id")
);
--> statement-breakpoint
ALTER TABLE "care"."waiting_list_event" ENABLE ROW LEVEL SECURITY;--> statement-breakpoint
CREATE TABLE "reference"."doorstroompunt_region" (
	"code" text PRIMARY KEY NOT NULL,
	"name" text NOT NULL
);
--> statement-breakpoint
ALTER TABLE "reference"."doorstroompunt_region" ENABLE ROW LEVEL SECURITY;--> statement-breakpoint
CREATE TABLE "reference"."youth_region" (
	"code" text PRIMARY KEY NOT NULL,
	"name" text NOT NULL
);
--> statement-breakpoint
ALTER TABLE "reference"."youth_region" ENABLE ROW LEVEL SECURITY;--> statement-breakpoint
CREATE TABLE "attendance"."youth" (
	"youth_region" text NOT NULL,
	"id" uuid DEFAULT gen_random_uuid() NOT NULL,
	"municipality_code" text NOT NULL,
	"bsn_token" text NOT NULL,
	"token_key" text NOT NULL,
	"source" text NOT NULL,
	"delivery_id" uuid NOT NULL,
	"delivered_at" timestamp with time zone NOT NULL,
	"as_of" date NOT NULL,
	CONSTRAINT "youth_youth_region_id_pk" PRIMARY KEY("youth_region","id")
);
--> statement-breakpoint
ALTER TABLE "attendance"."youth" ENABLE ROW LEVEL SECURITY;--> statement-breakpoint
CREATE TABLE "attendance"."youth_identity" (
	"youth_region" text NOT NULL,
	"youth_id" uuid NOT NULL,
	"municipality_code" text NOT NULL,
	"given_name" text NOT NULL,
	"prefix" text,
	"family_name" text NOT NULL,
	"birth_date" date NOT NULL,
	"name_protected" boolean NOT NULL,
	CONSTRAINT "youth_identity_youth_region_youth_id_pk" PRIMARY KEY("youth_region","youth_id")
);
--> statement-breakpoint
ALTER TABLE "attendance"."youth_identity" ENABLE ROW LEVEL SECURITY;--> statement-breakpoint
ALTER TABLE "attendance"."absence_report" ADD CONSTRAINT "absence_report_youth_region_youth_id_youth_youth_region_id_fk" FOREIGN KEY ("youth_region","youth_id") REFERENCES "attendance"."youth"("youth_region","id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "education"."arrangement" ADD CONSTRAINT "arrangement_swv_code_pupil_id_pupil_swv_code_id_fk" FOREIGN KEY ("swv_code","pupil_id") REFERENCES "education"."pupil"("swv_code","id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "staging"."reject" ADD CONSTRAINT "reject_delivery_id_delivery_id_fk" FOREIGN KEY ("delivery_id") REFERENCES "staging"."delivery"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "casework"."covenant_party" ADD CONSTRAINT "covenant_party_covenant_id_covenant_id_fk" FOREIGN KEY ("covenant_id") REFERENCES "casework"."covenant"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "casework"."ground" ADD CONSTRAINT "ground_youth_region_case_id_thuiszitter_case_youth_region_id_fk" FOREIGN KEY ("youth_region","case_id") REFERENCES "casework"."thuiszitter_case"("youth_region","id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "casework"."link" ADD CONSTRAINT "link_youth_region_case_id_thuiszitter_case_youth_region_id_fk" FOREIGN KEY ("youth_region","case_id") REFERENCES "casework"."thuiszitter_case"("youth_region","id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "reference"."municipality" ADD CONSTRAINT "municipality_youth_region_youth_region_code_fk" FOREIGN KEY ("youth_region") REFERENCES "reference"."youth_region"("code") ON DELETE restrict ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "reference"."municipality" ADD CONSTRAINT "municipality_doorstroompunt_region_doorstroompunt_region_code_fk" FOREIGN KEY ("doorstroompunt_region") REFERENCES "reference"."doorstroompunt_region"("code") ON DELETE restrict ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "education"."opp" ADD CONSTRAINT "opp_swv_code_pupil_id_pupil_swv_code_id_fk" FOREIGN KEY ("swv_code","pupil_id") REFERENCES "education"."pupil"("swv_code","id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "casework"."shared_absence" ADD CONSTRAINT "shared_absence_youth_region_case_id_ground_id_ground_youth_region_case_id_id_fk" FOREIGN KEY ("youth_region","case_id","ground_id") REFERENCES "casework"."ground"("youth_region","case_id","id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "casework"."shared_identity" ADD CONSTRAINT "shared_identity_youth_region_case_id_ground_id_ground_youth_region_case_id_id_fk" FOREIGN KEY ("youth_region","case_id","ground_id") REFERENCES "casework"."ground"("youth_region","case_id","id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "casework"."shared_support" ADD CONSTRAINT "shared_support_youth_region_case_id_ground_id_ground_youth_region_case_id_id_fk" FOREIGN KEY ("youth_region","case_id","ground_id") REFERENCES "casework"."ground"("youth_region","case_id","id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "casework"."shared_waiting" ADD CONSTRAINT "shared_waiting_youth_region_case_id_ground_id_ground_youth_region_case_id_id_fk" FOREIGN KEY ("youth_region","case_id","ground_id") REFERENCES "casework"."ground"("youth_region","case_id","id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "education"."enrolment" ADD CONSTRAINT "enrolment_swv_code_pupil_id_pupil_swv_code_id_fk" FOREIGN KEY ("swv_code","pupil_id") REFERENCES "education"."pupil"("swv_code","id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "education"."pupil_identity" ADD CONSTRAINT "pupil_identity_swv_code_pupil_id_pupil_swv_code_id_fk" FOREIGN KEY ("swv_code","pupil_id") REFERENCES "education"."pupil"("swv_code","id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "reference"."school" ADD CONSTRAINT "school_municipality_code_municipality_code_fk" FOREIGN KEY ("municipality_code") REFERENCES "reference"."municipality"("code") ON DELETE restrict ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "reference"."school" ADD CONSTRAINT "school_swv_po_swv_code_fk" FOREIGN KEY ("swv_po") REFERENCES "reference"."swv"("code") ON DELETE restrict ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "reference"."school" ADD CONSTRAINT "school_swv_vo_swv_code_fk" FOREIGN KEY ("swv_vo") REFERENCES "reference"."swv"("code") ON DELETE restrict ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "reference"."school" ADD CONSTRAINT "school_swv_code_swv_code_fk" FOREIGN KEY ("swv_code") REFERENCES "reference"."swv"("code") ON DELETE restrict ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "reference"."school_pupil_count" ADD CONSTRAINT "school_pupil_count_brin6_school_brin6_fk" FOREIGN KEY ("brin6") REFERENCES "reference"."school"("brin6") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "reference"."swv_municipality" ADD CONSTRAINT "swv_municipality_swv_code_swv_code_fk" FOREIGN KEY ("swv_code") REFERENCES "reference"."swv"("code") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "reference"."swv_municipality" ADD CONSTRAINT "swv_municipality_municipality_code_municipality_code_fk" FOREIGN KEY ("municipality_code") REFERENCES "reference"."municipality"("code") ON DELETE restrict ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "reference"."swv_pupil_count" ADD CONSTRAINT "swv_pupil_count_swv_code_swv_code_fk" FOREIGN KEY ("swv_code") REFERENCES "reference"."swv"("code") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "casework"."case_event" ADD CONSTRAINT "case_event_youth_region_case_id_thuiszitter_case_youth_region_id_fk" FOREIGN KEY ("youth_region","case_id") REFERENCES "casework"."thuiszitter_case"("youth_region","id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "casework"."case_party" ADD CONSTRAINT "case_party_youth_region_case_id_thuiszitter_case_youth_region_id_fk" FOREIGN KEY ("youth_region","case_id") REFERENCES "casework"."thuiszitter_case"("youth_region","id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "education"."tlv" ADD CONSTRAINT "tlv_swv_code_pupil_id_pupil_swv_code_id_fk" FOREIGN KEY ("swv_code","pupil_id") REFERENCES "education"."pupil"("swv_code","id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "care"."waiting_list_entry" ADD CONSTRAINT "waiting_list_entry_youth_region_client_id_client_youth_region_id_fk" FOREIGN KEY ("youth_region","client_id") REFERENCES "care"."client"("youth_region","id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "care"."waiting_list_event" ADD CONSTRAINT "waiting_list_event_youth_region_entry_id_waiting_list_entry_youth_region_id_fk" FOREIGN KEY ("youth_region","entry_id") REFERENCES "care"."waiting_list_entry"("youth_region","id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "attendance"."youth_identity" ADD CONSTRAINT "youth_identity_youth_region_youth_id_youth_youth_region_id_fk" FOREIGN KEY ("youth_region","youth_id") REFERENCES "attendance"."youth"("youth_region","id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE UNIQUE INDEX "absence_report_natural_key" ON "attendance"."absence_report" USING btree ("youth_region","source","report_number");--> statement-breakpoint
CREATE INDEX "absence_report_youth" ON "attendance"."absence_report" USING btree ("youth_region","youth_id");--> statement-breakpoint
CREATE INDEX "absence_report_municipality" ON "attendance"."absence_report" USING btree ("youth_region","municipality_code","from_on","id");--> statement-breakpoint
CREATE UNIQUE INDEX "arrangement_natural_key" ON "education"."arrangement" USING btree ("swv_code","source_key");--> statement-breakpoint
CREATE INDEX "arrangement_pupil" ON "education"."arrangement" USING btree ("swv_code","pupil_id");--> statement-breakpoint
CREATE INDEX "access_at" ON "audit"."access" USING btree ("at");--> statement-breakpoint
CREATE INDEX "access_subject_subject" ON "audit"."access_subject" USING btree ("compartment","subject_id","at");--> statement-breakpoint
CREATE INDEX "delivery_source" ON "staging"."delivery" USING btree ("source","received_at","id");--> statement-breakpoint
CREATE UNIQUE INDEX "link_natural_key" ON "casework"."link" USING btree ("youth_region","case_id","ground_id","compartment","record_id");--> statement-breakpoint
CREATE INDEX "link_record" ON "casework"."link" USING btree ("compartment","record_scope","record_id");--> statement-breakpoint
CREATE INDEX "idempotency_created_at" ON "casework"."idempotency" USING btree ("created_at");--> statement-breakpoint
CREATE INDEX "municipality_youth_region" ON "reference"."municipality" USING btree ("youth_region");--> statement-breakpoint
CREATE UNIQUE INDEX "opp_natural_key" ON "education"."opp" USING btree ("swv_code","pupil_id","version");--> statement-breakpoint
CREATE UNIQUE INDEX "enrolment_natural_key" ON "education"."enrolment" USING btree ("swv_code","pupil_id","enrolled_on");--> statement-breakpoint
CREATE UNIQUE INDEX "pupil_natural_key" ON "education"."pupil" USING btree ("swv_code","brin6","school_pupil_number");--> statement-breakpoint
CREATE INDEX "school_swv" ON "reference"."school" USING btree ("swv_code","brin6");--> statement-breakpoint
CREATE INDEX "school_municipality" ON "reference"."school" USING btree ("municipality_code");--> statement-breakpoint
CREATE INDEX "swv_municipality_municipality" ON "reference"."swv_municipality" USING btree ("municipality_code");--> statement-breakpoint
CREATE INDEX "case_event_at" ON "casework"."case_event" USING btree ("youth_region","case_id","at","id");--> statement-breakpoint
CREATE UNIQUE INDEX "case_party_natural_key" ON "casework"."case_party" USING btree ("youth_region","case_id","role","organisation","since");--> statement-breakpoint
CREATE UNIQUE INDEX "thuiszitter_case_key" ON "casework"."thuiszitter_case" USING btree ("youth_region","case_key");--> statement-breakpoint
CREATE INDEX "thuiszitter_case_due" ON "casework"."thuiszitter_case" USING btree ("youth_region","municipality_code","due_on","id");--> statement-breakpoint
CREATE INDEX "thuiszitter_case_youth" ON "casework"."thuiszitter_case" USING btree ("youth_region","youth_id");--> statement-breakpoint
CREATE INDEX "thuiszitter_case_access" ON "casework"."thuiszitter_case" USING gin ("access");--> statement-breakpoint
CREATE UNIQUE INDEX "tlv_natural_key" ON "education"."tlv" USING btree ("swv_code","source_key");--> statement-breakpoint
CREATE INDEX "tlv_due" ON "education"."tlv" USING btree ("swv_code","decide_by","id");--> statement-breakpoint
CREATE INDEX "tlv_pupil" ON "education"."tlv" USING btree ("swv_code","pupil_id");--> statement-breakpoint
CREATE UNIQUE INDEX "client_natural_key" ON "care"."client" USING btree ("youth_region","provider_agb","bsn_token");--> statement-breakpoint
CREATE UNIQUE INDEX "waiting_list_entry_natural_key" ON "care"."waiting_list_entry" USING btree ("youth_region","provider_agb","reference");--> statement-breakpoint
CREATE INDEX "waiting_list_entry_provider" ON "care"."waiting_list_entry" USING btree ("provider_agb","referred_on","id");--> statement-breakpoint
CREATE INDEX "waiting_list_entry_municipality" ON "care"."waiting_list_entry" USING btree ("municipality_code","referred_on","id");--> statement-breakpoint
CREATE INDEX "waiting_list_entry_client" ON "care"."waiting_list_entry" USING btree ("youth_region","client_id");--> statement-breakpoint
CREATE UNIQUE INDEX "waiting_list_event_natural_key" ON "care"."waiting_list_event" USING btree ("youth_region","provider_agb","message","message_id","allocation_number");--> statement-breakpoint
CREATE UNIQUE INDEX "youth_natural_key" ON "attendance"."youth" USING btree ("youth_region","bsn_token");--> statement-breakpoint
CREATE INDEX "youth_municipality" ON "attendance"."youth" USING btree ("youth_region","municipality_code");