/** A request that its dialect doesn't allow. The message names the field and what was expected of it. */
export class InvalidRequest extends Error {
  override readonly name = 'InvalidRequest';
}
