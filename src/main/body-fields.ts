/** The few texts that a small request carries. */
import { Refusal } from '#base/refusal.ts';
import { isObject } from '#fhir/json.ts';
import { parseJson } from '#fhir/parse.ts';

/** `longest` names the fields and how many characters each may have. @throws Refusal `invalid` when one is not there. */
export function fieldsOf<Name extends string>(
  body: unknown,
  longest: Readonly<Record<Name, number>>,
): Record<Name, string> {
  const { tree } = parseJson(body instanceof Uint8Array ? body : '', { depthMax: 4 });
  const names = Object.keys(longest) as Name[];
  const fields = names.map((name) => [name, isObject(tree) ? tree[name] : undefined] as const);
  if (!fields.every(([name, text]) => typeof text === 'string' && text.length <= longest[name]))
    throw new Refusal('invalid', `expected {${names.map((name) => `"${name}": "…"`).join(', ')}}`, {
      code: 'required',
    });
  return Object.fromEntries(fields) as Record<Name, string>;
}
