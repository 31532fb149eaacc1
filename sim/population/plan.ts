// Who lies where: decided for the whole region before any chart is written, because bed statuses, unique numbers and the
// ward lists must agree. A slot is one patient's place, illness and manner; the chart is made from it when its bundle is
// asked for.
import type { CourseKind } from './courses/index.ts';
import { courses } from './courses/index.ts';
import type { Trend } from './course.ts';
import { atDanish, danishDate, danishHour, hourMs, minuteMs } from './danish-time.ts';
import { makePerson, type Person } from './people.ts';
import { bedsOf, hospitalOfSite, type Bed, type BedStatus } from './places.ts';
import { bornAfterHours } from './labour.ts';
import type { Random } from './random.ts';
import { showcase, showcaseExpected, type Shown } from './showcase.ts';
import type { Staff } from './staff.ts';
import { wards, type Ward } from './tables/wards.ts';
import type { Problem } from './tables/problems.ts';

export interface Expected {
  readonly encounterId: string;
  readonly ward: Ward;
  readonly bed?: Bed;
  readonly at: number;
  readonly origin: string;
  readonly reason: string;
}

export interface Slot {
  readonly random: Random;
  readonly person: Person;
  readonly kind: CourseKind;
  readonly ward: Ward;
  readonly bed?: Bed;
  readonly state: 'in-progress' | 'onleave' | 'planned' | 'finished';
  readonly encounterId: string;
  readonly admitted: number;
  readonly trend: Trend;
  readonly severity?: number;
  readonly problems: readonly Problem[];
  readonly doctor?: Staff;
  readonly nurse?: Staff;
  readonly measuredLate: boolean;
  readonly doseLate: boolean;
  readonly viaEmergency: boolean;
  readonly emergencyHours: number;
  /** Planned to leave today at; left at. */
  readonly dischargeToday?: number;
  readonly dischargedAt?: number;
  readonly mother?: Slot;
  /** The mother of a child whose mother is no patient here. */
  readonly motherElsewhere?: Person;
  /** Also expected on another ward (patients of the emergency department). */
  readonly expected?: Expected;
  readonly flags?: readonly (readonly [code: string, text: string])[];
}

export interface Plan {
  readonly slots: readonly Slot[];
  readonly statusByBed: ReadonlyMap<string, BedStatus>;
  readonly cots: readonly (Bed & { readonly ward: string })[];
  /** Numbers that somebody has. */
  readonly taken: Set<string>;
}

interface Planning {
  readonly random: Random;
  readonly now: number;
  readonly taken: Set<string>;
  readonly staff: readonly Staff[];
  readonly slots: Slot[];
  readonly statusByBed: Map<string, BedStatus>;
  readonly cots: (Bed & { readonly ward: string })[];
}

/** After how many hours of the mother's stay the child is born. */
const birthHours: Partial<Record<CourseKind, number>> = { birth: bornAfterHours };

const inLabourHours = 5.25;

/** What the ward table comes to, newborns, expected and those gone home included. */
const patientsOfTable = 300;

export function planRegion(random: Random, now: number, staff: readonly Staff[], patients: number): Plan {
  const planning: Planning = {
    random,
    now,
    taken: new Set(),
    staff,
    slots: [],
    statusByBed: new Map(),
    cots: [],
  };
  for (const ward of wards)
    planWard(planning, ward, ward.id === 'herlev-b12' ? 1 : patients / patientsOfTable);
  return planning;
}

