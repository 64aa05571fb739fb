/** Who delivers, who cares, and the covenant under which the parties of the region share. */
import type { Code, dataKinds, Role } from '../../schema/codes.ts';
import type { source } from '../../schema/db/delivery.ts';
import { demoSchools } from '../../src/demo/identities.ts';
import type { IsoDate } from '../../src/ingest/record.ts';
import { type Day, isoOf } from './day.ts';
import type { Random } from './random.ts';
import { type DemoReference, demoSwvs } from './reference.ts';
import { careProviders } from './waiting-list.ts';

export type Organisation = { role: Role; organisation: string };

export type DemoCovenant = {
  id: string;
  name: string;
  purposes: string[];
  dataKinds: Code<typeof dataKinds>[];
  validFrom: IsoDate;
  validUntil: IsoDate;
  parties: Organisation[];
};

/** Rows for `staging.source`. */
export function demoSources({
  municipalities,
  sites,
}: DemoReference): (typeof source.$inferInsert)[] {
  const municipalityCodes = municipalities.map(({ code }) => code);
  const nowhere = { municipalityCodes: [], swvCodes: [], brin6s: [], providerAgbs: [] };
  return [
    {
      ...nowhere,
      name: 'demo-school',
      description: 'Leerlingadministraties van de scholen (demonstratie)',
      formats: ['ENROLMENTS', 'OSO_SWV_DOSSIER'],
      brin6s: sites.map(({ brin6 }) => brin6),
    },
    {
      ...nowhere,
      name: 'demo-leerplicht',
      description: 'Leerplichtregistratie van de zeven gemeenten (demonstratie)',
      formats: ['ABSENCE_REPORTS'],
      municipalityCodes,
    },
    {
      ...nowhere,
      name: 'demo-swv',
      description: 'Besluiten van de samenwerkingsverbanden PO2801 en VO2801 (demonstratie)',
      formats: ['SUPPORT_DECISIONS'],
      swvCodes: Object.values(demoSwvs),
    },
    {
      ...nowhere,
      name: 'demo-care',
      description: 'Wachtlijsten en iJw-berichten van vier jeugdhulpaanbieders (demonstratie)',
      formats: ['WAITING_LIST', 'IJW'],
      municipalityCodes,
      providerAgbs: careProviders.map(({ agb }) => agb),
    },
  ];
}

const providersInCovenant = ['42420001', '42420002'];

export function demoCovenant(
  random: Random,
  { municipalities, sites }: DemoReference,
  today: Day,
): DemoCovenant {
  const shown: readonly string[] = Object.values(demoSchools);
  const parties: Organisation[] = [
    ...municipalities.map(({ code }) => ({
      role: 'attendanceOfficer' as const,
      organisation: code,
    })),
    ...municipalities.map(({ code }) => ({
      role: 'youthCoordinator' as const,
      organisation: code,
    })),
    ...Object.values(demoSwvs).map((code) => ({
      role: 'swvCoordinator' as const,
      organisation: code,
    })),
    ...sites
      .filter(({ brin6 }) => random.chance(0.85) || shown.includes(brin6))
      .map(({ brin6 }) => ({ role: 'schoolCareCoordinator' as const, organisation: brin6 })),
    ...providersInCovenant.map((agb) => ({ role: 'careProvider' as const, organisation: agb })),
  ];
  return {
    id: '2801c0de-0000-4000-8000-000000002801',
    name: 'Privacyconvenant onderwijs, gemeenten en jeugdhulp in de Leidse regio (demonstratie)',
    purposes: ['return-to-school'],
    dataKinds: ['IDENTITY', 'ABSENCE', 'SUPPORT', 'WAITING_STATUS'],
    validFrom: isoOf(today - 365),
    validUntil: isoOf(today + 365),
    parties,
  };
}
