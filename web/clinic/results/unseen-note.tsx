import type { DiagnosticReport, Observation } from '@medplum/fhirtypes';
import { Link } from '@tanstack/react-router';
import { Tag } from '../../parts/tag.tsx';
import { useText } from '../../parts/text.tsx';
import { isCritical, markOf } from '../record/results.ts';
import { isToBeSeen, seenVersions, versionName } from '../record/unseen.ts';
import { useItems } from '../record/use-patient.ts';

/** How many of these results nobody has answered for having seen; nothing while the reviews are not known. */
export function UnseenNote({
  patient,
  results,
}: {
  readonly patient: string;
  readonly results: readonly (Observation | DiagnosticReport)[];
}) {
  const say = useText();
  const reviews = useItems(patient, 'reviews', 'Task');
  if (reviews.state.asOf === undefined || reviews.state.unread !== undefined) return null;
  const seen = seenVersions(reviews.items);
  const unseen = results.filter((result) => isToBeSeen(result) && !seen.has(versionName(result)));
  if (unseen.length === 0) return null;
  const critical = unseen.some((each) => each.resourceType === 'Observation' && isCritical(markOf(each)));
  return (
    <Link to="/inbox" className="unseen-note" search={{ scope: 'team' }}>
      <Tag kind={critical ? 'crit' : 'new'}>
        {critical && '▲▲ '}
        {say('inbox.unseen', { count: unseen.length })}
      </Tag>
    </Link>
  );
}
