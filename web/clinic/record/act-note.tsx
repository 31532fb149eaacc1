import type { UsedAct } from '../../link/use-act.ts';
import type { FoundIssue, LinkFault } from '../../link/fault.ts';
import { useText, type Say, type TextKey } from '../../parts/text.tsx';

/**
 * What is known of an act that is not stored: on its way, of unknown end, or refused and why.
 * `words`: of a kind of act, where they say more than those here.
 */
export function ActNote({
  act,
  words,
}: {
  readonly act: UsedAct;
  readonly words?: (issue: FoundIssue) => string | undefined;
}) {
  const say = useText();
  const { state, fault } = act;
  return (
    <output className="act-note">
      {state === 'sending' && <p className="muted">{say('act.sending')}</p>}
      {state === 'unknown' && <p className="local-words">⇧ {say('act.unknown')}</p>}
      {state === 'full' && <p className="local-words">⇧ {say('act.full')}</p>}
      {fault !== undefined && <RefusedBecause fault={fault} {...(words === undefined ? {} : { words })} />}
    </output>
  );
}

/** Nothing was done, and why; or that it is not known whether it was. */
export function RefusedBecause({
  fault,
  words,
}: {
  readonly fault: LinkFault;
  readonly words?: (issue: FoundIssue) => string | undefined;
}) {
  const say = useText();
  if (fault.kind === 'diskFull') return <p className="error">{say('act.notSavedFull')}</p>;
  if (!['refused', 'missing', 'slowed'].includes(fault.kind))
    return <p className="local-words">{say('act.unknownNow')}</p>;
  return (
    <div className="error">
      <p>{say('act.refused')}</p>
      <ul>
        {(fault.issues.length > 0 ? fault.issues : [unsaid(fault.said)]).map((issue) => (
          <li key={`${issue.at} ${issue.said}`}>{words?.(issue) ?? issueWords(issue, say)}</li>
        ))}
      </ul>
    </div>
  );
}

const unsaid = (said: string | undefined): FoundIssue => ({
  severity: 'error',
  detail: undefined,
  at: undefined,
  said: said ?? '',
});

const issueTexts: Readonly<Record<string, TextKey>> = {
  'bed-taken': 'issue.bedTaken',
  'bed-closed': 'issue.bedClosed',
  'admitted-already': 'issue.admittedAlready',
  'no-bed': 'issue.noBed',
  'number-taken': 'issue.numberTaken',
  'cave-known': 'issue.caveKnown',
  'answered-already': 'issue.answeredAlready',
  'order-ended': 'issue.orderEnded',
  'note-superseded': 'issue.noteSuperseded',
  'note-wrong': 'issue.noteWrong',
  'own-note': 'issue.ownNote',
  'not-asked': 'issue.notAsked',
  'not-author': 'issue.notAuthor',
  'action-taken': 'issue.actionTaken',
  'diagnosis-kept': 'issue.diagnosisKept',
  'stay-over': 'issue.stayOver',
  'two-people': 'issue.twoPeople',
  'both-admitted': 'issue.bothAdmitted',
  'merged-already': 'issue.mergedAlready',
  stale: 'issue.stale',
  role: 'issue.role',
  closed: 'issue.closed',
};

/** In the words of the ward where there are some; else what the server says. */
function issueWords(issue: FoundIssue, say: Say): string {
  const known = issue.detail === undefined ? undefined : issueTexts[issue.detail];
  return known === undefined ? issue.said : say(known);
}
