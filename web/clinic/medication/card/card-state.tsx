import { useState } from 'react';
import type { Card, CardOutcome } from '../../../link/medication-card.ts';
import { useAct } from '../../../link/use-act.ts';
import { Button } from '../../../parts/button.tsx';
import { useNow } from '../../../parts/clock.ts';
import { showMoment } from '../../../parts/format/date.ts';
import { Tag } from '../../../parts/tag.tsx';
import { useLanguage, useText, type TextKey } from '../../../parts/text.tsx';
import { ActNote } from '../../record/act-note.tsx';
import { currentRights } from '../../record/role.ts';
import { cancelledTask } from './card-acts.ts';
import { minutesSince, queueOf } from './waiting.ts';

const withCopy = {
  asking: 'fmk.askingCopy',
  failed: 'fmk.failedCopy',
  fetched: 'fmk.asOf',
  kept: 'fmk.asOf',
  away: 'fmk.awayCopy',
  refused: 'fmk.refusedCopy',
  'no-number': 'fmk.noNumber',
  'not-connected': 'fmk.notConnected',
} as const satisfies Record<CardOutcome, TextKey>;
const without = {
  asking: 'fmk.asking',
  failed: 'fmk.failed',
  fetched: 'fmk.asking',
  kept: 'fmk.asking',
  away: 'fmk.away',
  refused: 'fmk.refused',
  'no-number': 'fmk.noNumber',
  'not-connected': 'fmk.notConnected',
} as const satisfies Record<CardOutcome, TextKey>;
const isGood = (outcome: CardOutcome) =>
  outcome === 'fetched' || outcome === 'kept' || outcome === 'asking' || outcome === 'not-connected';

/** When the card is from, or why it could not be fetched; and what waits to reach it. */
export function CardState({ patient, card }: { readonly patient: string; readonly card: Card }) {
  const act = useAct(patient);
  const say = useText();
  const language = useLanguage();
  const today = useNow();
  const [isAsking, setAsking] = useState(false);
  const { outcome, at } = card;
  const words =
    at === undefined
      ? say(without[outcome])
      : say(withCopy[outcome], { time: showMoment(at, language, today) });
  const { waiting, differing, since = today } = queueOf(card.tasks);
  return (
    <output className="card-state">
      {isGood(outcome) ? <span className="asof">{words}</span> : <Tag kind="abn">! {words}</Tag>}
      {waiting.length > 0 && (
        <Tag kind="local">
          ⇧ {say('fmk.waiting', { count: waiting.length, minutes: minutesSince(since, today) })}
        </Tag>
      )}
      {differing.length > 0 && (
        <>
          <Tag kind="crit">▲ {say('fmk.differs', { count: differing.length })}</Tag>
          <Button
            disabledBecause={
              act.state !== undefined
                ? say('act.underway')
                : currentRights().adjusts
                  ? undefined
                  : say('fmk.pauseDoctorOnly')
            }
            onPress={() => void act.send(say('fmk.letGoOn'), differing.map(cancelledTask))}
          >
            {say('fmk.letGoOn')}
          </Button>
          <ActNote act={act} />
        </>
      )}
      {outcome !== 'not-connected' && (
        <Button
          kind="plain"
          disabledBecause={isAsking || outcome === 'asking' ? say('fmk.asking') : undefined}
          onPress={() => {
            setAsking(true);
            void card
              .fetchNow()
              .catch(() => {})
              .finally(() => setAsking(false));
          }}
        >
          {say('fmk.fetch')}
        </Button>
      )}
    </output>
  );
}

/** Of the oldest. */
