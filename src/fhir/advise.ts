/**
 * What `$validate` says beside errors: codes outside of R4's extensible bindings, invariants of severity warning, and
 * extensions that nothing here defines. Writes do not ask.
 */
import type { Issue } from '#base/refusal.ts';
import { advice, structures, type InvariantTable } from './definitions/tables.ts';
import { isObject, type Json } from './json.ts';
import { compile, environmentOf, itemOf, truthOf, type Path } from './path/compile.ts';
import type { Library } from './terminology/library.ts';
import { isMember } from './terminology/value-set.ts';

/** Advice on one resource, at most. */
const advicesMax = 50;

/** @param knowsExtension whether an extension of this url is defined here */
export function advise(
  tree: Json,
  terminology: Library,
  knowsExtension: (url: string) => boolean,
): readonly Issue[] {
  const issues: Issue[] = [];
  const say = (severity: 'warning' | 'information', code: Issue['code'], at: string, text: string) => {
    if (issues.length < advicesMax) issues.push({ severity, code, at, text });
  };
  const look = (value: Json, type: string, at: string, resource: Json): void => {
    if (issues.length >= advicesMax) return;
    for (const table of advice.invariants[type] ?? []) {
      const item = { value, type, shadow: undefined };
      if (truthOf(pathOf(table)(item, environmentOf(itemOf(resource)))) === false) {
        say('warning', 'invariant', at, `breaks ${table.key}: ${table.human}`);
      }
    }
    if (type === 'Extension' && typeof value['url'] === 'string' && !knowsExtension(value['url'])) {
      say('information', 'informational', at, 'is an extension that is not defined here');
    }
    for (const [key, found] of Object.entries(value)) {
      const element = structures[type]?.elements[key];
      if (!element) continue;
      const list: readonly unknown[] = Array.isArray(found) ? found : [found];
      const valueSet = advice.bindings[`${type}.${key}`];
      list.forEach((one, n) => {
        const here = `${at}.${element.choice ?? key}${Array.isArray(found) ? `[${n}]` : ''}`;
        if (valueSet !== undefined && isOutside(terminology, valueSet, one, element.type)) {
          say('warning', 'code-invalid', here, `no code of it is in the extensible value set ${valueSet}`);
        }
        if (!isObject(one)) return;
        const own = one['resourceType'];
        if (typeof own === 'string') look(one, own, here, one);
        else look(one, element.type, here, resource);
      });
    }
  };
  const type = String(tree['resourceType']);
  look(tree, type, type, tree);
  return issues;
}

const paths = new WeakMap<InvariantTable, Path>();
function pathOf(table: InvariantTable): Path {
  let path = paths.get(table);
  if (!path) paths.set(table, (path = compile(table.expression)));
  return path;
}

/** True only where it is sure: an unknown code system or words alone are no fault. */
function isOutside(terminology: Library, valueSet: string, value: unknown, type: string): boolean {
  if (typeof value === 'string') return isMember(terminology, valueSet, undefined, value) === false;
  if (!isObject(value)) return false;
  const codings: readonly unknown[] =
    type === 'CodeableConcept' ? (Array.isArray(value['coding']) ? value['coding'] : []) : [value];
  const answers = codings.flatMap((coding) =>
    isObject(coding) && typeof coding['code'] === 'string' && typeof coding['system'] === 'string'
      ? [isMember(terminology, valueSet, coding['system'], coding['code'])]
      : [],
  );
  return answers.length > 0 && answers.every((answer) => answer === false);
}
