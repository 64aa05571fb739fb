import { spawn } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { decodeJwt } from 'jose';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { roles } from '../../schema/codes.ts';
import { createTokenVerifier, localJwks } from '../../src/auth/token.ts';
import { demoIdentities, issueDemoToken } from '../../src/demo/identities.ts';
import {
  type DemoIdentityProvider,
  demoAudience,
  demoIssuer,
  openDemoIdentityProvider,
} from '../../src/demo/identity-provider.ts';
import { purposesOf } from '../../src/policy/policy.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'schakel-demo-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const verifierOf = (provider: DemoIdentityProvider) =>
  createTokenVerifier({
    issuer: demoIssuer,
    audience: demoAudience,
    jwks: localJwks(provider.jwks()),
    purposesOf,
  });

describe('the demo identity provider', () => {
  test('keeps its key in a file that only its owner reads, and shows the public half', async () => {
    const provider = await openDemoIdentityProvider(join(folder, 'var'));
    const path = join(folder, 'var', 'demo-identity.json');
    expect((await stat(path)).mode & 0o777).toBe(0o600);
    expect(JSON.parse(await readFile(path, 'utf8'))).toHaveProperty('d');
    expect(provider.jwks().keys).toHaveLength(1);
    expect(provider.jwks().keys[0]).not.toHaveProperty('d');
  });

  test('opened many times at once has one key', async () => {
    const providers = await Promise.all(
      Array.from({ length: 12 }, () => openDemoIdentityProvider(folder)),
    );
    expect(new Set(providers.map((provider) => provider.jwks().keys[0]?.kid)).size).toBe(1);
    expect(await readdir(folder)).toEqual(['demo-identity.json']);
  });

  test('says what to do with a damaged key, and does not print it', async () => {
    await writeFile(join(folder, 'demo-identity.json'), '{"kty":"EC","d":"private-part"');
    await expect(openDemoIdentityProvider(folder)).rejects.toThrow(/^(?!.*private-part).*remove/s);
  });
});

describe('the demo identities', () => {
  test.each(demoIdentities.map((identity) => [identity.key, identity] as const))(
    '%s gets a token that the hub accepts',
    async (_key, identity) => {
      const provider = await openDemoIdentityProvider(folder);
      await expect(
        verifierOf(provider)(await issueDemoToken(provider, identity)),
      ).resolves.toMatchObject({ role: identity.role, organisation: identity.organisation });
    },
  );

  test('there is one for every role, each with a key of its own', () => {
    expect(new Set(demoIdentities.map(({ role }) => role))).toEqual(new Set(roles));
    expect(new Set(demoIdentities.map(({ key }) => key)).size).toBe(demoIdentities.length);
  });
});

describe('npm run token', () => {
  async function token(args: string[], env: Record<string, string> = {}) {
    const child = spawn(process.execPath, ['--import', 'tsx', 'src/demo/token-cli.ts', ...args], {
      env: { ...process.env, NODE_ENV: 'test', SCHAKEL_DATA: folder, ...env },
    });
    const output = { stdout: '', stderr: '', code: null as number | null };
    child.stdout.on('data', (chunk) => {
      output.stdout += chunk;
    });
    child.stderr.on('data', (chunk) => {
      output.stderr += chunk;
    });
    output.code = await new Promise((resolve) => child.on('close', resolve));
    return output;
  }

  test('prints a token, and only that, before the hub ever ran', async () => {
    const { stdout, stderr, code } = await token(['--role', 'attendanceOfficer', '--org', '0363']);
    expect({ stderr, code }).toEqual({ stderr: '', code: 0 });
    const provider = await openDemoIdentityProvider(folder);
    await expect(verifierOf(provider)(stdout.trimEnd())).resolves.toMatchObject({
      subject: 'demo-attendanceOfficer',
      role: 'attendanceOfficer',
      organisation: '0363',
      purpose: 'return-to-school',
    });
  });

  test('takes subject, purpose and lifetime', async () => {
    const args = '--role swvCoordinator --org PO-28-01 --sub me --purpose support-allocation';
    const { stdout } = await token([...args.split(' '), '--expires', '60']);
    const claims = decodeJwt(stdout.trim());
    expect(claims).toMatchObject({ sub: 'me', org: 'PO2801', purpose: 'support-allocation' });
    expect((claims.exp ?? 0) - (claims.iat ?? 0)).toBeLessThanOrEqual(61);
  });

  test.each([
    ['no role', []],
    ['an unknown role', ['--role', 'admin', '--org', '0363']],
    ['an organisation of another kind', ['--role', 'swvCoordinator', '--org', '0363']],
    ['a purpose of another role', ['--role', 'analyst', '--org', 'JZ18', '--purpose', 'delivery']],
    ['a lifetime that is no number', ['--role', 'analyst', '--org', 'JZ18', '--expires', 'soon']],
    ['an unknown option', ['--role', 'analyst', '--org', 'JZ18', '--admin', 'yes']],
  ])('with %s tells how to use it', async (_title, args) => {
    const { stdout, stderr, code } = await token(args);
    expect({ stdout, code }).toEqual({ stdout: '', code: 1 });
    for (const role of roles) expect(stderr).toContain(`${role} `);
    expect(stderr).toContain('return-to-school');
  });

  test('refuses in production', async () => {
    const { stdout, code } = await token(['--role', 'attendanceOfficer', '--org', '0363'], {
      NODE_ENV: 'production',
    });
    expect({ stdout, code }).toEqual({ stdout: '', code: 1 });
    expect(await readdir(folder)).toEqual([]);
  });
});
