/**
 * Every text of a dose, in Danish and English, from its structure: the line in a list, the label, the patient's words. A decimal comma
 * in Danish, no trailing zero, a zero before the decimals, and a unit that is whole.
 */
import { inForm, showAmount, showUnit, type Amount, type Language, type Strength } from './amount.ts';
import { isSequence, type Dose, type Step, type Weekday, type When } from './step.ts';
import { daysFrom, dayOf } from '../place-time.ts';

export interface DoseWords {
  /** 40 mg · 0,5–1 mg · 80 ml/time */
  readonly amount: string;
  /** × 2 kl. 08, 14 · p.n., højst 4 gange og 4 g i døgnet · hver 8. time */
  readonly frequency: string;
  /** i 3 dage; empty when nothing limits it */
  readonly duration: string;
}

/** The words of one step. */
export function stepWords(step: Step, language: Language): DoseWords {
  return {
    amount: amountWords(step, language),
    frequency: frequencyWords(step, language),
    duration: durationWords(step, language),
  };
}

/** In one line: 40 mg p.o. × 1 kl. 08 i 3 dage, derefter 20 mg × 1 kl. 08 i 3 dage. Its own words when it has no structure. */
export function doseText(dose: Dose, language: Language): string {
  if (dose.steps.length === 0) return dose.text;
  const next = isSequence(dose)
    ? language === 'da'
      ? ', derefter '
      : ', then '
    : language === 'da'
      ? ' og '
      : ' and ';
  return dose.steps
    .map((step, index) => {
      const { amount, frequency, duration } = stepWords(step, language);
      const route = index === 0 ? dose.route : '';
      return [amount, route, frequency, dose.steps.length > 1 ? duration : '']
        .filter((part) => part !== '')
        .join(' ');
    })
    .join(next);
}

/** 40 mg = 1 tablet á 40 mg: what is ordered, and what is handed over. undefined when it does not go up, or is the same. */
export function handedText(amount: Amount, strength: Strength, language: Language): string | undefined {
  const handed = inForm(amount, strength);
  if (handed === undefined || handed.unit === amount.unit) return undefined;
  const one = showAmount(strength.amount, language);
  const strong = isMeasured(strength.per) ? `${one}/${showUnit(strength.per, 0, language)}` : one;
  return `${showAmount(amount, language)} = ${showAmount(handed, language)} ${language === 'da' ? 'á' : 'of'} ${strong}`;
}

/** For the label of what is prepared: name, dose with what it is in the form, route, times. */
export function labelText(
  name: string,
  dose: Dose,
  strength: Strength | undefined,
  language: Language,
): string {
  const lines = dose.steps.map((step) => {
    const { amount, frequency, duration } = stepWords(step, language);
    const handed =
      step.amount === undefined || strength === undefined
        ? undefined
        : handedText(step.amount, strength, language);
    return [handed ?? amount, dose.route, frequency, duration].filter((part) => part !== '').join(' — ');
  });
  return [name, ...(lines.length === 0 ? [dose.text] : lines)].join('\n');
}

/** As it is said to the patient: Tag 1 tablet (40 mg) 2 gange dagligt kl. 8 og 14. */
export function patientText(dose: Dose, strength: Strength | undefined, language: Language): string {
  if (dose.steps.length === 0) return dose.text;
  const then = language === 'da' ? 'Derefter: ' : 'After that: ';
  return dose.steps
    .map((step, index) => {
      const amount = amountWords(step, language);
      const handed =
        step.amount === undefined || strength === undefined ? undefined : inForm(step.amount, strength);
      const much =
        handed === undefined || handed.unit === step.amount?.unit
          ? amount
          : `${showAmount(handed, language)} (${amount})`;
      const words = [
        verbOf(dose.route, step, language),
        much,
        patientWhen(step, language),
        durationWords(step, language),
      ]
        .filter((part) => part !== '')
        .join(' ');
      return `${index === 0 || !isSequence(dose) ? '' : then}${words}.`;
    })
    .join(' ');
}

export function amountWords({ amount, upTo, rate }: Step, language: Language): string {
  const each =
    amount === undefined
      ? ''
      : upTo === undefined
        ? showAmount(amount, language)
        : `${showAmount({ ...amount, unit: amount.unit === upTo.unit ? '' : amount.unit }, language)}–${showAmount(upTo, language)}`;
  return each === '' && rate !== undefined ? showAmount(rate, language) : each;
}

export function frequencyWords({ when, most, rate, amount }: Step, language: Language): string {
  const parts = [
    rate !== undefined && amount !== undefined ? showAmount(rate, language) : '',
    whenWords(when, most, language),
    most !== undefined && !(when.kind === 'needed' && when.times !== undefined)
      ? language === 'da'
        ? `højst ${showAmount(most, language)} i døgnet`
        : `at most ${showAmount(most, language)} in 24 h`
      : '',
  ];
  return parts.filter((part) => part !== '').join(', ');
}

function whenWords(when: When, most: Amount | undefined, language: Language): string {
  const danish = language === 'da';
  switch (when.kind) {
    case 'clock': {
      const times = when.times.map((time) => time.replace(/:00$/, '')).join(', ');
      const days = daysWords(when.everyDays, when.weekdays, language);
      return `× ${when.times.length} ${danish ? 'kl.' : 'at'} ${times}${days === '' ? '' : ` ${days}`}`;
    }
    case 'interval':
      return everyWords(when.minutes, language);
    case 'count':
      return countWords(when, language);
    case 'once':
      return danish ? 'engangsdosis' : 'single dose';
    case 'needed': {
      const between = when.minutesBetween === undefined ? '' : betweenWords(when.minutesBetween, language);
      const reason = when.reason === '' ? '' : danish ? `ved ${when.reason}` : `for ${when.reason}`;
      return [danish ? 'p.n.' : 'as needed', reason, mostWords(when.times, most, language), between]
        .filter((part) => part !== '')
        .join(', ');
    }
    case 'continuous':
      return danish ? 'kontinuerligt' : 'continuous';
    case 'unknown':
      return '';
  }
}

