import type { MedicationRequest } from '@medplum/fhirtypes';
import { useEffect, useMemo, type ReactNode } from 'react';
import { readDose, writeDose } from '#fhir/dose/dose.ts';
import type { AfterChoice } from '#fhir/medication-card/codes.ts';
import { strengthOfText } from '#fhir/medication/knowledge.ts';
import { keepText, useKept } from '../../../link/kept.ts';
import type { Card } from '../../../link/medication-card.ts';
import { useAct } from '../../../link/use-act.ts';
import { Button, Segments } from '../../../parts/button.tsx';
import { now } from '../../../parts/clock.ts';
import { Nothing } from '../../../parts/panel.tsx';
import { Tag } from '../../../parts/tag.tsx';
import { useText, type TextKey } from '../../../parts/text.tsx';
import { ActNote } from '../../record/act-note.tsx';
import { currentRights } from '../../record/role.ts';
import { currentUser } from '../../record/since.ts';
import { usePatientFacts } from '../../record/use-patient.ts';
import { AlertList } from '../alert-list.tsx';
import { DoseForm } from '../dose-form.tsx';
import { sameOrder } from '../medication-acts.ts';
import { CheckState } from '../order-drugs.tsx';
import { PatientTitle } from '../patient-title.tsx';
import { isReason, ReasonPick } from '../reason-pick.tsx';
import { useCheck, useNames } from '../use-check.ts';
import { useSigner } from '../use-signer.ts';
import { afterAct, takenBefore, type Decided, type Row } from './card-acts.ts';
import { Side } from './difference-row.tsx';

const afterTexts = {
  continue: 'fmk.continue',
  change: 'fmk.change',
  new: 'fmk.new',
  stop: 'fmk.stop',
} as const satisfies Record<AfterChoice, TextKey>;

type Chosen = {
  readonly choice?: AfterChoice;
  readonly why?: string;
  readonly dosage?: MedicationRequest['dosageInstruction'] | undefined;
  readonly isOpen?: boolean;
};

type AfterPlanProps = {
  readonly patient: string;
  readonly rows: readonly Row[];
  readonly standing: readonly MedicationRequest[];
  readonly card: Card;
  readonly onSigned: () => void;
};

/** At discharge: each line goes on, is changed, is new or ends; signed once. */
export function AfterPlan({ patient, rows, standing, card, onSigned }: AfterPlanProps) {
  const say = useText();
  const act = useAct(patient);
  const { signer, whyNot } = useSigner();
  const { stay } = usePatientFacts(patient);
  const keptAs = `after/${currentUser()}/${patient}`;
  const kept = useKept(keptAs);
  const chosen = useMemo(() => readChosen(kept), [kept]);
  const lines = rows.filter(
    ({ there, here }) =>
      (there !== undefined && there.state !== 'stopped') ||
      here?.state === 'active' ||
      here?.state === 'paused',
  );
  const open = lines.filter((row) => !isDecided(row, chosen[keyOf(row)]));
  const changesNow = () => {
    if (signer === undefined) return [];
    const decided = lines.map((row): Decided => {
      const { choice = 'stop', why: reason = '', dosage } = chosen[keyOf(row)] ?? {};
      const dose = dosage === undefined ? undefined : readDose({ dosageInstruction: dosage });
      return { row, decision: { choice, why: reason, dose } };
    });
    return afterAct(decided, standing, card, { patient, stay: stay?.id, by: signer, at: now() });
  };
  const mayCheck = signer !== undefined && stay !== undefined && lines.length > 0 && open.length === 0;
  const check = useCheck(
    patient,
    mayCheck ? `after ${lines.map(keyOf).join()} ${kept ?? ''}` : '',
    changesNow,
  );
  const nameOf = useNames(patient);
  const why =
    whyNot ??
    (currentRights().adjusts ? undefined : say('fmk.doctorOnly')) ??
    (stay === undefined ? say('fmk.noStay') : undefined) ??
    (act.state !== undefined ? say('act.underway') : undefined) ??
    (lines.length === 0 ? say('fmk.nothingToDecide') : undefined) ??
    (open.length > 0 ? say('fmk.undecided', { count: open.length }) : undefined) ??
    (check.state === 'asking' ? say('basket.asking') : undefined);
  // What is signed stands after what it takes the place of, in the order of the lines.
  const issuesOf = (index: number) =>
    check.state === 'checked' ? (check.byEntry.slice(takenBefore(standing, card).length)[index] ?? []) : [];

  function choose(changed: readonly Row[], part: Chosen) {
    act.forget();
    const next = Object.fromEntries(
      changed.map((row) => [keyOf(row), { ...chosen[keyOf(row)], ...part }] as const),
    );
    keepText(keptAs, JSON.stringify({ ...chosen, ...next }));
  }
  async function sign() {
    if (why !== undefined || signer === undefined) return;
    if ((await act.send(say('fmk.afterTitle'), changesNow())) === undefined) return;
    keepText(keptAs, undefined);
    onSigned();
  }
  useEffect(() => {
    const press = (event: KeyboardEvent) => {
      if (event.key !== 'Enter' || !event.ctrlKey || event.isComposing) return;
      event.preventDefault();
      void sign();
    };
    globalThis.addEventListener('keydown', press);
    return () => globalThis.removeEventListener('keydown', press);
  });
  const untouched = lines.filter((row) => chosen[keyOf(row)]?.choice === undefined);
  const same = untouched.filter(({ there, differences }) => there !== undefined && differences.length === 0);
  const onlyHere = untouched.filter(({ there }) => there === undefined);
  return (
    <section className="panel card-differences" aria-label={say('fmk.afterTitle')}>
      <header>
        <h2>{say('fmk.afterTitle')}</h2>
        <span className="muted">{lines.length}</span>
      </header>
      <table className="table drugs">
        <thead>
          <tr>
            <th scope="col">{say('fmk.onCard')}</th>
            <th scope="col">{say('fmk.onWard')}</th>
            <th scope="col">{say('fmk.after')}</th>
          </tr>
        </thead>
        <tbody>
          {lines.length === 0 && (
            <tr>
              <td colSpan={3}>
                <Nothing />
              </td>
            </tr>
          )}
          {lines.map((row, index) => (
            <PlanRow
              key={keyOf(row)}
              row={row}
              chosen={chosen[keyOf(row)] ?? {}}
              hasMovedOn={hasMovedOn(row, chosen)}
              onChoose={(part) => choose([row], part)}
            >
              <AlertList issues={issuesOf(index)} answers={[]} nameOf={nameOf} onAnswer={() => undefined} />
            </PlanRow>
          ))}
        </tbody>
      </table>
      <footer className="sign">
        <PatientTitle patient={patient} />
        {same.length > 0 && (
          <Button onPress={() => choose(same, { choice: 'continue' })}>
            {say('fmk.continueSame', { count: same.length })}
          </Button>
        )}
        {onlyHere.length > 0 && (
          <Button onPress={() => choose(onlyHere, { choice: 'stop', why: say('fmk.onlyStay') })}>
            {say('fmk.stopWard', { count: onlyHere.length })}
          </Button>
        )}
        <Button kind="primary" shortcut="Ctrl ↵" disabledBecause={why} onPress={() => void sign()}>
          {say('fmk.signAfter', { count: lines.length })}
        </Button>
        {why !== undefined && <span className="muted">{why}</span>}
        {mayCheck && <CheckState check={check} />}
        {standing.length > 0 && <span className="muted">{say('fmk.replacesAfter')}</span>}
        <ActNote
          act={act}
          words={(issue) => (issue.detail === 'after-signed' ? say('fmk.afterSigned') : undefined)}
        />
      </footer>
    </section>
  );
}

