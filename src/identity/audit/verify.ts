/**
 * Is the audit what was written? Every chain from its first page to its last: the numbers without a gap, each digest made
 * from the page and from the digest before it, and every end that a later chain saw still there. What comes after the
 * newest page that another chain has named can be taken away from the end of a chain without a trace; the digests that
 * are printed, kept elsewhere, show that too.
 */
import type { Difference } from '#store/verify.ts';
import type { Sql } from '#store/sql.ts';
import { readLine, tiesIn } from './chain.ts';
import type { ChainEnd } from './line.ts';
import { chainBegin, digestOfPage, readChain, readChainEnds, readPage } from './page.ts';

export interface AuditVerification {
  readonly chains: number;
  readonly pages: number;
  readonly lines: number;
  readonly differences: readonly Difference[];
  /** Chains without a closing page: the program runs, or it ended without one. `lastAt` in ms since 1970. */
  readonly unended: readonly { readonly program: string; readonly lastAt: number }[];
}

/** 13 MB at most. */
const pagesAtOnce = 50;
const differencesMax = 1000;

export async function verifyAudit(
  sql: Sql,
  options: { readonly onProgress?: (done: number, total: number) => void } = {},
): Promise<AuditVerification> {
  const differences: Difference[] = [];
  const tell = (what: string, problem: string) => {
    if (differences.length < differencesMax) differences.push({ what, problem });
  };
  const ends = await readChainEnds(sql);
  const total = ends.reduce((sum, { number }) => sum + number, 0);
  let [pages, lines] = [0, 0];
  const unended: { program: string; lastAt: number }[] = [];
  const ties: (ChainEnd & { readonly by: string })[] = [];
  for (const { program } of ends) {
    const chain = await verifyChain(sql, tell, program, (done) => options.onProgress?.(pages + done, total));
    pages += chain.pages;
    lines += chain.lines;
    ties.push(...chain.ties.map((tie) => ({ ...tie, by: program })));
    if (!chain.ended) unended.push({ program, lastAt: chain.lastAt });
  }
  for (const tie of ties) await verifyTie(sql, tell, tie);
  return { chains: ends.length, pages, lines, differences, unended };
}

type Tell = (what: string, problem: string) => void;

interface Chain {
  readonly pages: number;
  readonly lines: number;
  readonly ties: readonly ChainEnd[];
  readonly ended: boolean;
  readonly lastAt: number;
}

async function verifyChain(
  sql: Sql,
  tell: Tell,
  program: string,
  onProgress: (done: number) => void,
): Promise<Chain> {
  let [pages, lines, number, lastAt] = [0, 0, 0, 0];
  let before: Uint8Array = chainBegin;
  let ties: readonly ChainEnd[] = [];
  let ended = false;
  for (;;) {
    const next = await readChain(sql, program, number, pagesAtOnce);
    for (const page of next) {
      const place = placeOf(program, page.number);
      if (page.number !== number + 1)
        tell(
          place,
          page.number === number + 2
            ? `page ${number + 1}, the one before it, is missing`
            : `the ${page.number - number - 1} pages before it are missing, from number ${number + 1}`,
        );
      else if (!digestOfPage(before, page).equals(page.digest))
        tell(
          place,
          'does not match its digest: one of its lines was changed, added or removed after it was written, or it stands where another stood',
        );
      if (ended) tell(place, 'comes after the page that closed the chain');
      const texts = page.lines.split('\n');
      const last = readLine(texts.at(-1) ?? '');
      if (page.number === 1) {
        ties = tiesIn(page.lines);
        if (readLine(texts[0] ?? '')?.what !== 'start') tell(place, 'does not begin its chain');
      }
      ended = last?.what === 'stop';
      number = page.number;
      before = page.digest;
      lastAt = page.lastAt;
      pages++;
      lines += texts.length;
    }
    onProgress(pages);
    if (next.length < pagesAtOnce) return { pages, lines, ties, ended, lastAt };
  }
}

/** What one chain saw of another when it began. */
async function verifyTie(sql: Sql, tell: Tell, tie: ChainEnd & { readonly by: string }): Promise<void> {
  const { program, number, digest, by } = tie;
  const there = await readPage(sql, program, number);
  if (!there) tell(placeOf(program, number), `is gone: the chain of ${by} saw it when it began`);
  else if (Buffer.from(there.digest).toString('hex') !== digest)
    tell(placeOf(program, number), `is not the one that the chain of ${by} saw when it began`);
}

const placeOf = (program: string, number: number) => `audit page ${program}/${number}`;
