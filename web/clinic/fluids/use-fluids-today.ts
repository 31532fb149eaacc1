import { useMemo } from 'react';
import { entriesOf, fluidDay, fluidDayAt, sumsOf, type Sums } from '#fhir/fluid-balance/balance.ts';
import { infusionsOf } from '#fhir/fluid-balance/infusion.ts';
import { useNow } from '../../parts/clock.ts';
import { joinStates, type PanelState } from '../../parts/panel.tsx';
import { asJson } from '../record/early-warning.ts';
import { useItems } from '../record/use-patient.ts';

type FluidsToday = {
  readonly sums: Sums;
  /** Since when they are counted, milliseconds since 1970. */
  readonly from: number;
  /** Entries that cannot be read: the sums are without them. */
  readonly unread: number;
  readonly state: PanelState;
};

/** What went in and came out since the fluid day began. */
export function useFluidsToday(patient: string): FluidsToday {
  const today = useNow();
  const fluids = useItems(patient, 'fluids', 'Observation');
  const given = useItems(patient, 'given', 'MedicationAdministration');
  const orders = useItems(patient, 'medication', 'MedicationRequest');
  const counted = useMemo(() => {
    const day = fluidDay(fluidDayAt(today));
    const { entries, unread } = entriesOf(fluids.items.map(asJson));
    const infusions = infusionsOf(given.items.map(asJson), orders.items.map(asJson), today);
    return { sums: sumsOf(entries, infusions.counted, day), from: day.from, unread };
  }, [fluids.items, given.items, orders.items, today]);
  return { ...counted, state: joinStates(fluids.state, given.state, orders.state) };
}
