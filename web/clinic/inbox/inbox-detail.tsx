import type { DiagnosticReport, Observation } from '@medplum/fhirtypes';
import { Link } from '@tanstack/react-router';
import type { ReactNode, Ref } from 'react';
import type { LinkFault } from '../../link/fault.ts';
import { useNow } from '../../parts/clock.ts';
import { showMoment } from '../../parts/format/date.ts';
import { ScrollRegion } from '../../parts/scroll-region.tsx';
import { Tag } from '../../parts/tag.tsx';
import { useLanguage, useText } from '../../parts/text.tsx';
import { referredId, wordsOf } from '../record/coding.ts';
import { showCpr } from '../record/person.ts';
import { ReportItem } from '../record/report-item.tsx';
import { reportKind } from '../record/reports.ts';
import { ResultValue } from '../record/result-value.tsx';
import { isCorrected, rangeText, takenAt } from '../record/results.ts';
import { CorrectedFrom } from '../results/corrected-from.tsx';
import type { InboxItem, InboxResult } from './inbox-items.ts';
import { ItemTags } from './item-tags.tsx';

type InboxDetailProps = {
  readonly item: InboxItem;
  readonly state: 'sending' | LinkFault | undefined;
  readonly place: Ref<HTMLDivElement>;
  readonly children: ReactNode;
};

/** One item: whose, why it was ordered, each result with what it was before. */
export function InboxDetail({ item, state, place, children }: InboxDetailProps) {
  const say = useText();
  const language = useLanguage();
  const today = useNow();
  const { person, order } = item;
  const reports = item.results.filter(({ result }) => result.resourceType === 'DiagnosticReport');
  const answered = item.results.filter(({ result }) => result.resourceType === 'Observation');
  // What a report tells in its resistance table is not told twice, unless its report has been seen and it has not.
  const inReport = new Set(
    reports.flatMap(({ result }) =>
      result.resourceType === 'DiagnosticReport' && reportKind(result) === 'microbiology'
        ? (result.result ?? []).map((each) => referredId(each, 'Observation'))
        : [],
    ),
  );
  const values = answered.filter(({ result }) => !inReport.has(result.id));
  return (
    <section className="panel inbox-detail" aria-label={say('inbox.detail')}>
      <header>
        <h2>
          {item.stay?.bed?.name}{' '}
          <Link to="/patient/$patient/results" params={{ patient: item.patient }}>
            {person?.name ?? item.patient}
          </Link>
        </h2>
        <span>{person?.cpr !== undefined && showCpr(person.cpr)}</span>
        <ItemTags item={item} />
      </header>
      <ScrollRegion className="panel-body" label={say('inbox.detail')} place={place}>
        <p className="inbox-why">
          {order === undefined ? (
            <span className="muted">{say('inbox.noOrder')}</span>
          ) : (
            <>
              <b>{wordsOf(order.code)}</b> {order.reasonCode?.[0]?.text}{' '}
              <span className="muted">
                {say('inbox.orderedBy', {
                  who: order.requester?.display ?? '–',
                  time:
                    order.authoredOn === undefined
                      ? '–'
                      : showMoment(Date.parse(order.authoredOn), language, today),
                })}
              </span>
            </>
          )}
        </p>
        {reports.map(({ result, version }) => (
          <div key={version}>
            <ReportItem
              report={result as DiagnosticReport}
              fresh={false}
              rows={answered.map((each) => each.result as Observation)}
            />
            {/* At the end of the text: it has been on the screen when its last line has. */}
            <i data-version={version} className="read-to-here" />
            {answered
              .filter((each) => inReport.has(each.result.id))
              .map((each) => (
                <i key={each.version} data-version={each.version} className="read-to-here" />
              ))}
          </div>
        ))}
        {values.length > 0 && (
          <table className="table inbox-values">
            <thead>
              <tr>
                <th scope="col">{say('results.analysis')}</th>
                <th scope="col" className="number">
                  {say('trend.value')}
                </th>
                <th scope="col" className="number">
                  {say('inbox.previous')}
                </th>
                <th scope="col">{say('results.range')}</th>
                <th scope="col">{say('trend.taken')}</th>
              </tr>
            </thead>
            <tbody>
              {values.map((each) => (
                <ValueRow key={each.version} patient={item.patient} each={each} />
              ))}
            </tbody>
          </table>
        )}
      </ScrollRegion>
      <footer className="basket-sign">
        {state === 'sending' && <Tag kind="local">⇧ {say('act.sending')}</Tag>}
        {state !== undefined && state !== 'sending' && (
          <span className="error">
            {say('act.refused')} {state.said}
          </span>
        )}
        {children}
      </footer>
    </section>
  );
}

function ValueRow({ patient, each }: { readonly patient: string; readonly each: InboxResult }) {
  const language = useLanguage();
  const today = useNow();
  const value = each.result as Observation;
  return (
    <tr data-version={each.version}>
      <td className="wraps">{wordsOf(value.code)}</td>
      <td className="number">
        <ResultValue observation={value} fresh={false} withUnit />
        {isCorrected(value) && <CorrectedFrom patient={patient} observation={value} />}
      </td>
      <td className="number muted">
        {each.previous !== undefined && (
          <>
            <ResultValue observation={each.previous} fresh={false} quiet />{' '}
            <small>{showMoment(takenAt(each.previous), language, today)}</small>
          </>
        )}
      </td>
      <td className="muted">{rangeText(value, language)}</td>
      <td className="muted">{showMoment(takenAt(value), language, today)}</td>
    </tr>
  );
}
