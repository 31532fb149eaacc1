import { ScrollRegion } from '../../parts/scroll-region.tsx';
import { useNavigate, useParams, useSearch } from '@tanstack/react-router';
import type { MedicationRequest } from '@medplum/fhirtypes';
import { useMemo, useState } from 'react';
import { isDischarge, standingAfter } from '#fhir/medication-card/shape.ts';
import { useDrugKnowledge } from '../../link/drug-knowledge.ts';
import { Button, Segments } from '../../parts/button.tsx';
import { useNow } from '../../parts/clock.ts';
import { AsOf, FailedNote, joinStates, Loaded, Nothing, Panel } from '../../parts/panel.tsx';
import { PrintButton } from '../../parts/sheet.tsx';
import { Tag } from '../../parts/tag.tsx';
import { useText, type TextKey } from '../../parts/text.tsx';
import { isCommunity } from '../record/dose.ts';
import { dosesOf, openDoses, orderOf } from '../record/next-dose.ts';
import { useSince } from '../record/since.ts';
import { useItems, usePatientFacts } from '../record/use-patient.ts';
import { DoseDialog, type OpenedDose } from './dose-dialog.tsx';
import { HomeMedicine } from './home-medicine.tsx';
import { MedicationGrid } from './medication-grid.tsx';
import { MedicationList } from './medication-list.tsx';
import danish from '../../texts/fmk/da.json';
import english from '../../texts/fmk/en.json';
import { useCard } from '../../link/medication-card.ts';
import { MoreTexts } from '../../parts/more-texts.tsx';
import { AfterPanel } from './card/after-panel.tsx';
import { AfterPlan } from './card/after-plan.tsx';
import { rowsOf } from './card/card-acts.ts';
import { CardState } from './card/card-state.tsx';
import { Differences, toAnswer } from './card/differences.tsx';
import './card/card.css';
import { medicationViews } from './medication-place.ts';
import { OrderDialog } from './order-dialog.tsx';
import { OrderDrugs } from './order-drugs.tsx';
import { orderRows } from './orders-shown.ts';
import { isHighRisk, Round } from './round.tsx';
import { useSigner } from './use-signer.ts';
import { doseName, useUnsentDoses } from './unsent.ts';

const viewTexts = {
  list: 'medication.viewList',
  grid: 'medication.viewGrid',
  round: 'medication.viewRound',
} as const satisfies Record<(typeof medicationViews)[number], TextKey>;

type Opened =
  | { readonly kind: 'dose'; readonly dose: OpenedDose }
  | { readonly kind: 'order'; readonly request: MedicationRequest };

/** Before and now: what the patient took at home beside what the ward gives. */
export function Medication() {
  return (
    <MoreTexts danish={danish} english={english}>
      <MedicationPage />
    </MoreTexts>
  );
}