function PlanRow({
  row,
  chosen,
  hasMovedOn,
  onChoose,
  children,
}: {
  readonly row: Row;
  readonly chosen: Chosen;
  readonly hasMovedOn: boolean;
  readonly onChoose: (part: Chosen) => void;
  /** What the check says of the line. */
  readonly children: ReactNode;
}) {
  const say = useText();
  const { there, here } = row;
  const { choice, why = '' } = chosen;
  const choices: readonly AfterChoice[] =
    there === undefined || there.state === 'stopped' ? ['new', 'stop'] : ['continue', 'change', 'stop'];
  const ready =
    choice === 'stop'
      ? [say('fmk.onlyStay'), say('reason.noNeed'), say('reason.sideEffect')]
      : [say('reason.effectTooSmall'), say('reason.sideEffect'), say('reason.kidney')];
  const source = (choice === 'change' || choice === 'new' ? (here ?? there) : there) ?? here;
  return (
    <tr>
      <td className="wraps">{there && <Side line={there} />}</td>
      <td className="wraps">{here && <Side line={here} />}</td>
      <td className="wraps">
        {hasMovedOn && <Tag kind="new">● {say('fmk.changedSince')}</Tag>}
        <Segments<AfterChoice | ''>
          label={say('fmk.afterOf', { drug: source?.generic ?? '' })}
          value={choice ?? ''}
          choices={choices.map((value) => ({ value, label: say(afterTexts[value]) }))}
          onChoose={(next) => next !== '' && onChoose({ choice: next, isOpen: false, dosage: undefined })}
        />
        {choice === 'change' && source !== undefined && (
          <DoseForm
            dose={source.dose}
            strength={strengthOfText(sameOrder(source.request).drug)}
            onChange={(dose) =>
              onChoose(
                dose === undefined
                  ? { isOpen: true }
                  : {
                      isOpen: false,
                      dosage: writeDose(dose) as unknown as MedicationRequest['dosageInstruction'] & object,
                    },
              )
            }
          />
        )}
        {(choice === 'change' || choice === 'stop') &&
          (ready.includes(why) ? (
            <Button kind="plain" onPress={() => onChoose({ why: '' })}>
              {say('fmk.because', { why })}
            </Button>
          ) : (
            <ReasonPick
              label={say('order.why')}
              ready={ready}
              value={why}
              onChange={(next) => onChoose({ why: next })}
            />
          ))}
        {children}
      </td>
    </tr>
  );
}

function isDecided({ here }: Row, chosen: Chosen | undefined): boolean {
  const { choice, why = '', isOpen = false, dosage } = chosen ?? {};
  if (choice === undefined || isOpen) return false;
  if (choice === 'change' && dosage === undefined && here === undefined) return false;
  return choice === 'continue' || choice === 'new' || isReason(why);
}

const keyOf = ({ there, here }: Row): string =>
  [there, here].map((line) => `${line?.id ?? ''}@${line?.request.meta?.versionId ?? ''}`).join(' ');

/** It was decided about as it was before, which does not count for what it is now. */
function hasMovedOn(row: Row, chosen: Readonly<Record<string, Chosen>>): boolean {
  const lineOf = (key: string) => key.replaceAll(/@\S*/g, '');
  return (
    chosen[keyOf(row)]?.choice === undefined &&
    Object.entries(chosen).some(
      ([key, { choice }]) => choice !== undefined && lineOf(key) === lineOf(keyOf(row)),
    )
  );
}

function readChosen(text: string | undefined): Readonly<Record<string, Chosen>> {
  try {
    return JSON.parse(text ?? '{}') as Readonly<Record<string, Chosen>>;
  } catch {
    return {};
  }
}
