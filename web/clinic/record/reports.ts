import type { DiagnosticReport } from '@medplum/fhirtypes';
import { instantOf } from '../../parts/format/date.ts';
import { anyHasCode, wordsOf } from './coding.ts';
import { decodeText } from './notes.ts';

export type ReportKind = 'microbiology' | 'pathology' | 'imaging' | 'ecg' | 'laboratory' | 'other';

const codes: readonly (readonly [ReportKind, readonly string[]])[] = [
  ['microbiology', ['MB', 'BLB', 'VR', 'PRS']],
  ['pathology', ['PAT', 'SP', 'CP', 'CTH', 'PTH']],
  ['imaging', ['RAD', 'CT', 'NMR', 'RUS', 'RX', 'MRI', 'NMS', 'CUS', 'VUS', 'XRC', 'CUS', 'OUS']],
  ['ecg', ['EC', 'CG', 'ECG']],
  ['laboratory', ['LAB', 'CH', 'HM', 'IMM', 'TOX']],
];

export function reportKind(report: DiagnosticReport): ReportKind {
  return codes.find(([, kinds]) => anyHasCode(report.category, ...kinds))?.[0] ?? 'other';
}

export const reportedAt = (report: DiagnosticReport): number =>
  instantOf(report.effectiveDateTime ?? report.effectivePeriod?.start ?? report.issued) ?? 0;

export function reportText(report: DiagnosticReport): string {
  if (report.conclusion !== undefined) return report.conclusion;
  const attached = report.presentedForm?.find(
    (form) => form.contentType?.startsWith('text/plain') === true && form.data !== undefined,
  )?.data;
  const text = attached === undefined ? undefined : decodeText(attached);
  return text ?? (report.conclusionCode ?? []).map(wordsOf).join(', ');
}

/** Reports for reading, newest first: a laboratory panel without words of its own is the grid's business. */
export function readable(reports: readonly DiagnosticReport[]): readonly DiagnosticReport[] {
  return reports
    .filter(
      (report) =>
        report.status !== 'entered-in-error' &&
        (reportKind(report) !== 'laboratory' || reportText(report) !== ''),
    )
    .sort((a, b) => reportedAt(b) - reportedAt(a));
}
