import type { DiagnosticReport, Observation } from '@medplum/fhirtypes';
import { useNow } from '../../parts/clock.ts';
import { showMoment } from '../../parts/format/date.ts';
import { Tag } from '../../parts/tag.tsx';
import { useLanguage, useText, type TextKey } from '../../parts/text.tsx';
import { referredId, wordsOf } from './coding.ts';
import { EarlierReport } from './earlier-report.tsx';
import { NewMark } from './new-mark.tsx';
import { ResistanceTable } from './resistance.tsx';
import { reportedAt, reportKind, reportText, type ReportKind } from './reports.ts';

const reportTexts = {
  microbiology: 'report.microbiology',
  pathology: 'report.pathology',
  imaging: 'report.imaging',
  ecg: 'report.ecg',
  laboratory: 'report.laboratory',
  other: 'report.other',
} as const satisfies Record<ReportKind, TextKey>;

export function ReportItem({
  report,
  fresh,
  rows = [],
}: {
  readonly report: DiagnosticReport;
  readonly fresh: boolean;
  /** Observations among which those of the report are: its resistance table. */
  readonly rows?: readonly Observation[];
}) {
  const say = useText();
  const language = useLanguage();
  const today = useNow();
  const text = reportText(report);
  const patient = referredId(report.subject, 'Patient');
  const corrected =
    report.status === 'corrected' || report.status === 'amended' || report.status === 'appended';
  return (
    <article className="note-short">
      <h3>
        <NewMark on={fresh} /> {wordsOf(report.code)}{' '}
        <span className="muted plain-weight">
          {say(reportTexts[reportKind(report)])} · {showMoment(reportedAt(report), language, today)}
        </span>{' '}
        {(report.status === 'preliminary' ||
          report.status === 'partial' ||
          report.status === 'registered') && <Tag kind="abn">{say('results.preliminary')}</Tag>}
        {corrected && <Tag kind="abn">{say('results.corrected')}</Tag>}
      </h3>
      <p className="prewrap">
        {text === '' ? say('report.noText', { count: report.result?.length ?? 0 }) : text}
      </p>
      {reportKind(report) === 'microbiology' && (
        <ResistanceTable
          rows={rows.filter(
            ({ id, status }) =>
              status !== 'entered-in-error' &&
              report.result?.some((each) => referredId(each, 'Observation') === id) === true,
          )}
        />
      )}
      {corrected && patient !== undefined && <EarlierReport patient={patient} report={report} />}
    </article>
  );
}
