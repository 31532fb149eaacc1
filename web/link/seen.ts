// When this user last looked at this patient, to mark what has come since. Only a time is kept, and only on this device;
// the patient is named by the record's id.

const prefix = 'holdfast.seen/';
// Going to the board and back is one look, not two.
const sameLookMs = 10 * 60_000;

type Look = { readonly before: number | undefined; readonly at: number };

const looks = new Map<string, Look>();

/** When the patient was seen before this look; undefined the first time. */
export function lookAt(user: string, patient: string, nowMs: number): number | undefined {
  const name = `${prefix}${user}/${patient}`;
  const look = looks.get(name);
  if (look !== undefined && nowMs - look.at < sameLookMs) {
    keep(name, { before: look.before, at: nowMs });
    return look.before;
  }
  const stored = Number(localStorage.getItem(name) ?? Number.NaN);
  const before = Number.isNaN(stored) ? undefined : stored;
  keep(name, { before, at: nowMs });
  return before;
}

/** When this user last saw the patient, without looking now. */
export function lastSeen(user: string, patient: string): number | undefined {
  const stored = Number(localStorage.getItem(`${prefix}${user}/${patient}`) ?? Number.NaN);
  return Number.isNaN(stored) ? undefined : stored;
}

function keep(name: string, look: Look): void {
  looks.set(name, look);
  localStorage.setItem(name, String(look.at));
}
