import type { DiagnosticReport } from '@medplum/fhirtypes';
import { useQuery } from '@tanstack/react-query';
import { findAll } from '../../link/fhir.ts';
import { keys } from '../../link/queries.ts';
import { useText } from '../../parts/text.tsx';
import { ofType } from './coding.ts';
import { reportText } from './reports.ts';

/** What a corrected report said before: whoever acted on the old words must be able to read them. */
export function EarlierReport({
  patient,
  report,
}: {
  readonly patient: string;
  readonly report: DiagnosticReport;
}) {
  const say = useText();
  const id = report.id ?? '';
  const version = Number(report.meta?.versionId ?? 0);
  const versions = useQuery({
    queryKey: [...keys.patient(patient), 'history', id, report.meta?.versionId ?? ''],
    queryFn: () => findAll(`DiagnosticReport/${id}/_history?_count=50`),
  });
  const now = reportText(report);
  const before = ofType(versions.data?.resources, 'DiagnosticReport')
    .filter((each) => Number(each.meta?.versionId ?? 0) < version && reportText(each) !== now)
    .toSorted((a, b) => Number(b.meta?.versionId ?? 0) - Number(a.meta?.versionId ?? 0))[0];
  if (before === undefined) return null;
  return (
    <div className="report-before">
      <span className="abn-words">{say('report.before')}</span>
      <p className="prewrap struck">{reportText(before)}</p>
    </div>
  );
}
