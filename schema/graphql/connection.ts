/** Relay connections. A page is not a snapshot: rows may move between pages; stop when `hasNextPage` is false. */
import { ArgsType, type ClassType, Field, Int, ObjectType } from 'type-graphql';

@ObjectType({ simpleResolvers: true, description: 'Where a page ends.' })
export class PageInfo {
  @Field(() => Boolean, {
    description: 'Whether more rows followed when this page was read. When false, stop.',
  })
  hasNextPage!: boolean;

  @Field(() => String, {
    nullable: true,
    description:
      'Give it as `after` for the next page, with the same filter and order. It works for you alone. Null on an empty page.',
  })
  endCursor!: string | null;
}

@ArgsType()
export class PageArgs {
  @Field(() => Int, { defaultValue: 50, description: 'How many rows, 1 to 100.' })
  first!: number;

  @Field(() => String, { nullable: true, description: 'The `endCursor` of the page before.' })
  after?: string | null;
}

type Edge<Node> = { node: Node; cursor: string };
export type ConnectionOf<Node> = {
  edges: Edge<Node>[];
  pageInfo: PageInfo;
  totalCount: () => Promise<number>;
};

/** The connection type of a node type: `ThuiszitterCaseConnection`, with its edge. */
export const connectionType = <Node extends object>(name: string, node: () => ClassType<Node>) => {
  @ObjectType(`${name}Edge`, { simpleResolvers: true, description: `A ${name} in a page.` })
  class NodeEdge {
    @Field(node, { description: 'The row itself.' })
    node!: Node;

    @Field(() => String, { description: 'Position of this row, for `after`.' })
    cursor!: string;
  }

  @ObjectType(`${name}Connection`, {
    simpleResolvers: true,
    description: `A page of ${name} rows in your reach.`,
  })
  class NodeConnection {
    @Field(() => [NodeEdge], { description: 'The rows of this page.' })
    edges!: NodeEdge[];

    @Field(() => PageInfo, { description: 'Where this page ends.' })
    pageInfo!: PageInfo;

    @Field(() => Int, {
      description:
        'How many rows there are in your reach, this page and all others. Counted only when asked for.',
    })
    totalCount!: number;
  }
  return NodeConnection as unknown as ClassType<ConnectionOf<Node>>;
};
