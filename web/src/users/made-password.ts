/** Without those that are taken for another: 0 O 1 l I. */
const LETTERS = 'abcdefghijkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789'
const GROUPS = 4
const GROUP_LETTERS = 5

/** A password to be read out or typed: four groups of five, some 116 bits. `random` fills bytes. */
export function makePassword(
  random: (bytes: Uint8Array<ArrayBuffer>) => Uint8Array = (b) => crypto.getRandomValues(b),
) {
  const letters: string[] = []
  while (letters.length < GROUPS * GROUP_LETTERS)
    for (const byte of random(new Uint8Array(64))) {
      // what is left over of 256 would make some letters more likely
      if (byte >= 256 - (256 % LETTERS.length)) continue
      letters.push(LETTERS[byte % LETTERS.length] as string)
    }
  return Array.from({ length: GROUPS }, (_, i) =>
    letters.slice(i * GROUP_LETTERS, (i + 1) * GROUP_LETTERS).join(''),
  ).join('-')
}
