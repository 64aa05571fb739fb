/** Every resolver class of the schema. */
import { AbsenceReportResolver } from './absence-report.ts';
import { DeliveryResolver } from './delivery.ts';
import { PupilResolver } from './pupil.ts';
import { ReferenceResolver, SwvResolver } from './reference.ts';
import { ThuiszitterCaseResolver } from './thuiszitter-case.ts';
import { WaitingListEntryResolver } from './waiting-list-entry.ts';

export const allResolvers = [
  ReferenceResolver,
  SwvResolver,
  ThuiszitterCaseResolver,
  PupilResolver,
  WaitingListEntryResolver,
  AbsenceReportResolver,
  DeliveryResolver,
] as const;
