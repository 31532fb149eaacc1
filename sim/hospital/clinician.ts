// What the clinicians of the simulated hospital do. Each looks at the board, chooses by chance, and acts on what was seen,
// which another may have changed since: that is what the record must bear.
import type { Encounter, Location, Practitioner, Reference } from '@medplum/fhirtypes';
import {
  admit,
  comeBack,
  dead,
  discharge,
  expectAt,
  leave,
  move,
  receive,
  type Whereto,
} from '#fhir/stay.ts';
import { danishInstant, hourMs, minuteMs } from '../population/danish-time.ts';
import type { Random } from '../population/random.ts';
import type { Entry, HospitalRecord } from './api.ts';
import { dueOf, measureSet } from './measuring.ts';
import { isDrugRound, isHandOver, isRoundTime, isSampleTime, type Role } from './rhythm.ts';
import { answerTest, changeDrug, giveDose, orderDrug, orderTest, stopDrug, takeSample } from './treatment.ts';
import type { Ward } from './ward.ts';
import { owedOf, seeResult, writeLetter, writeNote } from './writing.ts';

/** What somebody sees of a ward at a moment. */
interface Seen {
  readonly here: readonly Encounter[];
  readonly expected: readonly Encounter[];
  readonly beds: readonly Location[];
}

export interface Moment {
  readonly ward: Ward;
  /** Where somebody may be moved to from here. */
  readonly others: readonly Ward[];
  /** `Patient/…` whom somebody else looks after, at a screen: they are left to them. */
  readonly spared?: ReadonlySet<string>;
  /** Who acts. */
  readonly self: Reference<Practitioner>;
  readonly record: HospitalRecord;
  readonly random: Random;
  /** For what must be nobody else's in the whole record, such as the number of a sample. */
  readonly own: Random;
  /** The time of the simulation, ms since 1970. */
  readonly now: number;
}

type Deed = (
  moment: Moment,
  seen: Seen,
) => Promise<readonly Entry[] | undefined> | readonly Entry[] | undefined;

type Weighted = readonly [weight: number, deed: Deed, hour?: (now: number) => boolean];
/** How much more often something is done in its hours. */
const inItsHours = 5;

/** How often each does what, as weights. */
const deeds: Readonly<Record<Role, readonly Weighted[]>> = {
  secretary: [
    [3, expectSomebody],
    [1, callSomebodyOff],
  ],
  nurse: [
    [4, receiveSomebody],
    [1.5, moveSomebody],
    [1, moveToWard],
    [1, sendOnLeave],
    [2, takeBack],
    [4, cleanBed],
    [1, changePlaces],
    [12, forSomebody(giveDose), isDrugRound],
    [10, measureWhoIsDue],
    [5, forSomebody(takeSample), isSampleTime],
    [1, forSomebody(writeNote('Sygeplejenotat', 'Observeret, ingen ændring.')), isHandOver],
  ],
  doctor: [
    [2, admitAcutely],
    [0.5, dischargeSomebody, isRoundTime],
    [0.3, recordDeath],
    [3, forSomebody(orderDrug), isRoundTime],
    [1, forSomebody(changeDrug), isRoundTime],
    [1, forSomebody(stopDrug), isRoundTime],
    [3, forSomebody(orderTest), isRoundTime],
    [4, forSomebody(seeResult)],
    [1, forSomebody(writeNote('Stuegang', 'Bedring. Plan uændret.')), isRoundTime],
  ],
  laboratory: [[1, forSomebody(answerTest)]],
};

/** What is done in a ward that somebody only looks at: nobody comes, moves or goes. */
const calmDeeds: typeof deeds = {
  secretary: [],
  nurse: [
    [4, forSomebody(giveDose)],
    [4, measureWhoIsDue],
    [2, forSomebody(takeSample)],
    [
      0.3,
      forSomebody(writeNote('Sygeplejenotat', 'Har det efter omstændighederne godt. Hjulpet op i stol.')),
    ],
  ],
  doctor: [
    [2, forSomebody(orderTest)],
    [3, forSomebody(seeResult)],
    [0.3, forSomebody(writeNote('Stuegang', 'Bedring. Plan uændret.'))],
  ],
  laboratory: [[1, forSomebody(answerTest)]],
};

/** What one clinician would do now in a ward that stays as it is; undefined when there is nothing to do. */
export async function decideCalmly(role: Role, moment: Moment): Promise<readonly Entry[] | undefined> {
  return draw(calmDeeds[role], moment);
}

/** What one clinician of this role would do now; undefined when there is nothing to do. */
export async function decide(role: Role, moment: Moment): Promise<readonly Entry[] | undefined> {
  const letter = role === 'doctor' ? await owedLetter(moment) : undefined;
  return letter ?? draw(deeds[role], moment);
}

