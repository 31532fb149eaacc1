import { useEffect, useState, type RefObject } from 'react';

/**
 * Which of the elements within `place` that carry `data-version` have stood on the screen, whole. A version that was scrolled
 * out of sight, or is in a window that nobody can see, was not.
 */
export function useRendered(
  place: RefObject<HTMLElement | null>,
  versions: readonly string[],
): ReadonlySet<string> {
  const [rendered, setRendered] = useState<ReadonlySet<string>>(new Set());
  const all = versions.join(' ');
  const [looks, setLooks] = useState(0);
  // What stood there while the window was hidden is looked at anew when it is seen.
  useEffect(() => {
    const look = () => setLooks((count) => count + 1);
    document.addEventListener('visibilitychange', look);
    return () => document.removeEventListener('visibilitychange', look);
  }, []);
  // The browser alone knows what is on the screen.
  useEffect(() => {
    const region = place.current;
    if (region === null) return undefined;
    const observer = new IntersectionObserver(
      (entries) => {
        if (document.visibilityState !== 'visible') return;
        const seen = entries
          .filter(({ isIntersecting, intersectionRatio }) => isIntersecting && intersectionRatio > wholeRatio)
          .flatMap(({ target }) => (target instanceof HTMLElement ? (target.dataset['version'] ?? []) : []));
        if (seen.length > 0) setRendered((before) => new Set([...before, ...seen]));
      },
      { threshold: [wholeRatio, 1] },
    );
    for (const element of region.querySelectorAll('[data-version]')) observer.observe(element);
    return () => observer.disconnect();
  }, [place, all, looks]);
  return rendered;
}

// Not quite all: a border of half a pixel may be cut where a region ends.
const wholeRatio = 0.95;
