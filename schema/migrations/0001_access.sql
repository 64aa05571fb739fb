-- Who may touch which rows, said in the database: the third of the three layers that enforce src/policy/policy.ts.
-- Rules: every table forces row-level security; a policy is a plain expression over the row's own columns and the
-- scope of the request (no subquery, no join: they were 15-110 times slower and do not exist on Citus); without a
-- scope there are no rows. A grant that is not written here does not exist: nothing may be deleted by a reader.

CREATE SCHEMA hub;
--> statement-breakpoint
-- The one way a scope enters: `select hub.enter('{"role":"attendanceOfficer",…}')` inside an explicit transaction.
-- plpgsql with `set local`, not set_config: only a SET LOCAL statement reaches the other nodes of a Citus cluster.
CREATE FUNCTION hub.enter(scope text) RETURNS void LANGUAGE plpgsql AS $$
declare
  entry record;
begin
  execute 'set local citus.propagate_set_commands = ''local''';
  for entry in select key, value from pg_catalog.json_each_text(scope::json) loop
    if entry.key not in ('role', 'organisation', 'today', 'case', 'case_key') then
      raise exception 'unknown scope key';
    end if;
    execute pg_catalog.format('set local hub.%I = %L', entry.key, entry.value);
  end loop;
end
$$;
--> statement-breakpoint
CREATE FUNCTION hub.role() RETURNS text LANGUAGE sql STABLE PARALLEL SAFE AS $$ select nullif(current_setting('hub.role', true), '') $$;
--> statement-breakpoint
CREATE FUNCTION hub.organisation() RETURNS text LANGUAGE sql STABLE PARALLEL SAFE AS $$ select nullif(current_setting('hub.organisation', true), '') $$;
--> statement-breakpoint
-- Who the caller is as party to a case: never a setting of its own, so it cannot differ from role and organisation.
CREATE FUNCTION hub.party() RETURNS text LANGUAGE sql STABLE PARALLEL SAFE AS $$ select nullif(current_setting('hub.role', true), '') || ':' || nullif(current_setting('hub.organisation', true), '') $$;
--> statement-breakpoint
-- Today in Europe/Amsterdam, as the hub computed it: current_date would be the server's.
CREATE FUNCTION hub.today() RETURNS date LANGUAGE sql STABLE PARALLEL SAFE AS $$ select nullif(current_setting('hub.today', true), '')::date $$;
--> statement-breakpoint
-- The one case a command names; a reader never sets it.
CREATE FUNCTION hub.case_id() RETURNS uuid LANGUAGE sql STABLE PARALLEL SAFE AS $$ select nullif(current_setting('hub.case', true), '')::uuid $$;
--> statement-breakpoint
CREATE FUNCTION hub.case_key() RETURNS text LANGUAGE sql STABLE PARALLEL SAFE AS $$ select nullif(current_setting('hub.case_key', true), '') $$;
--> statement-breakpoint
REVOKE ALL ON ALL FUNCTIONS IN SCHEMA hub FROM PUBLIC;
--> statement-breakpoint
GRANT USAGE ON SCHEMA hub TO hub_server, hub_command;
--> statement-breakpoint
GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA hub TO hub_server, hub_command;
--> statement-breakpoint
ALTER TABLE attendance.absence_report FORCE ROW LEVEL SECURITY;
--> statement-breakpoint
ALTER TABLE education.arrangement FORCE ROW LEVEL SECURITY;
--> statement-breakpoint
ALTER TABLE audit.access FORCE ROW LEVEL SECURITY;
--> statement-breakpoint
ALTER TABLE audit.access_subject FORCE ROW LEVEL SECURITY;
--> statement-breakpoint
ALTER TABLE reference.care_provider FORCE ROW LEVEL SECURITY;
--> statement-breakpoint
ALTER TABLE staging.delivery FORCE ROW LEVEL SECURITY;
--> statement-breakpoint
ALTER TABLE staging.reject FORCE ROW LEVEL SECURITY;
--> statement-breakpoint
ALTER TABLE staging.source FORCE ROW LEVEL SECURITY;
--> statement-breakpoint
ALTER TABLE casework.covenant FORCE ROW LEVEL SECURITY;
--> statement-breakpoint
ALTER TABLE casework.covenant_party FORCE ROW LEVEL SECURITY;
--> statement-breakpoint
ALTER TABLE casework.ground FORCE ROW LEVEL SECURITY;
--> statement-breakpoint
ALTER TABLE casework.link FORCE ROW LEVEL SECURITY;
--> statement-breakpoint
ALTER TABLE casework.idempotency FORCE ROW LEVEL SECURITY;
--> statement-breakpoint
ALTER TABLE reference.municipality FORCE ROW LEVEL SECURITY;
--> statement-breakpoint
ALTER TABLE education.opp FORCE ROW LEVEL SECURITY;
--> statement-breakpoint
ALTER TABLE casework.shared_absence FORCE ROW LEVEL SECURITY;
--> statement-breakpoint
ALTER TABLE casework.shared_identity FORCE ROW LEVEL SECURITY;
--> statement-breakpoint
ALTER TABLE casework.shared_support FORCE ROW LEVEL SECURITY;
--> statement-breakpoint
ALTER TABLE casework.shared_waiting FORCE ROW LEVEL SECURITY;
--> statement-breakpoint
ALTER TABLE education.enrolment FORCE ROW LEVEL SECURITY;
--> statement-breakpoint
ALTER TABLE education.pupil FORCE ROW LEVEL SECURITY;
--> statement-breakpoint
ALTER TABLE education.pupil_identity FORCE ROW LEVEL SECURITY;
--> statement-breakpoint
ALTER TABLE reference.school FORCE ROW LEVEL SECURITY;
--> statement-breakpoint
ALTER TABLE reference.school_pupil_count FORCE ROW LEVEL SECURITY;
--> statement-breakpoint
ALTER TABLE reference.swv FORCE ROW LEVEL SECURITY;
--> statement-breakpoint
ALTER TABLE reference.swv_municipality FORCE ROW LEVEL SECURITY;
--> statement-breakpoint
ALTER TABLE reference.swv_postcode FORCE ROW LEVEL SECURITY;
--> statement-breakpoint
ALTER TABLE reference.swv_pupil_count FORCE ROW LEVEL SECURITY;
--> statement-breakpoint
ALTER TABLE casework.case_event FORCE ROW LEVEL SECURITY;
--> statement-breakpoint
ALTER TABLE casework.case_party FORCE ROW LEVEL SECURITY;
--> statement-breakpoint
ALTER TABLE casework.thuiszitter_case FORCE ROW LEVEL SECURITY;
--> statement-breakpoint
ALTER TABLE education.tlv FORCE ROW LEVEL SECURITY;
--> statement-breakpoint
ALTER TABLE care.client FORCE ROW LEVEL SECURITY;
--> statement-breakpoint
ALTER TABLE care.waiting_list_entry FORCE ROW LEVEL SECURITY;
--> statement-breakpoint
ALTER TABLE care.waiting_list_event FORCE ROW LEVEL SECURITY;
--> statement-breakpoint
ALTER TABLE reference.doorstroompunt_region FORCE ROW LEVEL SECURITY;
--> statement-breakpoint
ALTER TABLE reference.youth_region FORCE ROW LEVEL SECURITY;
--> statement-breakpoint
ALTER TABLE attendance.youth FORCE ROW LEVEL SECURITY;
--> statement-breakpoint
ALTER TABLE attendance.youth_identity FORCE ROW LEVEL SECURITY;
--> statement-breakpoint
GRANT USAGE ON SCHEMA reference, education, attendance, care, casework, staging TO hub_server;
--> statement-breakpoint
GRANT USAGE ON SCHEMA reference, education, attendance, care, casework TO hub_command;
--> statement-breakpoint
GRANT USAGE ON SCHEMA reference, education, attendance, care, casework, staging TO hub_ingest;
--> statement-breakpoint
GRANT USAGE ON SCHEMA audit TO hub_audit, hub_command;
--> statement-breakpoint

