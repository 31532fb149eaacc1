/**
 * What differs between the medication card and what is ordered on the ward. Each line of the one side is paired with at most one of
 * the other, of the same substance, the most alike first; a pair tells each of its differences. Doses are compared as exact amounts
 * of drug, whatever unit or form they are written in: 2 tablets with 20 mg twice a day are 40 mg twice a day. Times of day are not
 * compared: a ward has its own rounds.
 */
import { convert, ofForm, strengthOf, type Amount, type Strength } from '../dose/amount.ts';
import { spell } from '../dose/decimal.ts';
import type { Dose, Step } from '../dose/step.ts';

export interface CardLine {
  readonly id: string;
  /** ATC; empty when none is said. */
  readonly atc: string;
  /** Generic name; decides when there is no ATC. */
  readonly generic: string;
  readonly form: string;
  readonly strength: string;
  readonly dose: Dose;
  readonly state: 'active' | 'paused' | 'stopped';
}

export type Difference =
  | 'missing-here'
  | 'missing-there'
  | 'dose'
  | 'strength'
  | 'form'
  | 'stopped'
  | 'paused-here'
  | 'paused-there';

export interface Pair<There extends CardLine = CardLine, Here extends CardLine = CardLine> {
  readonly there: There | undefined;
  readonly here: Here | undefined;
  readonly differences: readonly Difference[];
}

/** `there`: the card. `here`: the ward. A stopped line with nothing on the other side is over and no difference. */
export function pairLines<There extends CardLine, Here extends CardLine>(
  there: readonly There[],
  here: readonly Here[],
): readonly Pair<There, Here>[] {
  const candidates = there.flatMap((card) =>
    here.flatMap((ward) =>
      substanceOf(card) === substanceOf(ward) ? [{ card, ward, alike: likeness(card, ward) }] : [],
    ),
  );
  candidates.sort((a, b) => b.alike - a.alike || order(a.card.id, b.card.id) || order(a.ward.id, b.ward.id));
  const paired = new Map<There, Here>();
  const taken = new Set<Here>();
  for (const { card, ward } of candidates) {
    if (paired.has(card) || taken.has(ward)) continue;
    paired.set(card, ward);
    taken.add(ward);
  }
  const pairs: Pair<There, Here>[] = there.map((card) => {
    const ward = paired.get(card);
    return { there: card, here: ward, differences: differencesOf(card, ward) };
  });
  const alone = here
    .filter((ward) => !taken.has(ward))
    .map((ward): Pair<There, Here> => ({
      there: undefined,
      here: ward,
      differences: differencesOf(undefined, ward),
    }));
  return [...pairs, ...alone].filter(({ there: card, here: ward }) => isSaid(card) || isSaid(ward));
}

const isSaid = (line: CardLine | undefined): boolean => line !== undefined && line.state !== 'stopped';

export function differencesOf(
  there: CardLine | undefined,
  here: CardLine | undefined,
): readonly Difference[] {
  if (!isSaid(there) && !isSaid(here)) return [];
  if (there === undefined) return ['missing-there'];
  if (here === undefined) return ['missing-here'];
  if (there.state === 'stopped' || here.state === 'stopped') return ['stopped'];
  return [
    ...(isSameDose(there, here) ? [] : (['dose'] as const)),
    ...(isSameStrength(there, here) ? [] : (['strength'] as const)),
    ...(plain(there.form) === plain(here.form) ? [] : (['form'] as const)),
    ...(there.state === here.state
      ? []
      : here.state === 'paused'
        ? (['paused-here'] as const)
        : (['paused-there'] as const)),
  ];
}

/** The most alike are paired first. */
function likeness(card: CardLine, ward: CardLine): number {
  return (
    (isSaid(card) === isSaid(ward) ? 8 : 0) +
    (isSameDose(card, ward) ? 4 : 0) +
    (isSameStrength(card, ward) ? 2 : 0) +
    (plain(card.form) === plain(ward.form) ? 1 : 0)
  );
}

/** The same amount of drug, as often, whatever it is counted in. */
export function isSameDose(a: CardLine, b: CardLine): boolean {
  return (
    normalDose(a.dose, strengthOf(a.form, a.strength)) === normalDose(b.dose, strengthOf(b.form, b.strength))
  );
}

function isSameStrength(a: CardLine, b: CardLine): boolean {
  const [one, other] = [strengthOf(a.form, a.strength), strengthOf(b.form, b.strength)];
  if (one === undefined || other === undefined) return plain(a.strength) === plain(b.strength);
  return one.per === other.per && baseOf(one.amount) === baseOf(other.amount);
}

/** One text for all doses that are the same. What is without structure is the same only as the same words. */
function normalDose({ steps, text }: Dose, strength: Strength | undefined): string {
  if (steps.length === 0) return plain(text);
  const counts = new Map<string, number>();
  for (const step of steps) {
    const key = keyOf(step, strength);
    counts.set(key, (counts.get(key) ?? 0) + timesOf(step));
  }
  return [...counts]
    .map(([key, count]) => `${key} × ${count}`)
    .sort(order)
    .join('; ');
}

function keyOf({ amount, upTo, rate, when, until, from }: Step, strength: Strength | undefined): string {
  const amounts = [amount, upTo, rate].map((one) => (one === undefined ? '' : drugIn(one, strength)));
  const span = until === undefined || from === undefined ? '' : `${until - from} ms`;
  return [...amounts, span, rhythmOf(when)].join(' ');
}

function rhythmOf(when: Step['when']): string {
  switch (when.kind) {
    case 'clock':
      return when.weekdays.length === 0 ? `${when.everyDays} d` : [...when.weekdays].sort(order).join();
    case 'count':
      return when.unit === 'wk' && Number.isInteger(when.period * 7)
        ? `${when.period * 7} d`
        : `${when.period} ${when.unit}`;
    case 'needed':
      return `needed ${plain(when.reason)} ${when.minutesBetween ?? ''}`;
    case 'interval':
      return (24 * 60) % when.minutes === 0 ? '1 d' : `${when.minutes} min`;
    case 'once':
    case 'continuous':
    case 'unknown':
      return when.kind;
  }
}

function timesOf({ when }: Step): number {
  switch (when.kind) {
    case 'clock':
      return when.times.length;
    case 'count':
      return when.count;
    case 'needed':
      return when.times ?? 0;
    case 'interval':
      return (24 * 60) % when.minutes === 0 ? (24 * 60) / when.minutes : 1;
    case 'once':
    case 'continuous':
    case 'unknown':
      return 1;
  }
}

/** In the drug's own unit when the strength says how much is in the form. */
function drugIn(amount: Amount, strength: Strength | undefined): string {
  return baseOf((strength === undefined ? undefined : ofForm(amount, strength)) ?? amount);
}

function baseOf(amount: Amount): string {
  for (const unit of ['ng', 'IE', 'ml', 'mikromol']) {
    const same = convert(amount, unit);
    if (same !== undefined) return `${spell(same.value)} ${unit}`;
  }
  return `${spell(amount.value)} ${amount.unit}`;
}

/** A whole ATC code; of what has none, its name. */
export function substanceOf({ atc, generic }: CardLine): string {
  return atc.length === 7 ? atc : plain(generic);
}

const plain = (text: string): string => text.trim().toLowerCase().replace(/\s+/g, ' ');
const order = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
