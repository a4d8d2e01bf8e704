// upsBasicStateOutputState of PowerNet-MIB: 64 signs, each 0 or 1. As one number the most serious of what is set counts.

/** State labels by number, the most serious last. */
export const UPS_STATES: Readonly<Record<string, string>> = {
  1: 'on-line',
  2: 'asleep',
  3: 'bypass',
  4: 'abnormal',
  5: 'replace-battery',
  6: 'overload',
  7: 'on-battery',
  8: 'low-battery',
}

/** Place of the sign, from 1 as the MIB counts, and the state it means. */
const SIGNS: readonly (readonly [place: number, state: number])[] = [
  ...([
    [3, 8],
    [11, 8],
    [2, 7],
    [9, 6],
    [5, 5],
    [1, 4],
    [12, 3],
    [13, 3],
    [14, 3],
    [15, 3],
    [16, 3],
    [17, 2],
    [18, 2],
    [4, 1],
  ] as const),
]

/** NaN when the text is none of zeros and ones or says nothing of these. */
export function upsState(text: string): number {
  if (!/^[01]{17,}/.test(text)) return Number.NaN
  return SIGNS.find(([place]) => text[place - 1] === '1')?.[1] ?? Number.NaN
}
