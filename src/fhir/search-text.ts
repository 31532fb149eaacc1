/** The spelling of search parameters: alternatives, escapes, modifiers (http://hl7.org/fhir/R4/search.html#escaping). */
import { Refusal } from '#base/refusal.ts';

/** Alternatives within one parameter: those found by equality travel as one list, the others are a condition each. */
export const valuesMax = { listed: 10_000, compared: 100 };

/** Alternatives are divided by commas; `\,` is a comma of the value. @throws Refusal when there are none, or too many. */
export function splitValues(name: string, value: string, most: number): string[] {
  const values = value.match(/(?:\\.|[^,\\]|\\$)+/gs) ?? [];
  if (values.length === 0)
    throw new Refusal('invalid', [
      { code: 'value', at: name.slice(0, 80), text: 'expected a value, found only commas' },
    ]);
  if (values.length > most)
    throw new Refusal('invalid', [
      {
        code: 'too-costly',
        at: name.slice(0, 80),
        text: `${values.length} values; at most ${most} are taken`,
      },
    ]);
  return values;
}

/** The components of a composite's value, divided by `$`; still escaped. */
export function splitComponents(value: string): string[] {
  return value.match(/(?:\\.|[^$\\]|\\$)+/gs) ?? [];
}

export function unescape(value: string): string {
  return value.replace(/\\([\\,$|])/g, '$1');
}

/** @throws Refusal `invalid` naming the modifiers that are possible instead. */
export function allowModifier(name: string, modifier: string | undefined, allowed: readonly string[]): void {
  if (modifier !== undefined && !allowed.includes(modifier)) throw wrongModifier(name, modifier, allowed);
}

export function wrongModifier(name: string, modifier: string, allowed: readonly string[]): Refusal {
  const others = [...allowed, 'missing'].map((one) => `:${one}`).join(', ');
  return new Refusal('invalid', [
    {
      code: 'not-supported',
      at: name.slice(0, 80),
      text: `the modifier ':${modifier.slice(0, 30)}' is not supported here; ${others} are`,
    },
  ]);
}
