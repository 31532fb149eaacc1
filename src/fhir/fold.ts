/**
 * A text as it is compared when case and accents do not count. The Danish letters æ, ø and å are letters of their own,
 * not accented ones: Åse is not Ase.
 */
export function fold(text: string): string {
  if (asciiOnly.test(text)) return text.toLowerCase();
  return text
    .toLowerCase()
    .normalize('NFC')
    .replaceAll('å', '\u0001')
    .normalize('NFD')
    .replace(/[\u0300-\u036f]/g, '')
    .replaceAll('\u0001', 'å')
    .normalize('NFC');
}
// eslint-disable-next-line no-control-regex -- every ASCII character, so that the costly rest is for the others.
const asciiOnly = /^[\u0000-\u007f]*$/;
