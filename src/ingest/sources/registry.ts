/** Which adapter reads which delivery format. */
import type { Code, deliveryFormats } from '../../../schema/codes.ts';
import type { Adapter } from '../record.ts';
import { absenceReports } from './absence-reports.ts';
import { enrolments } from './enrolments.ts';
import { ijw } from './ijw.ts';
import { osoSwvDossier } from './oso-swv-dossier.ts';
import { supportDecisions } from './support-decisions.ts';
import { waitingList } from './waiting-list.ts';

export const adapters: Readonly<Record<Code<typeof deliveryFormats>, Adapter>> = {
  ABSENCE_REPORTS: absenceReports,
  ENROLMENTS: enrolments,
  WAITING_LIST: waitingList,
  IJW: ijw,
  OSO_SWV_DOSSIER: osoSwvDossier,
  SUPPORT_DECISIONS: supportDecisions,
};
