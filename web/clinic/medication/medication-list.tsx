import type { MedicationAdministration, MedicationRequest } from '@medplum/fhirtypes';
import { useState } from 'react';
import { Button } from '../../parts/button.tsx';
import { useNow } from '../../parts/clock.ts';
import { instantOf, showMoment, showShortDay } from '../../parts/format/date.ts';
import { Sign, Tag, Unseen } from '../../parts/tag.tsx';
import { useLanguage, useText, type TextKey } from '../../parts/text.tsx';
import { referredId, wordsOf } from '../record/coding.ts';
import { doseOfDay, drugGroup, drugNameOf, type DrugGroup } from '../record/dose.ts';
import { DrugLine } from '../record/drug-line.tsx';
import { isNew, NewMark } from '../record/new-mark.tsx';
import { dosesOf, givenAt, openDoses } from '../record/next-dose.ts';
import { OrderButton } from './medication-grid.tsx';
import { orderRows } from './orders-shown.ts';

const groupTexts = {
  fixed: 'drugGroup.fixed',
  asNeeded: 'drugGroup.asNeeded',
  infusion: 'drugGroup.infusion',
  paused: 'drugGroup.paused',
  ended: 'drugGroup.ended',
} as const satisfies Record<DrugGroup, TextKey>;
const openGroups = ['fixed', 'asNeeded', 'infusion', 'paused'] as const;

type MedicationListProps = {
  readonly requests: readonly MedicationRequest[];
  readonly answers: readonly MedicationAdministration[];
  readonly since: number | undefined;
  readonly onOrder: (request: MedicationRequest) => void;
};

export function MedicationList({ requests, answers, since, onOrder }: MedicationListProps) {
  const say = useText();
  const [folded, setFolded] = useState(true);
  const inGroup = (group: DrugGroup) =>
    requests
      .filter((request) => drugGroup(request) === group)
      .sort((a, b) => drugNameOf(a).generic.localeCompare(drugNameOf(b).generic, 'da'));
  const ended = inGroup('ended');
  const rows = orderRows(requests, answers);
  // What the orders before gave stays with the drug.
  const givenOf = (request: MedicationRequest) => rows.find((row) => row.request === request)?.given;
  return (
    <table className="table drugs" aria-label={say('medication.now')}>
      <thead>
        <tr>
          <th scope="col">{say('medication.drug')}</th>
          <th scope="col">{say('medication.indication')}</th>
          <th scope="col">{say('medication.perDay')}</th>
          <th scope="col">{say('medication.lastGiven')}</th>
          <th scope="col">{say('medication.next')}</th>
          <th scope="col">{say('medication.ordered')}</th>
          <th scope="col">
            <Unseen>{say('order.what')}</Unseen>
          </th>
        </tr>
      </thead>
      {openGroups.map((group) => {
        const drugs = inGroup(group);
        if (drugs.length === 0) return null;
        return (
          <tbody key={group}>
            <tr className="group">
              <th colSpan={7} scope="rowgroup">
                {say(groupTexts[group])} {drugs.length}
              </th>
            </tr>
            {drugs.map((request) => (
              <DrugRow
                key={request.id}
                request={request}
                answers={answers}
                given={givenOf(request)}
                since={since}
                onOrder={onOrder}
              />
            ))}
          </tbody>
        );
      })}
      {ended.length > 0 && (
        <tbody>
          <tr className="group">
            <th colSpan={7} scope="rowgroup">
              <Button kind="plain" expanded={!folded} onPress={() => setFolded(!folded)}>
                {folded ? '▸' : '▾'} {say(groupTexts.ended)} {ended.length}
              </Button>
            </th>
          </tr>
          {!folded &&
            ended.map((request) => (
              <DrugRow
                key={request.id}
                request={request}
                answers={answers}
                given={givenOf(request)}
                since={since}
                onOrder={onOrder}
              />
            ))}
        </tbody>
      )}
    </table>
  );
}

const endedTexts: Readonly<Record<string, TextKey>> = {
  stopped: 'medication.stopped',
  completed: 'medication.completed',
  cancelled: 'medication.cancelled',
  draft: 'medication.draft',
  'entered-in-error': 'medication.error',
};

function DrugRow({
  request,
  answers,
  given,
  since,
  onOrder,
}: {
  readonly request: MedicationRequest;
  readonly answers: readonly MedicationAdministration[];
  readonly given: readonly MedicationAdministration[] | undefined;
  readonly since: number | undefined;
  readonly onOrder: (request: MedicationRequest) => void;
}) {
  const say = useText();
  const language = useLanguage();
  const now = useNow();
  const group = drugGroup(request);
  const own =
    given ??
    answers.filter(
      (each) =>
        referredId(each.request, 'MedicationRequest') === request.id && each.status !== 'entered-in-error',
    );
  const last = own.map((each) => ({ each, at: givenAt(each) ?? 0 })).sort((a, b) => b.at - a.at)[0];
  const hours = 3_600_000;
  const open =
    group === 'fixed'
      ? (openDoses([request], answers, now)[0] ??
        dosesOf(request, answers, now, now + 36 * hours, now).find((dose) => dose.answer === undefined))
      : undefined;
  const written = instantOf(request.authoredOn);
  const ended = endedTexts[request.status ?? ''];
  return (
    <tr className={group === 'ended' ? 'ended' : ''}>
      <td className="wraps">
        <NewMark on={isNew(request, since)} />
        <DrugLine request={request} struck={group === 'ended'} />
        {(group === 'paused' || group === 'ended') && (
          <div>
            <Tag kind="quiet">
              {group === 'paused' ? `‖ ${say('dose.paused')}` : say(ended ?? 'medication.stopped')}
              {wordsOf(request.statusReason) !== '' && `: ${wordsOf(request.statusReason)}`}
            </Tag>
          </div>
        )}
      </td>
      <td className="wraps muted">{request.reasonCode?.map(wordsOf).join(', ')}</td>
      <td>{group === 'ended' ? '' : doseOfDay(request, language)}</td>
      <td className="wraps">
        {last !== undefined &&
          (last.each.status === 'not-done' ? (
            <span className="not-given">
              ✗ {showMoment(last.at, language, now)} {say('dose.notGiven')}
              {last.each.statusReason !== undefined && `: ${last.each.statusReason.map(wordsOf).join(', ')}`}
            </span>
          ) : (
            <span className="nowrap">
              <span className="tick">✓</span> {showMoment(last.at, language, now)}
            </span>
          ))}
      </td>
      <td>
        {open !== undefined &&
          (open.state === 'late' ? (
            <Tag kind="crit">
              <Sign sign="!" meaning={say('dose.late')} /> {showMoment(open.at, language, now)}
            </Tag>
          ) : open.state === 'due' ? (
            <Tag kind="abn">
              <Sign sign="◉" meaning={say('dose.due')} /> {showMoment(open.at, language, now)}
            </Tag>
          ) : (
            showMoment(open.at, language, now)
          ))}
      </td>
      <td className="wraps muted">
        {request.requester?.display}{' '}
        {written !== undefined && <span className="nowrap">{showShortDay(written, language, now)}</span>}
      </td>
      <td>
        <OrderButton request={request} onOrder={onOrder} />
      </td>
    </tr>
  );
}
