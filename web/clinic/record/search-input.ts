// What a person typed in the one search box, and which search it means.

export type SearchInput =
  | { readonly kind: 'nothing' }
  | { readonly kind: 'cpr'; readonly digits: string }
  | { readonly kind: 'birthDate'; readonly dates: readonly string[] }
  | { readonly kind: 'bed'; readonly name: string }
  | { readonly kind: 'name'; readonly words: string };

/** `today` (2026-01-15) decides the century of a date with two digits for the year. */
export function readSearchInput(typed: string, today: string): SearchInput {
  const text = typed.trim().replace(/\s+/g, ' ');
  if (text === '') return { kind: 'nothing' };
  // No check of the last digit: CPR numbers without a valid one exist.
  const cpr = /^(\d{6})[- ]?([0-9A-Za-z]{4})$/.exec(text);
  if (cpr !== null && /\d/.test(cpr[2] ?? ''))
    return { kind: 'cpr', digits: `${cpr[1]}${cpr[2]}`.toUpperCase() };
  const dates = datesOf(text, today);
  if (dates.length > 0) return { kind: 'birthDate', dates };
  if (/^(?:[A-Za-zÆØÅæøå]{1,3}\s?)?\d{1,3}[-.]\d{1,3}$/.test(text))
    return { kind: 'bed', name: text.replace('.', '-') };
  // One letter finds half the region; two is where a name begins.
  return text.length < 2 || /^\d+$/.test(text) ? { kind: 'nothing' } : { kind: 'name', words: text };
}

/** The FHIR search for it; a bed is found among the stays. */
export function searchUrl(input: SearchInput, count: number): string | undefined {
  const page = `_count=${count}&_total=accurate`;
  switch (input.kind) {
    case 'nothing':
      return undefined;
    case 'cpr':
      // A replacement number is one of several systems.
      return `Patient?identifier=${/[A-Z]/.test(input.digits) ? input.digits : encodeURIComponent(`urn:oid:1.2.208.176.1.2|${input.digits}`)}&${page}`;
    case 'birthDate':
      return `Patient?birthdate=${input.dates.join(',')}&${page}`;
    case 'bed':
      return undefined;
    case 'name':
      // Each word must begin some part of the name, in whatever order they were typed.
      return `Patient?${input.words
        .split(/[\s,]+/)
        .filter((word) => word !== '')
        .map((word) => `name=${encodeURIComponent(word)}`)
        .join('&')}&${page}`;
  }
}

/** 251248 · 25-12-1948 · 25.12.48 · 1948-12-25, as ISO dates: two-digit years may mean two centuries. */
function datesOf(text: string, today: string): readonly string[] {
  const iso = /^(\d{4})-(\d{2})-(\d{2})$/.exec(text);
  if (iso !== null) return real([`${iso[1]}-${iso[2]}-${iso[3]}`]);
  const parts =
    /^(\d{2})(\d{2})(\d{2}|\d{4})$/.exec(text) ?? /^(\d{1,2})[-./ ](\d{1,2})[-./ ](\d{2}|\d{4})$/.exec(text);
  if (parts === null) return [];
  const [, day = '', month = '', year = ''] = parts;
  const years = year.length === 4 ? [year] : [`20${year}`, `19${year}`];
  return real(years.map((each) => `${each}-${month.padStart(2, '0')}-${day.padStart(2, '0')}`)).filter(
    (date) => date <= today,
  );
}

function real(dates: readonly string[]): readonly string[] {
  return dates.filter((date) => {
    const time = Date.parse(`${date}T00:00:00Z`);
    return !Number.isNaN(time) && new Date(time).toISOString().startsWith(date);
  });
}