function planWard(planning: Planning, ward: Ward, share: number): void {
  const random = planning.random.fork(ward.id);
  const beds = bedsOf(ward);
  for (const bed of beds) if (!planning.statusByBed.has(bed.id)) planning.statusByBed.set(bed.id, 'U');
  if (ward.id === 'herlev-b12') {
    planShowcase(planning, ward, beds);
    // Two went home: one whose letter is late, one whose letter is due.
    for (const [index, leftHours] of [9 * 24, 26].entries())
      planning.slots.push(
        makeSlot(planning, ward, random.fork(`left-${index}`), {
          kind: ward.courses[index] ?? 'pneumonia',
          state: 'finished',
          leftHours,
        }),
      );
    return;
  }
  // A bed may be taken already: by a patient of the emergency department whom the showcase ward expects.
  const open = beds.filter((bed) => planning.statusByBed.get(bed.id) === 'U');
  const count = Math.min(open.length, Math.max(1, Math.round(ward.patients * share)));
  const leaves = count > 8 && random.chance(0.25) ? random.whole(1, count - 1) : 0;
  random.some(open, count).forEach((bed, index) => {
    const drawn = ward.courses[(index + random.whole(0, 1)) % ward.courses.length] ?? 'pneumonia';
    const isInLabour = ward.id === 'hvidovre-312' && index === 0;
    const kind = isInLabour ? 'birth' : drawn;
    const slot = makeSlot(planning, ward, random.fork(`bed-${index}`), {
      kind,
      bed,
      state: leaves > 0 && index === leaves ? 'onleave' : 'in-progress',
      protected: ward.id === 'bispebjerg-m2' && index === 3,
      // Somebody is giving birth whenever the demo begins.
      ...(isInLabour ? { hours: inLabourHours } : {}),
    });
    addWithNewborn(planning, slot);
  });
  const free = beds.filter((bed) => planning.statusByBed.get(bed.id) === 'U');
  if (free.length > 1) setBed(planning, free[0], 'K');
  if (free.length > 3 && random.chance(0.35)) setBed(planning, free[2], 'C');
  const reservable = free.filter((bed) => planning.statusByBed.get(bed.id) === 'U');
  for (let index = 0; index < Math.round(ward.planned * Math.min(1, share)); index++) {
    const kind = ward.courses[(index + 3) % ward.courses.length] ?? 'pneumonia';
    const bed = index === 0 ? reservable.at(-1) : undefined;
    planning.slots.push(
      makeSlot(planning, ward, random.fork(`planned-${index}`), {
        kind,
        state: 'planned',
        ...(bed === undefined ? {} : { bed }),
      }),
    );
  }
  // Some went home in the last days.
  if (random.chance(0.25))
    planning.slots.push(
      makeSlot(planning, ward, random.fork('left'), {
        kind: ward.courses[0] ?? 'pneumonia',
        state: 'finished',
      }),
    );
}

function setBed(planning: Planning, bed: Bed | undefined, status: BedStatus): void {
  if (bed !== undefined) planning.statusByBed.set(bed.id, status);
}

type Wanted = Pick<Slot, 'kind' | 'state'> & {
  readonly bed?: Bed;
  readonly shown?: Shown;
  readonly protected?: boolean;
  /** How long ago who is here came. */
  readonly hours?: number;
  /** How long ago who is gone left. */
  readonly leftHours?: number;
};

