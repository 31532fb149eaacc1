import type { QuestionnaireResponse } from '@medplum/fhirtypes';
import { answersOf } from '#fhir/notes/template.ts';
import { useDraft, writeDraft } from '../../link/drafts.ts';
import { find } from '../../link/fhir.ts';
import { useTemplates } from '../../link/note-help.ts';
import { keys, queries } from '../../link/queries.ts';
import type { Session } from '../../link/session.ts';
import { showDayAndTime } from '../../parts/format/date.ts';
import { useText } from '../../parts/text.tsx';
import { referredId } from '../record/coding.ts';
import type { Note } from '../record/notes.ts';
import { currentUser } from '../record/since.ts';
import { chosenTemplate } from './chosen-template.ts';
import { carry, fieldsOf, isEmpty } from './draft-fields.ts';
import type { NoteStarts } from './note-actions.tsx';

/** What begins in the editor from a note that is read: each writes the draft, and the editor shows it. */
export function useStarts(patient: string, onWriting: () => void): NoteStarts {
  const say = useText();
  const user = currentUser();
  const draft = useDraft(user, patient);
  const templates = useTemplates();
  const whyNot = draft !== undefined && !isEmpty(draft.fields) ? say('notes.draftFirst') : undefined;
  const about = (note: Note) => `${note.kind} ${showDayAndTime(note.at, 'da')}, ${note.author}`;
  return {
    patient,
    whyNot,
    addendum(note) {
      // An addendum is short, whatever the note was: the text alone.
      writeDraft(user, patient, { kind: note.kind, appends: note.id, about: about(note) });
      onWriting();
    },
    correction(note) {
      void correct(note).then(onWriting);
    },
    carry(note, section) {
      const role = queries.getQueryData<Session | null>(keys.session)?.role;
      const template = chosenTemplate(templates, draft?.fields['kind'], role);
      const source = {
        id: note.id,
        kind: note.kind,
        when: showDayAndTime(note.at, 'da'),
        author: note.author,
      };
      const fields = { ...draft?.fields, kind: template.title };
      writeDraft(user, patient, carry(fields, template, source, section, note.text ?? ''));
      onWriting();
    },
  };

  /** As it was written: by its answers where it has some, else by its text. */
  async function correct(note: Note) {
    const template = templates.find(({ title }) => title === note.kind);
    const response = note.source.context?.related?.flatMap(
      (each) => referredId(each, 'QuestionnaireResponse') ?? [],
    )[0];
    const answered =
      response === undefined || template === undefined ? undefined : await readAnswers(response);
    const fields: Readonly<Record<string, string>> =
      answered === undefined || template === undefined
        ? { text: note.text ?? '' }
        : fieldsOf(answersOf(answered), template);
    writeDraft(user, patient, {
      ...fields,
      kind: note.kind,
      replaces: note.id,
      about: about(note),
      ...(note.appends !== undefined && { appends: note.appends }),
    });
  }
}

/** undefined when it cannot be read now: then the text is corrected, which says the same. */
async function readAnswers(id: string): Promise<QuestionnaireResponse | undefined> {
  try {
    const { resources } = await find(`QuestionnaireResponse?_id=${id}`);
    return resources.find(
      (each): each is QuestionnaireResponse => each.resourceType === 'QuestionnaireResponse',
    );
  } catch {
    return undefined;
  }
}
