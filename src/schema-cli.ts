/** `npm run schema`: writes the whole schema to schema/schema.graphql; with `--role X` prints the schema of that role. */
import { writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { lexicographicSortSchema, printSchema } from 'graphql';
import { allResolvers } from '../resolvers/all.ts';
import { type Role, roles } from '../schema/codes.ts';
import { printSdl, roleSchemas, wholeSchema } from './whole-schema.ts';

const isRole = (text: string): text is Role => (roles as readonly string[]).includes(text);

const { values } = parseArgs({ options: { role: { type: 'string' }, print: { type: 'boolean' } } });
const whole = wholeSchema(allResolvers);
if (values.role !== undefined) {
  if (!isRole(values.role)) {
    process.stderr.write(`unknown role "${values.role}"; roles are: ${roles.join(', ')}\n`);
    process.exit(1);
  }
  process.stdout.write(
    `${printSchema(lexicographicSortSchema(roleSchemas(whole)[values.role]))}\n`,
  );
} else if (values.print) process.stdout.write(printSdl(whole));
else writeFileSync(new URL('../schema/schema.graphql', import.meta.url), printSdl(whole));
