/** What every reader of JSON needs, and no table of definitions: screens import it too. */

/** A JSON object as `JSON.parse` makes it. */
export type Json = { readonly [key: string]: unknown };

export function isObject(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
