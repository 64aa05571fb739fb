-- The login roles of the hub. Roles belong to the whole server, so they live outside the migrations.
-- May be run again at any time; passwords are set by src/db/provision.ts or by your own administration.
-- Every role logs in itself: on Citus a node connects to the others as the role that asks, so `set role` to a NOLOGIN role fails.

do $$
declare
  wanted text;
begin
  foreach wanted in array array['schakel_owner', 'hub_server', 'hub_command', 'hub_ingest', 'hub_audit'] loop
    if not exists (select from pg_catalog.pg_roles where rolname = wanted) then
      execute pg_catalog.format('create role %I login', wanted);
    end if;
  end loop;
end
$$;

-- Owns the schemas and runs the migrations. Row-level security is forced, so it sees no row of them.
alter role schakel_owner login noinherit nosuperuser nocreatedb nocreaterole noreplication nobypassrls;
-- Answers reads.
alter role hub_server login noinherit nosuperuser nocreatedb nocreaterole noreplication nobypassrls;
-- Carries out commands: opens, notes, attaches, closes.
alter role hub_command login noinherit nosuperuser nocreatedb nocreaterole noreplication nobypassrls;
-- Loads deliveries for every organisation at once, hence without row-level security; its grants are only what the store needs.
alter role hub_ingest login noinherit nosuperuser nocreatedb nocreaterole noreplication bypassrls;
-- Adds to the audit log; it can neither change nor remove what is in it.
alter role hub_audit login noinherit nosuperuser nocreatedb nocreaterole noreplication nobypassrls;

do $$
declare
  login text;
begin
  foreach login in array array['schakel_owner', 'hub_server', 'hub_command', 'hub_ingest', 'hub_audit'] loop
    execute pg_catalog.format('alter role %I set timezone = ''UTC''', login);
    execute pg_catalog.format('alter role %I set search_path = pg_catalog', login);
    execute pg_catalog.format('alter role %I set lock_timeout = ''2s''', login);
  end loop;
  foreach login in array array['hub_server', 'hub_command', 'hub_audit'] loop
    execute pg_catalog.format('alter role %I set statement_timeout = ''5s''', login);
    execute pg_catalog.format('alter role %I set idle_in_transaction_session_timeout = ''10s''', login);
  end loop;
end
$$;

-- A delivery of a million lines takes minutes, and its transaction waits while the file is still coming in.
alter role hub_ingest set statement_timeout = 0;
alter role hub_ingest set idle_in_transaction_session_timeout = '5min';
alter role schakel_owner set statement_timeout = 0;