-- Reference data hold no person: whoever has a scope may read them.
CREATE POLICY care_provider_read ON reference.care_provider FOR SELECT TO hub_server, hub_command USING (hub.role() IS NOT NULL);
--> statement-breakpoint
CREATE POLICY municipality_read ON reference.municipality FOR SELECT TO hub_server, hub_command USING (hub.role() IS NOT NULL);
--> statement-breakpoint
CREATE POLICY school_read ON reference.school FOR SELECT TO hub_server, hub_command USING (hub.role() IS NOT NULL);
--> statement-breakpoint
CREATE POLICY school_pupil_count_read ON reference.school_pupil_count FOR SELECT TO hub_server, hub_command USING (hub.role() IS NOT NULL);
--> statement-breakpoint
CREATE POLICY swv_read ON reference.swv FOR SELECT TO hub_server, hub_command USING (hub.role() IS NOT NULL);
--> statement-breakpoint
CREATE POLICY swv_municipality_read ON reference.swv_municipality FOR SELECT TO hub_server, hub_command USING (hub.role() IS NOT NULL);
--> statement-breakpoint
CREATE POLICY swv_postcode_read ON reference.swv_postcode FOR SELECT TO hub_server, hub_command USING (hub.role() IS NOT NULL);
--> statement-breakpoint
CREATE POLICY swv_pupil_count_read ON reference.swv_pupil_count FOR SELECT TO hub_server, hub_command USING (hub.role() IS NOT NULL);
--> statement-breakpoint
CREATE POLICY doorstroompunt_region_read ON reference.doorstroompunt_region FOR SELECT TO hub_server, hub_command USING (hub.role() IS NOT NULL);
--> statement-breakpoint
CREATE POLICY youth_region_read ON reference.youth_region FOR SELECT TO hub_server, hub_command USING (hub.role() IS NOT NULL);
--> statement-breakpoint
GRANT SELECT ON ALL TABLES IN SCHEMA reference TO hub_server, hub_command;
--> statement-breakpoint
-- Covenants hold no person either; only case parties and their commands need them.
CREATE POLICY covenant_read ON casework.covenant FOR SELECT TO hub_server, hub_command USING (hub.role() IS NOT NULL);
--> statement-breakpoint
CREATE POLICY covenant_party_read ON casework.covenant_party FOR SELECT TO hub_server, hub_command USING (hub.role() IS NOT NULL);
--> statement-breakpoint
GRANT SELECT ON casework.covenant, casework.covenant_party TO hub_server, hub_command;
--> statement-breakpoint

