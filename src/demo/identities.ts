/** The identities one can take on in demonstration mode, and the region they work in: SWV PO and VO 2801, around Leiden. */
import type { Role } from '../../schema/codes.ts';
import { purposesOf } from '../policy/policy.ts';
import type { DemoIdentityProvider } from './identity-provider.ts';

/** Leiden, Leiderdorp, Oegstgeest, Voorschoten, Wassenaar, Zoeterwoude and Kaag en Braassem (CBS codes 2026). */
export const demoMunicipalities = ['0546', '0547', '0579', '0626', '0629', '0638', '1884'] as const;
/** Holland Rijnland. */
export const demoYouthRegion = 'JZ18';
/** Two real sites in Leiden (DUO): basisschool Lucas van Leyden and the Visser 't Hooft Lyceum. Their pupils are invented. */
export const demoSchools = { primary: '15NJ00', secondary: '02VD00' } as const;
/** Invented AGB codes. */
export const demoProviders = ['42420001', '42420002', '42420003'] as const;
export const demoSources = {
  attendance: 'demo-leerplicht',
  care: 'demo-care',
  swv: 'demo-swv',
  school: 'demo-school',
} as const;

export type DemoIdentity = {
  /** Its name in an address. */
  key: string;
  subject: string;
  role: Role;
  organisation: string;
  /** Dutch: who this is. */
  label: string;
  /** Dutch: what one comes to see. */
  description: string;
  /** A first document to send. */
  query: string;
};

const caseload = `# Uw openstaande zaken, de meest dringende eerst.
query Caseload {
  thuiszitterCases(first: 20, orderBy: DUE_FIRST) {
    totalCount
    edges {
      node {
        id
        status
        weeksAtHome
        due { on reason overdueDays }
        pupil { name age }
        school { name }
        waitingStatus { availability waitingForHelp expectedStartWeek }
        support { availability tlv { kind status validUntil } }
      }
    }
  }
}
`;

const waitingList = `# De wachtlijst, wie het langst wacht eerst.
query WaitingList {
  waitingListEntries(first: 20, orderBy: REFERRED_ON_ASC) {
    totalCount
    edges {
      node {
        id
        status
        careKind
        referredOn
        intendedStart
        stale
        weeksWaiting { registration treatment total }
        provider { name }
        municipality { code }
      }
    }
  }
}
`;

const supportDecisions = `# TLV-aanvragen die nog een besluit nodig hebben.
query SupportDecisions {
  tlvs(first: 20, where: { status: [REQUESTED, INCOMPLETE, IN_PROGRESS] }, orderBy: DUE_FIRST) {
    totalCount
    edges {
      node { id number kind status requestedOn decideBy school { name } pupil { name } }
    }
  }
}
`;

const deliveries = `# Wat er van uw leveringen terecht is gekomen.
query Deliveries {
  deliveries(first: 20) {
    edges {
      node {
        id
        format
        receivedAt
        status
        counts { received accepted unchanged rejected linked }
        rejects(first: 20) { totalCount edges { node { line field code message } } }
      }
    }
  }
}
`;

const reference = `# Wie u bent, en wat iedereen mag weten.
query Reference {
  viewer { role organisation purpose legalBasis }
  municipality(code: "0546") { code name province youthRegion { code name } swvs { code sector share } }
  swv(code: "PO2801") {
    code
    sector
    schools(first: 5) { totalCount edges { node { brin6 name kind } } }
  }
}
`;

