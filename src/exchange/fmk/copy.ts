/**
 * The copy of a patient's medication card in the record: a MedicationRequest for each line, and a List with the time it was fetched and
 * the card's version. An older answer never replaces a newer one; what is no longer on the card is stopped, not deleted.
 */
import type { MedicineCard } from '#fhir/medication-card/card.ts';
import { cardVersionUrl } from '#fhir/medication-card/codes.ts';
import { copyOf, isDischarge, lineIdOf, lineVersionOf, withStatusTime } from '#fhir/medication-card/shape.ts';
import { isObject, type Json } from '#fhir/json.ts';
import { listOf } from '#fhir/medication/order.ts';
import { fhirMoment, instantOf } from '#fhir/place-time.ts';
import type { Sql } from '#store/sql.ts';
import { FmkAway, FmkRefused, type Fmk } from './client.ts';
import {
  copyIdOf,
  findAll,
  listCode,
  listIdOf,
  personIdentifierOf,
  readOne,
  versionOf,
  type Write,
  type Written,
} from './record.ts';

/** `kept`: what is here is younger than was asked for. `away` and `refused` leave the copy as it was. */
export type FetchOutcome = 'fetched' | 'kept' | 'away' | 'refused' | 'no-number';
export interface Fetched {
  readonly outcome: FetchOutcome;
  /** When the copy that is here now was fetched; FHIR instant; undefined: never. */
  readonly at: string | undefined;
}

export interface CardCopies {
  /** Fetches the card of `Patient/…` unless the copy is younger than `youngerThanMs`. */
  fetch(patient: string, youngerThanMs: number): Promise<Fetched>;
  /** Keeps a card that was fetched for another reason. */
  keep(patient: string, card: MedicineCard): Promise<void>;
}

// Two screens that fetch at once write one after the other.
const triesMax = 4;

export function createCardCopies(options: {
  readonly sql: Sql;
  readonly fmk: Fmk;
  readonly write: Write;
  readonly nowMs: () => number;
}): CardCopies {
  const { sql, fmk, write, nowMs } = options;
  /** Screens that open at once ask FMK once. */
  const underway = new Map<string, Promise<Fetched>>();

  const keep = async (patient: string, card: MedicineCard) => {
    for (let tries = 0; tries < triesMax; tries++) {
      const list = await readOne(sql, `List/${listIdOf(patient)}`);
      if ((cardVersionOf(list) ?? -1) > card.version) return;
      const copies = (
        await findAll(sql, 'MedicationRequest', [
          ['patient', patient],
          ['category', 'community'],
        ])
      ).filter((one) => lineIdOf(one) !== undefined && !isDischarge(one));
      const status = await write(changesOf(patient, card, list, copies, fhirMoment(nowMs())));
      if (status < 300) return;
      if (status !== 409 && status !== 412)
        throw new Error(`the copy of a medication card was answered ${status}`);
    }
    throw new Error('the copy of a medication card was changed by others at each try');
  };

  const fetchNow = async (patient: string): Promise<Fetched> => {
    const number = personIdentifierOf(await readOne(sql, patient));
    const at = async () => fetchedAt(await readOne(sql, `List/${listIdOf(patient)}`));
    if (number === undefined) return { outcome: 'no-number', at: await at() };
    try {
      await keep(patient, await fmk.fetchCard(number));
      return { outcome: 'fetched', at: await at() };
    } catch (error) {
      if (error instanceof FmkAway) return { outcome: 'away', at: await at() };
      if (error instanceof FmkRefused) return { outcome: 'refused', at: await at() };
      throw error;
    }
  };

  return {
    keep,
    async fetch(patient, youngerThanMs) {
      if (youngerThanMs > 0) {
        const at = fetchedAt(await readOne(sql, `List/${listIdOf(patient)}`));
        const ageMs = nowMs() - (instantOf(at) ?? -Infinity);
        // A copy from the future is a clock that was wrong: nobody relies on it.
        if (ageMs >= 0 && ageMs < youngerThanMs) return { outcome: 'kept', at };
      }
      const running = underway.get(patient) ?? fetchNow(patient).finally(() => underway.delete(patient));
      underway.set(patient, running);
      return running;
    },
  };
}

/** What the record must become; lines that are as they were are not written. */
function changesOf(
  patient: string,
  card: MedicineCard,
  list: Json | undefined,
  copies: readonly Json[],
  at: string,
): readonly Written[] {
  const byLine = new Map(copies.map((copy) => [lineIdOf(copy) ?? '', copy]));
  const changes: Written[] = [];
  const names: string[] = [];
  for (const line of card.drugMedications) {
    const before = byLine.get(line.identifier);
    const id = typeof before?.['id'] === 'string' ? before['id'] : copyIdOf(patient, line.identifier);
    names.push(`MedicationRequest/${id}`);
    if (lineVersionOf(before) === line.version) continue;
    changes.push({
      resource: {
        ...withStatusTime(copyOf(line, patient), before, at),
        resourceType: 'MedicationRequest',
        id,
      },
      ifMatch: versionOf(before),
    });
  }
  const onCard = new Set(card.drugMedications.map(({ identifier }) => identifier));
  for (const copy of copies) {
    const isOver = copy['status'] !== 'active' && copy['status'] !== 'on-hold';
    if (onCard.has(lineIdOf(copy) ?? '') || isOver) continue;
    changes.push({
      resource: {
        ...withStatusTime(
          { ...copy, status: 'stopped', statusReason: { text: 'ikke længere på FMK' } },
          copy,
          at,
        ),
        resourceType: 'MedicationRequest',
        id: String(copy['id']),
      },
      ifMatch: versionOf(copy),
    });
  }
  return [
    ...changes,
    {
      resource: {
        resourceType: 'List',
        id: listIdOf(patient),
        extension: [{ url: cardVersionUrl, valueInteger: card.version }],
        status: 'current',
        mode: 'snapshot',
        title: 'Fælles Medicinkort',
        code: listCode,
        subject: { reference: patient },
        date: at,
        ...(names.length === 0 ? {} : { entry: names.map((reference) => ({ item: { reference } })) }),
      },
      ifMatch: versionOf(list),
    },
  ];
}

function cardVersionOf(list: Json | undefined): number | undefined {
  const found = listOf(list?.['extension']).find(({ url }) => url === cardVersionUrl)?.['valueInteger'];
  return typeof found === 'number' ? found : undefined;
}

function fetchedAt(list: Json | undefined): string | undefined {
  return isObject(list) && typeof list['date'] === 'string' ? list['date'] : undefined;
}
