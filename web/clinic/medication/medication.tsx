import { ScrollRegion } from '../../parts/scroll-region.tsx';
import { useNavigate, useParams, useSearch } from '@tanstack/react-router';
import { useMemo } from 'react';
import { Segments } from '../../parts/button.tsx';
import { useNow } from '../../parts/clock.ts';
import { AsOf, FailedNote, joinStates, Loaded, Nothing, Panel } from '../../parts/panel.tsx';
import { PrintButton } from '../../parts/sheet.tsx';
import { Tag } from '../../parts/tag.tsx';
import { useText, type TextKey } from '../../parts/text.tsx';
import { isCommunity } from '../record/dose.ts';
import { openDoses } from '../record/next-dose.ts';
import { useSince } from '../record/since.ts';
import { useItems } from '../record/use-patient.ts';
import { HomeMedicine } from './home-medicine.tsx';
import { MedicationGrid } from './medication-grid.tsx';
import { MedicationList } from './medication-list.tsx';
import { medicationViews, type MedicationView } from './medication-place.ts';

const viewTexts = { list: 'medication.viewList', grid: 'medication.viewGrid' } as const satisfies Record<
  MedicationView,
  TextKey
>;

/** Before and now: what the patient took at home beside what the ward gives. */
export function Medication() {
  const { patient } = useParams({ from: '/clinic/patient/$patient/medication' });
  const { view = 'list' } = useSearch({ from: '/clinic/patient/$patient/medication' });
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
  const home = medication.items.filter(isCommunity);
  return (
    <div className="work">
      <div className="bar">
        <Segments
          label={say('medication.view')}
          value={view}
          choices={medicationViews.map((value) => ({ value, label: say(viewTexts[value]) }))}
          onChoose={(next) => void navigate({ search: next === 'list' ? {} : { view: next }, replace: true })}
        />
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
      </div>
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
                <MedicationGrid requests={ward} answers={given.items} />
              ) : (
                <MedicationList requests={ward} answers={given.items} since={since} />
              )}
            </Loaded>
          </ScrollRegion>
        </section>
        {view === 'list' && (
          <Panel
            title={say('medication.before')}
            state={medication.state}
            beside={<span className="muted">{home.length}</span>}
          >
            <HomeMedicine home={home} ward={ward} />
          </Panel>
        )}
      </div>
    </div>
  );
}
