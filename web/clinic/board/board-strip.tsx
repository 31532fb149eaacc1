import { useNow } from '../../parts/clock.ts';
import { showMoment } from '../../parts/format/date.ts';
import { useLanguage, useText } from '../../parts/text.tsx';
import { StayButton } from '../stay/stay-button.tsx';
import { flagWords } from '../record/cave.ts';
import { TransportButton } from '../transport/transport-button.tsx';
import { FlowCell, NextWords } from './board-cells.tsx';
import type { BoardRow } from './board-rows.ts';

/** Beneath the board where there is no room for a side panel: what the columns of the chosen row cut short, whole. */
export function BoardStrip({ row }: { readonly row: BoardRow | undefined }) {
  const say = useText();
  const language = useLanguage();
  const today = useNow();
  const person = row?.person;
  return (
    <aside className="strip no-print" aria-label={say('side.label')}>
      {row === undefined || person === undefined ? (
        <span className="muted">{say('summary.choose')}</span>
      ) : (
        <>
          <b>
            {row.bed} {person.name}
          </b>
          <span>
            <span className="muted">{row.diagnosisCode}</span> {row.diagnosis}
          </span>
          {[flagWords(row.flags, 'isolation'), flagWords(row.flags, 'fall-risk')]
            .filter((words) => words !== undefined)
            .map((words) => (
              <span key={words} className="flag-words">
                {words}
              </span>
            ))}
          <StayButton patient={person.id} stay={row.stay} deceased={person.deceased} shortcut="P" />
          {row.stay?.status === 'here' && <TransportButton patient={person.id} />}
          {row.next.slice(0, 3).map((item) => (
            <NextWords key={`${item.at} ${item.words}`} item={item} />
          ))}
          <span className="muted">
            <FlowCell row={row} />
          </span>
          {row.stay?.start !== undefined && row.kind === 'expected' && (
            <span className="muted">
              {say('board.expectedAt', { time: showMoment(row.stay.start, language, today) })}
            </span>
          )}
        </>
      )}
    </aside>
  );
}
