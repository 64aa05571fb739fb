/** Which plan answers which field at the root. What is not here is answered by its resolver alone. */
import { absenceReports } from './absence-report.ts';
import { deliveries } from './delivery.ts';
import type { ListPlan, RowPlan } from './entity.ts';
import { pupils, tlvs } from './pupil.ts';
import { careProviderByAgb, municipalityByCode, schoolByBrin6, swvByCode } from './reference.ts';
import { caseById, thuiszitterCases } from './thuiszitter-case.ts';
import { waitingListEntries } from './waiting-list-entry.ts';

export const roots: Readonly<Record<string, ListPlan | RowPlan>> = {
  absenceReports,
  careProvider: careProviderByAgb,
  deliveries,
  municipality: municipalityByCode,
  pupils,
  school: schoolByBrin6,
  swv: swvByCode,
  thuiszitterCase: caseById,
  thuiszitterCases,
  tlvs,
  waitingListEntries,
};
