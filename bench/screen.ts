/** The clinic measured from inside the page: from the act that asks for something to the frame after all of it is drawn. */
import type { Page } from 'playwright-core';

// A page that has not drawn by then is a failure to report, not something to wait for.
export const givenUpMs = 10_000;

interface Watch {
  /** Goes to an address of the clinic and answers with the milliseconds until it is drawn; -1 when it never was. */
  readonly open: (path: string, kind: 'chart' | 'board', givenUpMs: number) => Promise<number>;
  /** Puts a text into the search box and answers with the milliseconds until its answer stands there. */
  readonly type: (text: string, givenUpMs: number) => Promise<number>;
  /** Begins to wait for the next key, and from it for one more of these on the page. */
  readonly waitForMore: (selector: string, givenUpMs: number) => void;
  /** What that took, to the frame after it; -1 when it never came. */
  readonly more: () => Promise<number>;
}
declare global {
  // oxlint-disable-next-line no-var -- a name of the page
  var holdfastWatch: Watch;
}

/** Runs in the page, once. */
export function listen(): void {
  const frameAfter = (then: () => void) => requestAnimationFrame(() => requestAnimationFrame(then));
  const drawn = (kind: 'chart' | 'board', id: string) => {
    if (!location.pathname.includes(id) || document.querySelector('.loading') !== null) return false;
    return kind === 'chart'
      ? document.querySelectorAll('.overview > .panel').length === 8 &&
          document.querySelector('.banner h1') !== null
      : document.querySelector('.board tbody tr') !== null && document.querySelector('.side .sub') !== null;
  };
  let more = Promise.resolve(-1);
  globalThis.holdfastWatch = {
    open: (path, kind, givenUp) =>
      new Promise((resolve) => {
        const begun = performance.now();
        const id = path.split('/').at(-1) ?? '';
        history.pushState({}, '', path);
        const look = () => {
          const waited = performance.now() - begun;
          if (waited > givenUp) resolve(-1);
          else if (drawn(kind, id)) frameAfter(() => resolve(performance.now() - begun));
          else requestAnimationFrame(look);
        };
        // The router has heard of the new address after this frame; what stands there before it is the old page.
        frameAfter(look);
      }),
    more: () => more,
    waitForMore: (selector, givenUp) => {
      more = new Promise((resolve) => {
        const count = () => document.querySelectorAll(selector).length;
        const before = count();
        addEventListener(
          'keydown',
          ({ timeStamp }) => {
            const look = () => {
              const waited = performance.now() - timeStamp;
              if (waited > givenUp) resolve(-1);
              else if (count() > before) frameAfter(() => resolve(performance.now() - timeStamp));
              else requestAnimationFrame(look);
            };
            look();
          },
          { once: true, capture: true },
        );
      });
    },
    type: (text, givenUp) =>
      new Promise((resolve) => {
        const input = document.querySelector<HTMLInputElement>('.finder-input');
        if (input === null) {
          resolve(-1);
          return;
        }
        const state = () => document.querySelector('.finder-state')?.textContent ?? '';
        const begun = performance.now();
        Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, 'value')?.set?.call(input, text);
        input.dispatchEvent(new Event('input', { bubbles: true }));
        let asked = false;
        const look = () => {
          const now = state();
          const busy = /^(Søger …|Searching …)$/.test(now);
          asked ||= busy;
          const waited = performance.now() - begun;
          if (waited > givenUp) resolve(-1);
          else if (asked && !busy && now !== '') resolve(waited);
          else requestAnimationFrame(look);
        };
        look();
      }),
  };
}

/** Each address after the other; ms until it was drawn. */
export async function goTo(page: Page, paths: readonly string[], kind: 'chart' | 'board'): Promise<number[]> {
  const taken: number[] = [];
  for (const path of paths) {
    const ms = await page.evaluate(([to, what, most]) => holdfastWatch.open(to, what, most), [
      path,
      kind,
      givenUpMs,
    ] as const);
    if (ms < 0) console.log(`not drawn within ${givenUpMs / 1000} s: ${path}`);
    taken.push(ms < 0 ? givenUpMs : ms);
  }
  return taken;
}

/** Presses a key, and answers with the milliseconds until one more of these stands on the page. */
export async function pressFor(page: Page, selector: string, press: () => Promise<void>): Promise<number> {
  await page.evaluate(([what, most]) => holdfastWatch.waitForMore(what, most), [
    selector,
    givenUpMs,
  ] as const);
  await press();
  const ms = await page.evaluate(() => holdfastWatch.more());
  if (ms < 0) console.log(`not drawn within ${givenUpMs / 1000} s: ${selector}`);
  return ms < 0 ? givenUpMs : ms;
}

export function quantile(list: readonly number[], q: number): number {
  const sorted = list.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(q * sorted.length))] ?? Infinity;
}

export function msOf(list: readonly number[]): string {
  return `ms p95 of ${list.length}, median ${quantile(list, 0.5).toFixed(0)}, most ${Math.max(...list).toFixed(0)}`;
}
