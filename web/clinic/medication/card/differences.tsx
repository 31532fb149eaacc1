import { useEffect, useMemo } from 'react';
import { readDose } from '#fhir/dose/dose.ts';
import { keepText, useKept } from '../../../link/kept.ts';
import type { Card } from '../../../link/medication-card.ts';
import type { Change } from '../../../link/act.ts';
import { useAct } from '../../../link/use-act.ts';
import { Button } from '../../../parts/button.tsx';
import { now } from '../../../parts/clock.ts';
import { Nothing } from '../../../parts/panel.tsx';
import { useLanguage, useText } from '../../../parts/text.tsx';
import { ActNote } from '../../record/act-note.tsx';
import { DrugLine } from '../../record/drug-line.tsx';
import { currentUser } from '../../record/since.ts';
import { usePatientFacts } from '../../record/use-patient.ts';
import { AlertList, isSame } from '../alert-list.tsx';
import { medicationIssueWords } from '../issue-words.ts';
import type { Signing } from '../medication-acts.ts';
import { CheckState, unansweredOf } from '../order-drugs.tsx';
import { PatientTitle } from '../patient-title.tsx';
import { useCheck, useNames } from '../use-check.ts';
import { useSigner } from '../use-signer.ts';
import { cardTaskOf, takeAct, type Row } from './card-acts.ts';
import { DifferenceRow, type Chosen } from './difference-row.tsx';

/** What is only on the ward was begun here: it is no difference that anybody has to answer. */
export const toAnswer = (rows: readonly Row[]): readonly Row[] =>
  rows.filter(({ there, differences }) => there !== undefined && differences.length > 0);

