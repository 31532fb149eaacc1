// FNV-1a, 64 bits (draft-eastlake-fnv): spread enough to tell some dozens of doses apart.
const offset = 0xcbf29ce484222325n;
const prime = 0x100000001b3n;

/**
 * The code on the label of a prepared dose: of one order and one planned time (milliseconds), and never the patient's number, since a label
 * beside the bed must not be able to stand for a wristband. Short enough for bars on 60 mm; it is compared with the open doses of one
 * patient alone.
 */
export function labelCode(order: string | undefined, planned: number): string {
  let hash = offset;
  for (const byte of new TextEncoder().encode(`${order ?? ''}@${planned}`))
    hash = BigInt.asUintN(64, (hash ^ BigInt(byte)) * prime);
  return `M${hash.toString(36).toUpperCase().padStart(13, '0')}`;
}