-- An SWV coordinator sees the pupils for whom the own SWV has an open task (WPO art. 18a l. 6 and 13).
-- A school care coordinator sees the pupils of the own site (WPO art. 40, 40a).
CREATE POLICY pupil_read ON education.pupil FOR SELECT TO hub_server, hub_command USING (
  (hub.role() = 'swvCoordinator' AND swv_code = hub.organisation() AND swv_task_until >= hub.today())
  OR (hub.role() = 'schoolCareCoordinator' AND brin6 = hub.organisation())
);
--> statement-breakpoint
CREATE POLICY pupil_identity_read ON education.pupil_identity FOR SELECT TO hub_server, hub_command USING (
  (hub.role() = 'swvCoordinator' AND swv_code = hub.organisation() AND swv_task_until >= hub.today())
  OR (hub.role() = 'schoolCareCoordinator' AND brin6 = hub.organisation())
);
--> statement-breakpoint
CREATE POLICY opp_read ON education.opp FOR SELECT TO hub_server, hub_command USING (
  (hub.role() = 'swvCoordinator' AND swv_code = hub.organisation() AND swv_task_until >= hub.today())
  OR (hub.role() = 'schoolCareCoordinator' AND brin6 = hub.organisation())
);
--> statement-breakpoint
-- TLVs and arrangements are the SWV's own decisions; the school sees those of its own pupils.
CREATE POLICY tlv_read ON education.tlv FOR SELECT TO hub_server, hub_command USING (
  (hub.role() = 'swvCoordinator' AND swv_code = hub.organisation())
  OR (hub.role() = 'schoolCareCoordinator' AND brin6 = hub.organisation())
);
--> statement-breakpoint
CREATE POLICY arrangement_read ON education.arrangement FOR SELECT TO hub_server, hub_command USING (
  (hub.role() = 'swvCoordinator' AND swv_code = hub.organisation())
  OR (hub.role() = 'schoolCareCoordinator' AND brin6 = hub.organisation())
);
--> statement-breakpoint
GRANT SELECT ON education.pupil, education.pupil_identity, education.opp, education.tlv, education.arrangement TO hub_server, hub_command;
--> statement-breakpoint

