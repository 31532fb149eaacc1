/**
 * The shared medication card (Fælles Medicinkort, FMK) in the words of its own interface (FMK 1.4.6, 2015-06-01): a citizen has one
 * card with a version; on it are drug medications, each with an identifier and a version of its own. Every change names the version
 * of the card that it was made on, and is refused when the card has moved on. Decimal numbers are texts, as FMK writes them in XML.
 */
import { isObject, type Json } from '../json.ts';
import { decimalOf } from '../dose/decimal.ts';

export interface MedicineCard {
  /** CPR, ten digits. */
  readonly personIdentifier: string;
  readonly version: number;
  readonly drugMedications: readonly DrugMedication[];
}

/** What a drug medication says: all of it but what FMK itself adds. */
export interface DrugMedicationContent {
  readonly drug: {
    readonly atcCode: string;
    /** Generic name. */
    readonly atcText: string;
    /** Brand; empty when none is said. */
    readonly name: string;
    readonly form: string;
    readonly strength: string;
  };
  readonly route: string;
  readonly indication: string;
  readonly dosage: Dosage;
}

export interface DrugMedication extends DrugMedicationContent {
  readonly identifier: string;
  readonly version: number;
  readonly status: 'active' | 'paused' | 'withdrawn';
  /** Why it is paused or withdrawn. */
  readonly reason?: string;
  /** RFC 3339. */
  readonly begin: string;
  /** Who ordered it, and where. */
  readonly by: string;
}

/** As words; and in structure when FMK's structure can say it. */
export interface Dosage {
  readonly text: string;
  readonly structure?: DosageStructure;
}
export interface DosageStructure {
  readonly unit: string;
  /** The doses are those of one span of so many days: 1 daily, 7 weekly. */
  readonly iterationDays: number;
  readonly doses: readonly DosageDose[];
}
interface DosageDose {
  /** 08:00; absent when no time of day is said. */
  readonly time?: string;
  /** A decimal number as text, `0.5`. */
  readonly quantity: string;
  readonly accordingToNeed?: true;
}

export interface Prescription {
  readonly identifier: string;
  readonly drugMedicationIdentifier: string;
  /** `åben` and other words of FMK. */
  readonly status: string;
  readonly package: string;
}
export interface Effectuation {
  readonly prescriptionIdentifier: string;
  /** RFC 3339. */
  readonly at: string;
  readonly by: string;
}

/** What can be asked to change; the names are FMK's operations. */
export const changeOperations = [
  'CreateDrugMedication',
  'UpdateDrugMedication',
  'WithdrawDrugMedication',
  'PauseDrugMedication',
  'UnpauseDrugMedication',
] as const;
export type ChangeOperation = (typeof changeOperations)[number];

export interface CardChange {
  readonly operation: ChangeOperation;
  readonly personIdentifier: string;
  /** The version of the card that the change was made on. */
  readonly medicineCardVersion: number;
  readonly by: string;
  /** Of the drug medication; absent when one is created. */
  readonly identifier?: string;
  /** What it shall be; of what is created or updated. */
  readonly content?: DrugMedicationContent;
  /** Why; of what is paused or withdrawn. */
  readonly reason?: string;
}

const statuses = ['active', 'paused', 'withdrawn'] as const;

/** @throws TypeError that names the member, of what is no card: nothing of it is kept then */
export function readCard(value: unknown): MedicineCard {
  const json = objectAt(value, 'card');
  return {
    personIdentifier: textAt(json, 'personIdentifier'),
    version: numberAt(json, 'version'),
    drugMedications: listAt(json, 'drugMedications').map(readDrugMedication),
  };
}

function readDrugMedication(value: unknown): DrugMedication {
  const json = objectAt(value, 'drugMedication');
  const status = statuses.find((one) => one === json['status']);
  if (status === undefined) throw new TypeError('status is not active, paused or withdrawn');
  return {
    ...readContent(json),
    identifier: textAt(json, 'identifier'),
    version: numberAt(json, 'version'),
    status,
    ...(typeof json['reason'] === 'string' ? { reason: json['reason'] } : {}),
    begin: textAt(json, 'begin'),
    by: textAt(json, 'by'),
  };
}

/** @throws TypeError that names the member */
export function readContent(value: unknown): DrugMedicationContent {
  const json = objectAt(value, 'drugMedication');
  const drug = objectAt(json['drug'], 'drug');
  const dosage = objectAt(json['dosage'], 'dosage');
  return {
    drug: {
      atcCode: textAt(drug, 'atcCode'),
      atcText: textAt(drug, 'atcText'),
      name: textAt(drug, 'name'),
      form: textAt(drug, 'form'),
      strength: textAt(drug, 'strength'),
    },
    route: textAt(json, 'route'),
    indication: textAt(json, 'indication'),
    dosage: {
      text: textAt(dosage, 'text'),
      ...(dosage['structure'] === undefined ? {} : { structure: readStructure(dosage['structure']) }),
    },
  };
}

function readStructure(value: unknown): DosageStructure {
  const json = objectAt(value, 'structure');
  return {
    unit: textAt(json, 'unit'),
    iterationDays: numberAt(json, 'iterationDays'),
    doses: listAt(json, 'doses').map((one) => {
      const dose = objectAt(one, 'dose');
      const quantity = textAt(dose, 'quantity');
      if (decimalOf(quantity) === undefined) throw new TypeError('quantity is no decimal number');
      return {
        ...(typeof dose['time'] === 'string' ? { time: dose['time'] } : {}),
        quantity,
        ...(dose['accordingToNeed'] === true ? { accordingToNeed: true as const } : {}),
      };
    }),
  };
}

function objectAt(value: unknown, name: string): Json {
  if (!isObject(value)) throw new TypeError(`${name} is missing`);
  return value;
}
function textAt(json: Json, name: string): string {
  const value = json[name];
  if (typeof value !== 'string') throw new TypeError(`${name} is no text`);
  return value;
}
function numberAt(json: Json, name: string): number {
  const value = json[name];
  if (typeof value !== 'number' || !Number.isSafeInteger(value))
    throw new TypeError(`${name} is no whole number`);
  return value;
}
function listAt(json: Json, name: string): readonly unknown[] {
  const value = json[name];
  if (!Array.isArray(value)) throw new TypeError(`${name} is no list`);
  return value;
}
