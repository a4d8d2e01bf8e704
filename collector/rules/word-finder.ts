// Finds which of many words occur in a text, in one pass over the text however many words there are (Aho and Corasick).

/** Numbers of the words that occur, each once, in no order. */
export type WordFinder = (text: string) => readonly number[]

const NONE: readonly number[] = Object.freeze([])

/** Builds a finder; words are compared exactly. */
export function createWordFinder(words: readonly string[]): WordFinder {
  if (words.length === 0) return () => NONE
  const alphabet = new Map<number, number>()
  for (const word of words)
    for (let i = 0; i < word.length; i++)
      if (!alphabet.has(word.charCodeAt(i))) alphabet.set(word.charCodeAt(i), alphabet.size + 1)
  const width = alphabet.size + 1
  const ascii = new Uint16Array(128)
  for (const [code, column] of alphabet) if (code < 128) ascii[code] = column
  const { next, found } = automaton(words, alphabet, width)
  const ends = Uint8Array.from(found, (here) => (here.length > 0 ? 1 : 0))

  return (text) => {
    let out: number[] | undefined
    let state = 0
    for (let i = 0; i < text.length; i++) {
      const code = text.charCodeAt(i)
      const column = code < 128 ? (ascii[code] as number) : (alphabet.get(code) ?? 0)
      state = next[state * width + column] as number
      if (ends[state] === 0) continue
      out ??= []
      for (const word of found[state] as readonly number[]) if (!out.includes(word)) out.push(word)
    }
    return out ?? NONE
  }
}

/** The tree of all words with every missing branch filled in: one table look-up per character. */
function automaton(words: readonly string[], alphabet: ReadonlyMap<number, number>, width: number) {
  const states = 1 + words.reduce((sum, word) => sum + word.length, 0)
  const next = new Int32Array(states * width)
  const found: number[][] = [[]]
  let count = 1
  for (const [number, word] of words.entries()) {
    let state = 0
    for (let i = 0; i < word.length; i++) {
      const at = state * width + (alphabet.get(word.charCodeAt(i)) as number)
      if (next[at] === 0) {
        next[at] = count++
        found.push([])
      }
      state = next[at] as number
    }
    ;(found[state] as number[]).push(number)
  }
  const fallback = new Int32Array(count)
  const queue: number[] = []
  for (let column = 1; column < width; column++) if (next[column]) queue.push(next[column] as number)
  for (let head = 0; head < queue.length; head++) {
    const state = queue[head] as number
    const back = fallback[state] as number
    for (const word of found[back] as number[]) if (!found[state]?.includes(word)) found[state]?.push(word)
    for (let column = 1; column < width; column++) {
      const child = next[state * width + column] as number
      const elsewhere = next[back * width + column] as number
      if (child === 0) next[state * width + column] = elsewhere
      else {
        fallback[child] = elsewhere
        queue.push(child)
      }
    }
  }
  return { next: next.subarray(0, count * width), found }
}
