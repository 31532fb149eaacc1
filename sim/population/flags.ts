// What is to be seen at once: isolation, how far the patient is treated, a fall that may come, a protected address.
import type { Flag } from '@medplum/fhirtypes';
import { levelCategory, levelElements, levels } from '#fhir/treatment-level/level.ts';
import { danishDate, danishInstant, dayMs, minuteMs } from './danish-time.ts';
import type { Slot } from './plan.ts';
import { codeable, performerOf, referTo } from './resources.ts';
import type { Stay } from './stay.ts';

export function flagsOf(slot: Slot, stay: Stay, uuid: () => string): Flag[] {
  const flags = new Map<string, string>(stay.course.flags ?? []);
  const frail = slot.person.age >= 80 && stay.random.fork('flags').chance(0.4);
  if (frail && !flags.has('treatment-level'))
    flags.set(
      'treatment-level',
      stay.random.pick([
        'Ingen genoplivning',
        'Ingen genoplivning, ingen intensiv terapi',
        'Fuld behandling',
      ]),
    );
  if (slot.person.age >= 86 && !flags.has('fall-risk')) flags.set('fall-risk', 'Faldrisiko');
  if (slot.person.protected) flags.set('protected', 'Navne- og adressebeskyttet');
  for (const [code, text] of slot.flags ?? []) flags.set(code, text);
  return [...flags].map(([code, text]) => ({
    resourceType: 'Flag',
    id: uuid(),
    status: stay.finished && code !== 'protected' ? 'inactive' : 'active',
    ...(levelOf(code, text, stay) ?? {
      category: [codeable(text, { system: 'https://holdfast.dk/fhir/flag-category', code })],
      code: codeable(text),
    }),
    subject: referTo(`Patient/${slot.person.id}`),
    ...(code === 'protected' ? {} : { encounter: referTo(`Encounter/${slot.encounterId}`) }),
    period: {
      start:
        code === 'protected'
          ? danishDate(stay.admitted - 900 * dayMs)
          : danishInstant(stay.admitted + 70 * minuteMs),
    },
  }));
}

/** A treatment level is coded, with who decided and why. */
function levelOf(code: string, text: string, stay: Stay) {
  const level = code === levelCategory ? levels.find(({ danish }) => danish === text) : undefined;
  if (level === undefined) return undefined;
  const reason =
    level.id === 'full' ? 'Vurderet ved indlæggelsen' : 'Alder, skrøbelighed og patientens eget ønske';
  return {
    ...levelElements(level, reason, level.id === 'full' ? 'patient' : 'both'),
    author: performerOf(stay.doctor),
  };
}
