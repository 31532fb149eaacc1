import type { Language } from '../settings.ts';
import { addDays, dayOf, momentOn, showDate, showDay, showDayOfYear, showMoment, showTime } from './date.ts';

// The marks of a time axis, where a person would put them.

const hour = 3_600_000;
const hourSteps = [1, 2, 3, 6, 12];
const daySteps = [1, 2, 4, 7, 14];
const monthSteps = [1, 2, 3, 6, 12, 24, 60, 120, 240];

/** Whole hours within two days, else midnights of the place, else firsts of a month or a year: no axis reads 08:20, 12:06. */
export function timeTicks(from: number, to: number, most: number): number[] {
  const few = Math.max(2, Math.floor(most));
  const fits = (step: number) => (to - from) / (step * hour) <= few;
  const within = (ticks: readonly number[]) => ticks.filter((tick) => tick >= from && tick <= to);
  const hours = hourSteps.find(fits);
  if (hours !== undefined && to - from <= 48 * hour) return within(clockTicks(from, to, hours));
  const days = daySteps.find((each) => fits(each * 24));
  if (days !== undefined) {
    const ticks: number[] = [];
    for (let day = addDays(dayOf(from), 1); day <= dayOf(to); day = addDays(day, days))
      ticks.push(momentOn(day, '00:00'));
    return within(ticks);
  }
  const months = monthSteps.find((each) => fits(each * 30.4 * 24)) ?? 480;
  const ticks: number[] = [];
  const first = Math.floor(monthOf(from) / months) * months;
  for (let month = first; month <= monthOf(to); month += months)
    ticks.push(
      momentOn(`${Math.floor(month / 12)}-${String((month % 12) + 1).padStart(2, '0')}-01`, '00:00'),
    );
  return within(ticks);
}

/** The hour alone beside others of the same day; a day where it begins; a month or a year where they are the steps. */
export function tickWords(ticks: readonly number[], language: Language): string[] {
  const step = ticks.length > 1 ? (ticks[1] ?? 0) - (ticks[0] ?? 0) : 0;
  return ticks.map((tick, index) => {
    const before = ticks[index - 1];
    if (step === 0) return showMoment(tick, language, 0);
    if (step < 20 * hour) {
      if (showTime(tick) === '00:00') return showDayOfYear(tick, language);
      return before === undefined ? `${showDayOfYear(tick, language)} ${showTime(tick)}` : showTime(tick);
    }
    if (step > 360 * 24 * hour) return dayOf(tick).slice(0, 4);
    if (step > 27 * 24 * hour) return showDate(dayOf(tick).slice(0, 7), language);
    const newYear = before !== undefined && dayOf(before).slice(0, 4) !== dayOf(tick).slice(0, 4);
    return newYear ? showDay(tick, language) : showDayOfYear(tick, language);
  });
}

/** Times of the clock on the wall, day by day: in the night of summer time they keep their names. */
function clockTicks(from: number, to: number, hours: number): number[] {
  const ticks: number[] = [];
  for (let day = dayOf(from); day <= dayOf(to); day = addDays(day, 1))
    for (let clock = 0; clock < 24; clock += hours)
      ticks.push(momentOn(day, `${String(clock).padStart(2, '0')}:00`));
  return ticks;
}

const monthOf = (at: number): number =>
  Number(dayOf(at).slice(0, 4)) * 12 + Number(dayOf(at).slice(5, 7)) - 1;
