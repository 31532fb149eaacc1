/** An expression that is no FHIRPath, or one that cannot be evaluated on what it was given. Never tells what it was given. */
export class PathError extends Error {
  override readonly name = 'PathError';
}
