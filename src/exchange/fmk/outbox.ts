/**
 * Brings changes to the medication card: each is a Task (docs/how/clinical-shapes.md) that was written in the act of whoever decided it.
 * Its way is: the card is fetched; the change is put into bytes that name the card's version, and these are kept in the Task; they are
 * sent, the same again until there is an answer; the card is read back. FMK does a change of a version once, so whatever is killed
 * between sending and answering, there is one effect. A card that reads otherwise than asked holds the patient's other changes back.
 */
import type { Events } from '#base/events.ts';
import { changeOperations, type CardChange, type MedicineCard } from '#fhir/medication-card/card.ts';
import {
  cardReasonSystem,
  cardTaskKind,
  inputOf,
  inputsOf,
  stepConcept,
  taskStatusAt,
  type CardStep,
} from '#fhir/medication-card/codes.ts';
import { isObject, type Json } from '#fhir/json.ts';
import { listOf, targetOf } from '#fhir/medication/order.ts';
import { taskKindSystem } from '#fhir/orders/steps.ts';
import type { Sql } from '#store/sql.ts';
import { changeOf, stands } from './change.ts';
import { changeText, FmkAway, FmkMovedOn, FmkRefused, type Fmk } from './client.ts';
import type { CardCopies } from './copy.ts';
import { findAll, personIdentifierOf, readOne, versionOf, type Write } from './record.ts';

export interface OutboxOptions {
  readonly sql: Sql;
  readonly fmk: Fmk;
  readonly copies: CardCopies;
  readonly write: Write;
  readonly events: Pick<Events, 'medicationCardDelayed'>;
  /** Of a monotonic clock. */
  readonly nowMs: () => number;
  readonly pauses?: Pauses;
}
export interface Pauses {
  /** The first pause after FMK gave no answer, doubled with each further one up to the longest. */
  readonly firstMs: number;
  readonly mostMs: number;
}
const usualPauses: Pauses = { firstMs: 1000, mostMs: 60_000 };

export interface Outbox {
  /** Does what can be done now; one look at a time. @throws when the record cannot be read or written */
  look(): Promise<void>;
}

/** A card that others keep changing while we write: a person looks at it. */
const roundsMax = 10;

