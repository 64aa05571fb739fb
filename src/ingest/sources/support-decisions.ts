/**
 * Decisions of an SWV: TLV, OPP (dates and status only) and arrangement in one file, told apart by `soort_besluit`.
 * A field of another kind of decision must be empty: a filled one shows that the line means something else.
 */
import { addDays, schoolYearEnd } from '../../rules/dates.ts';
import { csvAdapter } from '../csv-adapter.ts';
import type { Area, Line } from '../line.ts';
import type { IngestRecord, IsoDate, PupilKey } from '../record.ts';

/** Terms without a law of their own are configuration: Awb art. 4:13 speaks of a reasonable term, 8 weeks at most. */
const supportDecisionTerms = { tlvDecisionWeeks: 8 };

const decisionKinds = new Map([
  ['TLV', 'tlv'],
  ['OPP', 'opp'],
  ['ARRANGEMENT', 'arrangement'],
] as const);

const tlvKinds = new Map([
  ['SBO', 'SBO'],
  ['SO', 'SO'],
  ['VSO', 'VSO'],
] as const);

const fundingCategories = new Map([
  ['LAAG', 'LOW'],
  ['MIDDEN', 'MIDDLE'],
  ['HOOG', 'HIGH'],
  ['L', 'LOW'],
  ['M', 'MIDDLE'],
  ['H', 'HIGH'],
  ['1', 'LOW'],
  ['2', 'MIDDLE'],
  ['3', 'HIGH'],
] as const);

const clusters = new Map([
  ['3', 3],
  ['4', 4],
] as const);

const tlvStatuses = new Map([
  ['AANGEVRAAGD', 'REQUESTED'],
  ['ONVOLLEDIG', 'INCOMPLETE'],
  ['IN_BEHANDELING', 'IN_PROGRESS'],
  ['AFGEGEVEN', 'GRANTED'],
  ['AFGEWEZEN', 'REFUSED'],
  ['BEZWAAR', 'OBJECTION'],
  ['INGETROKKEN', 'WITHDRAWN'],
  // Whether a granted TLV is valid or has run out follows from its dates.
  ['GELDIG', 'GRANTED'],
  ['VERLOPEN', 'GRANTED'],
] as const);

const oppStatuses = new Map([
  ['CONCEPT', 'DRAFT'],
  ['OVERLEG', 'CONSULTATION'],
  ['VASTGESTELD', 'ESTABLISHED'],
  ['TE_EVALUEREN', 'EVALUATION_DUE'],
  ['BIJGESTELD', 'ADJUSTED'],
  ['AFGESLOTEN', 'CLOSED'],
] as const);

const arrangementKinds = new Map([
  ['INDIVIDUEEL', 'INDIVIDUAL'],
  ['GROEP', 'GROUP'],
  ['SCHOOLMODEL', 'SCHOOL_MODEL'],
] as const);

const arrangementStatuses = new Map([
  ['AANGEVRAAGD', 'REQUESTED'],
  ['IN_BEHANDELING', 'IN_PROGRESS'],
  ['TOEGEKEND', 'GRANTED'],
  ['AFGEWEZEN', 'REFUSED'],
  ['LOPEND', 'RUNNING'],
  ['GEEVALUEERD', 'EVALUATED'],
  ['BEEINDIGD', 'ENDED'],
  ['VERLENGD', 'EXTENDED'],
] as const);

const sectorsOfSchool: Readonly<Record<string, readonly string[]>> = {
  BO: ['PO'],
  SBO: ['PO'],
  SO: ['PO'],
  SO_VSO: ['PO', 'VO'],
  VSO: ['VO'],
  VO: ['VO'],
  PRO: ['VO'],
};

const columns = [
  'soort_besluit',
  'swv',
  'vestigingscode',
  'leerlingnummer',
  'volgnummer',
  'soort',
  'categorie',
  'cluster',
  'status',
  'aanvraagdatum',
  'beslistermijn',
  'besluitdatum',
  'ingangsdatum',
  'einddatum',
  'deskundigenadviezen',
  'versie',
  'vastgesteld_op',
  'overleg_ouders_op',
  'leerling_gehoord_op',
  'evaluatie_op',
  'peildatum',
] as const;

