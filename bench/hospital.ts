/**
 * Is the record fast while the hospital works? Thirty people on ten wards at once, each with the requests of our screens,
 * listening to the feed and reading again what it tells; beside them a doctor and a nurse in real browsers.
 *
 *   npm run bench -- hospital [minutes]
 *
 * The program, its database, all thirty and the browsers share one machine. Everybody does something every six seconds.
 * Bars (p95), by the requests and in the browser: open a chart 400 ms, sign an order 500 ms, give a dose 300 ms, ward
 * board 500 ms; what one has signed reaches the screens of the ward within 1,000 ms.
 */
import { setTimeout as wait } from 'node:timers/promises';
import type { Encounter } from '@medplum/fhirtypes';
import type { Page } from 'playwright-core';
import { population } from '#sim/population/population.ts';
import { recordOf, type HospitalRecord } from '#sim/hospital/api.ts';
import type { Moment } from '#sim/hospital/clinician.ts';
import { giveDose, orderTest } from '#sim/hospital/treatment.ts';
import { randomFrom, type Random } from '#sim/population/random.ts';
import { openEvents } from '../test/event-source.ts';
import { startProgram, type Program } from '../test/program.ts';
import { visitor, type Visitor } from '../test/visitor.ts';
import { startClinic, type Clinic } from '../web/test/browser.ts';
import { patientParts } from '../web/link/patient-parts.ts';
import { bedsUrl, staysUrl, wardParts, wardUrl } from '../web/link/ward-parts.ts';
import { goTo, listen, msOf, pressFor, quantile } from './screen.ts';

const demoSeed = 1;
const minutes = Number(process.argv[2] ?? 3);
const wardCount = 10;
const paceMs = 6000;
/** Screens gather what the feed tells before they read again. */
const gatherMs = 200;
const dosesPerPatient = 12;

const bars = { chart: 400, order: 500, dose: 300, board: 500 } as const;
type Kind = keyof typeof bars;
const taken: Record<Kind, number[]> = { chart: [], order: [], dose: [], board: [] };
const seen: Record<Kind, number[]> = { chart: [], order: [], dose: [], board: [] };
const heard: number[] = [];
const refused = new Map<string, number>();
/** When an act was sent, by the resource that it made. */
const sentAt = new Map<string, number>();

interface Place {
  readonly ward: string;
  readonly stays: readonly Encounter[];
}
interface Worker {
  readonly role: 'doctor' | 'nurse';
  readonly place: Place;
  readonly visit: Visitor;
  readonly record: HospitalRecord;
  readonly random: Random;
}

const { logins } = population({ seed: demoSeed, now: new Date() });
const program = await startProgram({ demo: 'on' });
const clinic = await startClinic(program, process.env['CHROMIUM']);
let failed = 0;
try {
  const places = await prepare(program);
  const workers = (await Promise.all(places.map((place) => staffOf(program, place)))).flat();
  const sources = await Promise.all(workers.map((worker) => listenTo(program, worker)));
  console.log(`${workers.length} people on ${places.length} wards for ${minutes} min, and two in browsers`);
  const begunMs = performance.now();
  const isOver = () => performance.now() - begunMs > minutes * 60_000;
  const first = places[0];
  await Promise.all([
    ...workers.map((worker) => work(worker, isOver)),
    first === undefined ? undefined : lookOn(clinic, first, isOver),
  ]);
  for (const source of sources) source.close();
  for (const kind of Object.keys(bars) as Kind[]) judge(`${kind}, by requests`, taken[kind], bars[kind]);
  for (const kind of Object.keys(bars) as Kind[]) judge(`${kind}, in the browser`, seen[kind], bars[kind]);
  judge('a colleague is told', heard, 1000);
  if (refused.size > 0) console.log('refused:', Object.fromEntries(refused));
} finally {
  await clinic.close();
}
process.exitCode = failed === 0 ? 0 : 1;

function judge(what: string, times: readonly number[], bar: number): void {
  const p95 = quantile(times, 0.95);
  if (p95 > bar) failed++;
  console.log(
    `${what.padEnd(24)} ${p95.toFixed(0).padStart(5)} ${msOf(times)}; bar ${bar}: ${p95 <= bar ? 'passed' : 'FAILED'}`,
  );
}

/** Ten wards with people in them who have doses due during the run. */
async function prepare(from: Program): Promise<readonly Place[]> {
  const visit = visitor(from.url, await from.tokenOf('integration'));
  const record = recordFor(visit);
  const wards = [...new Set(logins.flatMap(({ ward }) => ward ?? []))];
  const places: Place[] = [];
  for (const ward of wards) {
    if (places.length === wardCount) break;
    const stays = await record.find('Encounter', `location=Location/${ward}&status=in-progress`);
    if (stays.length < 5) continue;
    places.push({ ward, stays });
    for (const stay of stays)
      await record.act(crypto.randomUUID(), [
        { method: 'POST', url: 'MedicationRequest', resource: dueNow(stay) },
      ]);
  }
  return places;
}

