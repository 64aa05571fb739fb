import { describe, expect, test } from 'vitest';
import { ConfigProblems, readConfig } from '../../src/config.ts';

const production = {
  DATABASE_URL: 'postgres://admin:s3cr3t@db.example:5432/schakel',
  OIDC_ISSUER: 'https://id.example',
  OIDC_AUDIENCE: 'schakel',
  SCHAKEL_KEYRING: '/etc/schakel/keyring.json',
};

const login = (role: string) => `postgres://hub_${role}:s3cr3t@db.example:5432/schakel`;
const logins = {
  DATABASE_URL_SERVER: login('server'),
  DATABASE_URL_COMMAND: login('command'),
  DATABASE_URL_INGEST: login('ingest'),
  DATABASE_URL_AUDIT: login('audit'),
};

function problemsOf(env: Record<string, string | undefined>): readonly string[] {
  try {
    readConfig(env);
  } catch (error) {
    if (error instanceof ConfigProblems) return error.problems;
    throw error;
  }
  return [];
}

describe('without settings', () => {
  test('it is a demonstration on this machine only', () => {
    expect(readConfig({})).toMatchObject({
      port: 4000,
      host: '127.0.0.1',
      demonstration: true,
      database: { kind: 'embedded' },
      oidc: null,
      thuiszitterDefinition: 'OCW_2016',
    });
  });

  test('empty variables count as absent', () => {
    expect(readConfig({ PORT: '', DATABASE_URL: ' ', LOG_LEVEL: '' })).toEqual(readConfig({}));
  });

  test('the keyring is kept with the other data', () => {
    expect(readConfig({ SCHAKEL_DATA: '/srv/hub' })).toMatchObject({
      dataDir: '/srv/hub',
      keyringFile: '/srv/hub/keyring.json',
    });
  });

  test('it refuses to pass for production', () => {
    expect(problemsOf({ NODE_ENV: 'production' })).toEqual([expect.stringMatching(/^NODE_ENV /)]);
  });

  test('it refuses to listen to other machines', () => {
    expect(problemsOf({ HOST: '0.0.0.0' })).toEqual([expect.stringMatching(/^HOST /)]);
  });
});

describe('with a database and an identity provider', () => {
  test('it makes its own roles and listens on every address', () => {
    expect(readConfig({ ...production, NODE_ENV: 'production' })).toMatchObject({
      host: '0.0.0.0',
      demonstration: false,
      database: { kind: 'provisioned', adminUrl: production.DATABASE_URL },
      oidc: { issuer: 'https://id.example', audience: 'schakel' },
      keyringFile: '/etc/schakel/keyring.json',
    });
  });

  test('given login addresses are used as they are', () => {
    expect(readConfig({ ...production, ...logins }).database).toEqual({
      kind: 'given',
      ownerUrl: production.DATABASE_URL,
      urls: {
        server: login('server'),
        command: login('command'),
        ingest: login('ingest'),
        audit: login('audit'),
      },
    });
  });

  test.each(Object.keys(production))('%s cannot be left out', (name) => {
    expect(problemsOf({ ...production, [name]: undefined })).toContainEqual(
      expect.stringMatching(new RegExp(`^${name} is missing`)),
    );
  });

  test.each(Object.keys(logins))('%s cannot be the only login address left out', (name) => {
    expect(problemsOf({ ...production, ...logins, [name]: undefined })).toEqual([
      expect.stringMatching(new RegExp(`^${name} is missing`)),
    ]);
  });
});

describe('registered documents and revoked tokens', () => {
  test('are off when nobody asks for them', () => {
    expect(readConfig({})).toMatchObject({
      trustedDocuments: null,
      trustedOnly: [],
      revokedFile: null,
    });
  });

  test('are a directory, roles and a file', () => {
    expect(
      readConfig({
        SCHAKEL_TRUSTED_DOCUMENTS: '/etc/schakel/clients',
        SCHAKEL_TRUSTED_ONLY: 'attendanceOfficer, careProvider',
        SCHAKEL_REVOKED: '/etc/schakel/revoked.json',
      }),
    ).toMatchObject({
      trustedDocuments: '/etc/schakel/clients',
      trustedOnly: ['attendanceOfficer', 'careProvider'],
      revokedFile: '/etc/schakel/revoked.json',
    });
  });

  test('a role that is not there is refused', () => {
    const roles = 'attendanceOfficer,officer';
    expect(
      problemsOf({ SCHAKEL_TRUSTED_DOCUMENTS: 'clients', SCHAKEL_TRUSTED_ONLY: roles }),
    ).toEqual([expect.stringMatching(/^SCHAKEL_TRUSTED_ONLY must be /)]);
  });

  test('a role cannot be limited to nothing', () => {
    expect(problemsOf({ SCHAKEL_TRUSTED_ONLY: 'analyst' })).toEqual([
      expect.stringMatching(/^SCHAKEL_TRUSTED_DOCUMENTS is missing/),
    ]);
  });
});

describe('half a configuration', () => {
  test.each([
    ['OIDC_AUDIENCE', 'schakel'],
    ['DATABASE_URL_SERVER', login('server')],
  ])('%s alone is no demonstration', (name, value) => {
    expect(problemsOf({ [name]: value })).toEqual([expect.stringMatching(new RegExp(`^${name} `))]);
  });
});

describe('wrong values', () => {
  test.each([
    ['PORT', '70000'],
    ['PORT', '4000x'],
    ['PORT', '-1'],
    ['LOG_LEVEL', 'loud'],
    ['THUISZITTER_DEFINITION', 'LANDELIJK'],
    ['MAX_DELIVERY_BYTES', '10'],
    ['POOL_SERVER', '0'],
  ])('%s=%s is refused', (name, value) => {
    expect(problemsOf({ [name]: value })).toEqual([
      expect.stringMatching(new RegExp(`^${name} must be `)),
    ]);
  });

  test('all are reported at once', () => {
    const problems = problemsOf({
      ...production,
      PORT: 'x',
      LOG_LEVEL: 'x',
      DATABASE_URL: 'mysql://db',
    });
    expect(problems.map((problem) => problem.split(' ')[0])).toEqual([
      'PORT',
      'DATABASE_URL',
      'LOG_LEVEL',
    ]);
  });

  test('an address is never repeated, as it may hold a password', () => {
    const problems = problemsOf({
      ...production,
      DATABASE_URL: 'postgres://admin:s3cr3t@/nowhere',
      DATABASE_URL_AUDIT: 'hub_audit:s3cr3t',
      OIDC_ISSUER: 's3cr3t',
    });
    expect(problems.length).toBeGreaterThan(2);
    expect(problems.join('\n')).not.toContain('s3cr3t');
  });
});
