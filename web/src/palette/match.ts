// Which of the known things somebody means by what they have typed so far.

export interface Named {
  readonly label: string
  /** Other words for it, e.g. its name in the other language; never shown. */
  readonly words?: string
}

/** Those that have every word of `typed`, best first; all of them, as they come, when nothing is typed. */
export function matching<T extends Named>(typed: string, all: readonly T[]): readonly T[] {
  const words = fold(typed).split(/\s+/).filter(Boolean)
  if (words.length === 0) return all
  return all
    .map((one, i) => ({ one, i, score: scoreOf(words, one) }))
    .filter(({ score }) => score > 0)
    .sort((a, b) => b.score - a.score || a.i - b.i)
    .map(({ one }) => one)
}

/** 0: one of the words is nowhere. What begins the label weighs most, then what begins a word. */
function scoreOf(words: readonly string[], { label, words: more = '' }: Named): number {
  const [shown, hidden] = [fold(label), fold(more)]
  let score = 0
  for (const word of words) {
    const found = Math.max(placeOf(word, shown) * 2, placeOf(word, hidden))
    if (found === 0) return 0
    score += found
  }
  return score
}

function placeOf(word: string, text: string): number {
  const at = text.indexOf(word)
  if (at < 0) return 0
  if (at === 0) return text.length === word.length ? 4 : 3
  const begins = text.split(/[^\p{L}\p{N}]+/u).some((part) => part.startsWith(word))
  return begins ? 2 : 1
}

/** Without case, accents and full-width forms. */
function fold(text: string): string {
  return text.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase()
}
