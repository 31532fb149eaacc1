// A browser's EventSource, as far as tests need one.
import { until } from './until.ts';

export interface ServerEvent {
  readonly event: string;
  readonly id: string | undefined;
  readonly data: Readonly<Record<string, unknown>>;
}
export interface EventSource {
  readonly status: number;
  readonly events: readonly ServerEvent[];
  /** True once the server has ended the stream. */
  readonly ended: boolean;
  /** The first event, already here or to come, that fits. */
  next(what: string, fits: (event: ServerEvent) => boolean): Promise<ServerEvent>;
  close(): void;
}

/** Resolves when the answer has begun. */
export async function openEvents(
  url: string,
  headers: Readonly<Record<string, string>>,
  onEvent: (event: ServerEvent) => void = () => {},
): Promise<EventSource> {
  const closing = new AbortController();
  const response = await fetch(`${url}/events`, { headers, signal: closing.signal });
  const events: ServerEvent[] = [];
  let ended = false;
  const read = async () => {
    let text = '';
    for await (const piece of response.body?.pipeThrough(new TextDecoderStream()) ?? []) {
      text += piece;
      const blocks = text.split('\n\n');
      text = blocks.pop() ?? '';
      for (const block of blocks) {
        const event = eventOf(block);
        events.push(event);
        onEvent(event);
      }
    }
  };
  void read()
    .catch(() => {})
    .finally(() => (ended = true));
  return {
    status: response.status,
    events,
    get ended() {
      return ended;
    },
    next: (what, fits) => until(what, () => events.find(fits)),
    close: () => closing.abort(),
  };
}

function eventOf(block: string): ServerEvent {
  const field = (name: string) => new RegExp(`^${name}: (.*)$`, 'm').exec(block)?.[1];
  const data: unknown = JSON.parse(field('data') ?? '{}');
  return {
    event: field('event') ?? 'message',
    id: field('id'),
    data: typeof data === 'object' && data !== null ? { ...data } : {},
  };
}

/** Whether an event tells of this resource. */
export function tellsOf(type: string, id: string): (event: ServerEvent) => boolean {
  return ({ data }) => {
    const { changes } = data;
    return (
      Array.isArray(changes) &&
      changes.some((one: { type: string; id: string }) => one.type === type && one.id === id)
    );
  };
}
