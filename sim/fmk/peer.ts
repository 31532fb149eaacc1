/**
 * FMK as it answers a hospital, for tests and the demo: a server of its own on its own port, with cards that have versions, that
 * refuses a change made on an old version, and that can misbehave. JSON over HTTP in the place of SOAP; the operations are FMK's.
 */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import {
  changeOperations,
  readCard,
  readContent,
  type CardChange,
  type DrugMedication,
  type MedicineCard,
} from '#fhir/medication-card/card.ts';
import { isObject, type Json } from '#fhir/json.ts';

/** What it does with the next request: answers, does it and says so to nobody, refuses, says that it did what it did not, is broken. */
export type Mood =
  | 'answer'
  | 'do and break'
  | 'do and never answer'
  | 'refuse'
  | 'pretend'
  | 'mix up'
  | 'break'
  | 'never answer';

export interface FmkPeerOptions {
  /** The card that a citizen has before anything is changed; undefined: none. */
  readonly seed: (personIdentifier: string) => Promise<MedicineCard | undefined>;
  /** Where changed cards outlast the process; without it they end with it. */
  readonly file?: string;
  readonly mood?: (operation: string, personIdentifier: string) => Mood | Promise<Mood>;
}
export interface FmkPeer {
  readonly url: string;
  readonly cardOf: (personIdentifier: string) => Promise<MedicineCard | undefined>;
  /** As another hospital or a doctor outside would change it. */
  readonly change: (
    personIdentifier: string,
    edit: (lines: readonly DrugMedication[]) => readonly DrugMedication[],
  ) => Promise<void>;
  /** Bodies of the changes that came, in order, with doubles. */
  readonly changes: readonly string[];
  readonly asked: () => number;
  close(): Promise<void>;
}

const bodyBytesMax = 256 * 1024;

export async function startFmkPeer({ seed, file, mood }: FmkPeerOptions): Promise<FmkPeer> {
  const cards = readCards(file);
  const changes: string[] = [];
  let asked = 0;
  let made = 0;
  const keep = (card: MedicineCard) => {
    cards.set(card.personIdentifier, card);
    if (file === undefined) return;
    writeFileSync(`${file}.new`, JSON.stringify([...cards.values()]));
    renameSync(`${file}.new`, file);
  };
  const cardOf = async (person: string) => {
    const seeded = cards.has(person) ? undefined : await seed(person);
    // What it began with is asked for once: the world it was made from goes on.
    if (seeded !== undefined && !cards.has(person)) keep(seeded);
    return cards.get(person);
  };
  const answer = async (operation: string, asked: Json, person: string): Promise<[number, unknown]> => {
    const card = await cardOf(person);
    if (card === undefined) return fault(404, 'unknown-citizen');
    if (operation === 'GetMedicineCard') return [200, card];
    if (operation === 'GetPrescriptions') return [200, { prescriptions: prescriptionsOf(card) }];
    if (operation === 'GetEffectuations') return [200, { effectuations: [] }];
    const known = changeOperations.find((one) => one === operation);
    if (known === undefined) return fault(404, 'unknown-operation');
    if (asked['medicineCardVersion'] !== card.version) return fault(409, 'card-moved-on');
    const changed = changedCard(card, asked, known, () => `${Date.now()}${++made}`);
    if (typeof changed === 'string') return fault(422, changed);
    keep(changed);
    return [200, changed];
  };
  const server = createServer((request, response) => {
    asked++;
    const operation = (request.url ?? '').slice(1);
    void (async () => {
      const text = await bodyOf(request);
      if (changeOperations.some((one) => one === operation)) changes.push(text);
      const json = treeOf(text);
      if (json === undefined) return send(response, fault(400, 'not-understood'));
      const person = typeof json['personIdentifier'] === 'string' ? json['personIdentifier'] : '';
      const feeling = (await mood?.(operation, person)) ?? 'answer';
      if (feeling === 'never answer') return;
      if (feeling === 'break') return void request.socket.destroy();
      if (feeling === 'refuse') return send(response, fault(422, 'refused'));
      if (feeling === 'pretend') return send(response, [200, {}]);
      if (feeling === 'mix up')
        return send(response, [200, { ...(await cardOf(person)), personIdentifier: '0101700000' }]);
      const answered = await answer(operation, json, person).catch(() => fault(400, 'not-understood'));
      if (feeling === 'do and never answer') return;
      if (feeling === 'do and break') return void request.socket.destroy();
      send(response, answered);
    })().catch(() => request.socket.destroy());
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    cardOf,
    async change(person, edit) {
      const card = await cardOf(person);
      if (card !== undefined)
        keep({ ...card, version: card.version + 1, drugMedications: edit(card.drugMedications) });
    },
    changes,
    asked: () => asked,
    close: () =>
      new Promise((done) => {
        server.close(() => done());
        server.closeAllConnections();
      }),
  };
}

function treeOf(text: string): Json | undefined {
  try {
    const tree: unknown = JSON.parse(text);
    return isObject(tree) ? tree : undefined;
  } catch {
    return undefined;
  }
}

/** The card after a change, or the code of why not. */
function changedCard(
  card: MedicineCard,
  asked: Json,
  operation: CardChange['operation'],
  newIdentifier: () => string,
): MedicineCard | string {
  const version = card.version + 1;
  const by = typeof asked['by'] === 'string' ? asked['by'] : '';
  if (operation === 'CreateDrugMedication') {
    const line: DrugMedication = {
      ...readContent(asked['content']),
      identifier: newIdentifier(),
      version: 1,
      status: 'active',
      begin: new Date().toISOString(),
      by,
    };
    return { ...card, version, drugMedications: [...card.drugMedications, line] };
  }
  const line = card.drugMedications.find(({ identifier }) => identifier === asked['identifier']);
  if (line === undefined) return 'unknown-drug-medication';
  if (line.status === 'withdrawn') return 'drug-medication-withdrawn';
  const { reason: _before, ...plain } = line;
  const reason = typeof asked['reason'] === 'string' ? asked['reason'] : '';
  const next: DrugMedication =
    operation === 'UpdateDrugMedication'
      ? { ...plain, ...readContent(asked['content']), status: 'active', version: line.version + 1, by }
      : operation === 'UnpauseDrugMedication'
        ? { ...plain, status: 'active', version: line.version + 1 }
        : {
            ...plain,
            status: operation === 'PauseDrugMedication' ? 'paused' : 'withdrawn',
            reason,
            version: line.version + 1,
          };
  return {
    ...card,
    version,
    drugMedications: card.drugMedications.map((one) => (one === line ? next : one)),
  };
}

function prescriptionsOf({ drugMedications }: MedicineCard) {
  return drugMedications
    .filter(({ status }) => status !== 'withdrawn')
    .map(({ identifier }) => ({
      identifier: `${identifier}-r1`,
      drugMedicationIdentifier: identifier,
      status: 'åben',
      package: '100 stk.',
    }));
}

function fault(status: number, code: string): [number, unknown] {
  return [status, { fault: code }];
}

function send(response: ServerResponse, [status, body]: [number, unknown]): void {
  response.writeHead(status, { 'content-type': 'application/json' });
  response.end(JSON.stringify(body));
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > bodyBytesMax) throw new Error('too large');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

function readCards(file: string | undefined): Map<string, MedicineCard> {
  if (file === undefined || !existsSync(file)) return new Map();
  const kept: unknown = JSON.parse(readFileSync(file, 'utf8'));
  return new Map(
    (Array.isArray(kept) ? kept.map(readCard) : []).map((card) => [card.personIdentifier, card]),
  );
}
