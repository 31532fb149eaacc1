import { useParams } from '@tanstack/react-router';
import { useMemo, useState } from 'react';
import { entriesOf, fluidDay, fluidDayAt, sumsOf } from '#fhir/fluid-balance/balance.ts';
import { infusionsOf } from '#fhir/fluid-balance/infusion.ts';
import { entryMostMl } from '#fhir/fluid-balance/kinds.ts';
import danish from '../../texts/care/da.json';
import english from '../../texts/care/en.json';
import { Button } from '../../parts/button.tsx';
import { useNow } from '../../parts/clock.ts';
import { addDays, momentOn, showDay, showTime } from '../../parts/format/date.ts';
import { MoreTexts } from '../../parts/more-texts.tsx';
import { AsOf, FailedNote, joinStates, Loaded } from '../../parts/panel.tsx';
import { ScrollRegion } from '../../parts/scroll-region.tsx';
import { PrintButton } from '../../parts/sheet.tsx';
import { useLanguage, useText } from '../../parts/text.tsx';
import { RefusedBecause } from '../record/act-note.tsx';
import { asJson } from '../record/early-warning.ts';
import { currentRights } from '../record/role.ts';
import { useItems } from '../record/use-patient.ts';
import { CellDetail } from './cell-detail.tsx';
import { FluidGrid, type Cell } from './fluid-grid.tsx';
import { kindTexts, showMl, showSigned } from './fluid-words.ts';
import { useFluidEntry } from './use-fluid-entry.ts';
import './fluids.css';

export function Fluids() {
  const { patient } = useParams({ from: '/clinic/patient/$patient/fluids' });
  return (
    <MoreTexts danish={danish} english={english}>
      <FluidChart patient={patient} />
    </MoreTexts>
  );
}

/** What went in and came out: one fluid day, its sums, and what infusions gave of it. */
function FluidChart({ patient }: { readonly patient: string }) {
  const say = useText();
  const language = useLanguage();
  const today = useNow();
  const fluids = useItems(patient, 'fluids', 'Observation');
  const given = useItems(patient, 'given', 'MedicationAdministration');
  const orders = useItems(patient, 'medication', 'MedicationRequest');
  const state = joinStates(fluids.state, given.state, orders.state);
  const [named, setNamed] = useState<string>();
  const [cell, setCell] = useState<Cell>();
  const entry = useFluidEntry(patient);
  const current = fluidDayAt(today);
  const shown = named ?? current;
  const day = useMemo(() => fluidDay(shown), [shown]);
  const { entries, unread } = useMemo(() => entriesOf(fluids.items.map(asJson)), [fluids.items]);
  const infusions = useMemo(
    () => infusionsOf(given.items.map(asJson), orders.items.map(asJson), today),
    [given.items, orders.items, today],
  );
  const sums = sumsOf(entries, infusions.counted, day);
  const running = infusions.counted.filter((one) => one.within(day) !== undefined);
  const uncounted = infusions.uncounted.filter(({ at }) => at >= day.from && at < day.until);
  const whyNot = currentRights().measures ? undefined : say('entry.notYours');
  const ml = (milli: number | undefined, signed = false) =>
    milli === undefined
      ? say('fluid.unmeasured')
      : say('fluid.ml', { amount: signed ? showSigned(milli, language) : showMl(milli, language) });
  const go = (next: string) => {
    setNamed(next === current ? undefined : next);
    setCell(undefined);
  };
  return (
    <div className="work" data-ready="fluids">
      <div className="bar">
        <Button onPress={() => go(addDays(shown, -1))}>◂ {say('fluid.before')}</Button>
        <b>
          {say('fluid.dayFrom', {
            day: showDay(momentOn(shown, '12:00'), language),
            from: showTime(day.from),
          })}
        </b>
        <Button
          disabledBecause={shown < current ? undefined : say('fluid.notBegun')}
          onPress={() => go(addDays(shown, 1))}
        >
          {say('fluid.after')} ▸
        </Button>
        {named !== undefined && <Button onPress={() => go(current)}>{say('fluid.now')}</Button>}
        <span className="grow" />
        <AsOf state={state} />
        <PrintButton />
      </div>
      <div className="fluid-page">
        <section className={`panel ${state.failed ? 'failed' : ''}`} aria-label={say('fluid.title')}>
          <header className="fluid-head">
            <span>
              {say('fluid.in')} <b>{ml(sums.in)}</b>
            </span>
            <span>
              {say('fluid.out')} <b>{ml(sums.out)}</b>
            </span>
            <span>
              {say('fluid.balance')} <b>{ml(sums.balance, true)}</b>
            </span>
            <span className="grow" />
            <span className="muted no-print">{whyNot ?? say('fluid.how')}</span>
          </header>
          <FailedNote state={state} />
          <Loaded state={state}>
            <ScrollRegion label={say('fluid.title')}>
              <FluidGrid
                key={shown}
                day={day}
                entries={entries}
                infused={infusions.counted}
                entry={entry}
                whyNot={whyNot}
                onChoose={setCell}
              />
            </ScrollRegion>
          </Loaded>
        </section>
        <div className="fluid-side">
          <output className="fluid-said">
            {entry.asked?.why === 'unread' && (
              <p className="error" role="alert">
                {say('fluid.unread', { most: entryMostMl })}
              </p>
            )}
            {entry.asked?.why === 'unusual' && (
              <p className="error" role="alert">
                {say('fluid.unusual', {
                  amount: entry.asked.words,
                  kind: say(kindTexts[entry.asked.cell.split('/')[1] ?? ''] ?? 'fluid.title'),
                })}
              </p>
            )}
            {entry.fault !== undefined && <RefusedBecause fault={entry.fault} />}
          </output>
          {cell !== undefined && (
            <CellDetail patient={patient} cell={cell} observations={fluids.items} whyNot={whyNot} />
          )}
          {sums.infused !== undefined && (
            <p>
              {say('fluid.ofInfusion', {
                amount: showMl(sums.infused, language),
                drugs: [...new Set(running.map(({ drug }) => drug))].join('; '),
              })}
            </p>
          )}
          {uncounted.length > 0 && (
            <p className="muted">
              {say('fluid.uncounted', {
                drugs: [...Map.groupBy(uncounted, ({ drug }) => drug.split(',')[0] ?? drug)]
                  .map(([drug, doses]) => `${drug} ${doses.map(({ at }) => showTime(at)).join(', ')}`)
                  .join('; '),
              })}
            </p>
          )}
          {unread > 0 && <p className="error">{say('fluid.lost', { count: unread })}</p>}
        </div>
      </div>
    </div>
  );
}
