import { useEffect, useState } from 'react';

/** Prints what the chosen thing draws, once it is drawn, and forgets it when the paper is on its way. */
export function usePrint<Thing>(): readonly [Thing | undefined, (thing: Thing) => void] {
  const [printed, setPrinted] = useState<Thing>();
  // The browser prints what stands on the page: it must stand there first.
  useEffect(() => {
    if (printed === undefined) return undefined;
    const end = () => setPrinted(undefined);
    globalThis.addEventListener('afterprint', end, { once: true });
    const timer = setTimeout(() => window.print(), 0);
    return () => {
      clearTimeout(timer);
      globalThis.removeEventListener('afterprint', end);
    };
  }, [printed]);
  return [printed, setPrinted];
}
