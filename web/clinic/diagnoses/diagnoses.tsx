import type { Condition } from '@medplum/fhirtypes';
import { useParams } from '@tanstack/react-router';
import { useState } from 'react';
import { diagnosisKindOf } from '#fhir/diagnoses/diagnosis.ts';
import { keys, queries } from '../../link/queries.ts';
import type { Session } from '../../link/session.ts';
import { useAct } from '../../link/use-act.ts';
import { Button } from '../../parts/button.tsx';
import { ClinicalTable, type ClinicalColumn } from '../../parts/clinical-table.tsx';
import { now } from '../../parts/clock.ts';
import { showDate } from '../../parts/format/date.ts';
import { Nothing, Panel } from '../../parts/panel.tsx';
import { PrintButton } from '../../parts/sheet.tsx';
import { Unseen } from '../../parts/tag.tsx';
import { useLanguage, useText, type TextKey } from '../../parts/text.tsx';
import { ActNote } from '../record/act-note.tsx';
import { currentRights } from '../record/role.ts';
import { AddDiagnosis } from './add-diagnosis.tsx';
import { CavePanel } from './cave-panel.tsx';
import { newDiagnosisAct } from './diagnosis-acts.ts';
import { DiagnosisActions } from './diagnosis-actions.tsx';
import { wordsOf } from '../record/coding.ts';
import { groupDiagnoses, isRefuted, onsetOf, type DiagnosisGroup } from '../record/diagnoses.ts';
import { usePatientFacts, useItems } from '../record/use-patient.ts';
import { PersonPanel } from './person-panel.tsx';

type Row = { readonly condition: Condition; readonly group: DiagnosisGroup | 'refuted' };

const groupTexts = {
  stay: 'diagnoses.stay',
  lasting: 'diagnoses.lasting',
  over: 'diagnoses.over',
  refuted: 'diagnoses.refuted',
} as const satisfies Record<Row['group'], TextKey>;

const statusTexts: Readonly<Record<string, TextKey>> = {
  active: 'status.active',
  recurrence: 'status.recurrence',
  relapse: 'status.relapse',
  inactive: 'status.inactive',
  remission: 'status.remission',
  resolved: 'status.resolved',
};
const certaintyTexts: Readonly<Record<string, TextKey>> = {
  provisional: 'certainty.provisional',
  differential: 'certainty.differential',
  unconfirmed: 'certainty.unconfirmed',
  refuted: 'certainty.refuted',
  'entered-in-error': 'certainty.error',
};

