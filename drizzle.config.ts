import { defineConfig } from 'drizzle-kit';

export default defineConfig({
  dialect: 'postgresql',
  schema: './schema/db',
  out: './schema/migrations',
  casing: 'snake_case',
});
