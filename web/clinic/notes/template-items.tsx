import type { Phrase } from '#fhir/notes/phrases.ts';
import type { Template, TemplateItem } from '#fhir/notes/template.ts';
import { useText } from '../../parts/text.tsx';
import { fieldOf, type Fields } from './draft-fields.ts';
import { NoteField } from './note-field.tsx';

type TemplateItemsProps = {
  readonly template: Template;
  readonly items: readonly TemplateItem[];
  readonly fields: Fields;
  readonly phrases: readonly Phrase[];
  readonly readOnly: boolean;
  readonly textMax: number;
  readonly onChange: (field: string, value: string) => void;
};

/** What a template asks, in one column, in its order. */
export function TemplateItems(props: TemplateItemsProps) {
  const say = useText();
  const { template, items, fields, phrases, readOnly, textMax, onChange } = props;
  return items.map((item) => {
    const name = fieldOf(template, item);
    const value = fields[name] ?? '';
    if (item.kind === 'group')
      return (
        <fieldset key={item.id} className="note-group">
          <legend>{item.text}</legend>
          <TemplateItems {...props} items={item.items} />
        </fieldset>
      );
    const label = item.isRequired ? `${item.text} *` : item.text;
    if (item.kind === 'text')
      return (
        <div key={item.id} className="field">
          <span aria-hidden="true">{label}</span>
          <NoteField
            label={label}
            value={value}
            phrases={phrases}
            isTall={item.isFree}
            isFirst={item.isFree}
            readOnly={readOnly}
            maxLength={textMax}
            onChange={(text) => onChange(name, text)}
          />
        </div>
      );
    return (
      <label key={item.id} className="field beside">
        <span>{label}</span>
        {item.kind === 'choice' || item.kind === 'boolean' ? (
          <select
            className="input"
            value={value}
            disabled={readOnly}
            onChange={(event) => onChange(name, event.target.value)}
          >
            <option value="">{say('editor.unanswered')}</option>
            {choicesOf(item).map(([given, words]) => (
              <option key={given} value={given}>
                {words}
              </option>
            ))}
          </select>
        ) : item.kind === 'unknown' ? (
          <span className="muted">{say('editor.unknownItem')}</span>
        ) : (
          <input
            className="input"
            type={item.kind === 'date' ? 'date' : 'text'}
            maxLength={400}
            value={value}
            readOnly={readOnly}
            onChange={(event) => onChange(name, event.target.value)}
          />
        )}
      </label>
    );
  });
}

function choicesOf({ kind, choices }: TemplateItem): readonly (readonly [string, string])[] {
  // The words of the note itself, which is Danish.
  if (kind === 'boolean')
    return [
      ['true', 'Ja'],
      ['false', 'Nej'],
    ];
  return choices.map((each) => [each, each]);
}
