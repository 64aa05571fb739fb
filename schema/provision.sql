-- The login roles of the hub. Roles belong to the whole server, so they live outside the migrations.
-- May be run again at any time; passwords are set by src/db/provision.ts or by your own administration.
-- Every role logs in itself: on Citus a node connects to the others as the role that asks, so `set role` to a NOLOGIN role fails.

-- schakel_owner  owns the schemas and runs the migrations; row-level security is forced, so it sees no row of them
-- hub_server     answers reads
-- hub_command    carries out commands: opens, notes, attaches, closes
-- hub_ingest     loads deliveries of every organisation, hence without row-level security; its grants are only what the store needs
-- hub_audit      adds to the audit log; it can neither change nor remove what is in it
do $$
declare
  wanted record;
  attributes text;
begin
  for wanted in
    select * from (values
      ('schakel_owner', false), ('hub_server', false), ('hub_command', false), ('hub_ingest', true), ('hub_audit', false)
    ) as login (name, loads)
  loop
    attributes := 'login noinherit ' || case when wanted.loads then 'bypassrls' else 'nobypassrls' end;
    if not exists (select from pg_catalog.pg_roles where rolname = wanted.name) then
      execute pg_catalog.format('create role %I %s', wanted.name, attributes);
    -- Only when something is amiss: nobody but a superuser may say "nosuperuser" of a role that exists.
    elsif exists (
      select from pg_catalog.pg_roles
      where rolname = wanted.name
        and (rolsuper or rolcreatedb or rolcreaterole or rolreplication or rolinherit or not rolcanlogin
          or rolbypassrls <> wanted.loads)
    ) then
      execute pg_catalog.format(
        'alter role %I nosuperuser nocreatedb nocreaterole noreplication %s', wanted.name, attributes);
    end if;
  end loop;
end
$$;

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