-- An attendance officer sees the children and the reports of the own municipality (Leerplichtwet art. 16).
CREATE POLICY youth_read ON attendance.youth FOR SELECT TO hub_server, hub_command USING (
  hub.role() = 'attendanceOfficer' AND municipality_code = hub.organisation()
);
--> statement-breakpoint
CREATE POLICY youth_identity_read ON attendance.youth_identity FOR SELECT TO hub_server, hub_command USING (
  hub.role() = 'attendanceOfficer' AND municipality_code = hub.organisation()
);
--> statement-breakpoint
CREATE POLICY absence_report_read ON attendance.absence_report FOR SELECT TO hub_server, hub_command USING (
  hub.role() = 'attendanceOfficer' AND municipality_code = hub.organisation()
);
--> statement-breakpoint
GRANT SELECT ON attendance.youth, attendance.youth_identity, attendance.absence_report TO hub_server, hub_command;
--> statement-breakpoint

-- A care provider sees its own clients. A youth coordinator sees the residents the municipality is responsible for
-- (woonplaatsbeginsel), while the help is asked for or given (Jeugdwet 7.4.0).
CREATE POLICY waiting_list_entry_read ON care.waiting_list_entry FOR SELECT TO hub_server, hub_command USING (
  (hub.role() = 'careProvider' AND provider_agb = hub.organisation())
  OR (hub.role() = 'youthCoordinator' AND municipality_code = hub.organisation()
      AND status NOT IN ('ENDED', 'CANCELLED', 'REFERRED_ON'))
);
--> statement-breakpoint
-- A client row is needed only to attach: who gives the consent follows from the age.
CREATE POLICY client_read ON care.client FOR SELECT TO hub_command USING (
  (hub.role() = 'careProvider' AND provider_agb = hub.organisation())
  OR (hub.role() = 'youthCoordinator' AND municipality_code = hub.organisation())
);
--> statement-breakpoint
GRANT SELECT ON care.waiting_list_entry TO hub_server, hub_command;
--> statement-breakpoint
GRANT SELECT ON care.client TO hub_command;
--> statement-breakpoint

-- An attendance officer sees the cases of the own municipality; a party sees the case until its access ends.
CREATE POLICY thuiszitter_case_read ON casework.thuiszitter_case FOR SELECT TO hub_server USING (
  (hub.role() = 'attendanceOfficer' AND municipality_code = hub.organisation())
  OR ((access ->> hub.party())::date >= hub.today())
);
--> statement-breakpoint
-- An event about care is seen by those the ground names only.
CREATE POLICY case_event_read ON casework.case_event FOR SELECT TO hub_server USING (
  (recipients IS NULL OR hub.party() = ANY (recipients))
  AND ((hub.role() = 'attendanceOfficer' AND municipality_code = hub.organisation()) OR ((access ->> hub.party())::date >= hub.today()))
);
--> statement-breakpoint
CREATE POLICY case_party_read ON casework.case_party FOR SELECT TO hub_server USING (
  (hub.role() = 'attendanceOfficer' AND municipality_code = hub.organisation())
  OR ((access ->> hub.party())::date >= hub.today())
);
--> statement-breakpoint
-- A ground is seen by those it names: that a consent exists says something by itself. A consent that ended or was
-- withdrawn stays in their sight, any other ground while it holds.
CREATE POLICY ground_read ON casework.ground FOR SELECT TO hub_server USING (
  hub.party() = ANY (recipients) AND (kind = 'CONSENT' OR (valid_from <= hub.today() AND valid_until >= hub.today()))
  AND ((hub.role() = 'attendanceOfficer' AND municipality_code = hub.organisation()) OR ((access ->> hub.party())::date >= hub.today()))
);
--> statement-breakpoint
GRANT SELECT ON casework.thuiszitter_case, casework.case_event, casework.case_party, casework.ground TO hub_server;
--> statement-breakpoint
-- What crossed a compartment line is seen by its recipients only, on the days of its ground, while they are in the case.
CREATE POLICY shared_identity_read ON casework.shared_identity FOR SELECT TO hub_server USING (
  hub.party() = ANY (recipients) AND valid_from <= hub.today() AND valid_until >= hub.today()
  AND ((hub.role() = 'attendanceOfficer' AND municipality_code = hub.organisation()) OR ((access ->> hub.party())::date >= hub.today()))
);
--> statement-breakpoint
CREATE POLICY shared_absence_read ON casework.shared_absence FOR SELECT TO hub_server USING (
  hub.party() = ANY (recipients) AND valid_from <= hub.today() AND valid_until >= hub.today()
  AND ((hub.role() = 'attendanceOfficer' AND municipality_code = hub.organisation()) OR ((access ->> hub.party())::date >= hub.today()))
);
--> statement-breakpoint
CREATE POLICY shared_support_read ON casework.shared_support FOR SELECT TO hub_server USING (
  hub.party() = ANY (recipients) AND valid_from <= hub.today() AND valid_until >= hub.today()
  AND ((hub.role() = 'attendanceOfficer' AND municipality_code = hub.organisation()) OR ((access ->> hub.party())::date >= hub.today()))
);
--> statement-breakpoint
CREATE POLICY shared_waiting_read ON casework.shared_waiting FOR SELECT TO hub_server USING (
  hub.party() = ANY (recipients) AND valid_from <= hub.today() AND valid_until >= hub.today()
  AND ((hub.role() = 'attendanceOfficer' AND municipality_code = hub.organisation()) OR ((access ->> hub.party())::date >= hub.today()))
);
--> statement-breakpoint
GRANT SELECT ON casework.shared_identity, casework.shared_absence, casework.shared_support, casework.shared_waiting TO hub_server;
--> statement-breakpoint