export const demoIdentities: readonly DemoIdentity[] = [
  {
    key: 'leerplicht-leiden',
    subject: 'demo-leerplicht-leiden',
    role: 'attendanceOfficer',
    organisation: '0546',
    label: 'Leerplichtambtenaar van Leiden',
    description:
      'U ziet uw openstaande zaken, de meest dringende eerst, en wat de volgende stap is.',
    query: caseload,
  },
  {
    key: 'leerplicht-leiderdorp',
    subject: 'demo-leerplicht-leiderdorp',
    role: 'attendanceOfficer',
    organisation: '0547',
    label: 'Leerplichtambtenaar van Leiderdorp',
    description: 'U ziet de zaken van Leiderdorp. Zaken van Leiden bestaan voor u niet.',
    query: caseload,
  },
  {
    key: 'swv-po',
    subject: 'demo-swv-po',
    role: 'swvCoordinator',
    organisation: 'PO2801',
    label: 'Consulent van het SWV primair onderwijs (PO2801)',
    description:
      'U ziet de TLV-aanvragen die nog op een besluit wachten, en de zaken waar uw SWV aan meedoet.',
    query: supportDecisions,
  },
  {
    key: 'swv-vo',
    subject: 'demo-swv-vo',
    role: 'swvCoordinator',
    organisation: 'VO2801',
    label: 'Consulent van het SWV voortgezet onderwijs (VO2801)',
    description: 'U ziet hetzelfde voor het voortgezet onderwijs.',
    query: supportDecisions,
  },
  {
    key: 'school-bo',
    subject: 'demo-school-bo',
    role: 'schoolCareCoordinator',
    organisation: demoSchools.primary,
    label: 'Intern begeleider van basisschool Lucas van Leyden',
    description:
      'U ziet de zaken van leerlingen van uw eigen school. U ziet niets over de zorg zelf.',
    query: caseload,
  },
  {
    key: 'school-vo',
    subject: 'demo-school-vo',
    role: 'schoolCareCoordinator',
    organisation: demoSchools.secondary,
    label: "Zorgcoördinator van het Visser 't Hooft Lyceum",
    description: 'U ziet hetzelfde voor een school in het voortgezet onderwijs.',
    query: caseload,
  },
  {
    key: 'jeugd-leiden',
    subject: 'demo-jeugd-leiden',
    role: 'youthCoordinator',
    organisation: '0546',
    label: 'Jeugdregisseur van Leiden',
    description: 'U ziet welke kinderen van Leiden op jeugdhulp wachten, en hoe lang al.',
    query: waitingList,
  },
  {
    key: 'zorgaanbieder',
    subject: 'demo-zorgaanbieder',
    role: 'careProvider',
    organisation: demoProviders[0],
    label: 'Wachtlijstbeheerder van een jeugdhulpaanbieder',
    description: 'U ziet alleen uw eigen wachtlijst, zoals u die hebt geleverd.',
    query: waitingList,
  },
  {
    key: 'analist',
    subject: 'demo-analist',
    role: 'analyst',
    organisation: demoYouthRegion,
    label: 'Analist van de jeugdregio Holland Rijnland',
    description: 'U ziet scholen, gemeenten en samenwerkingsverbanden. U ziet nooit een kind.',
    query: reference,
  },
  {
    key: 'bron-leerplicht',
    subject: 'demo-bron-leerplicht',
    role: 'source',
    organisation: demoSources.attendance,
    label: 'Bronsysteem van leerplicht (levert verzuimmeldingen)',
    description: 'U levert bestanden aan en ziet per regel wat er is afgekeurd en waarom.',
    query: deliveries,
  },
  {
    key: 'bron-zorg',
    subject: 'demo-bron-zorg',
    role: 'source',
    organisation: demoSources.care,
    label: 'Bronsysteem van jeugdhulp (levert wachtlijsten)',
    description:
      'U levert wachtlijsten en iJw-berichten aan en ziet wat er is afgekeurd en waarom.',
    query: deliveries,
  },
  {
    key: 'privacy',
    subject: 'demo-privacy',
    role: 'privacyOfficer',
    organisation: 'schakel',
    label: 'Functionaris gegevensbescherming',
    description: 'U houdt toezicht. De inhoud van een zaak ziet u niet.',
    query: reference,
  },
  {
    key: 'beheer',
    subject: 'demo-beheer',
    role: 'operator',
    organisation: 'schakel',
    label: 'Technisch beheerder',
    description: 'U ziet hoe de hub draait. Gegevens van kinderen ziet u niet.',
    query: reference,
  },
];

/** A token for one of these identities, with the first purpose of its role. */
export const issueDemoToken = (
  provider: DemoIdentityProvider,
  identity: DemoIdentity,
): Promise<string> =>
  provider.issueToken({
    sub: identity.subject,
    role: identity.role,
    org: identity.organisation,
    purpose: purposesOf(identity.role)[0] ?? '',
  });