/** A drug that is due every few minutes from now on, so that nobody runs out of doses. */
function dueNow({ id = '', subject }: Encounter) {
  const clock = new Intl.DateTimeFormat('en-GB', {
    timeZone: 'Europe/Copenhagen',
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
  });
  const times = Array.from({ length: dosesPerPatient }, (_, n) =>
    clock.format(Date.now() + (n - dosesPerPatient / 2) * 4 * 60_000).concat(':00'),
  );
  return {
    resourceType: 'MedicationRequest' as const,
    status: 'active' as const,
    intent: 'order' as const,
    category: [
      {
        coding: [
          { system: 'http://terminology.hl7.org/CodeSystem/medicationrequest-category', code: 'inpatient' },
        ],
      },
    ],
    medicationCodeableConcept: {
      coding: [{ system: 'http://www.whocc.no/atc', code: 'N05CH01', display: 'melatonin' }],
      text: 'melatonin tablet 2 mg',
    },
    subject: subject ?? {},
    encounter: { reference: `Encounter/${id}` as const },
    authoredOn: new Date(Date.now() - 3_600_000).toISOString(),
    dosageInstruction: [
      {
        timing: {
          repeat: {
            frequency: times.length,
            period: 1,
            periodUnit: 'd' as const,
            timeOfDay: times.toSorted(),
          },
        },
        route: { text: 'p.o.' },
        doseAndRate: [{ doseQuantity: { value: 2, unit: 'mg' } }],
      },
    ],
  };
}

/** A doctor and two nurses; on each ward one of each can log in, the second nurse at a screen of her own. */
async function staffOf(from: Program, place: Place): Promise<readonly Worker[]> {
  const own = logins.filter(({ ward }) => ward === place.ward);
  const doctor = own.find(({ role }) => role === 'doctor');
  const nurse = own.find(({ role }) => role === 'nurse' || role === 'midwife');
  const team = [doctor, nurse, nurse].filter((one) => one !== undefined);
  return Promise.all(
    team.map(async ({ user, role }, n) => {
      const visit = visitor(from.url);
      const { status } = await visit.logIn(user, 'holdfast');
      if (status !== 200) throw new Error(`${user} cannot log in: ${status}`);
      return {
        role: role === 'doctor' ? 'doctor' : 'nurse',
        place,
        visit,
        record: recordFor(visit),
        random: randomFrom(`${user} ${n}`),
      } as const;
    }),
  );
}

function recordFor(visit: Visitor): HospitalRecord {
  return recordOf(async (method, address, body, headers) => {
    const path = address.startsWith('http')
      ? new URL(address).pathname + new URL(address).search
      : `/fhir/${address}`;
    const { status, json } = await visit.send(method, path.replace(/\/$/, ''), body, headers);
    return { status, json };
  });
}

/** One batch, as screens send it. Fails when one of its entries does. */
async function batch(visit: Visitor, urls: readonly string[]): Promise<void> {
  const { status, json } = await visit.send('POST', '/fhir', {
    resourceType: 'Bundle',
    type: 'batch',
    entry: urls.map((url) => ({ request: { method: 'GET', url } })),
  });
  const entries = (json?.['entry'] ?? []) as { response?: { status?: string } }[];
  const wrong = entries.findIndex(({ response }) => response?.status?.startsWith('200') !== true);
  if (status !== 200 || wrong !== -1)
    throw new Error(`${urls[wrong] ?? 'a batch'}: ${status} ${JSON.stringify(entries[wrong]).slice(0, 300)}`);
}

function patientOf({ subject }: Encounter): string {
  return subject?.reference?.split('/')[1] ?? '';
}

/** What the ward board asks for, of these types when they are named. */
function partsOf({ stays }: Place, types?: ReadonlySet<string>): readonly string[] {
  const patients = stays.map(patientOf).join();
  return Object.values<{ readonly types: readonly string[]; url(patients: string, nowMs: number): string }>(
    wardParts,
  )
    .filter((part) => types === undefined || part.types.some((type) => types.has(type)))
    .map((part) => part.url(patients, Date.now()));
}