-- A command touches the one case it names. The case itself must be in the caller's scope, or be named by its key:
-- that is how a party that is not in yet attaches its record. Cases are closed, never deleted.
CREATE POLICY thuiszitter_case_command ON casework.thuiszitter_case FOR ALL TO hub_command USING (
  id = hub.case_id() AND ((hub.role() = 'attendanceOfficer' AND municipality_code = hub.organisation()) OR ((access ->> hub.party())::date >= hub.today()) OR case_key = hub.case_key())
) WITH CHECK (
  id = hub.case_id() AND ((hub.role() = 'attendanceOfficer' AND municipality_code = hub.organisation()) OR ((access ->> hub.party())::date >= hub.today()) OR case_key = hub.case_key())
);
--> statement-breakpoint
-- By its key alone a case can be found, not changed.
CREATE POLICY thuiszitter_case_by_key ON casework.thuiszitter_case FOR SELECT TO hub_command USING (case_key = hub.case_key());
--> statement-breakpoint
-- Whether a child already has an open case is asked before one is opened.
CREATE POLICY thuiszitter_case_own ON casework.thuiszitter_case FOR SELECT TO hub_command USING ((hub.role() = 'attendanceOfficer' AND municipality_code = hub.organisation()));
--> statement-breakpoint
-- The rows of that case, on the same terms. They do not repeat the key; who names one has found the case by it before.
CREATE POLICY case_event_command ON casework.case_event FOR ALL TO hub_command USING (
  case_id = hub.case_id() AND ((hub.role() = 'attendanceOfficer' AND municipality_code = hub.organisation()) OR ((access ->> hub.party())::date >= hub.today()) OR hub.case_key() IS NOT NULL)
) WITH CHECK (
  case_id = hub.case_id() AND ((hub.role() = 'attendanceOfficer' AND municipality_code = hub.organisation()) OR ((access ->> hub.party())::date >= hub.today()) OR hub.case_key() IS NOT NULL)
);
--> statement-breakpoint
CREATE POLICY case_party_command ON casework.case_party FOR ALL TO hub_command USING (
  case_id = hub.case_id() AND ((hub.role() = 'attendanceOfficer' AND municipality_code = hub.organisation()) OR ((access ->> hub.party())::date >= hub.today()) OR hub.case_key() IS NOT NULL)
) WITH CHECK (
  case_id = hub.case_id() AND ((hub.role() = 'attendanceOfficer' AND municipality_code = hub.organisation()) OR ((access ->> hub.party())::date >= hub.today()) OR hub.case_key() IS NOT NULL)
);
--> statement-breakpoint
CREATE POLICY ground_command ON casework.ground FOR ALL TO hub_command USING (
  case_id = hub.case_id() AND ((hub.role() = 'attendanceOfficer' AND municipality_code = hub.organisation()) OR ((access ->> hub.party())::date >= hub.today()) OR hub.case_key() IS NOT NULL)
) WITH CHECK (
  case_id = hub.case_id() AND ((hub.role() = 'attendanceOfficer' AND municipality_code = hub.organisation()) OR ((access ->> hub.party())::date >= hub.today()) OR hub.case_key() IS NOT NULL)
);
--> statement-breakpoint
CREATE POLICY link_command ON casework.link FOR ALL TO hub_command USING (
  case_id = hub.case_id() AND ((hub.role() = 'attendanceOfficer' AND municipality_code = hub.organisation()) OR ((access ->> hub.party())::date >= hub.today()) OR hub.case_key() IS NOT NULL)
) WITH CHECK (
  case_id = hub.case_id() AND ((hub.role() = 'attendanceOfficer' AND municipality_code = hub.organisation()) OR ((access ->> hub.party())::date >= hub.today()) OR hub.case_key() IS NOT NULL)
);
--> statement-breakpoint
CREATE POLICY shared_identity_command ON casework.shared_identity FOR ALL TO hub_command USING (
  case_id = hub.case_id() AND ((hub.role() = 'attendanceOfficer' AND municipality_code = hub.organisation()) OR ((access ->> hub.party())::date >= hub.today()) OR hub.case_key() IS NOT NULL)
) WITH CHECK (
  case_id = hub.case_id() AND ((hub.role() = 'attendanceOfficer' AND municipality_code = hub.organisation()) OR ((access ->> hub.party())::date >= hub.today()) OR hub.case_key() IS NOT NULL)
);
--> statement-breakpoint
CREATE POLICY shared_absence_command ON casework.shared_absence FOR ALL TO hub_command USING (
  case_id = hub.case_id() AND ((hub.role() = 'attendanceOfficer' AND municipality_code = hub.organisation()) OR ((access ->> hub.party())::date >= hub.today()) OR hub.case_key() IS NOT NULL)
) WITH CHECK (
  case_id = hub.case_id() AND ((hub.role() = 'attendanceOfficer' AND municipality_code = hub.organisation()) OR ((access ->> hub.party())::date >= hub.today()) OR hub.case_key() IS NOT NULL)
);
--> statement-breakpoint
CREATE POLICY shared_support_command ON casework.shared_support FOR ALL TO hub_command USING (
  case_id = hub.case_id() AND ((hub.role() = 'attendanceOfficer' AND municipality_code = hub.organisation()) OR ((access ->> hub.party())::date >= hub.today()) OR hub.case_key() IS NOT NULL)
) WITH CHECK (
  case_id = hub.case_id() AND ((hub.role() = 'attendanceOfficer' AND municipality_code = hub.organisation()) OR ((access ->> hub.party())::date >= hub.today()) OR hub.case_key() IS NOT NULL)
);
--> statement-breakpoint
CREATE POLICY shared_waiting_command ON casework.shared_waiting FOR ALL TO hub_command USING (
  case_id = hub.case_id() AND ((hub.role() = 'attendanceOfficer' AND municipality_code = hub.organisation()) OR ((access ->> hub.party())::date >= hub.today()) OR hub.case_key() IS NOT NULL)
) WITH CHECK (
  case_id = hub.case_id() AND ((hub.role() = 'attendanceOfficer' AND municipality_code = hub.organisation()) OR ((access ->> hub.party())::date >= hub.today()) OR hub.case_key() IS NOT NULL)
);
--> statement-breakpoint
CREATE POLICY idempotency_command ON casework.idempotency FOR ALL TO hub_command USING (caller = hub.party()) WITH CHECK (caller = hub.party());
--> statement-breakpoint
GRANT SELECT, INSERT ON casework.thuiszitter_case, casework.case_event, casework.case_party, casework.ground, casework.link, casework.idempotency TO hub_command;
--> statement-breakpoint
GRANT UPDATE (status, returned_on, closed_on, close_reason, due_on, due_reason, next_action_kind, next_action_due_on, next_action_role, next_action_organisation, version, access) ON casework.thuiszitter_case TO hub_command;
--> statement-breakpoint
GRANT UPDATE (access) ON casework.case_event, casework.link TO hub_command;
--> statement-breakpoint
GRANT UPDATE (until, access) ON casework.case_party TO hub_command;
--> statement-breakpoint
GRANT UPDATE (recipients, valid_until, withdrawn_on, access) ON casework.ground TO hub_command;
--> statement-breakpoint
GRANT UPDATE (outcome) ON casework.idempotency TO hub_command;
--> statement-breakpoint
GRANT SELECT, INSERT, DELETE ON casework.shared_identity, casework.shared_absence, casework.shared_support, casework.shared_waiting TO hub_command;
--> statement-breakpoint
GRANT UPDATE (recipients, valid_until, access) ON casework.shared_identity, casework.shared_absence, casework.shared_support, casework.shared_waiting TO hub_command;
--> statement-breakpoint

