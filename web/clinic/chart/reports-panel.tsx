import { Nothing, Panel } from '../../parts/panel.tsx';
import { useText } from '../../parts/text.tsx';
import { isNew, NewCount } from '../record/new-mark.tsx';
import { ReportItem } from '../record/report-item.tsx';
import { readable } from '../record/reports.ts';
import { useItems } from '../record/use-patient.ts';

type PatientPanelProps = { readonly patient: string; readonly since: number | undefined };

export function ReportsPanel({ patient, since }: PatientPanelProps) {
  const say = useText();
  const { items, state } = useItems(patient, 'reports', 'DiagnosticReport');
  const reports = readable(items);
  return (
    <Panel
      title={say('reportsPanel.title')}
      state={state}
      beside={<NewCount count={reports.filter((report) => isNew(report, since)).length} />}
    >
      {reports.length === 0 && <Nothing />}
      {reports.slice(0, 8).map((report) => (
        <ReportItem key={report.id} report={report} fresh={isNew(report, since)} />
      ))}
    </Panel>
  );
}
