import { useEffect } from 'react';

// A badge reader is a keyboard that types a number and Enter, much faster than any hand. Its number is caught wherever the
// cursor stands, so that nobody has to click before holding a badge to it.

/** In a field for words: slow readers send a key each 20 ms, quick hands take 80. */
const gapMsInWords = 50;
/** Elsewhere nobody types nine characters; a reader at a busy computer may take its time. */
const gapMsElsewhere = 1_000;
/** As long as the server's; longer than any PIN. */
const numberPattern = /^[0-9A-Za-z]{9,32}$/;

/** Calls `onBadge` with the number of a badge that was read. */
export function useBadge(onBadge: (number: string) => void): void {
  useEffect(() => {
    let typed = '';
    let lastMs = 0;
    function press(event: KeyboardEvent) {
      // Time stamps of events are monotonic.
      const gapMs = isForWords(event.target) ? gapMsInWords : gapMsElsewhere;
      if (event.timeStamp - lastMs > gapMs) typed = '';
      lastMs = event.timeStamp;
      if (event.key.length === 1) typed += event.key;
      else if (event.key === 'Enter' && numberPattern.test(typed)) {
        event.preventDefault();
        event.stopPropagation();
        onBadge(typed);
        typed = '';
      } else if (event.key !== 'Shift') typed = '';
    }
    globalThis.addEventListener('keydown', press, { capture: true });
    return () => globalThis.removeEventListener('keydown', press, { capture: true });
  }, [onBadge]);
}

/** A PIN has eight digits at most, so nine characters in its field are a badge's. */
const isForWords = (target: EventTarget | null): boolean =>
  target instanceof HTMLInputElement && target.name !== 'pin';
