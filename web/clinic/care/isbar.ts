import type { Condition, Flag } from '@medplum/fhirtypes';
import type { Sums } from '#fhir/fluid-balance/balance.ts';
import { isOver } from '#fhir/care-plan/care-task.ts';
import { showMoment } from '../../parts/format/date.ts';
import type { Language } from '../../parts/settings.ts';
import type { Say } from '../../parts/text.tsx';
import { showMl, showSigned } from '../fluids/fluid-words.ts';
import { caveWords, flagWords, otherFlags, type Cave } from '../record/cave.ts';
import { wordsOf } from '../record/coding.ts';
import type { Ews } from '../record/ews.ts';
import { ageWords, showCpr, type Person } from '../record/person.ts';
import { dayOfStay, type Stay } from '../record/stay.ts';
import type { CareRow } from './care-row.ts';

// A handover in the order in which it is told: identification, situation, background, assessment, request. Made of the record, and
// nothing of it is made up: what nobody wrote is said to be missing.

export type IsbarFacts = {
  readonly person: Person | undefined;
  readonly stay: Stay | undefined;
  readonly cave: Cave | undefined;
  readonly flags: readonly Flag[];
  readonly ews: Ews | undefined;
  readonly diagnoses: readonly Condition[];
  readonly fluids: Sums;
  readonly rows: readonly CareRow[];
};
export type IsbarPart = { readonly letter: 'I' | 'S' | 'B' | 'A' | 'R'; readonly lines: readonly string[] };

// The next shift, not the next week.
const aheadMs = 12 * 3_600_000;

export function isbar(facts: IsbarFacts, now: number, language: Language, say: Say): readonly IsbarPart[] {
  const { person, stay, cave, flags, ews, diagnoses, fluids, rows } = facts;
  const ml = (milli: number | undefined) =>
    milli === undefined ? say('fluid.unmeasured') : say('fluid.ml', { amount: showMl(milli, language) });
  const said = (...lines: readonly (string | undefined)[]) =>
    lines.filter((line): line is string => line !== undefined && line !== '');
  const names = diagnoses.map(({ code }) => wordsOf(code));
  const due = rows.filter((row) => !isOver(row.state) && row.due < now + aheadMs);
  return [
    {
      letter: 'I',
      lines: said(
        person &&
          [
            person.name,
            person.cpr === undefined ? undefined : showCpr(person.cpr),
            ageWords(person, now, say),
          ]
            .filter((part) => part !== undefined && part !== '')
            .join(' · '),
        stay && [stay.bed?.name, stay.ward?.name].filter((part) => part !== undefined).join(' · '),
        stay?.doctor === undefined
          ? undefined
          : say('isbar.responsible', { who: `${stay.doctor} / ${stay.nurse ?? '–'}` }),
      ),
    },
    {
      letter: 'S',
      lines: said(
        stay?.reason === undefined ? say('isbar.noReason') : say('isbar.reason', { reason: stay.reason }),
        stay && say('isbar.day', { day: dayOfStay(stay, now) ?? 1 }),
        ews === undefined
          ? say('isbar.noEws')
          : say('isbar.ews', { score: ews.score, time: showMoment(ews.at, language, now) }),
      ),
    },
    {
      letter: 'B',
      lines: said(
        names.length === 0 ? say('isbar.noDiagnoses') : names.join('; '),
        cave === undefined || cave.kind === 'unasked'
          ? `CAVE: ${say('cave.unasked')}`
          : `CAVE: ${cave.kind === 'none' ? say('cave.none') : cave.items.map(caveWords).join(', ')}`,
        `${say('level.title')}: ${flagWords(flags, 'treatment-level') ?? say('level.none')}`,
        [flagWords(flags, 'isolation'), ...otherFlags(flags).map(({ code }) => wordsOf(code))]
          .filter((one) => one !== undefined)
          .join(', '),
      ),
    },
    {
      letter: 'A',
      lines: said(
        `${say('fluid.title')}: ${say('fluid.in')} ${ml(fluids.in)}, ${say('fluid.out')} ${ml(fluids.out)}${
          fluids.balance === undefined
            ? ''
            : `, ${say('fluid.balance')} ${say('fluid.ml', { amount: showSigned(fluids.balance, language) })}`
        }`,
        ews?.nextDue === undefined
          ? undefined
          : say('isbar.next', { time: showMoment(ews.nextDue, language, now) }),
      ),
    },
    {
      letter: 'R',
      lines:
        due.length === 0
          ? [say('task.none')]
          : due.map(
              ({ due: at, words, owner }) =>
                `${showMoment(at, language, now)} ${words}${owner.display === undefined ? '' : ` (${owner.display})`}`,
            ),
    },
  ];
}
