// What the clinicians of the simulated hospital do. Each looks at the board, chooses by chance, and acts on what was seen,
// which another may have changed since: that is what the record must bear.
import type { Encounter, Location } from '@medplum/fhirtypes';
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
import { danishInstant, minuteMs } from '../population/danish-time.ts';
import type { Random } from '../population/random.ts';
import type { Entry, HospitalRecord } from './api.ts';
import { answerTest, giveDose, orderDrug, orderTest } from './treatment.ts';
import type { Ward } from './ward.ts';

/** What somebody sees of a ward at a moment. */
interface Seen {
  readonly here: readonly Encounter[];
  readonly expected: readonly Encounter[];
  readonly beds: readonly Location[];
}

export interface Moment {
  readonly ward: Ward;
  readonly record: HospitalRecord;
  readonly random: Random;
  /** The time of the simulation, ms since 1970. */
  readonly now: number;
}

export type Role = 'nurse' | 'secretary' | 'doctor' | 'laboratory';
type Deed = (
  moment: Moment,
  seen: Seen,
) => Promise<readonly Entry[] | undefined> | readonly Entry[] | undefined;

/** How often each does what, as weights. */
const deeds: Readonly<Record<Role, readonly (readonly [weight: number, deed: Deed])[]>> = {
  secretary: [
    [3, expectSomebody],
    [1, callSomebodyOff],
  ],
  nurse: [
    [4, receiveSomebody],
    [3, moveSomebody],
    [1, sendOnLeave],
    [2, takeBack],
    [4, cleanBed],
    [1, changePlaces],
    [12, forSomebody(giveDose)],
  ],
  doctor: [
    [2, admitAcutely],
    [3, dischargeSomebody],
    [1, recordDeath],
    [4, forSomebody(orderDrug)],
    [4, forSomebody(orderTest)],
  ],
  laboratory: [[1, forSomebody(answerTest)]],
};

/** What one clinician of this role would do now; undefined when there is nothing to do. */
export async function decide(role: Role, moment: Moment): Promise<readonly Entry[] | undefined> {
  const seen = await look(moment);
  const { random } = moment;
  const own = deeds[role];
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

async function look({ record, ward }: Moment): Promise<Seen> {
  const id = ward.ward.id ?? '';
  const [stays, beds] = await Promise.all([
    record.find('Encounter', `location=Location/${id}&status=in-progress,onleave,planned`),
    record.find('Location', `partof=Location/${id}`),
  ]);
  return {
    here: stays.filter(({ status }) => status !== 'planned'),
    expected: stays.filter(({ status }) => status === 'planned'),
    beds,
  };
}

const update = (resource: Encounter | Location): Entry => ({
  method: 'PUT',
  url: `${resource.resourceType}/${resource.id ?? ''}`,
  resource,
  version: resource.meta?.versionId,
});
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
  const known = new Set([...here, ...expected].map(({ subject }) => subject?.reference));
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
  return [{ method: 'POST', url: 'Encounter', resource: expectAt({ patient, ...to }, at) }];
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
  const stay = admit({ patient, ward: wardOf(moment), bed: bedOf(bed) }, danishInstant(moment.now));
  return [{ method: 'POST', url: 'Encounter', resource: stay }];
}

function moveSomebody(moment: Moment, { here, beds }: Seen): readonly Entry[] | undefined {
  const [stay, bed] = [pick(moment, here), pick(moment, takeable(beds))];
  if (stay === undefined || bed === undefined) return undefined;
  return [update(move(stay, { ward: wardOf(moment), bed: bedOf(bed) }, danishInstant(moment.now)))];
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
