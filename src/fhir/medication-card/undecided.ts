/**
 * What of a patient's medicine nobody has decided about for the time after a stay: lines of the card and orders of the ward that hold,
 * each substance once, which what was signed says nothing of.
 */
import type { Json } from '../json.ts';
import { readOrder } from '../medication/order.ts';
import { pairLines, substanceOf, type CardLine } from './differences.ts';
import { isDischarge, lineIdOf, lineOf } from './shape.ts';

/** `requests`: those of the patient. `standing`: what stands of the medicine after this stay (`standingAfter`). */
export function undecidedAfter(requests: readonly Json[], standing: readonly Json[]): readonly CardLine[] {
  const held = requests.filter(({ status }) => status === 'active' || status === 'on-hold');
  const card = held.filter(
    (one) => lineIdOf(one) !== undefined && !isDischarge(one) && !readOrder(one).isInpatient,
  );
  const ward = held.filter((one) => readOrder(one).isInpatient);
  const decided = new Set(standing.map((one) => substanceOf(lineOf(one))));
  return pairLines(card.map(lineOf), ward.map(lineOf))
    .flatMap(({ there, here }) => there ?? here ?? [])
    .filter((line) => !decided.has(substanceOf(line)));
}