/** The card on the left, the ward on the right; for each difference what is done about it, and nothing chosen beforehand. */
export function Differences({
  patient,
  rows,
  card,
}: {
  readonly patient: string;
  readonly rows: readonly Row[];
  readonly card: Card;
}) {
  const say = useText();
  const language = useLanguage();
  const act = useAct(patient);
  const { signer, whyNot } = useSigner();
  const { stay } = usePatientFacts(patient);
  const nameOf = useNames(patient);
  const keptAs = `fmk/${currentUser()}/${patient}`;
  const kept = useKept(keptAs);
  const chosen = useMemo(() => readChosen(kept), [kept]);
  const different = toAnswer(rows);
  const changesFor = (row: Row, withAnswers: boolean): readonly Change[] => {
    const { choice, dosage, pauses = false, answers = [] } = chosen[keyOf(row)] ?? {};
    if (signer === undefined || row.there === undefined) return [];
    const signing: Signing = { patient, stay: stay?.id, by: signer, at: now() };
    const dose = dosage === undefined ? undefined : readDose({ dosageInstruction: dosage });
    return [
      ...(choice === undefined
        ? []
        : takeAct(row, choice, dose, withAnswers ? answers : [], say('fmk.asOnCard'), signing)),
      ...(pauses
        ? [
            cardTaskOf(signing, row.there, undefined, {
              operation: 'PauseDrugMedication',
              sequence: different.indexOf(row),
              reason: say('fmk.whileAdmitted'),
            }),
          ]
        : []),
    ];
  };
  const all = different.map((row) => changesFor(row, false));
  const check = useCheck(patient, signer === undefined || all.flat().length === 0 ? '' : (kept ?? ''), () =>
    all.flat(),
  );
  const issuesOf = (index: number) => {
    if (check.state !== 'checked') return [];
    const before = all.slice(0, index).flat().length;
    return check.byEntry.slice(before, before + (all[index]?.length ?? 0)).flat();
  };
  const unanswered = different.flatMap((row, index) =>
    unansweredOf({ answers: chosen[keyOf(row)]?.answers ?? [] }, issuesOf(index)),
  );
  const isOpen = different.some((row) => chosen[keyOf(row)]?.isOpen === true);
  const count = different.flatMap((row) => changesFor(row, true)).length;
  const why =
    whyNot ??
    (act.state !== undefined ? say('act.underway') : undefined) ??
    (isOpen ? say('basket.notWhole') : undefined) ??
    (count === 0 ? say('fmk.nothingChosen') : undefined) ??
    (check.state === 'asking' ? say('basket.asking') : undefined) ??
    (unanswered.length > 0 ? say('basket.unanswered') : undefined);

  function choose(row: Row, part: Chosen) {
    act.forget();
    keepText(keptAs, JSON.stringify({ ...chosen, [keyOf(row)]: { ...chosen[keyOf(row)], ...part } }));
  }
  async function sign() {
    if (why !== undefined) return;
    const changes = different.flatMap((row) => changesFor(row, true));
    if ((await act.send(say('fmk.differencesTitle'), changes)) !== undefined) keepText(keptAs, undefined);
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
  const same = rows.filter(({ differences }) => differences.length === 0);
  const onlyHere = rows.filter(({ there }) => there === undefined);
  return (
    <section className="panel card-differences" aria-label={say('fmk.differencesTitle')}>
      <header>
        <h2>{say('fmk.differencesTitle')}</h2>
        <span className="muted">{different.length}</span>
      </header>
      <table className="table drugs">
        <thead>
          <tr>
            <th scope="col">{say('fmk.onCard')}</th>
            <th scope="col">{say('fmk.onWard')}</th>
            <th scope="col">{say('fmk.difference')}</th>
            <th scope="col">{say('fmk.choice')}</th>
          </tr>
        </thead>
        <tbody>
          {different.length === 0 && (
            <tr>
              <td colSpan={4}>
                <Nothing text={say('fmk.noDifferences')} />
              </td>
            </tr>
          )}
          {different.map((row, index) => (
            <DifferenceRow
              key={keyOf(row)}
              row={row}
              chosen={chosen[keyOf(row)] ?? {}}
              card={card}
              onChoose={(part) => choose(row, part)}
            >
              <AlertList
                issues={issuesOf(index)}
                answers={chosen[keyOf(row)]?.answers ?? []}
                nameOf={nameOf}
                onAnswer={(answer) =>
                  choose(row, {
                    answers: [
                      ...(chosen[keyOf(row)]?.answers ?? []).filter((one) => !isSame(one, answer)),
                      answer,
                    ],
                  })
                }
              />
            </DifferenceRow>
          ))}
        </tbody>
        <Rest title={say('fmk.same', { count: same.length })} rows={same} />
        <Rest title={say('fmk.onlyWard', { count: onlyHere.length })} rows={onlyHere} />
      </table>
      <footer className="sign">
        <PatientTitle patient={patient} />
        <Button kind="primary" shortcut="Ctrl ↵" disabledBecause={why} onPress={() => void sign()}>
          {say('fmk.sign', { count })}
        </Button>
        {why !== undefined && <span className="muted">{why}</span>}
        {count > 0 && <CheckState check={check} />}
        <ActNote act={act} words={(issue) => medicationIssueWords(issue, say, language, nameOf)} />
      </footer>
    </section>
  );
}

function Rest({ title, rows }: { readonly title: string; readonly rows: readonly Row[] }) {
  if (rows.length === 0) return null;
  return (
    <tbody>
      <tr className="group">
        <th colSpan={4} scope="rowgroup">
          {title}
        </th>
      </tr>
      {rows.map((row) => (
        <tr key={keyOf(row)} className="ended">
          <td className="wraps">{row.there && <DrugLine request={row.there.request} />}</td>
          <td className="wraps" colSpan={3}>
            {row.here && <DrugLine request={row.here.request} />}
          </td>
        </tr>
      ))}
    </tbody>
  );
}

/** A line of the card as it was when it was chosen: one that has changed since is chosen anew. */
const keyOf = ({ there, here }: Row): string =>
  [there, here].map((line) => `${line?.id ?? ''}@${line?.request.meta?.versionId ?? ''}`).join(' ');

function readChosen(text: string | undefined): Readonly<Record<string, Chosen>> {
  try {
    return JSON.parse(text ?? '{}') as Readonly<Record<string, Chosen>>;
  } catch {
    return {};
  }
}
