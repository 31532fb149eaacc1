/** A fault of ours: something we were sure of is not so. The request dies and the alarm rings; nobody catches it to go on. */
class Bug extends Error {
  override readonly name = 'Bug';
}

/** Ends the present work with a Bug when the condition does not hold. The message says what was found, without personal data. */
export function assert(condition: unknown, message: string): asserts condition {
  if (!condition) throw new Bug(message);
}