type Column = (typeof columns)[number];

type Pupil = { [K in keyof PupilKey]: PupilKey[K] | undefined } & { asOf: IsoDate | undefined };

export const supportDecisions = csvAdapter<Column>({
  columns,
  pgnFree: true,
  read(line, _facts, area) {
    const decision = line.code('soort_besluit', decisionKinds);
    const pupil = readPupil(line, area);
    if (decision === 'tlv') return readTlv(line, pupil);
    if (decision === 'opp') return readOpp(line, pupil);
    if (decision === 'arrangement') return readArrangement(line, pupil);
    return null;
  },
});

function readPupil(line: Line<Column>, area: Area): Pupil {
  const swvCode = line.swv('swv');
  line.within(area.swvs, 'swv', swvCode);
  const site = line.site('vestigingscode');
  const sectors = site && sectorsOfSchool[site.kind];
  if (swvCode && sectors && !sectors.includes(swvCode.slice(0, 2))) {
    line.reject('SECTOR_MISMATCH', 'vestigingscode');
  }
  return {
    swvCode,
    brin6: site?.brin6,
    schoolPupilNumber: line.required('leerlingnummer', 40),
    asOf: line.pastDate('peildatum'),
  };
}

function mustBeEmpty(line: Line<Column>, decision: string, ...foreign: Column[]): void {
  for (const column of foreign) {
    if (!line.isEmpty(column)) line.reject('FIELD_MUST_BE_EMPTY', column, decision);
  }
}

const oppColumns = [
  'versie',
  'vastgesteld_op',
  'overleg_ouders_op',
  'leerling_gehoord_op',
  'evaluatie_op',
] as const;

function readTlv(line: Line<Column>, pupil: Pupil): IngestRecord | null {
  mustBeEmpty(line, 'een TLV', ...oppColumns);
  const kind = line.code('soort', tlvKinds);
  const status = line.code('status', tlvStatuses);
  const granted = status === 'GRANTED';
  if (kind && pupil.swvCode && pupil.swvCode.startsWith('VO') !== (kind === 'VSO')) {
    line.reject('TLV_SECTOR_MISMATCH', 'soort');
  }
  const fundingCategory = line.optionalCode('categorie', fundingCategories);
  if (kind === 'SBO') {
    if (!line.isEmpty('categorie')) line.reject('TLV_CATEGORY_FORBIDDEN', 'categorie');
    mustBeEmpty(line, 'een TLV voor sbo', 'cluster');
  } else if (kind && granted && fundingCategory === null) {
    line.reject('TLV_CATEGORY_REQUIRED', 'categorie');
  }

  const requestedOn = line.pastDate('aanvraagdatum');
  const decideBy = line.date('beslistermijn');
  const decidedOn = line.optionalPastDate('besluitdatum');
  const validFrom = line.date('ingangsdatum');
  const validUntil = line.date('einddatum');
  line.ascending(['aanvraagdatum', requestedOn], ['beslistermijn', decideBy]);
  line.ascending(['aanvraagdatum', requestedOn], ['besluitdatum', decidedOn]);
  line.ascending(['ingangsdatum', validFrom], ['einddatum', validUntil]);
  if (decidedOn === null && (granted || status === 'REFUSED' || status === 'OBJECTION')) {
    line.reject('FIELD_REQUIRED', 'besluitdatum');
  }
  if (granted && validFrom === null) line.reject('FIELD_REQUIRED', 'ingangsdatum');
  if (granted && validUntil === null) line.reject('FIELD_REQUIRED', 'einddatum');
  if (validUntil && !validUntil.endsWith('-07-31')) line.reject('TLV_END_NOT_JULY_31', 'einddatum');
  if (
    validFrom &&
    validUntil &&
    validUntil >= validFrom &&
    validUntil < firstFullYearEnd(validFrom)
  ) {
    line.reject('TLV_TOO_SHORT', 'einddatum');
  }
  const advices = line.wholeNumber('deskundigenadviezen');
  if (granted && advices !== undefined && (advices ?? 0) < 2) {
    line.reject('TLV_ADVICE_MISSING', 'deskundigenadviezen');
  }

  const fields = line.complete({
    ...pupil,
    number: line.required('volgnummer', 20),
    kind,
    fundingCategory,
    cluster: line.optionalCode('cluster', clusters),
    status,
    requestedOn,
    decideBy:
      decideBy ?? (requestedOn && addDays(requestedOn, supportDecisionTerms.tlvDecisionWeeks * 7)),
    decidedOn,
    validFrom,
    validUntil,
    adviceCount: advices === null ? 0 : advices,
  });
  return fields && { type: 'tlv', ...fields };
}

