import type { FoundIssue } from '../../link/fault.ts';
import { useLanguage, useText } from '../../parts/text.tsx';
import { Sign } from '../../parts/tag.tsx';
import { interrupting } from '#fhir/medication/check.ts';
import { medicationIssueWords, referencesIn, type NameOf } from './issue-words.ts';
import type { Answer } from './medication-acts.ts';
import { ReasonPick } from './reason-pick.tsx';

const reasons = [
  'override.tolerated',
  'override.benefit',
  'override.monitored',
  'override.wrongRecord',
] as const;

type AlertListProps = {
  readonly issues: readonly FoundIssue[];
  readonly answers: readonly Answer[];
  readonly nameOf: NameOf;
  readonly onAnswer: (answer: Answer) => void;
};

/** What the check says of one order: what stops it stands first, with a reason to be chosen; the rest are marks. */
export function AlertList({ issues, answers, nameOf, onAnswer }: AlertListProps) {
  const say = useText();
  const language = useLanguage();
  const stopping = issues.filter(isStopping);
  const marks = issues.filter((issue) => !isStopping(issue));
  const words = (issue: FoundIssue) => medicationIssueWords(issue, say, language, nameOf) ?? issue.said;
  return (
    <ul className="alerts">
      {stopping.map((issue) => {
        const answer = answerOf(issue);
        const isAnswerable = interrupting.some((code) => code === issue.detail);
        const given = answers.find((one) => isSame(one, answer));
        return (
          <li key={issue.said} className="alert stops">
            <p>
              <b aria-hidden="true">▲▲ </b>
              {words(issue)}
            </p>
            {isAnswerable && (
              <ReasonPick
                label={say('alert.why')}
                ready={reasons.map((key) => say(key))}
                value={given?.why ?? ''}
                onChange={(why) => onAnswer({ ...answer, why })}
              />
            )}
          </li>
        );
      })}
      {marks.map((issue) => (
        <li key={issue.said} className={issue.detail === 'not-checked' ? 'alert unchecked' : 'alert marks'}>
          <Sign
            sign={issue.detail === 'not-checked' ? '?' : '▲'}
            meaning={say(issue.detail === 'not-checked' ? 'alert.notChecked' : 'alert.mark')}
          />{' '}
          {words(issue)}
        </li>
      ))}
    </ul>
  );
}

export const isStopping = ({ severity }: FoundIssue): boolean => severity === 'error';

/** The answer that an alert asks for, without its reason. */
export function answerOf({ detail, said }: FoundIssue): Answer {
  return { code: detail ?? '', about: [...new Set(referencesIn(said))], why: '' };
}

export function isSame(a: Pick<Answer, 'code' | 'about'>, b: Pick<Answer, 'code' | 'about'>): boolean {
  return a.code === b.code && a.about.join() === b.about.join();
}
