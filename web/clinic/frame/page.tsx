import { Component, lazy, Suspense, type FunctionComponent, type ReactNode } from 'react';
import { Button } from '../../parts/button.tsx';
import { useText } from '../../parts/text.tsx';

// Pages that are not needed to see the ward come after it: the first load is small, and the rest is fetched while nobody
// waits, so that it is there when the line is not.

const pages: (() => Promise<unknown>)[] = [];

/** A page, or a part of one, that is fetched when it is opened, or before. */
export function page<Name extends string, Props extends object = object>(
  load: () => Promise<Readonly<Record<Name, FunctionComponent<Props>>>>,
  name: Name,
): FunctionComponent<Props> {
  pages.push(load);
  const Page = lazy(async (): Promise<{ default: FunctionComponent<Props> }> => ({
    default: (
      await load().catch((error: unknown) => {
        throw new NotFetchedError('a page of the clinic could not be fetched', { cause: error });
      })
    )[name],
  }));
  return function Later(props) {
    return (
      <Fetched>
        <Suspense fallback={null}>
          <Page {...props} />
        </Suspense>
      </Fetched>
    );
  };
}

/** Fetches all pages, one after the other; whoever opens one meanwhile is served first by the browser. */
export async function fetchPages(): Promise<void> {
  for (const load of pages) await load().catch(() => undefined);
}

class NotFetchedError extends Error {}

class Fetched extends Component<{ readonly children: ReactNode }, { readonly error?: unknown }> {
  override state: { readonly error?: unknown } = {};

  static getDerivedStateFromError(error: unknown): { error: unknown } {
    return { error };
  }

  override render(): ReactNode {
    const { error } = this.state;
    if (error === undefined) return this.props.children;
    if (error instanceof NotFetchedError) return <NotFetched />;
    // A fault of ours is not a line that is gone, and must not be told as one.
    throw error;
  }
}

function NotFetched() {
  const say = useText();
  return (
    <div className="alone">
      <p className="error">{say('page.notFetched')}</p>
      <Button onPress={() => location.reload()}>{say('panel.retry')}</Button>
    </div>
  );
}
