/** Lets a test deliver records as a source would: the real flow and database, with an adapter that reads records as JSON lines. */
import { Readable } from 'node:stream';
import type { Pool } from '../../src/db/pools.ts';
import {
  type AbsenceReportRecord,
  type Adapter,
  type ArrangementRecord,
  type CareEventRecord,
  DeliveryRefused,
  type EnrolmentRecord,
  type IngestRecord,
  type OppRecord,
  type SupportApplicationRecord,
  type TlvRecord,
  type WaitingListRecord,
} from '../../src/ingest/record.ts';
import { type DeliveryContext, type DeliveryReport, deliver } from '../../src/ingest/run.ts';
import { adapters } from '../../src/ingest/sources/registry.ts';
import { loadReferenceFacts } from '../../src/reference/facts.ts';
import { defaultTerms } from '../../src/rules/terms.ts';

export const today = '2026-11-23';
const noon = `${today}T11:00:00Z`;

/** Two neighbours in one youth region, and a school of each sector with its SWV. */
export const leiden = '0546';
export const leiderdorp = '0547';
export const region = 'JZ18';
export const swv = 'PO2801';
export const site = '15NJ00';

/** One JSON record a line. `{"reject": true}` is a line that the adapter rejects, `{"refuse": true}` a file it refuses. */
const jsonLines: Adapter = async function* (input) {
  let line = 0;
  let rest = '';
  const decoder = new TextDecoder();
  const read = function* (text: string) {
    for (const record of text.split('\n').filter(Boolean)) {
      line += 1;
      const parsed = JSON.parse(record);
      if (parsed.refuse) throw new DeliveryRefused('MISSING_COLUMN', 'Er ontbreekt een kolom.');
      yield parsed.reject
        ? {
            line,
            reasons: [{ field: 'bsn', code: 'BSN_FORMAT', message: 'Vul 9 cijfers in.' }] as [
              never,
            ],
          }
        : { line, record: parsed as IngestRecord };
    }
  };
  for await (const chunk of input) {
    const text = rest + decoder.decode(chunk, { stream: true });
    const end = text.lastIndexOf('\n') + 1;
    rest = text.slice(end);
    yield* read(text.slice(0, end));
  }
  yield* read(rest);
};

const jsonAdapters = Object.fromEntries(
  Object.keys(adapters).map((format) => [format, jsonLines]),
) as unknown as DeliveryContext['adapters'];

export type TestSource =
  | 'test-leerplicht'
  | 'other-leerplicht'
  | 'test-school'
  | 'test-swv'
  | 'test-care';

/** Sources that may deliver everything, for Leiden and Leiderdorp. */
export async function addSources(sql: Pool): Promise<void> {
  for (const name of [
    'test-leerplicht',
    'other-leerplicht',
    'test-school',
    'test-swv',
    'test-care',
  ]) {
    await sql`
      insert into staging.source (name, description, formats, municipality_codes, swv_codes, brin6s, provider_agbs)
      values (${name}, 'a source of a test', ${Object.keys(adapters)}, ${[leiden, leiderdorp]},
        ${[swv]}, ${[site]}, ${['42420001']}) on conflict do nothing`;
  }
}

export async function deliveryContext(
  sql: Pool,
  overrides: Partial<DeliveryContext> = {},
): Promise<DeliveryContext> {
  const key = (letter: string) => ({
    current: '1',
    keys: { '1': Buffer.alloc(32, letter).toString('base64') },
  });
  return {
    sql,
    adapters: jsonAdapters,
    reference: await loadReferenceFacts(sql),
    keyring: { attendance: key('a'), care: key('c') },
    settings: { definition: 'OCW_2016', terms: defaultTerms },
    allowTestBsn: true,
    now: () => new Date(noon),
    ...overrides,
  };
}

export type Line = IngestRecord | { reject: true } | { refuse: true };

export const body = (lines: readonly Line[]): AsyncIterable<Uint8Array> =>
  Readable.from([Buffer.from(lines.map((line) => `${JSON.stringify(line)}\n`).join(''))]);

/** What a steward reads of a report: `accepted 2, unchanged 1; 4 OLDER_THAN_STORED`. */
const summary = ({ status, counts, rejects, problem }: DeliveryReport): string => {
  const { accepted, unchanged, linked } = counts;
  const said = [
    ...(problem ? [`${status} ${problem.code}`] : []),
    `accepted ${accepted}, unchanged ${unchanged}, linked ${linked}`,
    ...rejects.map(({ line, code }) => `${line} ${code}`),
  ];
  return said.join('; ');
};

