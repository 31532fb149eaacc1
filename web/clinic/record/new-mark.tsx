import type { Resource } from '@medplum/fhirtypes';
import { Sign, Tag } from '../../parts/tag.tsx';
import { useText } from '../../parts/text.tsx';
import { lastUpdated } from './coding.ts';

/** Came after the user last looked; nothing is "new" to who never looked. */
export function isNew(resource: Resource, since: number | undefined): boolean {
  return since !== undefined && lastUpdated(resource) > since;
}

/** ● beside what is new. */
export function NewMark({ on }: { readonly on: boolean }) {
  const say = useText();
  if (!on) return null;
  return (
    <span className="changed">
      <Sign sign="●" meaning={say('new.one')} />
    </span>
  );
}

/** "● 3 nye" beside a title. */
export function NewCount({ count }: { readonly count: number }) {
  const say = useText();
  return count === 0 ? null : <Tag kind="new">● {say('new.count', { count })}</Tag>;
}
