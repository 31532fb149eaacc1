import { isOutside, partogramTable } from '../../../src/fhir/partogram/table.ts';
import type { LabourKind } from '../../../src/fhir/partogram/observe.ts';
import { useNow } from '../../parts/clock.ts';
import { dayOf, showDayOfYear, showTime } from '../../parts/format/date.ts';
import { showNumber } from '../../parts/format/number.ts';
import { ScrollRegion } from '../../parts/scroll-region.tsx';
import { Sign, Unseen } from '../../parts/tag.tsx';
import { useLanguage, useText, type TextKey } from '../../parts/text.tsx';
import { valueText } from '../record/results.ts';
import type { VitalKind } from '../record/vitals.ts';
import { factIn, vitalIn, type Labour, type Look } from './labour-model.ts';

// Every examination in a row, newest first as in all lists here: what the chart draws, in words.

type Column = {
  readonly id: string;
  readonly text: TextKey;
  readonly unit: string;
  readonly kind: LabourKind | { readonly vital: VitalKind };
  readonly fetus?: 'A' | 'B';
};

const columns: readonly Column[] = [
  { id: 'dilatation', text: 'labour.dilatation', unit: 'cm', kind: 'dilatation' },
  { id: 'station', text: 'labour.station', unit: '', kind: 'station' },
  { id: 'contractions', text: 'labour.contractionsShort', unit: '/10 min', kind: 'contractions' },
  { id: 'duration', text: 'labour.durationShort', unit: 's', kind: 'contraction-duration' },
  { id: 'heart', text: 'labour.heart', unit: '/min', kind: 'heart-rate', fetus: 'A' },
  { id: 'heartB', text: 'labour.heartB', unit: '/min', kind: 'heart-rate', fetus: 'B' },
  { id: 'liquor', text: 'labour.liquor', unit: '', kind: 'liquor' },
  { id: 'caput', text: 'labour.caput', unit: '', kind: 'caput' },
  { id: 'moulding', text: 'labour.moulding', unit: '', kind: 'moulding' },
  { id: 'oxytocin', text: 'labour.oxytocin', unit: 'ml/t', kind: 'oxytocin' },
  { id: 'pulse', text: 'labour.pulse', unit: '/min', kind: { vital: 'pulse' } },
  { id: 'pressure', text: 'labour.pressure', unit: '', kind: { vital: 'bloodPressure' } },
  { id: 'temperature', text: 'labour.temperature', unit: '°C', kind: { vital: 'temperature' } },
];

const liquorTexts = {
  clear: 'labour.liquorClear',
  meconium: 'labour.liquorMeconium',
  blood: 'labour.liquorBlood',
  absent: 'labour.liquorAbsent',
} as const satisfies Record<string, TextKey>;

const happenedTexts = {
  'membranes-ruptured': 'labour.rupturedDone',
  epidural: 'labour.epiduralDone',
  birth: 'labour.born',
} as const satisfies Record<string, TextKey>;

type LookTableProps = {
  readonly labour: Labour;
  readonly chosen: string | undefined;
  readonly onChoose: (key: string | undefined) => void;
};

export function LookTable({ labour, chosen, onChoose }: LookTableProps) {
  const say = useText();
  const language = useLanguage();
  const today = useNow();
  const shown = columns.filter(({ id }) => id !== 'heartB' || labour.twins);
  return (
    <ScrollRegion label={say('labour.course')}>
      <table className="table look-table" aria-label={say('labour.course')}>
        <thead>
          <tr>
            <th scope="col">{say('labour.time')}</th>
            {shown.map(({ id, text, unit }) => (
              <th key={id} scope="col">
                {say(id === 'heart' && labour.twins ? 'labour.heartA' : text)}{' '}
                <small className="faint">{unit}</small>
              </th>
            ))}
            <th scope="col">{say('labour.event')}</th>
          </tr>
        </thead>
        <tbody>
          {labour.looks.map((look) => (
            <tr
              key={look.key}
              className={`${look.key === chosen ? 'chosen' : ''} ${look.wrong ? 'struck' : ''}`}
            >
              <th scope="row">
                <button
                  type="button"
                  aria-pressed={look.key === chosen}
                  onClick={() => onChoose(look.key === chosen ? undefined : look.key)}
                >
                  {dayOf(look.at) !== dayOf(today) && <small>{showDayOfYear(look.at, language)} </small>}
                  <b>{showTime(look.at)}</b>
                  {look.wrong && <Unseen> {say('chart.wrong')}</Unseen>}
                </button>
              </th>
              {shown.map((column) => (
                <td key={column.id}>
                  <Value look={look} column={column} />
                </td>
              ))}
              <td className="wraps">
                <Events look={look} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </ScrollRegion>
  );
}

function Value({ look, column: { kind, fetus } }: { readonly look: Look; readonly column: Column }) {
  const say = useText();
  const language = useLanguage();
  if (typeof kind === 'object') {
    const vital = vitalIn(look, kind.vital);
    return vital === undefined ? <Unnoted /> : valueText(vital, language);
  }
  const fact = factIn(look, kind, fetus);
  if (fact === undefined || !('value' in fact)) return <Unnoted />;
  if (fact.kind === 'liquor') return say(liquorTexts[fact.value]);
  if (typeof fact.value === 'string') return fact.value;
  const text = showNumber(String(fact.value), language);
  const isOut = isOutside(partogramTable.limits[kind], fact.value);
  return (
    <span className={isOut ? 'points-2' : ''}>
      {kind === 'station' && fact.value > 0 ? `+${text}` : text}
      {isOut && <Sign sign=" !" meaning={say('labour.outside')} />}
    </span>
  );
}

function Unnoted() {
  return <span className="faint">·</span>;
}

function Events({ look }: { readonly look: Look }) {
  const say = useText();
  return look.seen
    .flatMap(({ fact }) =>
      fact.kind === 'event'
        ? [fact.value]
        : fact.kind === 'birth' || fact.kind === 'epidural' || fact.kind === 'membranes-ruptured'
          ? [say(happenedTexts[fact.kind])]
          : [],
    )
    .join(' · ');
}
