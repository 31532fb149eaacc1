import { Sign, Tag } from '../../parts/tag.tsx';
import { useText } from '../../parts/text.tsx';
import { ewsChange, ewsLevel, type Ews } from './ews.ts';

/** The score, coloured by what it means, with an arrow for where it is going. */
export function EwsTag({ ews }: { readonly ews: Ews }) {
  const say = useText();
  const change = ewsChange(ews);
  const level = ewsLevel(ews.score, ews.single);
  return (
    <>
      <Tag kind={level}>
        {ews.score}
        {ews.single && <Sign sign=" !" meaning={say('ews.single')} />}
        {change === 'up' && (
          <>
            {' '}
            <Sign sign={level === 'crit' ? '▲▲' : '▲'} meaning={say('ews.up', { before: ews.before ?? 0 })} />
          </>
        )}
        {change === 'down' && (
          <>
            {' '}
            <Sign sign="▼" meaning={say('ews.down', { before: ews.before ?? 0 })} />
          </>
        )}
      </Tag>
      {ews.adjusted && (
        <>
          {' '}
          <span className="adjusted" title={say('ews.adjustedMeaning')}>
            {say('ews.adjusted')}
          </span>
        </>
      )}
    </>
  );
}