export function Diagnoses() {
  const { patient } = useParams({ from: '/clinic/patient/$patient/diagnoses' });
  const say = useText();
  const language = useLanguage();
  const diagnoses = useItems(patient, 'diagnoses', 'Condition');
  const { stay } = usePatientFacts(patient);
  const act = useAct(patient);
  const [isAdding, setIsAdding] = useState(false);
  const [chosen, setChosen] = useState<string>();
  const session = queries.getQueryData<Session | null>(keys.session);
  const by =
    session?.practitioner == null
      ? undefined
      : { reference: session.practitioner as `Practitioner/${string}`, display: session.name };
  const whyNot = !currentRights().diagnoses
    ? say('diagnosis.notForRole')
    : act.state === undefined
      ? undefined
      : say('act.underway');
  const groups = groupDiagnoses(diagnoses.items, stay);
  const rows: readonly Row[] = [
    ...groups.stay.map((condition) => ({ condition, group: 'stay' as const })),
    ...groups.lasting.map((condition) => ({ condition, group: 'lasting' as const })),
    ...groups.over.map((condition) => ({ condition, group: 'over' as const })),
    ...diagnoses.items.filter(isRefuted).map((condition) => ({ condition, group: 'refuted' as const })),
  ];
  // A stay that is only expected has its diagnoses when it begins.
  const hasStay = stay !== undefined && stay.status !== 'planned';
  const action = hasStay
    ? groups.stay.find(
        (each) => diagnosisKindOf(each) === 'action' && each.encounter?.reference === `Encounter/${stay.id}`,
      )
    : undefined;
  const open = rows.find(({ condition, group }) => condition.id === chosen && group !== 'refuted');
  const word = (texts: Readonly<Record<string, TextKey>>, codes: readonly string[]) => {
    const key = codes.map((code) => texts[code]).find((each) => each !== undefined);
    return key === undefined ? '' : say(key);
  };
  const columns: readonly ClinicalColumn<Row>[] = [
    {
      id: 'code',
      heading: say('diagnoses.code'),
      width: '110px',
      cell: ({ condition }) => <span className="muted">{condition.code?.coding?.[0]?.code}</span>,
    },
    {
      id: 'words',
      heading: say('board.diagnosis'),
      kind: 'wraps',
      cell: ({ condition, group }) => (
        <span className={group === 'refuted' ? 'struck' : ''}>
          {group === 'stay' ? <b>{wordsOf(condition.code)}</b> : wordsOf(condition.code)}
          {(condition.bodySite ?? []).map((site) => (
            <span key={wordsOf(site)}>, {wordsOf(site)}</span>
          ))}
          {group === 'stay' && diagnosisKindOf(condition) === 'action' && (
            <span className="muted"> · {say('diagnosis.action')}</span>
          )}
        </span>
      ),
    },
    {
      id: 'status',
      heading: say('diagnoses.status'),
      width: '150px',
      cell: ({ condition }) =>
        [
          word(statusTexts, codesOf(condition.clinicalStatus)),
          word(certaintyTexts, codesOf(condition.verificationStatus)),
        ]
          .filter(Boolean)
          .join(', '),
    },
    {
      id: 'from',
      heading: say('diagnoses.from'),
      width: '120px',
      cell: ({ condition }) => showDate(onsetOf(condition)?.slice(0, 10), language),
    },
    {
      id: 'to',
      heading: say('diagnoses.to'),
      width: '120px',
      cell: ({ condition }) => showDate(condition.abatementDateTime?.slice(0, 10), language),
    },
    {
      id: 'change',
      heading: <Unseen>{say('diagnosis.change')}</Unseen>,
      width: '70px',
      cell: ({ condition, group }) =>
        group !== 'refuted' && (
          <span className="no-print">
            <Button
              kind="plain"
              expanded={condition.id === chosen}
              onPress={() => setChosen(condition.id === chosen ? undefined : condition.id)}
            >
              {say('diagnosis.change')}
              <Unseen>{wordsOf(condition.code)}</Unseen>
            </Button>
          </span>
        ),
    },
  ];
  return (
    <div className="work">
      <div className="bar">
        {!isAdding && (
          <Button kind="primary" disabledBecause={whyNot} onPress={() => setIsAdding(true)}>
            {say('diagnosis.add')}
          </Button>
        )}
        <span className="grow" />
        <PrintButton />
      </div>
      <div className="diagnoses">
        <Panel
          title={say('diagnoses.title')}
          state={diagnoses.state}
          beside={<span className="muted">{rows.length}</span>}
          flush
        >
          {isAdding && (
            <AddDiagnosis
              action={action}
              hasStay={hasStay}
              whyNot={whyNot}
              onCancel={() => setIsAdding(false)}
              onSign={(diagnosis) =>
                void act
                  .send(
                    say('diagnosis.add'),
                    newDiagnosisAct(
                      diagnosis,
                      { patient, stay: hasStay ? stay.id : undefined, by },
                      action,
                      now(),
                    ),
                  )
                  .then((stored) => stored && setIsAdding(false))
              }
            />
          )}
          {open !== undefined && (
            <DiagnosisActions
              key={open.condition.id}
              condition={open.condition}
              action={action === open.condition ? undefined : action}
              by={by}
              whyNot={whyNot}
              act={act}
            />
          )}
          <ActNote act={act} />
          {rows.length === 0 ? (
            <div className="inset">
              <Nothing />
            </div>
          ) : (
            <ClinicalTable
              label={say('diagnoses.title')}
              rows={rows}
              columns={columns}
              rowKey={({ condition }) => condition.id ?? ''}
              groupOf={({ group }) => say(groupTexts[group])}
            />
          )}
        </Panel>
        <div className="column">
          <CavePanel patient={patient} />
          <FlagPanel patient={patient} />
          <PersonPanel patient={patient} />
        </div>
      </div>
    </div>
  );
}

function FlagPanel({ patient }: { readonly patient: string }) {
  const say = useText();
  const language = useLanguage();
  const { items: all, state } = useItems(patient, 'flags', 'Flag');
  const items = all.filter(({ status }) => status === 'active');
  return (
    <Panel title={say('flags.title')} state={state}>
      {items.length === 0 && <Nothing />}
      {items.map((flag) => (
        <div className="row" key={flag.id}>
          <span className="grow">{wordsOf(flag.code)}</span>
          <span className="muted nowrap">{showDate(flag.period?.start?.slice(0, 10), language)}</span>
        </div>
      ))}
    </Panel>
  );
}

const codesOf = (concept: Condition['clinicalStatus']): readonly string[] =>
  (concept?.coding ?? []).flatMap((coding) => coding.code ?? []);
