/** What one role may do with one type: the policy table, narrowed to a role. Every plan starts from a grant. */
import type { Role } from '../../schema/codes.ts';
import type { Viewer } from '../auth/viewer.ts';
import { legalBasisOf, type RowScope, rightsOf } from './policy.ts';

/** What of a viewer reaches SQL: parameters only, never text. */
export type Scope = {
  role: Role;
  organisation: string;
  /** Who the viewer is as party to a case: `swvCoordinator:PO2801`. */
  party: string;
  purpose: string;
  legalBasis: string;
  /** Today in Europe/Amsterdam, `2026-02-01`. */
  today: string;
} & Reach;

/** Where the viewer's rows can lie: the distribution keys, bound in every statement beside the row scope. */
export type Reach = {
  /** Youth regions: the key of attendance, care and casework. */
  regions: readonly string[];
  /** SWVs: the key of education. */
  swvs: readonly string[];
};

/** Thrown when something asks for what the policy does not grant; the role's schema should have refused it before. */
export class NotGranted extends Error {
  override readonly name = 'NotGranted';
}

const fromPolicy = Symbol('from policy');

/** The right to read a type. Only `grantFor` can make one, so a plan without a grant does not compile. */
export class Grant {
  readonly #made: symbol;
  readonly role: Role;
  readonly type: string;
  readonly rows: RowScope;
  readonly fields: ReadonlySet<string>;

  constructor(
    made: typeof fromPolicy,
    role: Role,
    type: string,
    rows: RowScope,
    fields: readonly string[],
  ) {
    this.#made = made;
    this.role = role;
    this.type = type;
    this.rows = rows;
    this.fields = new Set(fields);
  }

  get isFromPolicy(): boolean {
    return this.#made === fromPolicy;
  }
}

export const partyKey = (role: string, organisation: string): string => `${role}:${organisation}`;

export const scopeOf = (viewer: Viewer, today: string, reach: Reach): Scope => ({
  role: viewer.role,
  organisation: viewer.organisation,
  party: partyKey(viewer.role, viewer.organisation),
  purpose: viewer.purpose,
  legalBasis: legalBasisOf(viewer.role, viewer.purpose),
  today,
  ...reach,
});

export const grantFor = (role: Role, type: string): Grant => {
  const right = rightsOf(role).types[type];
  if (right === undefined) throw new NotGranted(`${role} has no right to ${type}`);
  return new Grant(fromPolicy, role, type, right.rows, right.fields);
};
