import type {
  Appointment,
  CarePlan,
  Condition,
  DiagnosticReport,
  DocumentReference,
  Encounter,
  Procedure,
  ServiceRequest,
} from '@medplum/fhirtypes';
import type { Fill } from '#fhir/letters/kinds.ts';
import type { PatientPart } from '../../link/patient-parts.ts';
import { instantOf } from '../../parts/format/date.ts';
import { caveOf, caveWords } from '../record/cave.ts';
import { anyHasCode, hasCode, ofType, referredId, wordsOf } from '../record/coding.ts';
import { groupDiagnoses, onsetOf } from '../record/diagnoses.ts';
import { notesOf } from '../record/notes.ts';
import { readable, reportedAt, reportText } from '../record/reports.ts';
import type { Stay } from '../record/stay.ts';
import { day, dayAndTime, sourceOf, within, type Facts, type Line } from './letter-line.ts';
import { resultLines, vitalLines } from './build-measured.ts';
import { medicationLines } from './build-medication.ts';

// What the record says, as the lines of a section: each line with the resource it comes from and its time. A letter is
// Danish whatever the language of the screen, and says nothing that changes with the hour it was built in, so that another
// text means another fact.

/** The parts of the record that a section is built from. */
export const partsOf = {
  diagnoses: ['diagnoses', 'stays'],
  cave: ['cave'],
  course: ['stays', 'notes'],
  procedures: ['procedures', 'reports', 'stays'],
  results: ['labs', 'stays'],
  vitals: ['vitals'],
  medication: ['medication', 'stays'],
  plan: ['plans', 'appointments', 'orders', 'stays'],
} as const satisfies Record<Fill, readonly PatientPart[]>;

const builders: Readonly<Record<Fill, (facts: Facts) => readonly Line[]>> = {
  diagnoses: diagnosisLines,
  cave: caveLines,
  course: courseLines,
  procedures: procedureLines,
  results: resultLines,
  vitals: vitalLines,
  medication: ({ stay, parts }) => medicationLines(ofType(parts.medication, 'MedicationRequest'), stay),
  plan: planLines,
};

/** The lines of one section; none: nothing is recorded. */
export function buildLines(fill: Fill, facts: Facts): readonly Line[] {
  const lines = builders[fill](facts);
  const isCut = partsOf[fill].some((part) => facts.cut.includes(part));
  return isCut && lines.length > 0 ? [...lines, { text: '(Kun de nyeste er medtaget.)' }] : lines;
}

export const nothingText = 'Intet registreret.';

export function textOfLines(lines: readonly Line[]): string {
  return lines.length === 0 ? nothingText : lines.map(({ text }) => text).join('\n');
}

function diagnosisLines({ stay, parts }: Facts): readonly Line[] {
  const groups = groupDiagnoses(ofType(parts.diagnoses, 'Condition'), stay);
  const line = (condition: Condition, head: string): Line => ({
    text: `${head}${[condition.code?.coding?.[0]?.code, wordsOf(condition.code)].filter(Boolean).join(' ')}`,
    ...sourceOf(condition, onsetOf(condition)),
  });
  return [
    ...groups.stay.map((one, at) => line(one, at === 0 ? 'Aktionsdiagnose: ' : 'Bidiagnose: ')),
    ...groups.lasting.map((one) => line(one, 'Kendt: ')),
  ];
}

function caveLines({ parts }: Facts): readonly Line[] {
  const all = ofType(parts.cave, 'AllergyIntolerance');
  const cave = caveOf(all);
  if (cave.kind === 'unasked') return [{ text: 'Ikke oplyst: der er ikke spurgt om CAVE.' }];
  if (cave.kind === 'none') {
    const said = all.find(({ recordedDate }) => recordedDate === cave.asked);
    return [{ text: 'Ingen kendte.', ...(said === undefined ? {} : sourceOf(said, cave.asked)) }];
  }
  return cave.items.map((item) => ({ text: caveWords(item), ...sourceOf(item, item.recordedDate) }));
}

function courseLines({ stay, parts }: Facts): readonly Line[] {
  const lines: Line[] = stay === undefined ? [] : stayLines(stay.source);
  const notes = notesOf(ofType(parts.notes, 'DocumentReference').filter((note) => isOf(note, stay)));
  const admission = notes.findLast(({ kind }) => kind === 'Indlæggelsesnotat');
  const newest = notes.find(({ kind }) => roundKinds.has(kind));
  for (const [note, text] of [
    [admission, paragraphs(admission?.text, /^(?:Aktuelt|Konklusion):/)],
    [newest, newest?.text?.split(/\n{2,}/).slice(0, 1) ?? []],
  ] as const)
    if (note !== undefined)
      lines.push(...text.map((words) => ({ text: words, ...sourceOf(note.source, note.source.date) })));
  return lines;
}
const roundKinds = new Set(['Stuegang', 'Kontinuation', 'Operationsnotat', 'Udskrivningsnotat']);

