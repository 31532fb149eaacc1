/** The server's own word on a subscription, as an act of its own: the history tells when and why. */
import { newActId } from '#base/id.ts';
import { stampText } from '#fhir/json-text.ts';
import { isObject } from '#fhir/json.ts';
import { searchValues } from '#fhir/search-values.ts';
import { withStatus } from '#fhir/subscription/subscription.ts';
import { indexRows } from '#store/index-rows.ts';
import { perform } from '#store/perform.ts';
import { seesEverything } from '#store/access.ts';
import { readNewest } from '#store/reader.ts';
import type { Store } from '#store/store.ts';
import type { SubscriptionState } from '#store/subscriptions.ts';

/** Writes the status, when the resource is still the version that was judged. Someone else's newer word stands. */
export async function writeStatus(
  store: Store,
  { id, version }: { readonly id: string; readonly version: number },
  status: SubscriptionState,
  error?: string,
): Promise<void> {
  const intent = { id: newActId(), author: 'holdfast', node: store.node, repeatable: false };
  await perform(store, intent, async () => {
    const newest = await readNewest(store.sql, seesEverything, 'Subscription', id);
    if (newest?.body === undefined || newest.version !== version) return { changes: [], answers: [] };
    const tree: unknown = JSON.parse(newest.body);
    if (!isObject(tree)) throw new Error(`Subscription/${id} is stored as no object`);
    const next = withStatus({ text: newest.body, tree }, status, error);
    const updated = Date.now();
    const stamp = {
      type: 'Subscription',
      id,
      version: version + 1,
      lastUpdated: new Date(updated).toISOString(),
    };
    await store.parameters.refresh();
    const change = {
      type: 'Subscription',
      id,
      version: version + 1,
      rid: newest.rid,
      updated,
      body: stampText(next.text, stamp, next.tree),
      index: indexRows(searchValues('Subscription', { ...next.tree, id }, store.parameters.custom())),
    };
    return {
      changes: [change],
      answers: [{ status: 200 as const, type: 'Subscription', id, version: version + 1 }],
    };
  });
}
