import type { Practitioner, Reference } from '@medplum/fhirtypes';
import { useState } from 'react';
import { teamParts, type Team, type TeamPart } from '#fhir/surgery/place.ts';
import type { Change } from '../../link/act.ts';
import { useColleagues } from '../../link/inbox.ts';
import { Button } from '../../parts/button.tsx';
import { useText, type TextKey } from '../../parts/text.tsx';
import { useCheck } from '../medication/use-check.ts';
import type { BoardItem } from './board-model.ts';
import { teamAct } from './surgery-acts.ts';
import { issueWords } from './words.ts';

const partTexts = {
  surgeon: 'surgery.surgeon',
  anaesthesia: 'surgery.anaesthetist',
  scrub: 'surgery.scrub',
} as const satisfies Record<TeamPart, TextKey>;
// Who most often has the part stands first; anybody of the department may have it.
const usually = { surgeon: 'læge', anaesthesia: 'læge', scrub: 'sygeplejerske' } as const;

type TeamFormProps = {
  readonly item: BoardItem;
  readonly department: string;
  readonly whyNot: string | undefined;
  readonly onAct: (done: string, changes: readonly Change[]) => void;
};

type Colleague = { readonly reference: string; readonly name: string; readonly role: string };

/** Who does it: of the people of the department, one select for each part and one press. */
export function TeamForm({ item, department, whyNot, onAct }: TeamFormProps) {
  const say = useText();
  const { place } = item;
  const colleagues = useColleagues(department);
  const people = (colleagues.data ?? []).flatMap(({ practitioner, code }): Colleague[] =>
    practitioner?.reference === undefined
      ? []
      : [
          {
            reference: practitioner.reference,
            name: practitioner.display ?? '',
            role: code?.[0]?.text ?? '',
          },
        ],
  );
  const [chosen, setChosen] = useState<Readonly<Partial<Record<TeamPart, string>>>>({});
  const now = (part: TeamPart) => chosen[part] ?? place?.team[part]?.reference ?? '';
  // Whoever has the part now may come from another department, or be known by name alone.
  const held = (part: TeamPart) => place?.team[part];
  const nameOf = (part: TeamPart, reference: string) =>
    people.find((one) => one.reference === reference)?.name ?? held(part)?.name ?? '';
  const team: Team = Object.fromEntries(
    teamParts.flatMap((part): [TeamPart, Reference<Practitioner>][] => {
      const reference = now(part);
      const byNameAlone = chosen[part] === undefined && (held(part)?.name ?? '') !== '';
      if (reference === '') return byNameAlone ? [[part, { display: nameOf(part, '') }]] : [];
      return [[part, { reference, display: nameOf(part, reference) }]];
    }),
  );
  const isSame = teamParts.every(
    (part) => chosen[part] === undefined || chosen[part] === (held(part)?.reference ?? ''),
  );
  const why =
    whyNot ??
    (place === undefined
      ? say('surgery.issueNoPlace')
      : place.status === 'fulfilled'
        ? say('surgery.teamDone')
        : isSame
          ? say('surgery.teamSame')
          : undefined);
  const check = useCheck(
    item.patient,
    why === undefined ? `team ${teamParts.map((part) => now(part)).join(' ')}` : '',
    () => teamAct(item, team),
  );
  const said = check.state === 'checked' ? [...check.byEntry.flat(), ...check.others] : [];
  return (
    <form
      className="move-form"
      aria-label={say('surgery.team')}
      onSubmit={(event) => {
        event.preventDefault();
        if (why === undefined) onAct(say('surgery.teamSet'), teamAct(item, team));
      }}
    >
      <div className="move-to">
        {teamParts.map((part, index) => {
          const own = people.filter(({ role }) => role === usually[part]);
          const others = people.filter(({ role }) => role !== usually[part]);
          const isElsewhere =
            held(part)?.reference !== undefined &&
            !people.some(({ reference }) => reference === held(part)?.reference);
          return (
            <label key={part} className="field">
              <span>{say(partTexts[part])}</span>
              <select
                className="input"
                value={now(part)}
                onChange={(event) => setChosen({ ...chosen, [part]: event.target.value })}
                data-autofocus={index === 0 || undefined}
              >
                <option value="">{say('surgery.nobody')}</option>
                {isElsewhere && <option value={held(part)?.reference}>{held(part)?.name}</option>}
                {[...own, ...others].map(({ reference, name, role }) => (
                  <option key={reference} value={reference}>
                    {`${name}, ${role}`}
                  </option>
                ))}
              </select>
            </label>
          );
        })}
      </div>
      <output className="move-said">
        {said.map((issue) => (
          <p key={issue.said} className={issue.severity === 'error' ? 'error' : 'abn-words'}>
            ▲ {issueWords(say)(issue) ?? issue.said}
          </p>
        ))}
        {colleagues.isError && <p className="error">{say('panel.failed')}</p>}
      </output>
      <div className="team-sign">
        <Button
          kind="primary"
          type="submit"
          disabledBecause={why}
          onPress={() => onAct(say('surgery.teamSet'), teamAct(item, team))}
        >
          {say('surgery.teamSave')}
        </Button>
      </div>
    </form>
  );
}