/** One deed by chance, those of this hour more often. */
async function draw(from: readonly Weighted[], moment: Moment): Promise<readonly Entry[] | undefined> {
  const { random, now } = moment;
  const seen = await look(moment);
  const own = from.map(
    ([weight, deed, isHour]) => [isHour?.(now) === true ? weight * inItsHours : weight, deed] as const,
  );
  let at = random.between(
    0,
    own.reduce((sum, [weight]) => sum + weight, 0),
  );
  for (const [weight, deed] of own) {
    at -= weight;
    if (at < 0) return deed(moment, seen);
  }
  return undefined;
}

/** Who went home more than two hours ago has a letter before anything else is done. */
async function owedLetter(moment: Moment): Promise<readonly Entry[] | undefined> {
  const owed = (await owedOf(moment)).filter(
    ({ authoredOn = '' }) => Date.parse(authoredOn) <= moment.now - 2 * hourMs,
  );
  return owed.length === 0 ? undefined : writeLetter(moment, moment.random.pick(owed));
}

async function look({ record, ward, spared }: Moment): Promise<Seen> {
  const id = ward.ward.id ?? '';
  const [stays, beds] = await Promise.all([
    record.find('Encounter', `location=Location/${id}&status=in-progress,onleave,planned`),
    record.find('Location', `partof=Location/${id}`),
  ]);
  return {
    here: stays.filter(
      (stay) =>
        stay.status !== 'planned' && isOn(stay, id) && spared?.has(stay.subject?.reference ?? '') !== true,
    ),
    expected: stays.filter(({ status }) => status === 'planned'),
    beds,
  };
}

/** Who has gone on to another ward was here, and is not. */
export function isOn({ location = [] }: Encounter, ward: string): boolean {
  return location.some((one) => one.status === 'active' && one.location.reference === `Location/${ward}`);
}

const update = (resource: Encounter | Location): Entry => ({
  method: 'PUT',
  url: `${resource.resourceType}/${resource.id ?? ''}`,
  resource,
  version: resource.meta?.versionId,
});
/** A ward's own department, which owes the letters of who left it. */
const departmentOf = ({ ward }: Ward) => ({ reference: `Organization/${ward.id ?? ''}-afd` }) as const;
const wardOf = ({ ward }: Moment): Whereto['ward'] => ({ reference: `Location/${ward.ward.id ?? ''}` });
const bedOf = (bed: Location): NonNullable<Whereto['bed']> => ({ reference: `Location/${bed.id ?? ''}` });
const status = (bed: Location) => bed.operationalStatus?.code;
/** Free, or not yet cleaned: a nurse in need places there too. */
const takeable = (beds: readonly Location[]) =>
  beds.filter((bed) => status(bed) === 'U' || status(bed) === 'K');
const pick = <T>({ random }: Moment, from: readonly T[]): T | undefined =>
  from.length === 0 ? undefined : random.pick(from);

/** What is done for one of those who lie here. */
function forSomebody(deed: (moment: Moment, stay: Encounter) => ReturnType<Deed>): Deed {
  return (moment, { here }) => {
    const stay = pick(
      moment,
      here.filter((one) => one.status === 'in-progress'),
    );
    return stay && deed(moment, stay);
  };
}

function somebodyNew(moment: Moment, { here, expected }: Seen) {
  const known = new Set([
    ...[...here, ...expected].map(({ subject }) => subject?.reference),
    ...(moment.spared ?? []),
  ]);
  const person = pick(
    moment,
    moment.ward.people.filter(({ id }) => !known.has(`Patient/${id ?? ''}`)),
  );
  return person === undefined ? undefined : { reference: `Patient/${person.id ?? ''}` };
}

function expectSomebody(moment: Moment, seen: Seen): readonly Entry[] | undefined {
  const patient = somebodyNew(moment, seen);
  const bed = moment.random.chance(0.5) ? pick(moment, takeable(seen.beds)) : undefined;
  if (patient === undefined) return undefined;
  const to = { ward: wardOf(moment), ...(bed === undefined ? {} : { bed: bedOf(bed) }) };
  const at = danishInstant(moment.now + moment.random.whole(10, 300) * minuteMs);
  return [
    {
      method: 'POST',
      url: 'Encounter',
      resource: expectAt({ patient, department: departmentOf(moment.ward), ...to }, at),
    },
  ];
}

function callSomebodyOff(moment: Moment, { expected }: Seen): readonly Entry[] | undefined {
  const stay = pick(moment, expected);
  return stay && [update({ ...stay, status: 'cancelled' })];
}