function mostWords(times: number | undefined, most: Amount | undefined, language: Language): string {
  if (times === undefined) return '';
  const dose = most === undefined ? '' : showAmount(most, language);
  if (language === 'da')
    return `højst ${times} ${times === 1 ? 'gang' : 'gange'}${dose === '' ? '' : ` og ${dose}`} i døgnet`;
  return `at most ${times} ${times === 1 ? 'time' : 'times'}${dose === '' ? '' : ` and ${dose}`} in 24 hours`;
}

function betweenWords(minutes: number, language: Language): string {
  const span = minutes % 60 === 0 ? `${minutes / 60} ${language === 'da' ? 't' : 'h'}` : `${minutes} min`;
  return language === 'da' ? `mindst ${span} imellem` : `at least ${span} apart`;
}

function everyWords(minutes: number, language: Language): string {
  if (minutes % 60 !== 0) return language === 'da' ? `hvert ${minutes}. minut` : `every ${minutes} minutes`;
  const hours = minutes / 60;
  if (language === 'da') return hours === 1 ? 'hver time' : `hver ${hours}. time`;
  return hours === 1 ? 'every hour' : `every ${hours} hours`;
}

function countWords({ count, period, unit }: Extract<When, { kind: 'count' }>, language: Language): string {
  const danish = language === 'da';
  const times = danish
    ? `${count} ${count === 1 ? 'gang' : 'gange'}`
    : count === 1
      ? 'once'
      : `${count} times`;
  if (period === 1 && unit === 'd') return danish ? `${times} dagligt` : `${times} daily`;
  if (period === 1 && unit === 'wk') return danish ? `${times} om ugen` : `${times} a week`;
  const words = periodWords[unit]?.[language];
  const span = words === undefined ? `${period} ${unit}` : period === 1 ? words[0] : `${period} ${words[1]}`;
  return danish ? `${times} pr. ${span}` : `${times} per ${span}`;
}

const periodWords: Readonly<Record<string, Readonly<Record<Language, readonly [string, string]>>>> = {
  d: { da: ['dag', 'dage'], en: ['day', 'days'] },
  wk: { da: ['uge', 'uger'], en: ['week', 'weeks'] },
  mo: { da: ['måned', 'måneder'], en: ['month', 'months'] },
  a: { da: ['år', 'år'], en: ['year', 'years'] },
};

const weekdayWords: Readonly<Record<Weekday, Readonly<Record<Language, string>>>> = {
  mon: { da: 'mandag', en: 'Monday' },
  tue: { da: 'tirsdag', en: 'Tuesday' },
  wed: { da: 'onsdag', en: 'Wednesday' },
  thu: { da: 'torsdag', en: 'Thursday' },
  fri: { da: 'fredag', en: 'Friday' },
  sat: { da: 'lørdag', en: 'Saturday' },
  sun: { da: 'søndag', en: 'Sunday' },
};

function daysWords(everyDays: number, weekdays: readonly Weekday[], language: Language): string {
  if (weekdays.length > 0) return weekdays.map((day) => weekdayWords[day][language]).join(', ');
  if (everyDays === 1) return '';
  if (everyDays === 2) return language === 'da' ? 'hver anden dag' : 'every other day';
  return language === 'da' ? `hver ${everyDays}. dag` : `every ${everyDays} days`;
}

/** Whole days of a step that ends; an end within the first day is no duration that anybody says. */
function durationWords({ from, until, when }: Step, language: Language): string {
  if (from === undefined || until === undefined || when.kind === 'once') return '';
  const days = daysFrom(dayOf(from), dayOf(until));
  if (days <= 0) return '';
  if (language === 'da') return `i ${days} ${days === 1 ? 'dag' : 'dage'}`;
  return `for ${days} ${days === 1 ? 'day' : 'days'}`;
}

function patientWhen({ when, most }: Step, language: Language): string {
  const danish = language === 'da';
  if (when.kind === 'clock') {
    const times = when.times.map((time) => time.replace(/^0/, '').replace(/:00$/, ''));
    const last = times.at(-1) ?? '';
    const list =
      times.length < 2 ? last : `${times.slice(0, -1).join(', ')} ${danish ? 'og' : 'and'} ${last}`;
    const often = countWords({ kind: 'count', count: times.length, period: 1, unit: 'd' }, language);
    const days = daysWords(when.everyDays, when.weekdays, language);
    return [days === '' ? often : days, danish ? 'kl.' : 'at', list].join(' ');
  }
  if (when.kind === 'needed') {
    const reason = when.reason === '' ? '' : danish ? ` ved ${when.reason}` : ` for ${when.reason}`;
    const words = [
      `${danish ? 'ved behov' : 'when needed'}${reason}`,
      mostWords(when.times, most, language),
      when.minutesBetween === undefined ? '' : betweenWords(when.minutesBetween, language),
    ];
    return words.filter((part) => part !== '').join(', ');
  }
  return whenWords(when, most, language);
}

function verbOf(route: string, { rate }: Step, language: Language): string {
  const taken = rate === undefined && /^(p\.?o\.?|oral|sublingual)/i.test(route);
  if (language === 'da') return taken ? 'Tag' : 'Du får';
  return taken ? 'Take' : 'You get';
}

/** Measured, not counted: what is in it is said by the unit, mg/ml. */
function isMeasured(unit: string): boolean {
  return unit === 'ml' || unit === 'l' || unit === 'g' || unit === 'dosis' || unit === 'dråbe';
}
