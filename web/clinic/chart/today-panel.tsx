import { useNow } from '../../parts/clock.ts';
import { showMoment } from '../../parts/format/date.ts';
import { joinStates, Nothing, Panel, type PanelState } from '../../parts/panel.tsx';
import { Sign, Tag } from '../../parts/tag.tsx';
import { useLanguage, useText, type TextKey } from '../../parts/text.tsx';
import { usePatientFacts, useItems } from '../record/use-patient.ts';
import { todayItems, type TodayItem } from './today-items.ts';

const kindTexts = {
  dose: 'today.dose',
  appointment: 'today.appointment',
  order: 'today.order',
  task: 'today.task',
  measure: 'today.measure',
} as const satisfies Record<TodayItem['kind'], TextKey>;

export function useToday(patient: string): {
  readonly items: readonly TodayItem[];
  readonly state: PanelState;
} {
  const say = useText();
  const language = useLanguage();
  const now = useNow();
  const { stay, ews } = usePatientFacts(patient);
  const medication = useItems(patient, 'medication', 'MedicationRequest');
  const given = useItems(patient, 'given', 'MedicationAdministration');
  const appointments = useItems(patient, 'appointments', 'Appointment');
  const orders = useItems(patient, 'orders', 'ServiceRequest');
  const tasks = useItems(patient, 'tasks', 'Task');
  const items = todayItems(
    {
      // Doses are given by a ward: without a stay nobody here gives them.
      medication: stay?.status === 'here' || stay?.status === 'leave' ? medication.items : [],
      given: given.items,
      appointments: appointments.items,
      orders: orders.items,
      tasks: tasks.items,
      measureAt: stay?.status === 'here' ? ews?.nextDue : undefined,
    },
    now,
    language,
    say('today.measureWords'),
  );
  return {
    items,
    state: joinStates(medication.state, given.state, appointments.state, orders.state, tasks.state),
  };
}

export function TodayPanel({ patient }: { readonly patient: string }) {
  const say = useText();
  const { items, state } = useToday(patient);
  const late = items.filter((item) => item.state === 'late').length;
  return (
    <Panel
      title={say('today.title')}
      state={state}
      beside={late > 0 && <Tag kind="crit-soft">! {say('today.late', { count: late })}</Tag>}
    >
      <TodayRows items={items} />
    </Panel>
  );
}

export function TodayRows({ items }: { readonly items: readonly TodayItem[] }) {
  const say = useText();
  const language = useLanguage();
  const now = useNow();
  if (items.length === 0) return <Nothing text={say('today.nothing')} />;
  return items.map((item) => (
    <div className="row" key={item.key}>
      <span className="today-time">
        {item.at === undefined ? (
          <span className="faint">{say(item.kind === 'order' ? 'today.awaiting' : 'today.noTime')}</span>
        ) : item.state === 'late' ? (
          <Tag kind="crit-soft">
            <Sign sign="!" meaning={say('dose.late')} /> {showMoment(item.at, language, now)}
          </Tag>
        ) : item.state === 'due' ? (
          <Tag kind="abn">
            <Sign sign="◉" meaning={say('dose.due')} /> {showMoment(item.at, language, now)}
          </Tag>
        ) : (
          <b>{showMoment(item.at, language, now)}</b>
        )}
      </span>
      <span className="grow">
        {item.words} <span className="muted">{item.more}</span>
      </span>
      <span className="faint nowrap">{say(kindTexts[item.kind])}</span>
    </div>
  ));
}
