/** `npm run roles`: prints the policy to docs/roles.md. */
import { writeFileSync } from 'node:fs';
import { rolesDocument } from './print-roles.ts';

writeFileSync(new URL('../../docs/roles.md', import.meta.url), rolesDocument());