/** A TLV granted in mid-year gets the rest of that year on top: the first whole year starts on the next 1 August. */
function firstFullYearEnd(validFrom: IsoDate): IsoDate {
  if (validFrom.endsWith('-08-01')) return schoolYearEnd(validFrom);
  return schoolYearEnd(addDays(schoolYearEnd(validFrom), 1));
}

function readOpp(line: Line<Column>, pupil: Pupil): IngestRecord | null {
  mustBeEmpty(
    line,
    'een OPP',
    ...(['volgnummer', 'soort', 'categorie', 'cluster', 'aanvraagdatum', 'beslistermijn'] as const),
    ...(['besluitdatum', 'ingangsdatum', 'einddatum', 'deskundigenadviezen'] as const),
  );
  const status = line.code('status', oppStatuses);
  const establishedOn = line.optionalPastDate('vastgesteld_op');
  const isEstablished =
    status === 'ESTABLISHED' || status === 'EVALUATION_DUE' || status === 'ADJUSTED';
  if (isEstablished && establishedOn === null) line.reject('FIELD_REQUIRED', 'vastgesteld_op');
  const version = line.wholeNumber('versie');
  if (version === null) line.reject('FIELD_REQUIRED', 'versie');
  const fields = line.complete({
    ...pupil,
    version: version ?? undefined,
    status,
    establishedOn,
    guardiansConsultedOn: line.optionalPastDate('overleg_ouders_op'),
    pupilHeardOn: line.optionalPastDate('leerling_gehoord_op'),
    evaluatedOn: line.optionalPastDate('evaluatie_op'),
  });
  return fields && { type: 'opp', ...fields };
}

function readArrangement(line: Line<Column>, pupil: Pupil): IngestRecord | null {
  mustBeEmpty(line, 'een arrangement', 'categorie', 'cluster', 'beslistermijn');
  mustBeEmpty(line, 'een arrangement', 'deskundigenadviezen', ...oppColumns);
  const status = line.code('status', arrangementStatuses);
  const requestedOn = line.pastDate('aanvraagdatum');
  const decidedOn = line.optionalPastDate('besluitdatum');
  const validFrom = line.date('ingangsdatum');
  const validUntil = line.date('einddatum');
  line.ascending(['aanvraagdatum', requestedOn], ['besluitdatum', decidedOn]);
  line.ascending(['ingangsdatum', validFrom], ['einddatum', validUntil]);
  const isDecided = status && status !== 'REQUESTED' && status !== 'IN_PROGRESS';
  if (isDecided && decidedOn === null) line.reject('FIELD_REQUIRED', 'besluitdatum');
  if (isDecided && status !== 'REFUSED' && validFrom === null) {
    line.reject('FIELD_REQUIRED', 'ingangsdatum');
  }
  const fields = line.complete({
    ...pupil,
    number: line.required('volgnummer', 20),
    kind: line.code('soort', arrangementKinds),
    status,
    requestedOn,
    decidedOn,
    validFrom,
    validUntil,
  });
  return fields && { type: 'arrangement', ...fields };
}
