DROP INDEX "casework"."thuiszitter_case_due";--> statement-breakpoint
DROP INDEX "casework"."thuiszitter_case_access";--> statement-breakpoint
DROP INDEX "care"."waiting_list_entry_provider";--> statement-breakpoint
DROP INDEX "care"."waiting_list_entry_municipality";--> statement-breakpoint
CREATE INDEX "case_party_organisation" ON "casework"."case_party" USING btree ("youth_region","organisation","role","case_id");--> statement-breakpoint
CREATE INDEX "thuiszitter_case_open_due" ON "casework"."thuiszitter_case" USING btree ("youth_region","municipality_code",coalesce("due_on", date '9999-12-31'),"id") WHERE "casework"."thuiszitter_case"."closed_on" is null;--> statement-breakpoint
CREATE INDEX "thuiszitter_case_open_first_absent" ON "casework"."thuiszitter_case" USING btree ("youth_region","municipality_code","first_absent_on","id") WHERE "casework"."thuiszitter_case"."closed_on" is null;--> statement-breakpoint
CREATE INDEX "thuiszitter_case_opened" ON "casework"."thuiszitter_case" USING btree ("youth_region","municipality_code","opened_on","id");--> statement-breakpoint
CREATE INDEX "waiting_list_entry_provider" ON "care"."waiting_list_entry" USING btree ("provider_agb","referred_on","youth_region","id");--> statement-breakpoint
CREATE INDEX "waiting_list_entry_municipality" ON "care"."waiting_list_entry" USING btree ("youth_region","municipality_code","referred_on","id");