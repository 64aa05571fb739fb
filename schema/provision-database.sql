-- Closes the database the hub uses to everyone but its own roles. Run in that database, after provision.sql.
-- These grants belong to the database itself: a copy made with `create database … template` needs them again.

do $$
declare
  here text := pg_catalog.current_database();
  login text;
begin
  execute pg_catalog.format('revoke all on database %I from public', here);
  foreach login in array array['schakel_owner', 'hub_server', 'hub_command', 'hub_ingest', 'hub_audit'] loop
    execute pg_catalog.format('grant connect on database %I to %I', here, login);
  end loop;
  execute pg_catalog.format('grant create on database %I to schakel_owner', here);
  -- Only a loader may need temporary tables.
  execute pg_catalog.format('grant temporary on database %I to hub_ingest', here);
end
$$;

revoke all on schema public from public;
