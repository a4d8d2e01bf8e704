// One day of the week of a seasonal history as text: numbers of four bytes, first the middles, then the spreads.

/** 24 hours from `from`, `weeks` numbers each. */
export function writeDay(centre: Float32Array, spread: Float32Array, from: number, weeks: number): string {
  const length = 24 * weeks
  const both = new Float32Array(2 * length)
  both.set(centre.subarray(from, from + length))
  both.set(spread.subarray(from, from + length), length)
  return Buffer.from(both.buffer).toString('base64')
}

/** Takes nothing from what cannot be read. */
export function readDay(text: string, centre: Float32Array, spread: Float32Array, from: number, weeks: number): void {
  const length = 24 * weeks
  const bytes = Buffer.from(text, 'base64')
  if (bytes.length !== 8 * length) return
  const both = new Float32Array(new Uint8Array(bytes).buffer)
  centre.set(both.subarray(0, length), from)
  spread.set(both.subarray(length), from)
}
