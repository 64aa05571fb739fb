/** Who is asking: the claims of a verified token become one role, for one organisation, with one purpose. */
import { type Role, roles } from '../../schema/codes.ts';

/** A caller in one role, for one organisation, with one purpose; all three end up in the access log. */
export type Viewer = {
  subject: string;
  role: Role;
  organisation: string;
  purpose: string;
  /** The program that asks: `client_id` of the token (RFC 9068), or `azp`. */
  client: string | null;
  /** `exp` of the token: seconds since 1970. */
  expiresAt: number;
};

export type AuthErrorCode =
  | 'TOKEN_MISSING'
  | 'TOKEN_INVALID'
  | 'TOKEN_EXPIRED'
  | 'TOKEN_REVOKED'
  | 'SUBJECT_INVALID'
  | 'ROLE_INVALID'
  | 'ORGANISATION_INVALID'
  | 'PURPOSE_INVALID';

/** Why a caller is not let in. Says which claim is wrong, never its value. */
export class AuthError extends Error {
  override readonly name = 'AuthError';
  readonly code: AuthErrorCode;
  constructor(code: AuthErrorCode, message: string, options?: { cause?: unknown }) {
    super(message, options);
    this.code = code;
  }
}

const municipality = /^\d{4}$/;
const swv = /^(?:PO|VO)\d{4}$/;
const school = /^\d{2}[A-Z]{2}\d{2}$/;
const provider = /^\d{8}$/;
const youthRegion = /^JZ\d{2}$/;
const named = /^[a-z][a-z0-9-]{1,40}$/;
const anyOrganisation = [municipality, swv, school, provider, youthRegion, named] as const;

/** How the code of an organisation is written, per role. A new role does not compile until it has a line. */
const organisationFormats: Record<Role, readonly RegExp[]> = {
  attendanceOfficer: [municipality],
  swvCoordinator: [swv],
  schoolCareCoordinator: [school],
  youthCoordinator: [municipality],
  careProvider: [provider],
  source: [named],
  analyst: anyOrganisation,
  privacyOfficer: anyOrganisation,
  operator: anyOrganisation,
};

/** Whether this is how the code of an organisation in this role is written. */
export const isOrganisation = (role: Role, organisation: string): boolean =>
  organisationFormats[role].some((format) => format.test(organisation));

/** OpenID Connect Core §2: at most 255 ASCII characters. Control characters would forge log lines. */
const subjectFormat = /^[\x20-\x7e]{1,255}$/;

/** Codes of SWVs are also written with dashes: `PO-28-01` is `PO2801`. */
const normalised = (organisation: string): string =>
  organisation.replace(/^(PO|VO)-(\d{2})-(\d{2})$/, '$1$2$3');

const isRole = (value: unknown): value is Role => roles.some((role) => role === value);

/**
 * The viewer that these claims describe, or an AuthError. Each claim holds one value: a list of roles is refused,
 * so that nobody acts in two roles at a time. Without a `purpose` claim a role that has one purpose gets that one.
 */
export function viewerFromClaims(
  claims: Record<string, unknown>,
  purposesOf: (role: Role) => readonly string[],
): Viewer {
  const { sub, role, org, purpose, exp } = claims;
  const client = claims.client_id ?? claims.azp;
  if (typeof sub !== 'string' || !subjectFormat.test(sub)) {
    throw new AuthError('SUBJECT_INVALID', 'claim "sub" is missing or not usable');
  }
  if (typeof exp !== 'number' || !Number.isFinite(exp)) {
    throw new AuthError('TOKEN_INVALID', 'claim "exp" is missing');
  }
  if (!isRole(role)) {
    throw new AuthError('ROLE_INVALID', 'claim "role" is missing or not a role of this hub');
  }
  const organisation = typeof org === 'string' ? normalised(org) : '';
  if (!isOrganisation(role, organisation)) {
    throw new AuthError(
      'ORGANISATION_INVALID',
      'claim "org" is missing or not an organisation for this role',
    );
  }
  const purposes = purposesOf(role);
  const chosen = purpose === undefined && purposes.length === 1 ? purposes[0] : purpose;
  if (typeof chosen !== 'string' || !purposes.includes(chosen)) {
    throw new AuthError('PURPOSE_INVALID', 'claim "purpose" is missing or not one of this role');
  }
  return {
    subject: sub,
    role,
    organisation,
    purpose: chosen,
    client: typeof client === 'string' ? client : null,
    expiresAt: exp,
  };
}
