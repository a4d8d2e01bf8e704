// The words of a MIB module. Linear in the text, whatever it holds.
export interface Token {
  readonly kind: 'word' | 'number' | 'text' | 'sign'
  readonly text: string
  readonly line: number
}

/** Words in one file; more are no MIB that a person wrote. */
const MAX_TOKENS = 2_000_000

/** Comments are left out; a string that never ends is its beginning. Throws when there are too many words. */
export function tokensOf(text: string): Token[] {
  const tokens: Token[] = []
  let line = 1
  let at = 0
  const add = (kind: Token['kind'], part: string) => {
    if (tokens.length >= MAX_TOKENS) throw new Error(`more than ${MAX_TOKENS} words in one file`)
    tokens.push({ kind, text: part, line })
  }
  while (at < text.length) {
    const c = text.charCodeAt(at)
    if (c === 10) {
      line++
      at++
    } else if (c === 45 && text.charCodeAt(at + 1) === 45) {
      at = endOfComment(text, at + 2)
    } else if (c === 34) {
      const end = text.indexOf('"', at + 1)
      const part = text.slice(at + 1, end < 0 ? text.length : end)
      add('text', part)
      for (let i = 0; i < part.length; i++) if (part.charCodeAt(i) === 10) line++
      at = end < 0 ? text.length : end + 1
    } else if (isDigit(c) || (c === 45 && isDigit(text.charCodeAt(at + 1)))) {
      let end = at + 1
      while (isDigit(text.charCodeAt(end))) end++
      // 802dot1Bridge and the like are names, though they ought not to be
      if (isName(text.charCodeAt(end))) {
        while (isName(text.charCodeAt(end))) end++
        add('word', text.slice(at, end))
      } else add('number', text.slice(at, end))
      at = end
    } else if (isName(c)) {
      let end = at + 1
      while (isName(text.charCodeAt(end)) && !(text.charCodeAt(end) === 45 && text.charCodeAt(end + 1) === 45)) end++
      add('word', text.slice(at, end))
      at = end
    } else if (text.startsWith('::=', at)) {
      add('sign', '::=')
      at += 3
    } else {
      if (c > 32 && c !== 0xfeff) add('sign', text[at] as string)
      at++
    }
  }
  return tokens
}

/** A comment ends at the end of its line; `-- so --` on one line is left as people mean it. */
function endOfComment(text: string, from: number): number {
  const end = text.indexOf('\n', from)
  return end < 0 ? text.length : end
}

const isDigit = (c: number): boolean => c >= 48 && c <= 57
/** Letters, digits, hyphen and the underscore that some vendors use. */
const isName = (c: number): boolean =>
  (c >= 97 && c <= 122) || (c >= 65 && c <= 90) || isDigit(c) || c === 45 || c === 95
