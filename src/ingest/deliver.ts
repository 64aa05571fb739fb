/** Answers `POST /deliveries`: a source delivers a file, and hears what became of it line by line. */
import type { Viewer } from '../auth/viewer.ts';
import {
  type DeliveryContext,
  DeliveryFailed,
  type DeliveryFormat,
  DeliveryNotAllowed,
  type DeliveryReport,
  deliver,
} from './run.ts';

/** Counts and codes only; what a line says is never logged. */
export type DeliveryLog = {
  info(fields: Record<string, unknown>, message: string): void;
  error(fields: Record<string, unknown>, message: string): void;
};

type Answer = { status: number; body: unknown };

/** The handler that the HTTP edge calls for a viewer with role `source`; its organisation is the name of the source. */
export const createDeliver =
  (context: DeliveryContext, log: DeliveryLog) =>
  async (
    viewer: Viewer,
    { format, body }: { format: DeliveryFormat; body: AsyncIterable<Uint8Array> },
  ): Promise<Answer> => {
    if (viewer.role !== 'source') return problem(403, 'FORBIDDEN', 'only a source delivers');
    const source = viewer.organisation;
    try {
      const report = await deliver(context, { source, format, body });
      const { id: deliveryId, status, counts } = report;
      log.info({ deliveryId, source, format, status, counts }, 'delivery taken in');
      return answer(report);
    } catch (error) {
      if (error instanceof DeliveryNotAllowed) {
        const { code, message } = error;
        return problem(403, code, message);
      }
      if (error instanceof DeliveryFailed) {
        const { deliveryId, code, where } = error;
        log.error({ deliveryId, source, format, code, where }, 'delivery failed');
        // The sender is still there when it was interrupted: what came was too much, or too slow.
        return problem(code === 'INTERRUPTED' ? 400 : 500, code, 'the delivery failed', {
          id: deliveryId,
        });
      }
      throw error;
    }
  };

const answer = (report: DeliveryReport): Answer => {
  const { problem: refusal, ...body } = report;
  return refusal === null
    ? { status: 200, body }
    : problem(422, refusal.code, refusal.message, { id: report.id, delivery: report.status });
};

/** RFC 9457. */
const problem = (
  status: number,
  code: string,
  title: string,
  details: Record<string, unknown> = {},
): Answer => ({ status, body: { type: 'about:blank', status, code, title, ...details } });
