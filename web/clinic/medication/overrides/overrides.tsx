import { useMemo, useState } from 'react';
import danish from '../../../texts/medicine/da.json';
import english from '../../../texts/medicine/en.json';
import { useOverridden } from '../../../link/overridden.ts';
import { Segments } from '../../../parts/button.tsx';
import { useNow } from '../../../parts/clock.ts';
import { showDayAndTime, showMoment } from '../../../parts/format/date.ts';
import { MoreTexts } from '../../../parts/more-texts.tsx';
import { AsOf, FailedNote, Loaded, Nothing, type PanelState } from '../../../parts/panel.tsx';
import { ScrollRegion } from '../../../parts/scroll-region.tsx';
import { PrintButton, Sheet } from '../../../parts/sheet.tsx';
import { Tag } from '../../../parts/tag.tsx';
import { useLanguage, useText, type Say } from '../../../parts/text.tsx';
import { PageTitle } from '../../frame/page-title.tsx';
import { usePlaceNames } from '../../frame/places.ts';
import { alertTexts } from '../issue-words.ts';
import { groupOverridden, overriddenRows, type OverriddenGroup } from './overridden-rows.ts';
import './overrides.css';

export function Overrides() {
  return (
    <MoreTexts danish={danish} english={english}>
      <Page />
    </MoreTexts>
  );
}

const periods = ['7', '30', '90'] as const;
// Nothing tells the page of new ones: it is looked at, and grows old.
const limitMs = 15 * 60_000;

/** Which alerts were overridden: by kind and drug, with the reasons and where. */
function Page() {
  const say = useText();
  const language = useLanguage();
  const today = useNow();
  const [days, setDays] = useState<(typeof periods)[number]>('30');
  const answer = useOverridden(Number(days));
  const placeName = usePlaceNames();
  const groups = useMemo(() => groupOverridden(overriddenRows(answer.data?.resources ?? [])), [answer.data]);
  const [open, setOpen] = useState<string>();
  const asOf = answer.data === undefined ? undefined : answer.dataUpdatedAt;
  const state: PanelState = {
    asOf,
    stale: asOf !== undefined && today - asOf > limitMs,
    failed: answer.isError,
    loading: answer.isFetching,
    retry: () => void answer.refetch(),
  };
  const total = groups.reduce((sum, { rows }) => sum + rows.length, 0);
  const wardWords = (id: string) => (id === '' ? say('overrides.noWard') : (placeName(id) ?? id));
  return (
    <Sheet
      heading={say('menu.overrides')}
      asOf={say('print.asOf', {
        time: asOf === undefined ? '–' : showDayAndTime(asOf, language),
        printed: showDayAndTime(today, language),
      })}
    >
      <PageTitle title={`${say('menu.overrides')} · ${say('app.name')}`} />
      <div className="work" data-ready="overrides">
        <div className="bar">
          <h1>{say('menu.overrides')}</h1>
          <Segments
            label={say('overrides.period')}
            value={days}
            choices={periods.map((value) => ({ value, label: say('overrides.days', { days: value }) }))}
            onChoose={setDays}
          />
          {asOf !== undefined && <span className="muted">{say('overrides.total', { count: total })}</span>}
          <span className="grow" />
          <AsOf state={state} />
          <PrintButton />
        </div>
        <section
          className={`panel overrides ${state.failed ? 'failed' : ''}`}
          aria-label={say('menu.overrides')}
        >
          <FailedNote state={state} />
          <p className="inset muted">{say('overrides.onlyYours')}</p>
          <p className="inset muted">{say('overrides.notShown')}</p>
          {answer.data?.complete === false && (
            <output className="panel-note">
              <span className="tag stale">{say('board.partialUnknown')}</span>
            </output>
          )}
          <ScrollRegion label={say('menu.overrides')}>
            <Loaded state={state}>
              {groups.length === 0 ? (
                <Nothing text={say('overrides.none', { days })} />
              ) : (
                <table className="table">
                  <thead>
                    <tr>
                      <th scope="col">{say('overrides.alert')}</th>
                      <th scope="col">{say('overrides.drug')}</th>
                      <th scope="col" className="number">
                        {say('overrides.count')}
                      </th>
                      <th scope="col" className="number">
                        {say('overrides.people')}
                      </th>
                      <th scope="col">{say('overrides.reasons')}</th>
                      <th scope="col">{say('overrides.wards')}</th>
                      <th scope="col">{say('overrides.newest')}</th>
                    </tr>
                  </thead>
                  <tbody>
                    {groups.map((group) => (
                      <GroupRows
                        key={group.key}
                        group={group}
                        isOpen={group.key === open}
                        onToggle={() => setOpen(group.key === open ? undefined : group.key)}
                        wardWords={wardWords}
                      />
                    ))}
                  </tbody>
                </table>
              )}
            </Loaded>
          </ScrollRegion>
        </section>
      </div>
    </Sheet>
  );
}

type GroupProps = {
  readonly group: OverriddenGroup;
  readonly isOpen: boolean;
  readonly onToggle: () => void;
  readonly wardWords: (id: string) => string;
};

function GroupRows({ group, isOpen, onToggle, wardWords }: GroupProps) {
  const say = useText();
  const language = useLanguage();
  const today = useNow();
  const { kind, drug, rows, people, reasons, wards, newest, isRepeated } = group;
  const words = ([what, count]: readonly [string, number]) => `${what} (${count})`;
  return (
    <>
      <tr>
        <td className="wraps">
          <button type="button" className="button plain" aria-expanded={isOpen} onClick={onToggle}>
            {alertWords(kind, say)}
          </button>{' '}
          {isRepeated && <Tag kind="abn">▲ {say('overrides.repeated')}</Tag>}
        </td>
        <td className="wraps">
          <b>{drug || say('overrides.noDrug')}</b>
        </td>
        <td className="number">{rows.length}</td>
        <td className="number">{people}</td>
        <td className="wraps">{reasons.map(words).join(', ')}</td>
        <td className="wraps">{wards.map(([id, count]) => words([wardWords(id), count])).join(', ')}</td>
        <td>{showMoment(newest, language, today)}</td>
      </tr>
      {isOpen &&
        rows.map((row) => (
          <tr key={row.id} className="override-one">
            <td colSpan={4}>{drug}</td>
            <td className="wraps">{row.reason}</td>
            <td className="wraps">{wardWords(row.ward ?? '')}</td>
            <td>{showMoment(row.at, language, today)}</td>
          </tr>
        ))}
    </>
  );
}

function alertWords(kind: string, say: Say): string {
  const key = alertTexts[kind];
  return key === undefined ? kind : say(key);
}
