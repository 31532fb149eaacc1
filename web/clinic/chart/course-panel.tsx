import { Link } from '@tanstack/react-router';
import { joinStates, Nothing, Panel } from '../../parts/panel.tsx';
import { useNow } from '../../parts/clock.ts';
import { showShortDay } from '../../parts/format/date.ts';
import { useLanguage, useText } from '../../parts/text.tsx';
import { courseEvents } from '../record/course.ts';
import { courseTexts } from '../record/course-texts.ts';
import { useItems } from '../record/use-patient.ts';

/** Stays, visits and procedures: what came before. The whole course has a page of its own. */
export function CoursePanel({ patient }: { readonly patient: string }) {
  const say = useText();
  const language = useLanguage();
  const today = useNow();
  const stays = useItems(patient, 'stays', 'Encounter');
  const procedures = useItems(patient, 'procedures', 'Procedure');
  const events = courseEvents([...stays.items, ...procedures.items]);
  return (
    <Panel title={say('coursePanel.title')} state={joinStates(stays.state, procedures.state)}>
      {events.length === 0 && <Nothing />}
      {events.slice(0, 25).map((event) => (
        <div className="row" key={event.key}>
          <span className="muted course-day">
            {event.at === 0 ? '–' : showShortDay(event.at, language, today)}
          </span>
          <span className="grow">
            {event.words === '' ? say(courseTexts[event.kind]) : event.words}{' '}
            <span className="muted">{event.more}</span>
          </span>
        </div>
      ))}
      <p className="row">
        <Link to="/patient/$patient/course" params={{ patient }}>
          {say('coursePanel.all')}
        </Link>
      </p>
    </Panel>
  );
}