-- A source sees its own deliveries and what was rejected in them.
CREATE POLICY delivery_read ON staging.delivery FOR SELECT TO hub_server USING (
  hub.role() = 'source' AND source = hub.organisation()
);
--> statement-breakpoint
CREATE POLICY reject_read ON staging.reject FOR SELECT TO hub_server USING (
  hub.role() = 'source' AND source = hub.organisation()
);
--> statement-breakpoint
GRANT SELECT ON staging.delivery, staging.reject TO hub_server;
--> statement-breakpoint

-- The access log is only ever added to: reads by the audit pool, commands in their own transaction. Nobody reads it here
-- yet; update and delete are not granted.
CREATE POLICY access_append ON audit.access FOR INSERT TO hub_audit, hub_command WITH CHECK (true);
--> statement-breakpoint
CREATE POLICY access_subject_append ON audit.access_subject FOR INSERT TO hub_audit, hub_command WITH CHECK (true);
--> statement-breakpoint
GRANT INSERT (operation_id, at, subject, role, organisation, purpose, legal_basis, action, operation, document_hash, outcome, subject_count, trace_id) ON audit.access TO hub_audit, hub_command;
--> statement-breakpoint
GRANT INSERT (operation_id, compartment, subject_id, at) ON audit.access_subject TO hub_audit, hub_command;
--> statement-breakpoint

