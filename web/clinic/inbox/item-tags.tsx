import { Tag } from '../../parts/tag.tsx';
import { useText, type TextKey } from '../../parts/text.tsx';
import type { EscalationLevel, InboxItem } from './inbox-items.ts';

const levelTexts = {
  orderer: 'inbox.levelOrderer',
  team: 'inbox.levelTeam',
  duty: 'inbox.levelDuty',
} as const satisfies Record<EscalationLevel, TextKey>;

/** How much it matters, in words and signs, and to whom it has come. */
export function ItemTags({ item }: { readonly item: InboxItem }) {
  const say = useText();
  return (
    <>
      {item.critical > 0 ? (
        <Tag kind="crit">▲▲ {say('inbox.critical')}</Tag>
      ) : (
        item.abnormal > 0 && <Tag kind="abn">▲ {say('inbox.abnormal', { count: item.abnormal })}</Tag>
      )}
      {item.level !== undefined && item.level !== 'orderer' && (
        <Tag kind="stale">◷ {say(levelTexts[item.level])}</Tag>
      )}
      {item.level === 'orderer' && <span className="muted">{say(levelTexts.orderer)}</span>}
    </>
  );
}
