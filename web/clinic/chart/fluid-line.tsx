import { Link } from '@tanstack/react-router';
import danish from '../../texts/care/da.json';
import english from '../../texts/care/en.json';
import { showTime } from '../../parts/format/date.ts';
import { MoreTexts } from '../../parts/more-texts.tsx';
import { Tag } from '../../parts/tag.tsx';
import { useLanguage, useText } from '../../parts/text.tsx';
import { showMl, showSigned } from '../fluids/fluid-words.ts';
import { useFluidsToday } from '../fluids/use-fluids-today.ts';
import { currentRights } from '../record/role.ts';

/** In, out and balance of the fluid day, in one line that leads to the chart they are the sums of. */
export function FluidLine({ patient }: { readonly patient: string }) {
  return (
    <MoreTexts danish={danish} english={english}>
      <Sums patient={patient} />
    </MoreTexts>
  );
}

function Sums({ patient }: { readonly patient: string }) {
  const say = useText();
  const language = useLanguage();
  const { sums, from, unread, state } = useFluidsToday(patient);
  if (currentRights().unread.includes('fluids') || state.unread === 'all') return null;
  const ml = (milli: number | undefined, show: typeof showMl) =>
    milli === undefined ? say('fluid.unmeasured') : say('fluid.ml', { amount: show(milli, language) });
  return (
    <Link className="fluid-line" to="/patient/$patient/fluids" params={{ patient }}>
      <span className="muted">{say('fluid.since', { time: showTime(from) })}</span>{' '}
      {state.failed && <Tag kind="stale">{say('panel.failed')}</Tag>}
      {state.asOf === undefined ? (
        !state.failed && <span className="muted">…</span>
      ) : (
        <>
          {say('fluid.in')} <b>{ml(sums.in, showMl)}</b> · {say('fluid.out')} <b>{ml(sums.out, showMl)}</b> ·{' '}
          {say('fluid.balance')} <b>{ml(sums.balance, showSigned)}</b>{' '}
          {unread > 0 && <Tag kind="abn">! {say('fluid.lost', { count: unread })}</Tag>}
        </>
      )}
    </Link>
  );
}
