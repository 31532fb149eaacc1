/* oxlint-disable jsx-a11y/no-static-element-interactions -- K belongs to the list and to what is read beside it */
import { Link, useNavigate, useSearch } from '@tanstack/react-router';
import { useEffect, useRef, useState, type KeyboardEvent } from 'react';
import { inboxDays } from '../../link/inbox.ts';
import { keys, queries } from '../../link/queries.ts';
import type { Session } from '../../link/session.ts';
import { Button, Segments } from '../../parts/button.tsx';
import { ClinicalTable, type ClinicalColumn } from '../../parts/clinical-table.tsx';
import { useNow } from '../../parts/clock.ts';
import { showMoment } from '../../parts/format/date.ts';
import { AsOf, FailedNote, Loaded } from '../../parts/panel.tsx';
import { ReadyField } from '../../parts/ready-field.tsx';
import { ScrollRegion } from '../../parts/scroll-region.tsx';
import type { Language } from '../../parts/settings.ts';
import { useLanguage, useText, type TextKey } from '../../parts/text.tsx';
import { PageTitle } from '../frame/page-title.tsx';
import { WaitingNotes } from '../notes/waiting.tsx';
import { wordsOf } from '../record/coding.ts';
import { markOf, markSign, valueText } from '../record/results.ts';
import { currentRights } from '../record/role.ts';
import { HandOver } from './hand-over.tsx';
import { InboxDetail } from './inbox-detail.tsx';
import type { InboxItem } from './inbox-items.ts';
import { inboxScopes, type InboxScope } from './inbox-place.ts';
import { ItemTags } from './item-tags.tsx';
import { OverdueCalls } from './overdue-calls.tsx';
import { useAcknowledge } from './use-acknowledge.ts';
import { useInbox } from './use-inbox.ts';
import { useRendered } from './use-rendered.ts';

const scopeTexts = {
  me: 'inbox.me',
  team: 'inbox.team',
  absent: 'inbox.absent',
} as const satisfies Record<InboxScope, TextKey>;

// More of a list is not read at one sitting; what is left comes when these are seen.
const shownMax = 200;

export function Inbox() {
  const say = useText();
  const language = useLanguage();
  const navigate = useNavigate({ from: '/inbox' });
  const { scope = 'me' } = useSearch({ from: '/clinic/inbox' });
  const session = queries.getQueryData<Session | null>(keys.session);
  const inbox = useInbox(session);
  const { states, send } = useAcknowledge(session);
  const [chosen, setChosen] = useState<string>();
  const [asking, setAsking] = useState(false);
  const [handing, setHanding] = useState(false);
  const [notYet, setNotYet] = useState(false);
  const [steps, setSteps] = useState(0);
  const page = useRef<HTMLDivElement>(null);
  const detail = useRef<HTMLDivElement>(null);
  const items = inbox.items[scope];
  const shown = items.slice(0, shownMax);
  const open =
    shown.find(({ key }) => key === chosen) ??
    shown.find(({ key }) => states.get(key) !== 'sending') ??
    shown[0];
  const versions = open?.results.map(({ version }) => version) ?? [];
  const rendered = useRendered(detail, versions);
  const unshown = versions.filter((version) => !rendered.has(version));
  const whyNot =
    !currentRights().seesResults || session?.practitioner == null
      ? say('inbox.notYours')
      : open === undefined
        ? say('inbox.empty')
        : states.get(open.key) === 'sending'
          ? say('act.underway')
          : undefined;

  // Focus is the browser's: it can only go to a row that is drawn.
  useEffect(() => {
    if (steps > 0) page.current?.querySelector<HTMLElement>('tr[tabindex="0"], .inbox-empty')?.focus();
  }, [steps]);

  function goTo(item: InboxItem | undefined) {
    setChosen(item?.key);
    setAsking(false);
    setNotYet(false);
    setSteps((count) => count + 1);
  }

  /** Only what stood on the screen is seen; what did not is brought there first. */
  function see(task?: string): boolean {
    if (open === undefined || whyNot !== undefined) return false;
    const [first] = unshown;
    if (first !== undefined) {
      detail.current
        ?.querySelector(`[data-version="${CSS.escape(first)}"]`)
        ?.scrollIntoView({ block: 'center' });
      setNotYet(true);
      return false;
    }
    send(
      open,
      versions,
      say('inbox.act', { patient: open.person?.name ?? '', bed: open.stay?.bed?.name ?? '' }),
      task,
    );
    const at = shown.indexOf(open);
    goTo(
      shown.slice(at + 1).find(({ key }) => !states.has(key)) ??
        shown.slice(0, at).find(({ key }) => !states.has(key)),
    );
    return true;
  }

  function press(event: KeyboardEvent) {
    if (event.ctrlKey || event.altKey || event.metaKey || event.target instanceof HTMLInputElement) return;
    const key = event.key.toLowerCase();
    if (key === 'k' && event.shiftKey) setAsking(true);
    else if (key === 'k') see();
    else if (key === 'j' && open !== undefined)
      goTo(shown[shown.indexOf(open) + (event.shiftKey ? -1 : 1)] ?? open);
    else return;
    event.preventDefault();
  }

  return (
    <div className="work" data-ready="inbox" ref={page}>
      <PageTitle title={`${say('inbox.title')} · ${say('app.name')}`} />
      <div className="bar">
        <h1>{say('inbox.title')}</h1>
        <Segments
          label={say('inbox.whose')}
          value={scope}
          choices={inboxScopes
            .filter((each) => each !== 'absent' || inbox.absences.length > 0)
            .map((value) => ({
              value,
              label: `${say(scopeTexts[value])} ${inbox.state.asOf === undefined ? '' : inbox.items[value].length}`,
            }))}
          onChoose={(next) => void navigate({ search: next === 'me' ? {} : { scope: next }, replace: true })}
        />
        <span className="muted">{say('inbox.days', { days: inboxDays })}</span>
        {(!inbox.complete || items.length > shownMax) && (
          <span className="tag stale">{say('inbox.partial', { shown: shown.length })}</span>
        )}
        <span className="grow" />
        <Button expanded={handing} onPress={() => setHanding(!handing)}>
          {say('standIn.title')}
        </Button>
        <AsOf state={inbox.state} />
      </div>
      {(handing || inbox.handedOver !== undefined) && (
        <HandOver session={session} handedOver={inbox.handedOver} open={handing} />
      )}
      <OverdueCalls />
      <WaitingNotes session={session} />
      <div className="inbox" onKeyDown={press}>
        <section className={`panel ${inbox.state.failed ? 'failed' : ''}`} aria-label={say('inbox.list')}>
          <FailedNote state={inbox.state} />
          <ScrollRegion label={say('inbox.list')}>
            <Loaded state={inbox.state}>
              {shown.length === 0 ? (
                <p className="inbox-empty inset" tabIndex={-1}>
                  {say('inbox.empty')}
                </p>
              ) : (
                <InboxTable
                  items={shown}
                  selected={open?.key}
                  sending={(item) => states.has(item.key)}
                  onSelect={({ key }) => {
                    if (key === open?.key) return;
                    setChosen(key);
                    setAsking(false);
                    setNotYet(false);
                  }}
                  onOpen={() => detail.current?.focus()}
                />
              )}
            </Loaded>
          </ScrollRegion>
        </section>
        {open !== undefined && inbox.state.asOf !== undefined && (
          <InboxDetail key={open.key} item={open} state={states.get(open.key)} place={detail}>
            <p className="muted">{abnormalWords(open, language, say)}</p>
            {notYet && unshown.length > 0 && (
              <p className="abn-words">{say('inbox.notShown', { count: unshown.length })}</p>
            )}
            {asking ? (
              <ReadyField
                label={say('inbox.task')}
                ready={[say('inbox.task1'), say('inbox.task2'), say('inbox.task3')]}
                readyLabel={say('inbox.taskReady')}
                action={say('inbox.seeWithTask')}
                acting={say('act.sending')}
                letters={{ min: 3, max: 500 }}
                tooShort={say('inbox.taskShort')}
                onSend={async (task) =>
                  see(task) ? undefined : (whyNot ?? say('inbox.notShown', { count: unshown.length }))
                }
              >
                <Link className="button" to="/patient/$patient/orders" params={{ patient: open.patient }}>
                  {say('rail.orders')}
                </Link>
                <Button kind="plain" onPress={() => setAsking(false)}>
                  {say('modal.close')}
                </Button>
              </ReadyField>
            ) : (
              <div className="inbox-do">
                <Button kind="primary" shortcut="K" disabledBecause={whyNot} onPress={() => void see()}>
                  {say('inbox.see', { count: versions.length })}
                </Button>
                <Button shortcut="⇧ K" disabledBecause={whyNot} onPress={() => setAsking(true)}>
                  {say('inbox.seeAndTask')}
                </Button>
              </div>
            )}
          </InboxDetail>
        )}
      </div>
    </div>
  );
}

