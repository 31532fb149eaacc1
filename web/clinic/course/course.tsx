import { ScrollRegion } from '../../parts/scroll-region.tsx';
import { useVirtualizer } from '@tanstack/react-virtual';
import { Link, useParams } from '@tanstack/react-router';
import { useMemo, useRef, useState } from 'react';
import { Button } from '../../parts/button.tsx';
import { useNow } from '../../parts/clock.ts';
import { showShortDay } from '../../parts/format/date.ts';
import { AsOf, FailedNote, joinStates, Loaded, Nothing } from '../../parts/panel.tsx';
import { PrintButton } from '../../parts/sheet.tsx';
import { useLanguage, useText } from '../../parts/text.tsx';
import { courseEvents, courseKinds, type CourseEvent, type CourseKind } from '../record/course.ts';
import { courseTexts } from '../record/course-texts.ts';
import { useItems } from '../record/use-patient.ts';

// A row is two lines at most; the real height is measured when it is drawn.
const rowHeight = 30;
// What goes on paper; more than this nobody reads on paper.
const printedMax = 400;

/** Everything the record holds, by date, filtered by kind. */
export function Course() {
  const { patient } = useParams({ from: '/clinic/patient/$patient/course' });
  const say = useText();
  const [kind, setKind] = useState<CourseKind>();
  const parts = [
    useItems(patient, 'stays', 'Encounter'),
    useItems(patient, 'diagnoses', 'Condition'),
    useItems(patient, 'procedures', 'Procedure'),
    useItems(patient, 'everyReport', 'DiagnosticReport'),
    useItems(patient, 'imaging', 'ImagingStudy'),
    useItems(patient, 'medication', 'MedicationRequest'),
    useItems(patient, 'notes', 'DocumentReference'),
    useItems(patient, 'immunizations', 'Immunization'),
    useItems(patient, 'plans', 'CarePlan'),
    useItems(patient, 'goals', 'Goal'),
  ] as const;
  const state = joinStates(...parts.map((part) => part.state));
  const items = parts.map((part) => part.items);
  // oxlint-disable-next-line react-hooks/exhaustive-deps -- the list of parts has a fixed length
  const events = useMemo(() => courseEvents(items.flat()), items);
  const counts = useMemo(
    () => new Map(courseKinds.map((each) => [each, events.filter((event) => event.kind === each).length])),
    [events],
  );
  const shown = useMemo(
    () => events.filter((event) => kind === undefined || event.kind === kind),
    [events, kind],
  );
  return (
    <div className="work">
      <div className="bar">
        <fieldset className="segments" aria-label={say('course.filter')}>
          <button type="button" aria-pressed={kind === undefined} onClick={() => setKind(undefined)}>
            {say('results.kindAll')} {events.length}
          </button>
          {courseKinds
            .filter((each) => (counts.get(each) ?? 0) > 0)
            .map((each) => (
              <button key={each} type="button" aria-pressed={kind === each} onClick={() => setKind(each)}>
                {say(courseTexts[each])} {counts.get(each)}
              </button>
            ))}
        </fieldset>
        {kind !== undefined && (
          <Button kind="plain" onPress={() => setKind(undefined)}>
            {say('board.filtered', { shown: shown.length, all: events.length })}
          </Button>
        )}
        <span className="grow" />
        <AsOf state={state} />
        <PrintButton />
      </div>
      <section className={`panel course ${state.failed ? 'failed' : ''}`} aria-label={say('tabs.course')}>
        <FailedNote state={state} />
        <Loaded state={state}>
          {shown.length === 0 ? (
            <div className="inset">
              <Nothing />
            </div>
          ) : (
            <EventList events={shown} />
          )}
        </Loaded>
      </section>
    </div>
  );
}

function EventList({ events }: { readonly events: readonly CourseEvent[] }) {
  const say = useText();
  const place = useRef<HTMLDivElement>(null);
  // The virtualizer keeps its own state; what it returns must not be remembered.
  // oxlint-disable-next-line react/incompatible-library
  const rows = useVirtualizer({
    count: events.length,
    getScrollElement: () => place.current,
    estimateSize: () => rowHeight,
    overscan: 12,
  });
  return (
    <>
      <ScrollRegion className="scroll no-print" place={place} label={say('tabs.course')}>
        <div style={{ height: rows.getTotalSize(), position: 'relative' }}>
          {rows.getVirtualItems().map((row) => {
            const event = events[row.index];
            if (event === undefined) return null;
            return (
              <div
                key={event.key}
                ref={rows.measureElement}
                data-index={row.index}
                className="course-row"
                style={{ transform: `translateY(${row.start}px)` }}
              >
                <EventRow event={event} year={yearOf(events[row.index - 1]) !== yearOf(event)} />
              </div>
            );
          })}
        </div>
      </ScrollRegion>
      <div className="print-only">
        {events.slice(0, printedMax).map((event) => (
          <div key={event.key} className="row">
            <EventRow event={event} year={false} />
          </div>
        ))}
        {events.length > printedMax && (
          <p>{say('panel.partial', { shown: printedMax, total: events.length })}</p>
        )}
      </div>
    </>
  );
}

function EventRow({ event, year }: { readonly event: CourseEvent; readonly year: boolean }) {
  const { patient } = useParams({ from: '/clinic/patient/$patient/course' });
  const say = useText();
  const language = useLanguage();
  const today = useNow();
  return (
    <>
      <span className="course-year">{year && event.at !== 0 ? yearOf(event) : ''}</span>
      <span className="muted course-date">
        {event.at === 0 ? '–' : showShortDay(event.at, language, today)}
      </span>
      <span className="muted course-kind">{say(courseTexts[event.kind])}</span>
      <span className="grow">
        {event.note === undefined ? (
          event.words
        ) : (
          <Link
            to="/patient/$patient/notes"
            params={{ patient }}
            search={{ note: event.note }}
            className="name-link"
          >
            {event.words}
          </Link>
        )}{' '}
        <span className="muted">{event.more}</span>
      </span>
    </>
  );
}

const yearOf = (event: CourseEvent | undefined): string =>
  event === undefined || event.at === 0 ? '' : new Date(event.at).getFullYear().toString();
