// Notes in Danish: the admission note, a round each day, the nurses' notes of the last shifts, physiotherapy and the
// operation. Texts come from the course, numbers from the voice.
import { Buffer } from 'node:buffer';
import type { CarePlan, DocumentReference, Resource } from '@medplum/fhirtypes';
import {
  clockTimesWithin,
  danishClock,
  danishInstant,
  danishHour,
  dayMs,
  hourMs,
  minuteMs,
} from './danish-time.ts';
import type { LaboratoryValue } from './laboratory.ts';
import { homeDrugs } from './medication.ts';
import type { Random } from './random.ts';
import { codeable, danishNumber, referTo } from './resources.ts';
import { atHours, type Stay } from './stay.ts';
import { formulary, type Drug } from './tables/formulary.ts';
import type { LaboratoryKey } from './tables/laboratory-tests.ts';
import { caveText, knownWith, voiceAt, type Voice } from './voice.ts';
import { nurseAt, type Reading } from './vitals.ts';

const roundsKeptDays = 7;
const nursingKeptDays = 2.6;

export function notesOf(
  stay: Stay,
  readings: readonly Reading[],
  values: readonly LaboratoryValue[],
): Resource[] {
  const random = stay.random.fork('notes');
  const speak = (at: number): Voice => voiceAt(stay, at, readings, values);
  const notes: Resource[] = [];
  const note = (at: number, type: string, by: 'doctor' | 'nurse', text: string): void => {
    if (at <= stay.until) notes.push(document(stay, random.uuid(), at, type, by, text));
  };
  const { notes: texts } = stay.course;
  const admission = stay.admitted + random.whole(55, 110) * minuteMs;
  note(admission, 'Indlæggelsesnotat', 'doctor', admissionText(stay, speak(admission)));
  for (const at of roundTimes(stay, random))
    note(at, 'Stuegang', 'doctor', roundText(stay, speak(at), random));
  for (const at of nursingTimes(stay, random))
    note(at, 'Sygeplejenotat', 'nurse', nursingText(stay, speak(at), random));
  if (texts.operation !== undefined)
    note(
      atHours(stay, texts.operation.at) + 80 * minuteMs,
      'Operationsnotat',
      'doctor',
      `${texts.operation.title}\n\n${texts.operation.text}`,
    );
  for (const other of texts.others ?? []) note(atHours(stay, other.at), other.type, other.by, other.text);
  if (texts.physiotherapy !== undefined) {
    for (const at of clockTimesWithin(
      ['13:10'],
      Math.max(stay.admitted + 20 * hourMs, stay.until - 3 * dayMs),
      stay.until,
    ))
      note(at + random.whole(0, 70) * minuteMs, 'Fysioterapi', 'nurse', texts.physiotherapy);
  }
  if (stay.trend === 'worse' && stay.hours > 3) {
    const at = stay.until - random.whole(35, 70) * minuteMs;
    const voice = speak(at);
    note(
      at,
      'Lægetilsyn',
      'doctor',
      `Tilkaldt af plejen pga. stigende EWS. ${voice.vitals}\n\n${random.pick(texts.rounds.worse)}\n\nPlan: Tæt observation og ny vurdering inden for 1 time. Intensiv orienteret. Pårørende kontaktes.`,
    );
  }
  notes.push(carePlan(stay, random.uuid(), speak(stay.until)));
  return notes;
}

function admissionText(stay: Stay, voice: Voice): string {
  const { notes } = stay.course;
  const home = homeDrugs(stay).map((plan) => {
    const drug: Drug = formulary[plan.drug];
    return `${drug.generic} ${danishNumber(plan.dose ?? drug.dose)} ${drug.unit}${drug.times.length > 0 ? ` × ${drug.times.length}` : ''}`;
  });
  const values = voice.laboratory([
    'crp',
    'leukocytes',
    'haemoglobin',
    'sodium',
    'potassium',
    'creatinine',
    'lactate',
    'glucose',
  ]);
  return [
    opening(stay, voice),
    `CAVE: ${caveText(stay)}`,
    `Aktuelt: ${notes.history}`,
    ...(stay.course.child === true
      ? []
      : [`Medicin: ${home.length === 0 ? 'Tager ingen fast medicin.' : `${home.join(', ')}.`}`]),
    `Objektivt: ${voice.vitals} ${notes.examination}`,
    ...(values === '' ? [] : [`Paraklinisk: ${values.charAt(0).toUpperCase()}${values.slice(1)}.`]),
    `Konklusion: ${notes.conclusion}`,
    `Plan:\n${notes.plan.map((line) => `- ${line}`).join('\n')}`,
  ].join('\n\n');
}

function opening(stay: Stay, voice: Voice): string {
  const { admittedWith } = stay.course.notes;
  if (/^(nyfødt|født)/.test(admittedWith))
    return `${admittedWith.charAt(0).toUpperCase()}${admittedWith.slice(1)}.`;
  return `${voice.who}, ${knownWith(stay)}, indlægges ${admittedWith}.`;
}

function roundTimes(stay: Stay, random: Random): number[] {
  const from = Math.max(stay.admitted + 5 * hourMs, stay.until - roundsKeptDays * dayMs);
  return clockTimesWithin(['09:05'], from, stay.until - 20 * minuteMs).map((at) =>
    Math.min(stay.until - 2 * minuteMs, at + random.whole(0, 110) * minuteMs),
  );
}