/** What somebody does again and again until it is over, at their own pace. */
async function work(worker: Worker, isOver: () => boolean): Promise<void> {
  const { random, place, visit, role } = worker;
  await wait(random.between(0, paceMs));
  while (!isOver()) {
    const stay = random.pick(place.stays);
    const kind = random.pick<Kind>(
      role === 'doctor' ? ['chart', 'chart', 'board', 'order'] : ['chart', 'board', 'dose', 'dose'],
    );
    const begunMs = performance.now();
    if (kind === 'chart') {
      await batch(
        visit,
        Object.values(patientParts).map(({ url }) => url(patientOf(stay))),
      );
      taken.chart.push(performance.now() - begunMs);
    } else if (kind === 'board') {
      await batch(visit, [wardUrl(place.ward), bedsUrl(place.ward), staysUrl(place.ward)]);
      await batch(visit, partsOf(place));
      taken.board.push(performance.now() - begunMs);
    } else await act(worker, kind, stay);
    await wait(random.between(0.5, 1.5) * paceMs);
  }
}

async function act({ record, random, role }: Worker, kind: 'order' | 'dose', stay: Encounter): Promise<void> {
  const self = { display: 'Sygeplejersken på vagt' };
  const moment = { record, random, self, now: Date.now(), ward: undefined } as unknown as Moment;
  const entries = role === 'doctor' ? orderTest(moment, stay) : await giveDose(moment, stay);
  if (entries === undefined) return;
  const begunMs = performance.now();
  const outcome = await record.act(crypto.randomUUID(), entries);
  taken[kind].push(performance.now() - begunMs);
  if ('refused' in outcome) refused.set(outcome.refused, (refused.get(outcome.refused) ?? 0) + 1);
  else for (const name of outcome.stored) sentAt.set(name.split('/_history')[0] ?? '', begunMs);
}

/** The feed as a screen uses it: what it tells of this ward is read again. */
function listenTo(from: Program, { visit, place }: Worker) {
  const patients = new Set(place.stays.map(({ subject }) => subject?.reference ?? ''));
  const types = new Set<string>();
  return openEvents(from.url, { cookie: visit.cookie }, ({ data }) => {
    const changes = (data['changes'] ?? []) as { type: string; id: string; patient?: string }[];
    for (const { type, id, patient } of changes) {
      if (!patients.has(patient ?? '')) continue;
      const sent = sentAt.get(`${type}/${id}`);
      // Before its own answer has come the act is not known here by name: then it was told sooner than it was answered.
      if (sent !== undefined) heard.push(performance.now() - sent);
      if (types.size === 0)
        setTimeout(() => {
          const urls = partsOf(place, new Set(types));
          types.clear();
          if (urls.length > 0) void batch(visit, urls).catch((error: unknown) => console.log(String(error)));
        }, gatherMs);
      types.add(type);
    }
  });
}

/** A doctor and a nurse at real screens, who do all four things in turn. */
async function lookOn(at: Clinic, place: Place, isOver: () => boolean): Promise<void> {
  const open = async (role: string) => {
    const user = logins.find((one) => one.ward === place.ward && one.role === role)?.user ?? '';
    const page = await at.visit({ as: { user, password: 'holdfast' }, size: { width: 1920, height: 1080 } });
    await page.locator('.board tbody tr').first().waitFor();
    await page.evaluate(listen);
    return page;
  };
  const [doctor, nurse] = await Promise.all([open('doctor'), open('nurse')]);
  await Promise.all([atScreen(doctor, place, isOver, sign), atScreen(nurse, place, isOver, give)]);
}

async function atScreen(
  page: Page,
  place: Place,
  isOver: () => boolean,
  deed: (page: Page, patient: string) => Promise<void>,
): Promise<void> {
  for (let n = 0; !isOver(); n++) {
    const patient = patientOf(place.stays[n % place.stays.length] ?? ({} as Encounter));
    seen.board.push(...(await goTo(page, [`/ward/${place.ward}`], 'board')));
    seen.chart.push(...(await goTo(page, [`/patient/${patient}`], 'chart')));
    await deed(page, patient);
    await wait(paceMs / 2);
  }
}

/** A set of orders, signed: from the keys to "stored on the server". */
async function sign(page: Page): Promise<void> {
  await page.keyboard.press('F2');
  await page.locator('.order-search input').waitFor();
  await page.keyboard.type('albumin');
  await page.keyboard.press('Enter');
  await page.locator('.basket-line').first().waitFor();
  seen.order.push(await pressFor(page, '.basket-done', () => page.keyboard.press('Control+Enter')));
}

/** One dose: from the key that gives it to the mark that says so. */
async function give(page: Page, patient: string): Promise<void> {
  await page.evaluate((path) => history.pushState({}, '', path), `/patient/${patient}/medication?view=grid`);
  const row = page.locator('tr', { has: page.locator('th', { hasText: 'melatonin' }) });
  const due = row.locator('button.dose.due, button.dose.late').first();
  await row.first().waitFor();
  if ((await due.count()) === 0) return;
  await due.click();
  const button = page.getByRole('button', { name: /^Giv 2 mg/ });
  await button.waitFor();
  seen.dose.push(await pressFor(page, 'button.dose.given', () => button.press('Enter')));
}