export const giver =
  (context: DeliveryContext) =>
  async (source: TestSource, lines: readonly Line[], on = today): Promise<string> =>
    summary(
      await deliver(
        { ...context, now: () => new Date(`${on}T11:00:00Z`) },
        { source, format: 'ABSENCE_REPORTS', body: body(lines) },
      ),
    );

const person = {
  givenName: 'Kind',
  prefix: null,
  familyName: 'Voorbeeld',
  nameProtected: false,
  birthDate: '2015-03-14',
};

const pupilKey = { swvCode: swv, brin6: site, schoolPupilNumber: '1001' };

/** Absent on end since September: a thuiszitter by every definition. */
export const absence = (change: Partial<AbsenceReportRecord> = {}): AbsenceReportRecord => ({
  type: 'absenceReport',
  bsnToken: 'child-a',
  tokenKey: '1',
  ...person,
  municipalityCode: leiden,
  youthRegion: region,
  reportNumber: 'M-1',
  brin6: site,
  kind: 'LONG_TERM',
  status: 'REGISTERED',
  fromOn: '2026-09-01',
  untilOn: null,
  hours: 120.5,
  reportedOn: '2026-10-05',
  asOf: '2026-11-20',
  ...change,
});

export const enrolment = (change: Partial<EnrolmentRecord> = {}): EnrolmentRecord => ({
  type: 'enrolment',
  ...pupilKey,
  ...person,
  enrolledOn: '2024-08-01',
  leftOn: null,
  asOf: '2026-11-20',
  ...change,
});

export const application = (
  change: Partial<SupportApplicationRecord> = {},
): SupportApplicationRecord => ({
  type: 'supportApplication',
  ...pupilKey,
  ...person,
  enrolledOn: '2024-08-01',
  application: 'TLV',
  tlvKind: 'SO',
  sourceKey: `oso:${site}:1001:2026-10-01`,
  requestedOn: '2026-10-01',
  asOf: '2026-10-01',
  ...change,
});

export const tlv = (change: Partial<TlvRecord> = {}): TlvRecord => ({
  type: 'tlv',
  ...pupilKey,
  number: '2801-7',
  kind: 'SO',
  fundingCategory: 'LOW',
  cluster: 4,
  status: 'GRANTED',
  requestedOn: '2026-10-02',
  decideBy: '2026-11-27',
  decidedOn: '2026-11-10',
  validFrom: '2026-11-10',
  validUntil: '2028-07-31',
  adviceCount: 2,
  asOf: '2026-11-20',
  ...change,
});

export const opp = (change: Partial<OppRecord> = {}): OppRecord => ({
  type: 'opp',
  ...pupilKey,
  version: 1,
  status: 'ESTABLISHED',
  establishedOn: '2026-09-20',
  guardiansConsultedOn: '2026-09-15',
  pupilHeardOn: '2026-09-15',
  evaluatedOn: null,
  asOf: '2026-11-20',
  ...change,
});

export const arrangement = (change: Partial<ArrangementRecord> = {}): ArrangementRecord => ({
  type: 'arrangement',
  ...pupilKey,
  number: 'A-3',
  kind: 'GROUP',
  status: 'RUNNING',
  requestedOn: '2026-08-20',
  decidedOn: '2026-09-01',
  validFrom: '2026-09-01',
  validUntil: '2027-07-31',
  asOf: '2026-11-20',
  ...change,
});

export const waiting = (change: Partial<WaitingListRecord> = {}): WaitingListRecord => ({
  type: 'waitingListEntry',
  bsnToken: 'care-a',
  tokenKey: '1',
  reference: 'W-1',
  birthDate: '2015-03-14',
  municipalityCode: leiden,
  youthRegion: region,
  providerAgb: '42420001',
  careKind: 'OUTPATIENT',
  referrer: 'GENERAL_PRACTITIONER',
  allocationNumber: null,
  referredOn: '2026-06-01',
  registeredOn: '2026-06-08',
  intakeOn: null,
  allocatedOn: null,
  intendedStart: '2027-02-10',
  startedOn: null,
  endedOn: null,
  status: 'WAITING_FOR_START',
  bridging: false,
  hindersEducation: 'YES',
  asOf: '2026-11-10',
  ...change,
});

export const careEvent = (change: Partial<CareEventRecord> = {}): CareEventRecord => ({
  type: 'careEvent',
  message: 'JW301',
  messageId: 'B-301',
  bsnToken: 'care-a',
  tokenKey: '1',
  municipalityCode: leiden,
  youthRegion: region,
  providerAgb: '42420001',
  allocationNumber: '77',
  productCategory: '45',
  productCode: '45A01',
  occurredOn: '2026-11-12',
  intendedStart: '2027-01-15',
  endReason: null,
  asOf: '2026-11-12',
  ...change,
});