export function createOutbox(options: OutboxOptions): Outbox {
  const { sql, fmk, copies, write, nowMs, pauses = usualPauses } = options;
  let failures = 0;
  /** When a patient's change failed last: they come after the others, so that one card that nobody can read is one jam. */
  const failedAtMs = new Map<string, number>();
  let notBeforeMs = -Infinity;

  /** True when it was written; false when another program was first. */
  const move = async (task: Json, step: CardStep, more: Json = {}): Promise<Json | undefined> => {
    const id = String(task['id']);
    const status = await write([
      {
        resource: {
          ...task,
          ...more,
          resourceType: 'Task',
          id,
          status: taskStatusAt[step],
          businessStatus: stepConcept(step),
        },
        ifMatch: versionOf(task),
      },
    ]);
    if (status === 409 || status === 412) return undefined;
    if (status >= 300) throw new Error(`the Task of a medication card was answered ${status}`);
    return readOne(sql, `Task/${id}`);
  };
  const reject = (task: Json, code: string) =>
    move(task, 'rejected', {
      statusReason: { coding: [{ system: cardReasonSystem, code }] },
    });

  /** Puts the change into bytes and keeps them. @throws FmkAway */
  const prepare = async (task: Json, number: string): Promise<Json | undefined> => {
    const card = await fmk.fetchCard(number);
    const focus = await readOne(sql, targetOf(task['focus']) ?? '');
    const change = changeOf(task, focus, card);
    if (typeof change === 'string') {
      await copies.keep(targetOf(task['for']) ?? '', card);
      await reject(task, change);
      return undefined;
    }
    return move(task, 'sent', {
      input: [...inputsWithout(task, 'body'), ...inputsOf({ body: changeText(change) })],
    });
  };

  /** @throws FmkAway */
  const bring = async (task: Json): Promise<void> => {
    const patient = targetOf(task['for']) ?? '';
    const number = personIdentifierOf(await readOne(sql, patient));
    if (number === undefined) return void (await reject(task, 'no-number'));
    let current: Json | undefined = task;
    for (let round = 0; round < roundsMax; round++) {
      if (current?.['status'] === 'requested') current = await prepare(current, number);
      if (current?.['status'] !== 'in-progress') return;
      const body = String(inputOf(current, 'body') ?? '');
      const change = JSON.parse(body) as CardChange;
      const operation = changeOperations.find((one) => one === change.operation);
      if (operation === undefined) return void (await reject(current, 'not-understood'));
      let movedOn = false;
      try {
        await fmk.send(operation, body);
      } catch (error) {
        if (error instanceof FmkRefused) return void (await reject(current, error.code));
        if (!(error instanceof FmkMovedOn)) throw error;
        movedOn = true;
      }
      const card = await fmk.fetchCard(number);
      await copies.keep(patient, card);
      if (stands(change, card)) return void (await confirm(current, change, card));
      // Of a card that moved on without our change nothing was done: it is made anew on the card as it is now.
      if (!movedOn) return void (await move(current, 'differs'));
      current = await move(current, 'ready', { input: inputsWithout(current, 'body') });
    }
  };

  const confirm = (task: Json, change: CardChange, card: MedicineCard) => {
    const line =
      change.identifier ??
      card.drugMedications.findLast(({ drug }) => drug.atcCode === change.content?.drug.atcCode)?.identifier;
    return move(task, 'confirmed', {
      output: inputsOf({ cardVersion: card.version, line }),
    });
  };

  return {
    async look() {
      if (nowMs() < notBeforeMs) return;
      const waiting = await findAll(sql, 'Task', [
        ['code', `${taskKindSystem}|${cardTaskKind}`],
        ['status', 'requested,in-progress,on-hold'],
      ]);
      const patients = [...Map.groupBy(waiting, (task) => targetOf(task['for']) ?? '')];
      for (const known of failedAtMs.keys())
        if (!patients.some(([patient]) => patient === known)) failedAtMs.delete(known);
      const lastFailed = ([patient]: (typeof patients)[number]) => failedAtMs.get(patient) ?? 0;
      for (const [patient, tasks] of patients.sort((a, b) => lastFailed(a) - lastFailed(b))) {
        for (const task of [...tasks].sort(inOrder)) {
          if (task['status'] === 'on-hold') break;
          try {
            await bring(task);
            failures = 0;
            failedAtMs.delete(patient);
          } catch (error) {
            failedAtMs.set(patient, nowMs());
            if (!(error instanceof FmkAway)) {
              // A Task that cannot be moved holds back this patient, and nobody else.
              options.events.medicationCardDelayed({
                error: error instanceof Error ? error : new Error(String(error)),
                waiting: waiting.length,
              });
              break;
            }
            // FMK is away for everybody: nobody is asked again before the pause is over.
            if (failures++ === 0) options.events.medicationCardDelayed({ error, waiting: waiting.length });
            const pauseMs = Math.min(pauses.mostMs, pauses.firstMs * 2 ** Math.min(failures - 1, 20));
            notBeforeMs = nowMs() + pauseMs * (0.5 + Math.random() / 2);
            return;
          }
          const after = await readOne(sql, `Task/${String(task['id'])}`);
          if (after?.['status'] !== 'completed' && after?.['status'] !== 'rejected') break;
        }
      }
    },
  };
}

function inOrder(a: Json, b: Json): number {
  const [one, other] = [a, b].map((task) => Date.parse(String(task['authoredOn'])));
  return (
    (one ?? 0) - (other ?? 0) || Number(inputOf(a, 'sequence') ?? 0) - Number(inputOf(b, 'sequence') ?? 0)
  );
}

function inputsWithout(task: Json, name: string): readonly Json[] {
  return listOf(task['input']).filter(
    ({ type }) => !(isObject(type) && listOf(type['coding']).some(({ code }) => code === name)),
  );
}
