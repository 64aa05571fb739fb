/**
 * What a plan may say about the viewer: placeholders, so that one statement serves every viewer of a role. The values
 * are bound when it runs. What changes the text (the role, and whether the rows lie under one key) is part of the plan.
 */
import { type Placeholder, type SQL, sql } from 'drizzle-orm';
import type { PgColumn } from 'drizzle-orm/pg-core';
import type { Role } from '../../schema/codes.ts';
import type { Scope } from '../policy/grant.ts';

/** Values by the name of their placeholder. */
export type Values = Record<string, unknown>;

export type Terms = {
  role: Role;
  organisation: SQL;
  /** The viewer as party to a case. */
  party: SQL;
  today: SQL;
  /**
   * The distribution key is bound in every statement, beside whatever else selects the rows. Under one key it is an
   * equality, so that an index on key and order gives the rows in order.
   */
  inRegions(regionColumn: PgColumn): SQL;
  inSwvs(swvColumn: PgColumn): SQL;
};

/** What of a viewer shapes the text of a statement. */
export type Viewpoint = { role: Role; oneRegion: boolean; oneSwv: boolean };

export const viewpointOf = ({ role, regions, swvs }: Scope): Viewpoint => ({
  role,
  oneRegion: regions.length === 1,
  oneSwv: swvs.length === 1,
});

export const slot = (name: string): Placeholder => sql.placeholder(name);

/** A text value by its name. The cast gives every use of it the same type. */
export const textSlot = (name: string): SQL => sql`${slot(name)}::text`;

export const termsOf = ({ role, oneRegion, oneSwv }: Viewpoint): Terms => ({
  role,
  organisation: textSlot('organisation'),
  party: textSlot('party'),
  today: sql`${slot('today')}::date`,
  inRegions: (regionColumn) =>
    oneRegion
      ? sql`${regionColumn} = ${textSlot('region')}`
      : sql`${regionColumn} = any(${slot('regions')}::text[])`,
  inSwvs: (swvColumn) =>
    oneSwv
      ? sql`${swvColumn} = ${textSlot('swv')}`
      : sql`${swvColumn} = any(${slot('swvs')}::text[])`,
});

export const scopeValues = ({ organisation, party, today, regions, swvs }: Scope): Values => ({
  organisation,
  party,
  today,
  regions,
  region: regions[0],
  swvs,
  swv: swvs[0],
});