function MedicationPage() {
  const { patient } = useParams({ from: '/clinic/patient/$patient/medication' });
  const { view = 'list', dose: placed } = useSearch({ from: '/clinic/patient/$patient/medication' });
  const navigate = useNavigate({ from: '/patient/$patient/medication' });
  const say = useText();
  const since = useSince(patient);
  const medication = useItems(patient, 'medication', 'MedicationRequest');
  const given = useItems(patient, 'given', 'MedicationAdministration');
  const state = joinStates(medication.state, given.state);
  const now = useNow();
  const ward = useMemo(() => medication.items.filter((request) => !isCommunity(request)), [medication.items]);
  const open = useMemo(() => openDoses(ward, given.items, now), [ward, given.items, now]);
  const late = open.filter((dose) => dose.state === 'late').length;
  const due = open.filter((dose) => dose.state === 'due').length;
  const home = medication.items.filter((request) => isCommunity(request) && !isDischarge(request));
  const card = useCard(patient);
  const rows = useMemo(() => rowsOf(medication.items), [medication.items]);
  const { stay } = usePatientFacts(patient);
  const standing = standingAfter(medication.items, stay?.id);
  const isBeside = view === 'order' || view === 'fmk' || view === 'after';
  const [pressed, setPressed] = useState<Opened>();
  const unsent = useUnsentDoses(patient);
  const { whyNot } = useSigner();
  const knowledge = useDrugKnowledge(
    useMemo(
      () =>
        ward
          .filter(({ status }) => status === 'active' || status === 'on-hold')
          .flatMap((one) => orderOf(one).atc ?? []),
      [ward],
    ),
  );
  // From another page: the dose that was pressed there.
  const fromPlace = useMemo(
    () =>
      placed === undefined || state.asOf === undefined
        ? undefined
        : doseNamed(placed, ward, given.items, now),
    [placed, state.asOf, ward, given.items, now],
  );
  const opened = pressed ?? fromPlace;
  const onDose = (dose: OpenedDose) => setPressed({ kind: 'dose', dose });
  const onOrder = (request: MedicationRequest) => setPressed({ kind: 'order', request });
  function close() {
    setPressed(undefined);
    if (placed !== undefined) void navigate({ search: view === 'list' ? {} : { view }, replace: true });
  }
  const givenOf = (request: MedicationRequest) =>
    orderRows(ward, given.items).find(({ chain }) => chain.includes(request))?.given ?? [];
  return (
    <div className="work">
      <div className="bar">
        <Segments<(typeof medicationViews)[number] | ''>
          label={say('medication.view')}
          value={view === 'order' ? 'list' : isBeside ? '' : view}
          choices={medicationViews.map((value) => ({ value, label: say(viewTexts[value]) }))}
          onChoose={(next) =>
            void navigate({ search: next === 'list' || next === '' ? {} : { view: next }, replace: true })
          }
        />
        {!isBeside && (
          <Button onPress={() => void navigate({ search: { view: 'fmk' } })}>
            {state.asOf === undefined
              ? say('fmk.differencesTitle')
              : say('fmk.differences', { count: toAnswer(rows).length })}
          </Button>
        )}
        <CardState patient={patient} card={card} />
        <span className="muted">
          {state.asOf !== undefined &&
            say('medication.count', { count: ward.filter((request) => request.status === 'active').length })}
        </span>
        {late > 0 && <Tag kind="crit">! {say('medication.late', { count: late })}</Tag>}
        {due > 0 && <Tag kind="abn">◉ {say('medication.dueNow', { count: due })}</Tag>}
        {!medication.complete && (
          <span className="muted">{say('panel.partialNewest', { shown: medication.items.length })}</span>
        )}
        <span className="grow" />
        <AsOf state={state} />
        <PrintButton />
        {isBeside ? (
          <Button onPress={() => void navigate({ search: {} })}>{say('order.back')}</Button>
        ) : (
          <Button
            kind="primary"
            disabledBecause={whyNot}
            onPress={() => void navigate({ search: { view: 'order' } })}
          >
            {say('order.new')}
          </Button>
        )}
      </div>
      {view === 'order' ? (
        <OrderDrugs patient={patient} />
      ) : view === 'fmk' ? (
        <Loaded state={medication.state}>
          <Differences patient={patient} rows={rows} card={card} />
        </Loaded>
      ) : view === 'after' ? (
        <Loaded state={medication.state}>
          <AfterPlan
            patient={patient}
            rows={rows}
            standing={standing}
            card={card}
            onSigned={() => void navigate({ search: {} })}
          />
        </Loaded>
      ) : (
        <div className="medication" data-view={view}>
          <section className={`panel ${state.failed ? 'failed' : ''}`} aria-label={say('medication.now')}>
            <header>
              <h2>{say('medication.now')}</h2>
            </header>
            <FailedNote state={state} />
            <ScrollRegion label={say('medication.now')}>
              <Loaded state={state}>
                {ward.length === 0 ? (
                  <div className="inset">
                    <Nothing />
                  </div>
                ) : view === 'grid' ? (
                  <MedicationGrid
                    requests={ward}
                    answers={given.items}
                    unsent={unsent}
                    onDose={onDose}
                    onOrder={onOrder}
                  />
                ) : view === 'round' ? (
                  <Round
                    patient={patient}
                    requests={ward}
                    answers={given.items}
                    knowledge={knowledge}
                    onDose={onDose}
                  />
                ) : (
                  <MedicationList requests={ward} answers={given.items} since={since} onOrder={onOrder} />
                )}
              </Loaded>
            </ScrollRegion>
          </section>
          {view === 'list' && (
            <div className="med-times">
              <Panel
                title={say('medication.before')}
                state={medication.state}
                beside={<span className="muted">{home.length}</span>}
                className="before"
              >
                <HomeMedicine home={home} ward={ward} />
              </Panel>
              <AfterPanel
                lines={standing}
                card={card}
                state={medication.state}
                onPlan={() => void navigate({ search: { view: 'after' } })}
              />
            </div>
          )}
        </div>
      )}
      {opened?.kind === 'dose' && (
        <DoseDialog
          key={`${opened.dose.request.id} ${opened.dose.planned}`}
          patient={patient}
          dose={opened.dose}
          given={givenOf(opened.dose.request)}
          isHighRisk={isHighRisk(opened.dose.request, knowledge)}
          onClose={close}
        />
      )}
      {opened?.kind === 'order' && <OrderDialog patient={patient} request={opened.request} onClose={close} />}
    </div>
  );
}

/** The dose of a name such as `m1@1768460400000`, as it is now; undefined when the order plans none then. */
function doseNamed(
  name: string,
  requests: readonly MedicationRequest[],
  answers: Parameters<typeof dosesOf>[1],
  now: number,
): Opened | undefined {
  const at = Number(name.split('@')[1]);
  const request = requests.find(({ id }) => name === doseName(id, at));
  if (request === undefined || !Number.isFinite(at)) return undefined;
  const dose = dosesOf(request, answers, at, at, now)[0];
  return dose === undefined
    ? undefined
    : { kind: 'dose', dose: { request, planned: dose.at, answer: dose.answer } };
}
