/**
 * The treatment level (behandlingsniveau) as a Flag (docs/how/clinical-shapes.md): how far a patient is to be treated, decided by a
 * doctor with a reason, and with whom it was talked over. A patient has one, or none: then nobody decided.
 */
import { codesOf } from '../early-warning/observe.ts';
import { isObject, type Json } from '../json.ts';
import json from './levels.json' with { type: 'json' };

const flagCategorySystem = 'https://holdfast.dk/fhir/flag-category';
export const levelCategory = 'treatment-level';
const levelSystem = 'https://holdfast.dk/fhir/treatment-level';
const levelReasonUrl = 'https://holdfast.dk/fhir/decided-because';
const levelTalkUrl = 'https://holdfast.dk/fhir/talked-with';

export interface Level {
  readonly id: string;
  readonly danish: string;
}
export const levels: readonly Level[] = json;

/** With whom it was talked over before it was decided. */
export const talks = ['patient', 'relatives', 'both', 'not-possible'] as const;
export type Talk = (typeof talks)[number];

export function isLevelFlag(flag: Json): boolean {
  const categories = Array.isArray(flag['category']) ? flag['category'] : [];
  return categories.some((one) => codesOf(one, flagCategorySystem).includes(levelCategory));
}

export interface ReadLevel {
  /** undefined: of a source that only has words. */
  readonly level: Level | undefined;
  readonly reason: string | undefined;
  readonly talk: Talk | undefined;
}

export function readLevel(flag: Json): ReadLevel {
  const codes = codesOf(flag['code'], levelSystem);
  const said = (url: string, member: string) => {
    const all = Array.isArray(flag['extension']) ? flag['extension'].filter(isObject) : [];
    const value = all.find((one) => one['url'] === url)?.[member];
    return typeof value === 'string' && value.trim() !== '' ? value : undefined;
  };
  const talk = said(levelTalkUrl, 'valueCode');
  return {
    level: levels.find(({ id }) => codes.includes(id)),
    reason: said(levelReasonUrl, 'valueString'),
    talk: talks.find((one) => one === talk),
  };
}

/** What of a Flag says the level: of a new one together with whose it is, who decided and when. */
export function levelElements(level: Level, reason: string, talk: Talk) {
  return {
    category: [{ coding: [{ system: flagCategorySystem, code: levelCategory }], text: 'Behandlingsniveau' }],
    code: { coding: [{ system: levelSystem, code: level.id }], text: level.danish },
    extension: [
      { url: levelReasonUrl, valueString: reason },
      { url: levelTalkUrl, valueCode: talk },
    ],
  };
}
