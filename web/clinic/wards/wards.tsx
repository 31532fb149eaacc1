import { ScrollRegion } from '../../parts/scroll-region.tsx';
import { Link } from '@tanstack/react-router';
import { useMemo, useState } from 'react';
import { usePartState } from '../../link/part-state.ts';
import { keys, queries, usePlaces } from '../../link/queries.ts';
import type { Session } from '../../link/session.ts';
import { FailedNote, Loaded, Nothing } from '../../parts/panel.tsx';
import { Tag } from '../../parts/tag.tsx';
import { useText } from '../../parts/text.tsx';
import { PageTitle } from '../frame/page-title.tsx';
import { wardsOf, type Ward } from '../frame/places.ts';
import { ofType } from '../record/coding.ts';

/** Hospital by hospital, every ward of the region; one's own first. */
export function Wards() {
  const say = useText();
  const places = usePlaces();
  const state = usePartState(24 * 60, places);
  const [wanted, setWanted] = useState('');
  const own = queries.getQueryData<Session | null>(keys.session)?.ward?.replace('Location/', '');
  const wards = useMemo(() => wardsOf(ofType(places.data?.resources, 'Location')), [places.data]);
  const shown = wards.filter((ward) =>
    `${ward.name} ${ward.site}`.toLowerCase().includes(wanted.trim().toLowerCase()),
  );
  const ownWard = wards.find((ward) => ward.id === own);
  const sites = [...new Set(shown.map((ward) => ward.site))];
  return (
    <ScrollRegion className="wards" label={say('wards.title')}>
      <PageTitle title={`${say('wards.title')} · ${say('app.name')}`} />
      <div className="bar">
        <h1>{say('wards.title')}</h1>
        <input
          className="input select"
          aria-label={say('wards.filter')}
          placeholder={say('wards.filter')}
          value={wanted}
          onChange={(event) => setWanted(event.target.value)}
        />
        {shown.length < wards.length && (
          <span className="muted">{say('wards.shown', { shown: shown.length, all: wards.length })}</span>
        )}
      </div>
      <FailedNote state={state} />
      <Loaded state={state}>
        {shown.length === 0 && <Nothing text={say('wards.none')} />}
        {ownWard !== undefined && wanted === '' && (
          <section>
            <h2>{say('wards.own')}</h2>
            <div className="ward-cards">
              <WardCard ward={ownWard} own />
            </div>
          </section>
        )}
        <div className="sites">
          {sites.map((site) => (
            <section key={site}>
              <h2>{site === '' ? say('wards.noSite') : site}</h2>
              <div className="ward-cards">
                {shown
                  .filter((ward) => ward.site === site)
                  .map((ward) => (
                    <WardCard key={ward.id} ward={ward} own={ward.id === own} />
                  ))}
              </div>
            </section>
          ))}
        </div>
      </Loaded>
    </ScrollRegion>
  );
}

function WardCard({ ward, own }: { readonly ward: Ward; readonly own: boolean }) {
  const say = useText();
  return (
    <Link to="/ward/$ward" params={{ ward: ward.id }} className="ward-card">
      <b>{ward.name}</b> {own && <Tag kind="quiet">{say('wards.ownMark')}</Tag>}
    </Link>
  );
}