function receiveSomebody(moment: Moment, { expected, beds }: Seen): readonly Entry[] | undefined {
  const [stay, bed] = [pick(moment, expected), pick(moment, takeable(beds))];
  if (stay === undefined || bed === undefined) return undefined;
  return [update(receive(stay, { ward: wardOf(moment), bed: bedOf(bed) }, danishInstant(moment.now)))];
}

function admitAcutely(moment: Moment, seen: Seen): readonly Entry[] | undefined {
  const [patient, bed] = [somebodyNew(moment, seen), pick(moment, takeable(seen.beds))];
  if (patient === undefined || bed === undefined) return undefined;
  const stay = admit(
    { patient, department: departmentOf(moment.ward), ward: wardOf(moment), bed: bedOf(bed) },
    danishInstant(moment.now),
  );
  return [{ method: 'POST', url: 'Encounter', resource: stay }];
}

function moveSomebody(moment: Moment, { here, beds }: Seen): readonly Entry[] | undefined {
  const [stay, bed] = [pick(moment, here), pick(moment, takeable(beds))];
  if (stay === undefined || bed === undefined) return undefined;
  return [update(move(stay, { ward: wardOf(moment), bed: bedOf(bed) }, danishInstant(moment.now)))];
}

/** To a bed of another ward, when one is free there. */
async function moveToWard(moment: Moment, { here }: Seen): Promise<readonly Entry[] | undefined> {
  const [stay, to] = [pick(moment, here), pick(moment, moment.others)];
  if (stay === undefined || to === undefined) return undefined;
  const ward = { reference: `Location/${to.ward.id ?? ''}` } as const;
  const beds = await moment.record.find('Location', `partof=${ward.reference}`);
  const bed = pick(moment, takeable(beds));
  if (bed === undefined) return undefined;
  const moved = move(stay, { ward, bed: bedOf(bed) }, danishInstant(moment.now));
  return [update({ ...moved, serviceProvider: departmentOf(to) })];
}

/** Somebody whose next set is due, or who was never measured here. */
async function measureWhoIsDue(moment: Moment, { here }: Seen): Promise<readonly Entry[] | undefined> {
  const stay = pick(
    moment,
    here.filter(({ status: state }) => state === 'in-progress'),
  );
  if (stay === undefined) return undefined;
  const due = await dueOf(moment, stay);
  return due === undefined || due <= moment.now + 30 * minuteMs ? measureSet(moment, stay) : undefined;
}

/** Two who lie each in their bed, in one act. */
function changePlaces(moment: Moment, { here }: Seen): readonly Entry[] | undefined {
  const bedNow = (stay: Encounter) =>
    stay.location?.find(
      ({ status: state, physicalType }) =>
        state === 'active' && physicalType?.coding?.some(({ code }) => code === 'bd') === true,
    )?.location;
  const [one, other] = moment.random.some(
    here.filter((stay) => bedNow(stay) !== undefined),
    2,
  );
  if (one === undefined || other === undefined) return undefined;
  const at = danishInstant(moment.now);
  const ward = wardOf(moment);
  return [
    update(move(one, { ward, bed: bedNow(other) }, at)),
    update(move(other, { ward, bed: bedNow(one) }, at)),
  ];
}

function sendOnLeave(moment: Moment, { here }: Seen): readonly Entry[] | undefined {
  const stay = pick(
    moment,
    here.filter((one) => one.status === 'in-progress'),
  );
  return stay && [update(leave(stay, danishInstant(moment.now)))];
}

function takeBack(moment: Moment, { here }: Seen): readonly Entry[] | undefined {
  const stay = pick(
    moment,
    here.filter((one) => one.status === 'onleave'),
  );
  return stay && [update(comeBack(stay, danishInstant(moment.now)))];
}

function cleanBed(moment: Moment, { beds }: Seen): readonly Entry[] | undefined {
  const bed = pick(
    moment,
    beds.filter((one) => status(one) === 'K'),
  );
  if (bed === undefined) return undefined;
  const cleaned = { system: 'http://terminology.hl7.org/CodeSystem/v2-0116', code: 'U' };
  return [update({ ...bed, operationalStatus: cleaned })];
}

function dischargeSomebody(moment: Moment, { here }: Seen): readonly Entry[] | undefined {
  const stay = pick(moment, here);
  return stay && [update(discharge(stay, 'Eget hjem', danishInstant(moment.now)))];
}

function recordDeath(moment: Moment, { here }: Seen): readonly Entry[] | undefined {
  if (!moment.random.chance(0.1)) return undefined;
  const stay = pick(moment, here);
  return stay && [update(discharge(stay, dead, danishInstant(moment.now)))];
}
