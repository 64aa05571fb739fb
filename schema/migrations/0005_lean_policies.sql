-- What a policy asks of the scope for every row costs more than anything else in it. Two answers are therefore made once, when
-- the scope is entered, from role and organisation alone: who the viewer is as party to a case, and of which municipality it is
-- the attendance office. Neither can be given, so neither can differ from role and organisation.
CREATE OR REPLACE FUNCTION hub.enter(scope text) RETURNS void LANGUAGE plpgsql AS $$
declare
  given constant jsonb := scope;
  named constant jsonb := given - '{role,organisation,today}'::text[];
begin
  set local citus.propagate_set_commands = 'local';
  if given ? 'role' then
    execute 'set local hub.role = ' || pg_catalog.quote_literal(given ->> 'role');
  end if;
  if given ? 'organisation' then
    execute 'set local hub.organisation = ' || pg_catalog.quote_literal(given ->> 'organisation');
  end if;
  if given ? 'role' or given ? 'organisation' then
    execute 'set local hub.party = ' || pg_catalog.quote_literal(coalesce((given ->> 'role') || ':' || (given ->> 'organisation'), ''));
    execute 'set local hub.office = ' || pg_catalog.quote_literal(case given ->> 'role' when 'attendanceOfficer' then coalesce(given ->> 'organisation', '') else '' end);
  end if;
  if given ? 'today' then
    execute 'set local hub.today = ' || pg_catalog.quote_literal(given ->> 'today');
  end if;
  if named <> '{}' then
    if named - '{case,case_key}'::text[] <> '{}' then
      raise exception 'unknown scope key';
    end if;
    if named ? 'case' then
      execute 'set local hub."case" = ' || pg_catalog.quote_literal(named ->> 'case');
    end if;
    if named ? 'case_key' then
      execute 'set local hub.case_key = ' || pg_catalog.quote_literal(named ->> 'case_key');
    end if;
  end if;
end
$$;
--> statement-breakpoint
CREATE OR REPLACE FUNCTION hub.party() RETURNS text LANGUAGE sql STABLE PARALLEL SAFE AS $$ select nullif(current_setting('hub.party', true), '') $$;
--> statement-breakpoint
-- The municipality whose attendance office the caller is; null for every other role.
CREATE FUNCTION hub.office() RETURNS text LANGUAGE sql STABLE PARALLEL SAFE AS $$ select nullif(current_setting('hub.office', true), '') $$;
--> statement-breakpoint
REVOKE ALL ON FUNCTION hub.office() FROM PUBLIC;
--> statement-breakpoint
GRANT EXECUTE ON FUNCTION hub.office() TO hub_server, hub_command;
--> statement-breakpoint
ALTER POLICY thuiszitter_case_read ON casework.thuiszitter_case USING (
  municipality_code = hub.office() OR (access ->> hub.party())::date >= hub.today()
);
--> statement-breakpoint
ALTER POLICY case_event_read ON casework.case_event USING (
  (recipients IS NULL OR hub.party() = ANY (recipients))
  AND (municipality_code = hub.office() OR (access ->> hub.party())::date >= hub.today())
);
--> statement-breakpoint
ALTER POLICY case_party_read ON casework.case_party USING (
  municipality_code = hub.office() OR (access ->> hub.party())::date >= hub.today()
);
--> statement-breakpoint
ALTER POLICY ground_read ON casework.ground USING (
  hub.party() = ANY (recipients) AND (kind = 'CONSENT' OR (valid_from <= hub.today() AND valid_until >= hub.today()))
  AND (municipality_code = hub.office() OR (access ->> hub.party())::date >= hub.today())
);
--> statement-breakpoint
ALTER POLICY shared_identity_read ON casework.shared_identity USING (
  hub.party() = ANY (recipients) AND valid_from <= hub.today() AND valid_until >= hub.today()
  AND (municipality_code = hub.office() OR (access ->> hub.party())::date >= hub.today())
);
--> statement-breakpoint
ALTER POLICY shared_absence_read ON casework.shared_absence USING (
  hub.party() = ANY (recipients) AND valid_from <= hub.today() AND valid_until >= hub.today()
  AND (municipality_code = hub.office() OR (access ->> hub.party())::date >= hub.today())
);
--> statement-breakpoint
ALTER POLICY shared_support_read ON casework.shared_support USING (
  hub.party() = ANY (recipients) AND valid_from <= hub.today() AND valid_until >= hub.today()
  AND (municipality_code = hub.office() OR (access ->> hub.party())::date >= hub.today())
);
--> statement-breakpoint
ALTER POLICY shared_waiting_read ON casework.shared_waiting USING (
  hub.party() = ANY (recipients) AND valid_from <= hub.today() AND valid_until >= hub.today()
  AND (municipality_code = hub.office() OR (access ->> hub.party())::date >= hub.today())
);
