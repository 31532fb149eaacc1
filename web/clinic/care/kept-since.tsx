import { showTime } from '../../parts/format/date.ts';
import { Tag } from '../../parts/tag.tsx';
import { useText } from '../../parts/text.tsx';

/** That what stands in a form is a draft on this device, and since when. */
export function KeptSince({ form }: { readonly form: { readonly keptAt: number | undefined } }) {
  const say = useText();
  if (form.keptAt === undefined) return null;
  return <Tag kind="quiet">{say('editor.draft', { time: showTime(form.keptAt) })}</Tag>;
}