function makeSlot(planning: Planning, ward: Ward, random: Random, wanted: Wanted): Slot {
  const { now } = planning;
  const { kind, state, shown } = wanted;
  const definition = courses[kind];
  const stayHours = shown?.hours ?? wanted.hours ?? hoursIn(random, ward, kind);
  const admitted =
    state === 'planned'
      ? expectedAt(random, now)
      : admittedAt(now - Math.round(stayHours * 60) * minuteMs, kind, now);
  const dischargedAt =
    state === 'finished' ? now - (wanted.leftHours ?? random.whole(3, 30)) * hourMs : undefined;
  const hospital = hospitalOfSite(ward.site);
  const preterm = kind === 'preterm-newborn';
  const person = makePerson(random.fork('person'), now, hospital, planning.taken, {
    ages: shown === undefined ? definition.ages : [shown.age, shown.age],
    sex: shown?.sex ?? definition.sex,
    family: shown?.family,
    given: shown?.given ?? (preterm ? 'Nyfødt' : undefined),
    cave: shown?.cave,
    protected: wanted.protected,
    ...(preterm ? { birthDate: danishDate(admitted) } : {}),
  });
  const trend = shown?.trend ?? drawTrend(random, ward);
  const leaves =
    shown?.dischargeToday ??
    (trend === 'better' &&
      state === 'in-progress' &&
      stayHours > 40 &&
      ward.id !== 'rigshospitalet-ita' &&
      !preterm &&
      random.chance(0.11));
  if (wanted.bed !== undefined && state !== 'planned') setBed(planning, wanted.bed, 'O');
  const named = (name: string | undefined): Staff | undefined =>
    planning.staff.find((one) => one.name === name);
  const doctor = named(shown?.doctor);
  const nurse = named(shown?.nurse);
  return {
    random,
    person,
    kind,
    ward,
    state,
    trend,
    encounterId: random.uuid(),
    admitted: dischargedAt === undefined ? admitted : Math.min(admitted, dischargedAt - 30 * hourMs),
    ...(wanted.bed === undefined ? {} : { bed: wanted.bed }),
    problems: shown?.problems ?? drawProblems(random, kind, person.age, person.sex),
    measuredLate: shown?.measuredLate ?? random.chance(0.09),
    doseLate: shown?.doseLate ?? random.chance(0.12),
    viaEmergency: ![
      'birth',
      'preeclampsia',
      'preterm-newborn',
      'knee-replacement',
      'colon-cancer',
      'newborn',
    ].includes(kind),
    emergencyHours: random.whole(3, 7),
    ...(shown?.severity === undefined ? {} : { severity: shown.severity }),
    ...(doctor === undefined ? {} : { doctor }),
    ...(nurse === undefined ? {} : { nurse }),
    ...(leaves ? { dischargeToday: leavingAt(random, now) } : {}),
    ...(dischargedAt === undefined ? {} : { dischargedAt }),
    ...(shown?.flags === undefined ? {} : { flags: shown.flags }),
    ...(preterm ? motherElsewhere() : {}),
  };

  /** A mother without a chart here: the child's next of kin is she and nobody else. */
  function motherElsewhere(): Pick<Slot, 'person' | 'motherElsewhere'> {
    const mother = makePerson(random.fork('mother'), now, hospital, planning.taken, {
      ages: [22, 40],
      sex: 'female',
      family: person.family,
      address: person.address,
    });
    const kin = { name: `${mother.given} ${mother.family}`, relation: 'mor', phone: mother.phone };
    return { person: { ...person, kin }, motherElsewhere: mother };
  }
}

function hoursIn(random: Random, ward: Ward, kind: CourseKind): number {
  if (ward.id === 'herlev-fam') return random.between(1.4, 9);
  const [from, to] = courses[kind].days;
  // Most stays are near the short end.
  const days = from + (to - from) * random.next() ** 1.4;
  return Math.max(3, (days - 1) * 24 + random.between(5, 22));
}

/** Those who come by appointment come in the morning. */
function admittedAt(at: number, kind: CourseKind, now: number): number {
  if (!['knee-replacement', 'colon-cancer', 'lung-tumour'].includes(kind)) return at;
  const morning = atDanish(at, '07:10');
  return morning <= now - 4 * hourMs ? morning : atDanish(at, '07:10', -1);
}

function drawTrend(random: Random, ward: Ward): Trend {
  const draw = random.next();
  if (draw < (ward.id === 'rigshospitalet-ita' ? 0.2 : 0.05)) return 'worse';
  return draw < 0.27 ? 'slow' : 'better';
}

function drawProblems(random: Random, kind: CourseKind, age: number, sex: Person['sex']): Problem[] {
  const likely = courses[kind].problems;
  const found = (Object.keys(likely) as Problem[]).filter((problem) =>
    random.chance((likely[problem] ?? 0) * (age > 60 ? 1 : 0.5)),
  );
  return found
    .filter((problem) => (problem !== 'prostate' || sex === 'male') && (problem !== 'dementia' || age > 66))
    .slice(0, 5);
}

/** Expected today or tomorrow, at an hour when patients come. */
function expectedAt(random: Random, now: number): number {
  const soon = Math.ceil((now + random.between(1, 5) * hourMs) / (15 * minuteMs)) * 15 * minuteMs;
  return danishHour(now) < 17 && random.chance(0.6)
    ? soon
    : atDanish(now, random.pick(['07:00', '08:00', '09:30']), 1);
}

