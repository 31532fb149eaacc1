/**
 * What a scanner reads: a wristband with the patient's number, or a package. Scanners type like a keyboard and end with Enter; a medicine
 * package carries a GS1 data matrix (General Specifications, AI 01 = GTIN, 14 digits) or a plain code.
 */
export function scannedCode(text: string): string {
  // A symbology identifier (]d2, ]C1) may stand before it, and a group separator within it.
  const plain = text
    .trim()
    .replace(/^\][A-Za-z]\d/, '')
    .replaceAll('\u001D', '');
  const gtin = /^\(?01\)?(\d{14})/.exec(plain)?.[1];
  // Ten digits that begin with 01 are a personal number of the first of a month.
  return gtin === undefined || plain.length < 16 ? plain : gtin.replace(/^0+/, '');
}

/** The same code, however many zeros stand before it and whether a hyphen is within it. */
export function isSameCode(scanned: string, known: string): boolean {
  const fold = (code: string) =>
    code
      .replaceAll('-', '')
      .replace(/^0+(?=\d{11,}$)/, '')
      .toUpperCase();
  return scanned !== '' && fold(scanned) === fold(known);
}

/** It could be a personal number: of another patient, when it is not this one's. */
export function isPersonalNumber(scanned: string): boolean {
  return /^\d{6}-?\d{4}$/.test(scanned);
}