function stayLines(source: Encounter): Line[] {
  const place = (source.location ?? [])
    .filter(({ physicalType, status }) => hasCode(physicalType, 'wa', 'si') && status !== 'planned')
    .toSorted((a, b) => (a.period?.start ?? '').localeCompare(b.period?.start ?? ''));
  const { start, end } = source.period ?? {};
  const reason = source.reasonCode?.map(wordsOf).filter(Boolean).join(', ');
  const first = place[0]?.location.display ?? source.serviceProvider?.display;
  const from = { ...sourceOf(source, start) };
  const isOver = source.status === 'finished';
  const to = source.hospitalization?.dischargeDisposition;
  return [
    {
      text: [
        `Indlagt ${dayAndTime(start)}`,
        first === undefined ? '' : ` på ${first}`,
        reason === undefined || reason === '' ? '' : `: ${reason}`,
        '.',
      ].join(''),
      ...from,
    },
    ...place.slice(1).map((one) => ({
      text: `Flyttet til ${one.location.display ?? 'anden afdeling'} ${dayAndTime(one.period?.start)}.`,
      ...sourceOf(source, one.period?.start),
    })),
    ...(!isOver
      ? []
      : [
          {
            text: hasCode(to, 'exp')
              ? `Død ${dayAndTime(end)}.`
              : `Udskrevet ${dayAndTime(end)}${to?.text === undefined ? '' : ` til ${to.text.toLowerCase()}`}.`,
            ...sourceOf(source, end),
          },
        ]),
  ];
}

function procedureLines({ stay, parts }: Facts): readonly Line[] {
  const done = ofType(parts.procedures, 'Procedure').filter(
    (one) => one.status !== 'entered-in-error' && one.status !== 'not-done' && within(performedAt(one), stay),
  );
  const reports = readable(ofType(parts.reports, 'DiagnosticReport')).filter((one) =>
    within(reportedAt(one), stay),
  );
  return [
    ...done.map((one) => ({
      text: `${day(performedAt(one))}: ${wordsOf(one.code)}`,
      ...sourceOf(one, one.performedDateTime ?? one.performedPeriod?.start),
    })),
    ...reports.map((one) => reportLine(one)),
  ];
}

function reportLine(report: DiagnosticReport): Line {
  const what = `${day(reportedAt(report))}: ${wordsOf(report.code)}`;
  const said = reportText(report).replace(/\s*\n\s*/g, ' ');
  const early = report.status === 'final' || report.status === 'amended' ? '' : ' (foreløbigt svar)';
  return { text: `${what}${early}: ${said}`, ...sourceOf(report, report.effectiveDateTime) };
}

function planLines({ stay, parts }: Facts): readonly Line[] {
  const plans = ofType(parts.plans, 'CarePlan').filter(
    (one) => one.status === 'active' && isPlain(one) && isOf(one, stay),
  );
  const appointments = ofType(parts.appointments, 'Appointment').filter(
    ({ status }) => status === 'booked' || status === 'pending',
  );
  const open = ofType(parts.orders, 'ServiceRequest').filter(
    (one) => one.status === 'active' && isOf(one, stay) && awaited.has(wordsOf(one.category?.[0])),
  );
  return [
    ...plans.map((one) => ({ text: one.description ?? one.title ?? '', ...sourceOf(one, one.created) })),
    ...appointments.map((one) => ({ text: appointmentText(one), ...sourceOf(one, one.start) })),
    ...open.map((one: ServiceRequest) => ({
      text: `Afventer svar: ${wordsOf(one.code)}`,
      ...sourceOf(one, one.authoredOn),
    })),
  ].filter(({ text }) => text !== '');
}
const awaited = new Set(['laboratorium', 'mikrobiologi', 'patologi', 'billeddiagnostik']);

/** A doctor's limits for the early-warning score are no plan for who comes after. */
const isPlain = ({ category }: CarePlan): boolean => !anyHasCode(category, 'adjusted-plan');

function appointmentText({ start, description, participant }: Appointment): string {
  const place = participant.flatMap(({ actor }) =>
    actor?.reference?.startsWith('Patient/') === true ? [] : (actor?.display ?? []),
  );
  return [`Aftale ${dayAndTime(start)}`, [description, ...place].filter(Boolean).join(', ')].join(': ');
}

/** Of this stay, or of no stay at all. */
function isOf(resource: DocumentReference | CarePlan | ServiceRequest, stay: Stay | undefined): boolean {
  const named =
    resource.resourceType === 'DocumentReference' ? resource.context?.encounter?.[0] : resource.encounter;
  const id = referredId(named, 'Encounter');
  return stay === undefined || id === undefined || id === stay.id;
}

const performedAt = (one: Procedure): number =>
  instantOf(one.performedDateTime ?? one.performedPeriod?.start) ?? 0;

/** Paragraphs of a note that begin so. */
function paragraphs(text: string | undefined, beginning: RegExp): readonly string[] {
  return (text ?? '').split(/\n{2,}/).filter((each) => beginning.test(each));
}
