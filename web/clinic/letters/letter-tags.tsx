import { useNow } from '../../parts/clock.ts';
import { daysBetween, showShortDay } from '../../parts/format/date.ts';
import { Tag } from '../../parts/tag.tsx';
import { useLanguage, useText } from '../../parts/text.tsx';
import { mustBeCalledBack, type LetterRow, type Way } from './letter-rows.ts';
import { statusTexts, stepTexts } from './letter-texts.ts';

/** How a letter stands: owed and until when, a draft, or each receiver with how far it has come. */
export function LetterTags({ row }: { readonly row: LetterRow }) {
  const say = useText();
  return (
    <>
      {row.status === 'owed' ? (
        <DueTag due={row.due} />
      ) : row.status === 'signed' && row.ways.length > 0 ? null : (
        <Tag kind={row.status === 'wrong' ? 'crit-soft' : 'quiet'}>{say(statusTexts[row.status])}</Tag>
      )}
      {mustBeCalledBack(row) && <Tag kind="crit">{say('letters.recall')}</Tag>}
      {row.ways.map((way) => (
        <WayTag key={way.task.id} way={way} />
      ))}
    </>
  );
}

function DueTag({ due }: { readonly due: number | undefined }) {
  const say = useText();
  const language = useLanguage();
  const today = useNow();
  if (due === undefined) return <Tag kind="abn">{say('letters.owed')}</Tag>;
  const late = daysBetween(due, today);
  const day = showShortDay(due, language, today);
  if (due < today)
    return <Tag kind="crit-soft">{say('letters.overdue', { day, count: Math.max(1, late) })}</Tag>;
  return <Tag kind={late === 0 ? 'abn' : 'watch'}>{say('letters.dueBy', { day })}</Tag>;
}

function WayTag({ way }: { readonly way: Way }) {
  const say = useText();
  const words = `${way.to}: ${say(stepTexts[way.state])}`;
  const kind = way.state === 'rejected' ? 'crit-soft' : way.state === 'ready' ? 'local' : 'quiet';
  return <Tag kind={kind}>{way.why === undefined ? words : `${words} – ${way.why}`}</Tag>;
}