type InboxTableProps = {
  readonly items: readonly InboxItem[];
  readonly selected: string | undefined;
  readonly sending: (item: InboxItem) => boolean;
  readonly onSelect: (item: InboxItem) => void;
  readonly onOpen: () => void;
};

function InboxTable({ items, selected, sending, onSelect, onOpen }: InboxTableProps) {
  const say = useText();
  const language = useLanguage();
  const today = useNow();
  const columns: readonly ClinicalColumn<InboxItem>[] = [
    {
      id: 'who',
      heading: say('board.name'),
      kind: 'wraps',
      cell: (item) => (
        <>
          <b>{item.stay?.bed?.name}</b> {item.person?.name}
        </>
      ),
    },
    {
      id: 'what',
      heading: say('tabs.results'),
      kind: 'wraps',
      cell: (item) => (
        <>
          <ItemTags item={item} />{' '}
          {item.results
            .slice(0, namesMax)
            .map(({ result }) => wordsOf(result.code))
            .join(', ')}
          {item.results.length > namesMax && ` +${item.results.length - namesMax}`}
        </>
      ),
    },
    {
      id: 'since',
      heading: say('inbox.came'),
      cell: (item) => (
        <>
          {sending(item) && '⇧ '}
          {showMoment(item.since, language, today)}
        </>
      ),
    },
  ];
  return (
    <ClinicalTable
      label={say('inbox.list')}
      rows={items}
      columns={columns}
      rowKey={({ key }) => key}
      selected={selected}
      onSelect={onSelect}
      onOpen={onOpen}
      rowClass={(item) => (sending(item) ? 'quiet' : '')}
    />
  );
}
// As many names as a row holds; the most urgent stand first.
const namesMax = 4;

/** What is not normal, by name, before it is called seen. */
function abnormalWords(item: InboxItem, language: Language, say: ReturnType<typeof useText>): string {
  const names = item.results.flatMap(({ result }) => {
    const mark = result.resourceType === 'Observation' ? markOf(result) : undefined;
    return mark === undefined || result.resourceType !== 'Observation'
      ? []
      : [`${wordsOf(result.code)} ${valueText(result, language)} ${markSign[mark]}`];
  });
  return names.length === 0 ? '' : say('inbox.abnormalNames', { names: names.join(', ') });
}
