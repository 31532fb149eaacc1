/**
 * FMK as this program speaks with it. What is here now is JSON over HTTP to a peer that answers like FMK; the SOAP of the national
 * service comes behind the same interface. A CPR number is never part of an address, so that no log on the way holds it.
 */
import { isObject } from '#fhir/json.ts';
import {
  readCard,
  type CardChange,
  type Effectuation,
  type MedicineCard,
  type Prescription,
} from '#fhir/medication-card/card.ts';

export interface Fmk {
  /** @throws FmkAway, FmkRefused */
  fetchCard(personIdentifier: string): Promise<MedicineCard>;
  /** Open prescriptions of the citizen. @throws FmkAway, FmkRefused */
  fetchPrescriptions(personIdentifier: string): Promise<readonly Prescription[]>;
  /** What pharmacies have handed over. @throws FmkAway, FmkRefused */
  fetchEffectuations(personIdentifier: string): Promise<readonly Effectuation[]>;
  /**
   * Sends the bytes of `changeText`: the same bytes again are the same change, since they name the card's version.
   * @throws FmkAway (it may have happened or not), FmkMovedOn (it did not happen now), FmkRefused
   */
  send(operation: CardChange['operation'], body: string): Promise<void>;
}

/** No answer, or none that can be understood. */
export class FmkAway extends Error {}
/** The card is not of the version that the change was made on. */
export class FmkMovedOn extends Error {}
/** FMK says no, with its code. */
export class FmkRefused extends Error {
  readonly code: string;
  constructor(code: string) {
    super(`FMK refused: ${code}`);
    this.code = code;
  }
}

export const changeText = (change: CardChange): string => JSON.stringify(change);

const timeoutMsUsual = 10_000;

export function createFmk(url: string, timeoutMs = timeoutMsUsual): Fmk {
  const call = async (operation: string, body: string): Promise<unknown> => {
    let status: number;
    let answer: unknown;
    try {
      const response = await fetch(`${url}/${operation}`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body,
        redirect: 'error',
        signal: AbortSignal.timeout(timeoutMs),
      });
      status = response.status;
      answer = await response.json();
    } catch (error) {
      throw new FmkAway('FMK gave no answer', { cause: error });
    }
    if (status === 200) return answer;
    const code = isObject(answer) && typeof answer['fault'] === 'string' ? answer['fault'] : 'unknown';
    if (status === 409) throw new FmkMovedOn('the card has moved on');
    if (status >= 400 && status < 500) throw new FmkRefused(code);
    throw new FmkAway(`FMK answered ${status}`);
  };
  const ask = (operation: string, personIdentifier: string) =>
    call(operation, JSON.stringify({ personIdentifier }));
  return {
    async fetchCard(personIdentifier) {
      const answer = await ask('GetMedicineCard', personIdentifier);
      const card = understood(() => readCard(answer));
      // Another person's card must never be kept for this one.
      if (card.personIdentifier !== personIdentifier) throw new FmkAway('FMK answered with another card');
      return card;
    },
    async fetchPrescriptions(personIdentifier) {
      return rowsOf<Prescription>(await ask('GetPrescriptions', personIdentifier), 'prescriptions', [
        'identifier',
        'drugMedicationIdentifier',
        'status',
        'package',
      ]);
    },
    async fetchEffectuations(personIdentifier) {
      return rowsOf<Effectuation>(await ask('GetEffectuations', personIdentifier), 'effectuations', [
        'prescriptionIdentifier',
        'at',
        'by',
      ]);
    },
    async send(operation, body) {
      await call(operation, body);
    },
  };
}

function understood<T>(read: () => T): T {
  try {
    return read();
  } catch (error) {
    throw new FmkAway('the answer of FMK was not understood', { cause: error });
  }
}

/** Rows whose members are all texts. */
function rowsOf<Row>(answer: unknown, name: string, members: readonly (keyof Row & string)[]): Row[] {
  const rows = isObject(answer) ? answer[name] : undefined;
  if (!Array.isArray(rows)) throw new FmkAway('the answer of FMK was not understood');
  return rows.map((row: unknown) => {
    if (!isObject(row) || members.some((member) => typeof row[member] !== 'string'))
      throw new FmkAway('the answer of FMK was not understood');
    return row as Row;
  });
}
