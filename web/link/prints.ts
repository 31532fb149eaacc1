// A page that is printed leaves the system: the server is told whose it was and what it showed, whichever way it was
// printed (button, Ctrl P, menu).

type Printed = { readonly view: string; readonly patient?: string; readonly ward?: string };

export function followPrints(): void {
  window.addEventListener('beforeprint', () => tell(printedAt(window.location.pathname)));
}

/** What the page at an address shows: `/patient/1/medication` the medication of patient 1. */
export function printedAt(path: string): Printed {
  const [, first = '', id = '', view = ''] = path.split('/').map(decodeURIComponent);
  if (first === 'patient') return { view: view === '' ? 'overview' : view, patient: id };
  if (first === 'ward') return { view: view === '' ? 'board' : view, ward: id };
  return { view: first === '' ? 'home' : first };
}

/** The browser sends it even when the page is closed meanwhile; a print cannot be held up, and is not. */
function tell(printed: Printed): void {
  void fetch('/session/print', {
    method: 'POST',
    credentials: 'same-origin',
    keepalive: true,
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(printed),
  }).catch(() => undefined);
}
