/** An answer as it grows: with `@flatten` the fields of several elements become lists in what is around them. */
import { wrong } from './document.ts';

export type Output = { [key: string]: unknown };

/** Puts a value under a key; as one of a list, or as the only one. */
export function put(output: Output, key: string, value: unknown, asList: boolean): void {
  // A name that objects have of their own must not be reached by a name in a query.
  if (key === '__proto__') wrong('__proto__ is no name');
  const before = Object.hasOwn(output, key) ? output[key] : undefined;
  if (asList) {
    const list = Array.isArray(before) ? before : [];
    output[key] = Array.isArray(value) ? [...list, ...value] : [...list, value];
  } else if (before === undefined) output[key] = value;
  else
    wrong(`${key.slice(0, 60)} has several values: @first takes one, and without @singleton they are a list`);
}
