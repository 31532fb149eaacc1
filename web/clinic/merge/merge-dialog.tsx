import { Modal } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useMemo, useState } from 'react';
import { isFault, type LinkFault } from '../../link/fault.ts';
import { makeActId } from '../../link/act-id.ts';
import { merge, previewMerge } from '../../link/merge.ts';
import { queries } from '../../link/queries.ts';
import { Button } from '../../parts/button.tsx';
import { useNow } from '../../parts/clock.ts';
import { useText } from '../../parts/text.tsx';
import { RefusedBecause } from '../record/act-note.tsx';
import { ageWords, sexSign, showCpr, type Person } from '../record/person.ts';
import { Finder } from '../search/finder.tsx';

type MergeDialogProps = { readonly person: Person; readonly onClose: () => void };

/** Another record of the same person is found, shown beside this one, and joined into it. */
export function MergeDialog({ person, onClose }: MergeDialogProps) {
  const say = useText();
  const [typed, setTyped] = useState('');
  const [other, setOther] = useState<Person>();
  const [fault, setFault] = useState<LinkFault>();
  const [isUnderway, setIsUnderway] = useState(false);
  const otherId = other?.id;
  // Who hears no answer presses again, and it is the same act.
  const act = useMemo(() => ({ id: makeActId(), other: otherId }).id, [otherId]);
  const preview = useQuery({
    queryKey: ['patient', person.id, 'merge', other?.id ?? ''],
    queryFn: () => previewMerge(person.id, other?.id ?? ''),
    enabled: other !== undefined,
    staleTime: 0,
  });
  const refused = fault ?? (isFault(preview.error) ? preview.error : undefined);

  async function run() {
    if (other === undefined) return;
    setIsUnderway(true);
    try {
      await merge(person.id, other.id, act);
      await queries.invalidateQueries();
      onClose();
    } catch (error) {
      if (!isFault(error)) throw error;
      setFault(error);
    } finally {
      setIsUnderway(false);
    }
  }

  return (
    <Modal
      opened
      onClose={onClose}
      size={760}
      yOffset="6vh"
      padding="sm"
      transitionProps={{ duration: 0 }}
      title={<b>{say('merge.title')}</b>}
      closeButtonProps={{ 'aria-label': say('modal.close') }}
    >
      <div className="stay-dialog">
        {other === undefined ? (
          <>
            <p className="muted">{say('merge.find')}</p>
            <Finder
              typed={typed}
              onType={setTyped}
              onPatient={({ person: found }) => {
                if (found.id !== person.id) setOther(found);
              }}
            />
          </>
        ) : (
          <>
            <div className="merge-pair">
              <WhoCard heading={say('merge.stays')} person={person} />
              <span className="merge-arrow" aria-hidden="true">
                ←
              </span>
              <WhoCard heading={say('merge.goes')} person={other} />
            </div>
            <p>{say('merge.meaning')}</p>
            {preview.data !== undefined && (
              <p className="muted">
                {say('merge.moves', { count: preview.data.moves })}{' '}
                {preview.data.kinds.map(([type, count]) => `${type} ${count}`).join(' · ')}
              </p>
            )}
            {refused !== undefined && <RefusedBecause fault={refused} />}
            <div className="stay-buttons">
              <Button
                kind="primary"
                disabledBecause={
                  isUnderway || preview.isFetching
                    ? say('act.underway')
                    : refused === undefined
                      ? undefined
                      : say('act.refused')
                }
                onPress={() => void run()}
              >
                {say('merge.do')}
              </Button>
              <Button
                onPress={() => {
                  setOther(undefined);
                  setFault(undefined);
                }}
              >
                {say('merge.other')}
              </Button>
            </div>
          </>
        )}
      </div>
    </Modal>
  );
}

function WhoCard({ heading, person }: { readonly heading: string; readonly person: Person }) {
  const say = useText();
  const today = useNow();
  return (
    <section className="merge-who" aria-label={heading}>
      <h3 className="sub">{heading}</h3>
      <b>{person.name}</b>
      <span>{person.cpr === undefined ? '–' : showCpr(person.cpr)}</span>
      <span>
        {sexSign[person.sex]} {ageWords(person, today, say)}
      </span>
    </section>
  );
}
