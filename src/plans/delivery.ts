/** What became of the deliveries of a source. */
import { sql } from 'drizzle-orm';
import { delivery as deliveryTable, reject } from '../../schema/db/delivery.ts';
import { connection, type Entity, type ListPlan, object, value } from './entity.ts';
import { column, instant } from './expression.ts';

export const delivery: Entity = {
  type: 'Delivery',
  from: () => sql`${deliveryTable}`,
  key: [deliveryTable.id],
  scopes: { ownSource: ({ organisation }) => sql`${deliveryTable.source} = ${organisation}` },
  fields: {
    id: value(() => sql`${deliveryTable.id}::text`),
    source: column(deliveryTable.source),
    format: column(deliveryTable.format),
    receivedAt: instant(deliveryTable.receivedAt),
    finishedAt: instant(deliveryTable.finishedAt),
    status: column(deliveryTable.status),
    problem: column(deliveryTable.problem),
    counts: object('DeliveryCounts', {
      received: column(deliveryTable.receivedCount),
      accepted: column(deliveryTable.acceptedCount),
      unchanged: column(deliveryTable.unchangedCount),
      rejected: column(deliveryTable.rejectedCount),
      linked: column(deliveryTable.linkedCount),
    }),
    rejects: connection(
      () => deliveryReject,
      [deliveryTable.id],
      [reject.deliveryId],
      [{ column: reject.seq }],
    ),
  },
};

const deliveryReject: Entity = {
  type: 'DeliveryReject',
  from: () => sql`${reject}`,
  key: [reject.deliveryId, reject.seq],
  scopes: { ownSource: ({ organisation }) => sql`${reject.source} = ${organisation}` },
  fields: {
    line: column(reject.line),
    field: column(reject.field),
    code: column(reject.code),
    message: column(reject.message),
  },
};

export const deliveries: ListPlan = {
  entity: delivery,
  filters: {},
  orders: {
    LATEST_FIRST: {
      field: 'receivedAt',
      order: [{ column: deliveryTable.receivedAt, descending: true }],
    },
  },
  defaultOrder: 'LATEST_FIRST',
};