function leavingAt(random: Random, now: number): number {
  return Math.ceil((now + random.between(0.8, 4) * hourMs) / (30 * minuteMs)) * 30 * minuteMs;
}

function addWithNewborn(planning: Planning, mother: Slot): void {
  planning.slots.push(mother);
  const after = birthHours[mother.kind];
  const born = after === undefined ? undefined : mother.admitted + after * hourMs;
  if (born === undefined || mother.bed === undefined || born > planning.now - 40 * minuteMs) return;
  const random = mother.random.fork('newborn');
  const cot = { id: `${mother.bed.id}-vugge`, name: `${mother.bed.name} vugge`, ward: mother.ward.id };
  planning.cots.push(cot);
  setBed(planning, cot, 'O');
  const sex = random.chance(0.5) ? ('female' as const) : ('male' as const);
  const person = makePerson(
    random.fork('person'),
    planning.now,
    hospitalOfSite(mother.ward.site),
    planning.taken,
    {
      ages: [0, 0],
      sex,
      family: mother.person.family,
      given: sex === 'female' ? 'Pige' : 'Dreng',
      address: mother.person.address,
      birthDate: danishDate(born),
    },
  );
  planning.slots.push({
    random,
    person: {
      ...person,
      kin: {
        name: `${mother.person.given} ${mother.person.family}`,
        relation: 'mor',
        phone: mother.person.phone,
      },
    },
    kind: 'newborn',
    ward: mother.ward,
    bed: cot,
    state: 'in-progress',
    encounterId: random.uuid(),
    admitted: born,
    trend: 'better',
    problems: [],
    measuredLate: false,
    doseLate: false,
    viaEmergency: false,
    emergencyHours: 0,
    mother,
    ...(mother.dischargeToday === undefined ? {} : { dischargeToday: mother.dischargeToday }),
    ...(mother.doctor === undefined ? {} : { doctor: mother.doctor }),
  });
}

function planShowcase(planning: Planning, ward: Ward, beds: readonly Bed[]): void {
  const emergency = wards.find((each) => each.id === 'herlev-fam');
  for (const shown of showcase) {
    const bed = beds.find((each) => each.name === shown.bed);
    const slot = makeSlot(planning, ward, planning.random.fork(`b12-${shown.bed}`), {
      kind: shown.kind,
      state: shown.onLeave === true ? 'onleave' : 'in-progress',
      shown,
      ...(bed === undefined ? {} : { bed }),
    });
    planning.slots.push(slot);
  }
  setBed(
    planning,
    beds.find((bed) => bed.name === '12-2'),
    'K',
  );
  for (const { shown, origin, inHours, reserve } of showcaseExpected) {
    const random = planning.random.fork(`b12-${shown.family}`);
    const bed = beds.find((each) => each.name === reserve);
    const at =
      inHours > 12
        ? atDanish(planning.now, '08:00', 1)
        : Math.ceil((planning.now + inHours * hourMs) / (5 * minuteMs)) * 5 * minuteMs;
    if (origin.startsWith('FAM') && emergency !== undefined) {
      // She lies in the emergency department now, and is expected here.
      const there = bedsOf(emergency)[3];
      const slot = makeSlot(planning, emergency, random, {
        kind: shown.kind,
        state: 'in-progress',
        shown,
        ...(there === undefined ? {} : { bed: there }),
      });
      planning.slots.push({
        ...slot,
        expected: {
          encounterId: random.uuid(),
          ward,
          at,
          origin,
          reason: 'Pneumoni',
          ...(bed === undefined ? {} : { bed }),
        },
      });
      continue;
    }
    const slot = makeSlot(planning, ward, random, {
      kind: shown.kind,
      state: 'planned',
      shown,
      ...(bed === undefined ? {} : { bed }),
    });
    planning.slots.push({
      ...slot,
      admitted: at,
      expected: { encounterId: slot.encounterId, ward, at, origin, reason: shown.reason ?? 'Udredning' },
    });
  }
}
