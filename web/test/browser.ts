// A real browser before the real program, with the demo region in it.
import axe from 'axe-core';
import { chromium, type Browser, type BrowserContext, type Page } from 'playwright-core';

const flags = [
  '--headless',
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];
const rules = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'];

export const doctor = { user: 'anne.lund', password: 'holdfast' } as const;
export const nurse = { user: 'mette.krogh', password: 'holdfast' } as const;

/** The running program, started by the test: what is below web knows nothing of how. */
type Running = { readonly url: string; stop(): Promise<unknown> };

export type Clinic = {
  readonly browser: Browser;
  /** A fresh browser profile: its own cookies and its own storage. */
  visit(options?: VisitOptions): Promise<Page>;
  close(): Promise<void>;
};

type VisitOptions = {
  readonly as?: { readonly user: string; readonly password: string };
  readonly size?: { readonly width: number; readonly height: number };
  readonly settings?: {
    readonly language?: 'da' | 'en';
    readonly theme?: 'light' | 'dark';
    readonly density?: 'tight' | 'normal' | 'touch';
  };
};

/** `chromiumPath`: the browser's own path, from the environment of the test. */
export async function startClinic(program: Running, chromiumPath = '/usr/bin/chromium'): Promise<Clinic> {
  const browser = await chromium.launch({
    executablePath: chromiumPath,
    args: flags,
  });
  return {
    browser,
    async visit({ as, size = { width: 1920, height: 1080 }, settings } = {}) {
      const context = await browser.newContext({ viewport: size, baseURL: program.url, bypassCSP: true });
      if (settings !== undefined)
        await context.addInitScript(
          (text) => localStorage.setItem('holdfast.settings', text),
          JSON.stringify(settings),
        );
      const page = await context.newPage();
      await page.goto('/');
      if (as !== undefined) await logIn(page, as);
      return page;
    },
    async close() {
      await browser.close();
      await program.stop();
    },
  };
}

export async function logIn(
  page: Page,
  { user, password }: { readonly user: string; readonly password: string },
): Promise<void> {
  await page.locator('[name=user]').fill(user);
  await page.locator('[name=password]').fill(password);
  await page.keyboard.press('Enter');
  await page.locator('.frame').waitFor();
}

/** Another at the same screen, by the menu. */
export async function switchByPassword(page: Page, { user, password }: typeof doctor | typeof nurse) {
  await page.locator('.who').click();
  await page.getByRole('menuitem', { name: 'Skift bruger' }).click();
  await page.getByRole('dialog').locator('[name=user]').fill(user);
  await page.getByRole('dialog').locator('[name=password]').fill(password);
  await page.keyboard.press('Enter');
  await page.locator('.who', { hasText: user === doctor.user ? 'Anne Lund' : 'Mette Krogh' }).waitFor();
}

/** What axe finds wrong, one line for each. */
export async function axeFaults(page: Page): Promise<readonly string[]> {
  await page.evaluate(axe.source);
  const violations = await page.evaluate(async (tags) => {
    const { axe } = globalThis as unknown as {
      axe: {
        run(
          place: Document,
          options: object,
        ): Promise<{ passes: unknown[]; violations: { id: string; nodes: { target: string[] }[] }[] }>;
      };
    };
    const found = await axe.run(document, { runOnly: tags });
    // A checker that looked at nothing finds nothing.
    if (found.passes.length < 5) return [{ id: 'nothing was looked at', nodes: [] }];
    return found.violations;
  }, rules);
  return violations.map(
    ({ id, nodes }) =>
      `${id}: ${nodes
        .map((node) => node.target.join(' '))
        .slice(0, 3)
        .join(' | ')}`,
  );
}

// What may be cut short: the words of a diagnosis and of the flow on the board, whose code and time stand first and which
// are whole beside or beneath it, and the preview of a note beside the note itself.
const mayBeCut = '.col-diagnosis, .col-flow, .two-lines';

/** Texts that the page cuts short although a nurse needs all of them: values, units, drugs, doses, CAVE, names. */
export function cutTexts(page: Page): Promise<readonly string[]> {
  return page.evaluate((allowed) => {
    const cuts = (style: CSSStyleDeclaration) =>
      style.textOverflow === 'ellipsis' || style.webkitLineClamp !== 'none' || style.overflowX === 'hidden';
    return [...document.querySelectorAll<HTMLElement>('.frame-main *')]
      .filter(
        (element) =>
          element.scrollWidth > element.clientWidth + 1 &&
          element.clientWidth > 1 &&
          element.closest(allowed) === null &&
          element.closest('.unseen') === null &&
          // Containers of regions that scroll for themselves are not texts.
          element.querySelector('.scroll, .panel-body, .side-body') === null &&
          cuts(getComputedStyle(element)),
      )
      .map((element) => `${element.className || element.tagName}: ${element.innerText.slice(0, 60)}`);
  }, mayBeCut);
}

/** FHIR as another program speaks it, with the session of this page. */
export async function post(context: BrowserContext, type: string, resource: object): Promise<string> {
  const answer = await context.request.post(`/fhir/${type}`, {
    data: resource,
    headers: { 'content-type': 'application/fhir+json' },
  });
  if (!answer.ok()) throw new Error(`${type}: ${answer.status()} ${await answer.text()}`);
  const stored = (await answer.json()) as { id: string };
  return stored.id;
}
