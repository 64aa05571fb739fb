/**
 * Merges what lines say of the person they are about: a youth, a pupil, a client. Several lines may be about one person;
 * the one with the latest `as_of` tells who it is, the last one when they are of the same day.
 */
import {
  differs,
  equal,
  type Fragment,
  list,
  type Merge,
  provenance,
  provenanceColumns,
  row,
} from './merge.ts';

export type PersonTable = {
  /** Staging table of the lines. */
  lines: string;
  table: string;
  /** The natural key, in the lines and in the table. */
  key: readonly string[];
  scope: 'youth_region' | 'swv_code';
  /** Columns that are set once. */
  fixed: readonly string[];
  /** Columns that follow what the lines tell. */
  details: readonly string[];
  identity: {
    table: string;
    /** Its reference to the person. */
    id: string;
    /** Copies of columns of the person. */
    copied: readonly string[];
    details: readonly string[];
  } | null;
};

const identityDetails = [
  'given_name',
  'prefix',
  'family_name',
  'birth_date',
  'name_protected',
] as const;

export const youthTable: PersonTable = {
  lines: 'staging.absence_report_line',
  table: 'attendance.youth',
  key: ['youth_region', 'bsn_token'],
  scope: 'youth_region',
  fixed: ['token_key'],
  // A child that moves within the region stays the same youth.
  details: ['municipality_code'],
  identity: {
    table: 'attendance.youth_identity',
    id: 'youth_id',
    copied: ['municipality_code'],
    details: identityDetails,
  },
};

export const pupilTable = (lines: string): PersonTable => ({
  lines,
  table: 'education.pupil',
  key: ['swv_code', 'brin6', 'school_pupil_number'],
  scope: 'swv_code',
  fixed: [],
  details: [],
  identity: {
    table: 'education.pupil_identity',
    id: 'pupil_id',
    copied: ['brin6'],
    details: identityDetails,
  },
});

export const clientTable: PersonTable = {
  lines: 'staging.waiting_list_line',
  table: 'care.client',
  key: ['youth_region', 'provider_agb', 'bsn_token'],
  scope: 'youth_region',
  fixed: ['token_key'],
  details: ['municipality_code', 'birth_date'],
  identity: null,
};

/** Marks the lines whose word about the person does not count. Must come before `tellsNothingNew` and `mergePersons`. */
export async function chooseTellers({ tx, deliveryId }: Merge, person: PersonTable): Promise<void> {
  const lines = tx.unsafe(person.lines);
  await tx`
    update ${lines} as line set tells_person = false
    from (
      select ${list(tx, person.key)}, (array_agg(seq order by as_of desc, seq desc))[1] as teller
      from ${lines} where delivery_id = ${deliveryId}
      group by ${list(tx, person.key)} having count(*) > 1
    ) as told
    where line.delivery_id = ${deliveryId} and ${equal(tx, 'line', 'told', person.key)}
      and line.seq <> told.teller`;
}

/** `person` and, when there is one, `identity`: joined to `line` by the natural key. */
export const joinPerson = (
  { tx }: Merge,
  person: PersonTable,
  andPerson: Fragment = tx``,
): Fragment => tx`
  join ${tx.unsafe(person.table)} as person on ${equal(tx, 'person', 'line', person.key)} ${andPerson}
  ${
    person.identity
      ? tx`join ${tx.unsafe(person.identity.table)} as identity
        on identity.${tx.unsafe(person.scope)} = person.${tx.unsafe(person.scope)}
        and identity.${tx.unsafe(person.identity.id)} = person.id`
      : tx``
  }`;

const detailsDiffer = ({ tx }: Merge, person: PersonTable): Fragment => tx`(
  ${differs(tx, 'person', 'line', person.details)}
  or ${person.identity ? differs(tx, 'identity', 'line', person.identity.details) : tx`false`})`;

/** True for a line that says nothing of the person that is not stored, over `joinPerson`. */
export const tellsNothingNew = (merge: Merge, person: PersonTable): Fragment => merge.tx`(
  not line.tells_person
  or line.as_of < person.as_of
  or (line.as_of = person.as_of and not ${detailsDiffer(merge, person)}))`;

/** Inserts who is new, and updates those a line tells something newer of. A line that is older than the person changes nothing. */
export async function mergePersons(merge: Merge, person: PersonTable): Promise<void> {
  const { tx, deliveryId } = merge;
  const lines = tx.unsafe(person.lines);
  const table = tx.unsafe(person.table);
  const columns = [...person.key, ...person.fixed, ...person.details];
  await tx`
    insert into ${table} (${list(tx, columns)}, ${list(tx, provenanceColumns)})
    select ${list(tx, columns, 'line')}, ${provenance(merge)} from ${lines} as line
    where line.delivery_id = ${deliveryId} and line.tells_person
      and not exists (select from ${table} as person where ${equal(tx, 'person', 'line', person.key)})
    on conflict (${list(tx, person.key)}) do nothing`;
  await tx`
    update ${table} as stored
    set (${list(tx, [...person.details, ...provenanceColumns])}) =
      row(${person.details.length > 0 ? tx`${list(tx, person.details, 'line')},` : tx``} ${provenance(merge)})
    from ${lines} as line ${joinPerson(merge, person, tx`and person.delivery_id <> ${deliveryId}`)}
    where line.delivery_id = ${deliveryId} and line.tells_person
      and stored.${tx.unsafe(person.scope)} = person.${tx.unsafe(person.scope)} and stored.id = person.id
      and (person.as_of < line.as_of or (person.as_of = line.as_of and ${detailsDiffer(merge, person)}))`;
  if (person.identity === null) return;
  const { id, copied, details, table: identity } = person.identity;
  const told = [...copied, ...details];
  await tx`
    insert into ${tx.unsafe(identity)} as stored (${list(tx, [person.scope, id, ...told])})
    select person.${tx.unsafe(person.scope)}, person.id, ${list(tx, told, 'line')}
    from ${lines} as line join ${table} as person on ${equal(tx, 'person', 'line', person.key)}
    where line.delivery_id = ${deliveryId} and line.tells_person
      and person.delivery_id = ${deliveryId}
    on conflict (${list(tx, [person.scope, id])}) do update
    set (${list(tx, told)}) = ${row(tx, 'excluded', told)}
    where ${differs(tx, 'stored', 'excluded', told)}`;
}
