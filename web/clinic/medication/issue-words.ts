import { instantOf, showMoment } from '../../parts/format/date.ts';
import { now } from '../../parts/clock.ts';
import type { FoundIssue } from '../../link/fault.ts';
import type { Language } from '../../parts/settings.ts';
import type { Say, TextKey } from '../../parts/text.tsx';

// What the server says of orders and doses, in the words of the ward. The server's sentence ends with the facts after its colon: what
// they are about, amounts, the table that was asked; those are shown as they are, with names for what they refer to.

/** The words of each code. */
export const alertTexts: Readonly<Record<string, TextKey>> = {
  cave: 'alert.cave',
  'above-maximum': 'alert.aboveMaximum',
  'at-maximum': 'alert.atMaximum',
  'duplicate-high-risk': 'alert.duplicateHighRisk',
  duplicate: 'alert.duplicate',
  'same-group': 'alert.sameGroup',
  interaction: 'alert.interaction',
  renal: 'alert.renal',
  'cave-unasked': 'alert.caveUnasked',
  'not-checked': 'alert.notChecked',
  'dose-in-words': 'alert.doseInWords',
  'dose-incomplete': 'alert.doseIncomplete',
  'order-ended': 'alert.orderEnded',
  'already-replaced': 'alert.alreadyReplaced',
  'dose-given': 'alert.doseGiven',
  'order-not-active': 'alert.orderNotActive',
  'not-planned': 'alert.notPlanned',
  late: 'alert.late',
  early: 'alert.early',
  'second-person': 'alert.secondPerson',
  'needed-maximum': 'alert.neededMaximum',
  'needed-interval': 'alert.neededInterval',
};
const withFacts = new Set([
  'cave',
  'above-maximum',
  'at-maximum',
  'duplicate-high-risk',
  'duplicate',
  'same-group',
  'interaction',
  'renal',
  'not-checked',
  'dose-incomplete',
  'late',
  'early',
  'needed-maximum',
  'needed-interval',
]);
const uncheckedTexts: readonly (readonly [string, TextKey])[] = [
  ['largest dose', 'unchecked.limits'],
  ['high risk', 'unchecked.risk'],
  ['interactions', 'unchecked.interactions'],
  ['double orders', 'unchecked.duplicates'],
  ['kidney function', 'unchecked.renal'],
  ['no table', 'unchecked.noTable'],
  ['no eGFR', 'unchecked.noEgfr'],
  ['eGFR too old', 'unchecked.egfrOld'],
  ['the eGFR cannot be compared', 'unchecked.egfrUnclear'],
  ['a child', 'unchecked.child'],
  ['weight unknown', 'unchecked.noWeight'],
  ['age unknown', 'unchecked.noAge'],
  ['no limit for this age', 'unchecked.noLimitForAge'],
  ['the dose cannot be compared', 'unchecked.notComparable'],
  ['at most', 'unchecked.atMost'],
  ['at least', 'unchecked.atLeast'],
];

/** Of what an issue is about: the CAVE's or the other order's words; undefined when it is not on this screen. */
export type NameOf = (reference: string) => string | undefined;

export function medicationIssueWords(
  issue: FoundIssue,
  say: Say,
  language: Language,
  nameOf: NameOf = () => undefined,
): string | undefined {
  const key = issue.detail === undefined ? undefined : alertTexts[issue.detail];
  if (key === undefined) return undefined;
  const said = issue.said.replace(`${issue.at ?? ''}: `, '');
  if (issue.detail === 'dose-given') return givenWords(said, say, language);
  if (!withFacts.has(issue.detail ?? '')) return say(key);
  const facts = factsOf(said, say, language, nameOf);
  return facts === '' ? say(key) : `${say(key)}: ${facts}`;
}

/** `Type/id` of all that it is about. */
export function referencesIn(said: string): readonly string[] {
  return said.match(/\b[A-Z][A-Za-z]+\/[A-Za-z0-9.-]{1,64}/g) ?? [];
}

function factsOf(said: string, say: Say, language: Language, nameOf: NameOf): string {
  let words = (said.split(' — ')[0]?.replace(/^[^:]*: /, '') ?? '').replace(
    /[A-Z][A-Za-z]+\/[A-Za-z0-9.-]{1,64}/g,
    (reference) => nameOf(reference) ?? reference,
  );
  for (const [english, key] of uncheckedTexts) words = words.replace(english, say(key));
  return words
    .replace(/\b\d{4}-\d\d-\d\dT[\d:.]+(?:Z|[+-]\d\d:\d\d)/g, (moment) => {
      const at = instantOf(moment);
      return at === undefined ? moment : showMoment(at, language, now());
    })
    .replaceAll(' / 24 h', ` ${say('alert.perDay')}`)
    .replaceAll(' / 1', ` ${say('alert.perDose')}`);
}

/** By whom and when: what the nurse at the other device did. */
function givenWords(said: string, say: Say, language: Language): string {
  const found = /: (not given|given) (\S*), (.*?) \(/.exec(said);
  const at = instantOf(found?.[2]);
  if (found === null || at === undefined) return say('alert.doseGiven');
  const values = { who: found[3] ?? '', time: showMoment(at, language, at + 1) };
  return say(found[1] === 'given' ? 'alert.doseGivenBy' : 'alert.doseNotGivenBy', values);
}