-- The loader (BYPASSRLS: COPY and set-based merges cannot run under row-level security) reaches the tables it merges into.
GRANT SELECT ON ALL TABLES IN SCHEMA reference, casework TO hub_ingest;
--> statement-breakpoint
GRANT INSERT, UPDATE ON ALL TABLES IN SCHEMA reference TO hub_ingest;
--> statement-breakpoint
GRANT SELECT, INSERT, UPDATE ON ALL TABLES IN SCHEMA education, attendance, care TO hub_ingest;
--> statement-breakpoint
GRANT SELECT, INSERT, UPDATE ON ALL TABLES IN SCHEMA staging TO hub_ingest;
--> statement-breakpoint
GRANT DELETE ON staging.reject TO hub_ingest;
--> statement-breakpoint
GRANT INSERT ON casework.thuiszitter_case, casework.case_event, casework.ground, casework.link, casework.shared_identity, casework.shared_absence, casework.shared_support, casework.shared_waiting TO hub_ingest;
--> statement-breakpoint
GRANT UPDATE ON casework.thuiszitter_case, casework.shared_identity, casework.shared_absence, casework.shared_support, casework.shared_waiting TO hub_ingest;
--> statement-breakpoint
GRANT DELETE ON casework.shared_identity, casework.shared_absence, casework.shared_support, casework.shared_waiting, casework.idempotency TO hub_ingest;
--> statement-breakpoint
-- A covenant or an accession that ended takes with it what rests on it.
GRANT UPDATE (recipients, valid_until, access) ON casework.ground TO hub_ingest;
--> statement-breakpoint
GRANT UPDATE (until, access) ON casework.case_party TO hub_ingest;
--> statement-breakpoint
GRANT UPDATE (access) ON casework.case_event, casework.link TO hub_ingest;
