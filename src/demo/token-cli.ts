/**
 * `npm run token -- --role attendanceOfficer --org 0363`: prints an access token of the demo identity provider,
 * and nothing else, on standard output. Works with and without a running hub.
 */
import { parseArgs } from 'node:util';
import { roles } from '../../schema/codes.ts';
import { AuthError, viewerFromClaims } from '../auth/viewer.ts';
import { purposesOf } from '../policy/policy.ts';
import { openDemoIdentityProvider } from './identity-provider.ts';

const usage = `usage: npm run token -- --role ROLE --org ORGANISATION [--sub SUBJECT] [--purpose PURPOSE] [--expires SECONDS]

  --role     one of the roles below
  --org      attendanceOfficer, youthCoordinator: municipality (0546); swvCoordinator: SWV (PO2801);
             schoolCareCoordinator: BRIN and site (15NJ00); careProvider: AGB code (42420001);
             source: its name (demo-leerplicht); other roles: any of these, or a youth region (JZ18)
  --sub      who is asking; default "demo-ROLE"
  --purpose  one of the purposes of the role; may be left out when there is only one
  --expires  seconds until the token expires, 1 to 86400; default 3600

roles and their purposes:
${roles.map((role) => `  ${role.padEnd(22)} ${purposesOf(role).join(', ')}`).join('\n')}
`;

/** Something is wrong with what was typed; the message says what. */
class UsageError extends Error {}

const expiresInSeconds = (text: string | undefined): number => {
  const seconds = text === undefined ? 3600 : Number(text);
  if (!Number.isInteger(seconds) || seconds < 1 || seconds > 86_400) {
    throw new UsageError('--expires is a number of seconds from 1 to 86400');
  }
  return seconds;
};

const option = { type: 'string' } as const;

function parsed(args: string[]) {
  try {
    return parseArgs({
      args,
      options: { role: option, org: option, sub: option, purpose: option, expires: option },
    }).values;
  } catch (error) {
    throw new UsageError((error as Error).message);
  }
}

/** The same checks as the hub makes, so that a token that is printed is a token that works. */
function checked(args: string[]) {
  const { role, org, sub, purpose, expires } = parsed(args);
  if (role === undefined || org === undefined) {
    throw new UsageError('--role and --org are needed');
  }
  const lifetime = expiresInSeconds(expires);
  try {
    const viewer = viewerFromClaims(
      { role, org, sub: sub ?? `demo-${role}`, exp: lifetime, ...(purpose && { purpose }) },
      purposesOf,
    );
    return { viewer, lifetime };
  } catch (error) {
    if (error instanceof AuthError) throw new UsageError(error.message);
    throw error;
  }
}

async function token(args: string[], env: NodeJS.ProcessEnv): Promise<string> {
  if (env.NODE_ENV === 'production') {
    throw new Error('the demo identity provider does not run with NODE_ENV=production');
  }
  const { viewer, lifetime } = checked(args);
  const provider = await openDemoIdentityProvider(env.SCHAKEL_DATA || 'var');
  return provider.issueToken({
    sub: viewer.subject,
    role: viewer.role,
    org: viewer.organisation,
    purpose: viewer.purpose,
    expiresInSeconds: lifetime,
  });
}

try {
  process.stdout.write(`${await token(process.argv.slice(2), process.env)}\n`);
} catch (error) {
  const message = error instanceof Error ? error.message : String(error);
  process.stderr.write(`${message}\n${error instanceof UsageError ? `\n${usage}` : ''}`);
  process.exitCode = 1;
}