function roundText(stay: Stay, voice: Voice, random: Random): string {
  const { notes, laboratory } = stay.course;
  const keys = Object.keys(laboratory).filter((key) =>
    stay.course.daily.includes(key as LaboratoryKey),
  ) as LaboratoryKey[];
  const values = voice.laboratory(keys.slice(0, 6));
  const plan = voice.dischargedToday
    ? [...notes.roundPlan(voice).slice(0, 1), 'Udskrives i dag, epikrise og recepter laves.']
    : notes.roundPlan(voice);
  return [
    `${voice.who}, indlagt med ${stay.course.reason.charAt(0).toLowerCase()}${stay.course.reason.slice(1)}, dag ${voice.day}. ${random.pick(notes.rounds[voice.trend])}`,
    `Obj.: ${voice.vitals} ${notes.roundExamination}${values === '' ? '' : `\nParaklinisk: ${values.charAt(0).toUpperCase()}${values.slice(1)}.`}`,
    `Plan: ${plan.join(' ')}`,
  ].join('\n\n');
}

function nursingTimes(stay: Stay, random: Random): number[] {
  const from = Math.max(stay.admitted + 2 * hourMs, stay.until - nursingKeptDays * dayMs);
  return clockTimesWithin(['06:20', '12:35', '21:40'], from, stay.until - 5 * minuteMs)
    .map((at) => Math.min(stay.until - minuteMs, at + random.whole(-20, 25) * minuteMs))
    .filter((at) => at > stay.admitted);
}

function nursingText(stay: Stay, voice: Voice, random: Random): string {
  const hour = danishHour(voice.at);
  const { reading } = voice;
  const child = stay.course.child === true;
  const lines = [
    random.pick(
      hour < 9
        ? child
          ? ['Har sovet i perioder mellem måltiderne.']
          : [
              'Har sovet det meste af natten.',
              'Sovet i perioder, været oppe på toilettet to gange.',
              'Urolig nat, faldt i søvn ud på morgenen.',
            ]
        : hour < 17
          ? child
            ? ['Forældre til stede og deltager i plejen.']
            : [
                'Hjulpet med morgentoilette, oppe i stol til frokost.',
                'Klaret sig med let hjælp til personlig pleje.',
                'Har spist det halve af frokosten, tilbudt energidrik.',
              ]
          : child
            ? ['Rolig aften, en forælder sover på stuen.']
            : [
                'Besøg af pårørende i aften.',
                'Har ligget mest i sengen i aften.',
                'Spist aftensmad i dagligstuen.',
              ],
    ),
    random.pick(stay.course.notes.nursing),
  ];
  if (reading !== undefined) {
    if (!child && (reading.score ?? 0) >= 5) lines.push(`EWS ${reading.score}, vagthavende orienteret.`);
    if (reading.oxygen > 0) lines.push(`Sat. ${reading.spo2} % på ${danishNumber(reading.oxygen)} L ilt.`);
    if (reading.temperature >= 38.1) lines.push(`Febril, ${danishNumber(reading.temperature)}.`);
    if (reading.consciousness === 'C') lines.push('Forvirret, skærmes og orienteres løbende.');
  }
  if (!child && random.chance(0.4))
    lines.push(
      random.pick([
        `Drukket ${random.whole(4, 9) * 100} ml i vagten.`,
        'Ingen smerter i hvile.',
        'Venflon uden rødme, skyllet.',
        'Tryksteder efterset, hel hud.',
        'Vandladning uden problemer.',
      ]),
    );
  return lines.join(' ');
}

function carePlan(stay: Stay, id: string, voice: Voice): CarePlan {
  const lines = [...stay.course.notes.roundPlan(voice)];
  if (stay.dischargeAt !== undefined)
    lines.push(
      `Udskrives i dag kl. ${danishClock(stay.dischargeAt)} til ${stay.course.dischargeTo ?? 'eget hjem'}.`,
    );
  else if (stay.trend === 'better' && stay.hours > 30)
    lines.push(`Udskrivelse forventes om 1-2 døgn til ${stay.course.dischargeTo ?? 'eget hjem'}.`);
  const created =
    roundTimes(stay, stay.random.fork('care-plan')).at(-1) ??
    Math.min(stay.until, stay.admitted + 75 * minuteMs);
  return {
    resourceType: 'CarePlan',
    id,
    status: stay.finished ? 'completed' : 'active',
    intent: 'plan',
    title: stay.hours < 24 ? 'Plan ved indlæggelse' : 'Plan efter stuegang',
    description: lines.join(' '),
    subject: referTo(`Patient/${stay.person.id}`),
    encounter: referTo(`Encounter/${stay.encounterId}`),
    created: danishInstant(created),
    author: referTo(`Practitioner/${stay.doctor.id}`, stay.doctor.name),
  };
}

function document(
  stay: Stay,
  id: string,
  at: number,
  type: string,
  by: 'doctor' | 'nurse',
  text: string,
): DocumentReference {
  const author = by === 'doctor' ? stay.doctor : nurseAt(stay, at);
  return {
    resourceType: 'DocumentReference',
    id,
    status: 'current',
    type: codeable(type),
    subject: referTo(`Patient/${stay.person.id}`),
    date: danishInstant(at),
    // A physiotherapist has no login in the demo region; the note tells by name of the profession.
    author: [
      type === 'Fysioterapi'
        ? { display: 'Fysioterapeut' }
        : referTo(`Practitioner/${author.id}`, author.name),
    ],
    content: [
      {
        attachment: {
          contentType: 'text/plain; charset=utf-8',
          language: 'da',
          data: Buffer.from(text, 'utf8').toString('base64'),
        },
      },
    ],
    context: { encounter: [referTo(`Encounter/${stay.encounterId}`)] },
  };
}
