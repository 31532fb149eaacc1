/**
 * The XHTML of a narrative (http://hl7.org/fhir/R4/narrative.html#xhtml): text, lists, tables, pictures and links, and
 * nothing that runs, loads or asks. Judged by a list of what is allowed, in one pass: what a browser makes of markup that
 * is not well formed is anyone's guess, so it must be well formed.
 */

const words = (text: string) => new Set(text.split(' '));

const elements = words(
  'a abbr acronym address area b bdo big blockquote br caption cite code col colgroup dd del dfn div dl dt em h1 h2 h3 h4 h5 h6 hr i img ins kbd li map ol p pre q s samp small span strike strong sub sup table tbody td tfoot th thead tr tt u ul var',
);
/** Elements without content. */
const empty = words('area br col hr img');
const common = words('title style class id lang xml:lang dir accesskey tabindex xmlns');
const cell = 'align valign char charoff width height';
const attributes: Readonly<Record<string, ReadonlySet<string>>> = {
  a: words('name href shape coords rel rev charset type hreflang target'),
  area: words('shape coords href nohref alt'),
  blockquote: words('cite'),
  caption: words('align'),
  col: words(`span ${cell}`),
  colgroup: words(`span ${cell}`),
  del: words('cite datetime'),
  div: words('align'),
  hr: words('align noshade size width'),
  img: words('src alt longdesc width height usemap ismap align border hspace vspace'),
  ins: words('cite datetime'),
  li: words('type value'),
  map: words('name'),
  ol: words('type start compact'),
  p: words('align'),
  pre: words('width'),
  q: words('cite'),
  table: words('summary width border frame rules cellspacing cellpadding align bgcolor'),
  tbody: words(cell),
  td: words(`abbr axis headers scope rowspan colspan nowrap bgcolor ${cell}`),
  tfoot: words(cell),
  th: words(`abbr axis headers scope rowspan colspan nowrap bgcolor ${cell}`),
  thead: words(cell),
  tr: words(`bgcolor ${cell}`),
  ul: words('type compact'),
};
const headings = words('h1 h2 h3 h4 h5 h6');
const addresses = words('href src cite longdesc usemap');
/** An address without a scheme, or with one that shows or calls and never runs. */
const harmless = /^(?:[^:]*$|[^:]*[/?#]|(?:https?|mailto|tel|urn|ftp|cid):)/i;
const picture = /^data:image\/(?:png|jpeg|gif|webp|bmp|svg\+xml);base64,/i;
const styleThatActs = /expression\s*\(|javascript:|url\s*\(|@import|behaviou?r\s*:|-moz-binding/i;

/** Elements within elements, at most: a browser must be able to draw it. */
const depthMax = 200;

const opening = /<([A-Za-z][A-Za-z0-9]*)/y;
const attribute = /\s+([A-Za-z_:][\w:.-]*)\s*=\s*(?:"([^"<]*)"|'([^'<]*)')/y;
const end = /\s*(\/?)>/y;
const closing = /<\/([A-Za-z][A-Za-z0-9]*)\s*>/y;
const entity = /&(?:#\d{1,7}|#x[0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});/y;
const plain = /[^<&]+/y;

/** What is wrong with a narrative, or undefined. Never quotes it. */
export function whyNotNarrative(xhtml: string): string | undefined {
  if (!/^\s*<div[\s>/]/.test(xhtml)) return 'a narrative starts with <div';
  const open: string[] = [];
  let [position, hasContent, closed] = [0, false, false];
  const take = (pattern: RegExp): RegExpExecArray | undefined => {
    pattern.lastIndex = position;
    const match = pattern.exec(xhtml) ?? undefined;
    if (match) position = pattern.lastIndex;
    return match;
  };
  while (position < xhtml.length) {
    const found = take(plain);
    if (found) {
      const blank = found[0].trim() === '';
      if (open.length === 0 && !blank) return 'a narrative is one <div> and nothing beside it';
      hasContent ||= !blank;
      continue;
    }
    if (xhtml.startsWith('<!--', position)) {
      const last = xhtml.indexOf('-->', position + 4);
      if (last < 0) return 'a comment in the narrative has no end';
      position = last + 3;
      continue;
    }
    if (xhtml.startsWith('&', position)) {
      if (!take(entity)) return 'an & in the narrative begins no entity; it is written &amp;';
      if (open.length === 0) return 'a narrative is one <div> and nothing beside it';
      hasContent = true;
      continue;
    }
    const ended = take(closing);
    if (ended) {
      const name = open.pop();
      if (name !== ended[1])
        return `the narrative is not well formed: an element is closed that is not the last one opened`;
      closed = open.length === 0;
      continue;
    }
    const begun = take(opening);
    if (!begun) return 'the narrative is not well formed: a < begins no element';
    const name = begun[1] ?? '';
    if (closed) return 'a narrative is one <div> and nothing beside it';
    if (!elements.has(name)) return `a narrative must not hold the element ${name.slice(0, 20)}`;
    const why = whyNotAttributes(name, take);
    if (why !== undefined) return why;
    const over = take(end);
    if (!over) return `the narrative is not well formed: an attribute of ${name} is not written name="value"`;
    hasContent ||= name === 'img';
    if (over[1] === '') {
      open.push(name);
      if (empty.has(name)) return `the narrative is not well formed: ${name} is written <${name}/>`;
    } else closed = open.length === 0;
    if (open.length > depthMax) return `elements of a narrative nest at most ${depthMax} deep`;
  }
  if (open.length > 0) return 'the narrative is not well formed: an element is not closed';
  return hasContent ? undefined : 'a narrative must hold some text or a picture';
}

function whyNotAttributes(
  name: string,
  take: (pattern: RegExp) => RegExpExecArray | undefined,
): string | undefined {
  const seen = new Set<string>();
  for (let found = take(attribute); found; found = take(attribute)) {
    const key = found[1] ?? '';
    const value = decoded(found[2] ?? found[3] ?? '');
    if (seen.has(key)) return `the narrative is not well formed: ${name} has an attribute twice`;
    seen.add(key);
    const allowed = common.has(key) || attributes[name]?.has(key) || (headings.has(name) && key === 'align');
    if (!allowed) return `a narrative must not hold the attribute ${key.slice(0, 20)} of ${name}`;
    if (key === 'xmlns' && value !== 'http://www.w3.org/1999/xhtml')
      return 'a narrative is in the namespace http://www.w3.org/1999/xhtml';
    if (key === 'style' && styleThatActs.test(value))
      return `a style of a narrative must not load or run anything`;
    if (addresses.has(key) && !isHarmless(name, value))
      return `a narrative must not hold an address that runs or embeds something (${key} of ${name})`;
  }
  return undefined;
}

/** Browsers skip blanks and control characters in the scheme of an address. */
function isHarmless(name: string, address: string): boolean {
  // eslint-disable-next-line no-control-regex -- those are what is skipped
  const bare = address.slice(0, 200).replace(/[\u0000-\u0020\u007f-\u00a0]/g, '');
  return harmless.test(bare) || (name === 'img' && picture.test(bare));
}

const named: Readonly<Record<string, string>> = {
  amp: '&',
  lt: '<',
  gt: '>',
  quot: '"',
  apos: "'",
  colon: ':',
  Tab: '\t',
  NewLine: '\n',
  lpar: '(',
};

function decoded(value: string): string {
  if (!value.includes('&')) return value;
  return value.replace(
    /&(?:#x([0-9a-fA-F]{1,6})|#(\d{1,7})|([A-Za-z][A-Za-z0-9]{1,31}));/g,
    (_, hex?: string, number?: string, name?: string) => {
      if (name !== undefined) return (Object.hasOwn(named, name) ? named[name] : undefined) ?? '';
      const code = hex === undefined ? Number(number) : Number.parseInt(hex, 16);
      return code <= 0x10ffff ? String.fromCodePoint(code) : '';
    },
  );
}
