/** Why the compiler leaves an operation to the resolvers. */

export type NotCompiledReason =
  | 'introspection'
  | 'root field'
  | 'type'
  | 'long alias'
  | 'data subject'
  | 'nothing asked';

export class NotCompiled extends Error {
  override readonly name = 'NotCompiled';
  readonly reason: NotCompiledReason;
  constructor(reason: NotCompiledReason) {
    super(reason);
    this.reason = reason;
  }
}
