import { isDischarge } from '#fhir/medication-card/shape.ts';
import type { MedicationRequest } from '@medplum/fhirtypes';
import { Link } from '@tanstack/react-router';
import { useNow } from '../../parts/clock.ts';
import { instantOf, showMoment, showShortDay } from '../../parts/format/date.ts';
import { joinStates, Nothing, Panel } from '../../parts/panel.tsx';
import { useLanguage, useText } from '../../parts/text.tsx';
import { lastUpdated } from '../record/coding.ts';
import {
  doseAmount,
  doseFreeText,
  doseFrequency,
  doseRoute,
  drugGroup,
  drugNameOf,
  isAsNeeded,
  isCommunity,
} from '../record/dose.ts';
import { isNew, NewCount, NewMark } from '../record/new-mark.tsx';
import { givenAt } from '../record/next-dose.ts';
import { useItems } from '../record/use-patient.ts';
import { referredId } from '../record/coding.ts';
import { Tag } from '../../parts/tag.tsx';

type PatientPanelProps = { readonly patient: string; readonly since: number | undefined };

/** What the patient gets now: what changed last on top. Foreign charts without a stay show what is active. */
export function MedicationPanel({ patient, since }: PatientPanelProps) {
  const say = useText();
  const medication = useItems(patient, 'medication', 'MedicationRequest');
  const given = useItems(patient, 'given', 'MedicationAdministration');
  const open = medication.items.filter(
    (request) => (request.status === 'active' || request.status === 'on-hold') && !isDischarge(request),
  );
  const inHospital = open.filter((request) => !isCommunity(request));
  const shown = inHospital.length > 0 ? inHospital : open;
  const day = 24 * 3_600_000;
  const today = useNow();
  const changed = (request: MedicationRequest) =>
    (instantOf(request.authoredOn) ?? 0) > today - day || isNew(request, since);
  const sorted = [...shown].sort(
    (a, b) =>
      Number(changed(b)) - Number(changed(a)) ||
      Number(a.status === 'on-hold') - Number(b.status === 'on-hold') ||
      Number(isAsNeeded(a)) - Number(isAsNeeded(b)) ||
      drugNameOf(a).generic.localeCompare(drugNameOf(b).generic, 'da'),
  );
  const home = open.length - shown.length;
  return (
    <Panel
      title={say('medicationPanel.title')}
      state={joinStates(medication.state, given.state)}
      beside={
        <>
          <span className="muted">{shown.length}</span>
          <NewCount count={shown.filter((request) => isNew(request, since)).length} />
        </>
      }
    >
      {sorted.map((request) => (
        <DrugRow
          key={request.id}
          request={request}
          changed={changed(request)}
          since={since}
          lastGiven={lastGiven(request)}
        />
      ))}
      {shown.length === 0 && <Nothing />}
      {home > 0 && (
        <p className="row">
          <Link to="/patient/$patient/medication" params={{ patient }} className="muted">
            {say('medicationPanel.home', { count: home })}
          </Link>
        </p>
      )}
    </Panel>
  );

  function lastGiven(request: MedicationRequest): number | undefined {
    if (!isAsNeeded(request)) return undefined;
    const times = given.items
      .filter(
        (each) => referredId(each.request, 'MedicationRequest') === request.id && each.status === 'completed',
      )
      .map((each) => givenAt(each) ?? 0);
    return times.length === 0 ? undefined : Math.max(...times);
  }
}

type DrugRowProps = {
  readonly request: MedicationRequest;
  readonly changed: boolean;
  readonly since: number | undefined;
  readonly lastGiven: number | undefined;
};

function DrugRow({ request, changed, since, lastGiven }: DrugRowProps) {
  const say = useText();
  const language = useLanguage();
  const today = useNow();
  const name = drugNameOf(request);
  const amount = doseAmount(request, language);
  const paused = drugGroup(request) === 'paused';
  const written = instantOf(request.authoredOn) ?? lastUpdated(request);
  return (
    <div className="row drug-row">
      <NewMark on={isNew(request, since)} />
      <span className="grow">
        <b>{name.generic}</b> {amount === undefined && <span>{name.rest} </span>}
        {amount !== undefined && <span className="nowrap">{amount}</span>} {doseRoute(request)}{' '}
        <span className="muted">
          {doseFrequency(request, language) || (amount === undefined ? doseFreeText(request) : '')}
        </span>
        {paused && (
          <>
            {' '}
            <Tag kind="quiet">
              ‖ {say('dose.paused')}
              {request.statusReason !== undefined && `: ${request.statusReason.text ?? ''}`}
            </Tag>
          </>
        )}
      </span>
      <span className="muted nowrap">
        {lastGiven !== undefined
          ? say('medicationPanel.lastGiven', { time: showMoment(lastGiven, language, today) })
          : changed
            ? say('medicationPanel.changed', { time: showMoment(written, language, today) })
            : showShortDay(written, language, today)}
      </span>
    </div>
  );
}
