/** What one operation leaves in the access log: who, in which role, why, on what ground, how it ended, whose data. */
import { randomUUID } from 'node:crypto';
import type { auditOutcomes, Code } from '../../schema/codes.ts';
import type { accessEntry, accessSubject } from '../../schema/db/audit.ts';
import type { Subject } from '../db/reader.ts';
import type { Scope } from '../policy/grant.ts';

/** Actions of NEN 7513. */
export type AuditAction = 'C' | 'R' | 'U' | 'D' | 'E';

export type AuditEntry = {
  /** Who: the subject of the token, never a name. */
  caller: string;
  scope: Pick<Scope, 'role' | 'organisation' | 'purpose' | 'legalBasis'>;
  action: AuditAction;
  operation: string;
  documentHash: string;
  outcome: Code<typeof auditOutcomes>;
  subjects: readonly Subject[];
  traceId: string;
  at: Date;
};

export type AuditRows = {
  entry: typeof accessEntry.$inferInsert;
  subjects: (typeof accessSubject.$inferInsert)[];
};

const byCompartment = (subjects: readonly Subject[]): Map<string, string[]> => {
  const ids = new Map<string, string[]>();
  for (const { compartment, id } of subjects) {
    const known = ids.get(compartment);
    if (known) known.push(id);
    else ids.set(compartment, [id]);
  }
  return ids;
};

export const auditRows = (entry: AuditEntry): AuditRows => {
  const operationId = randomUUID();
  const at = entry.at.toISOString();
  return {
    entry: {
      operationId,
      at,
      subject: entry.caller,
      role: entry.scope.role,
      organisation: entry.scope.organisation,
      purpose: entry.scope.purpose,
      legalBasis: entry.scope.legalBasis,
      action: entry.action,
      operation: entry.operation,
      documentHash: entry.documentHash,
      outcome: entry.outcome,
      subjectCount: entry.subjects.length,
      traceId: entry.traceId,
    },
    subjects: [...byCompartment(entry.subjects)].map(([compartment, subjectIds]) => ({
      operationId,
      compartment,
      subjectIds,
      at,
    })),
  };
};
