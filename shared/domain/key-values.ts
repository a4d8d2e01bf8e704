// `key=value` lines, as firewalls write them: date=2026-11-22 devname="FW 1" level="notice" msg='...'.

/** What is read of one line: longer lines are read no further. */
const MAX_PAIRS = 256
const MAX_KEY = 64

/**
 * Calls `visit` for each pair from `from` on, in order, until it answers false. A value ends at its quote, else at a blank
 * or a comma or semicolon that is followed by a blank or the next key. Linear in the text; what is no pair is passed over.
 */
export function eachKeyValue(text: string, from: number, visit: (key: string, value: string) => boolean): void {
  let pairs = 0
  let equals = text.indexOf('=', from)
  let last = from
  while (equals >= 0 && pairs < MAX_PAIRS) {
    const keyAt = keyStart(text, equals, last)
    if (keyAt === equals) {
      last = equals + 1
      equals = text.indexOf('=', last)
      continue
    }
    pairs++
    const first = text.charCodeAt(equals + 1)
    const quoted = first === QUOTE || first === APOSTROPHE
    const end = quoted ? quoteEnd(text, equals + 2, first) : valueEnd(text, equals + 1)
    const raw = text.slice(quoted ? equals + 2 : equals + 1, end)
    const value = quoted && raw.includes('\\') ? raw.replace(/\\(["'\\])/g, '$1') : raw
    if (!visit(text.slice(keyAt, equals), value)) return
    last = quoted ? end + 1 : end
    equals = text.indexOf('=', last)
  }
}

/** All pairs of a line by name; of a name that occurs again the first counts. */
export function keyValuesOf(text: string): ReadonlyMap<string, string> {
  const values = new Map<string, string>()
  eachKeyValue(text, 0, (key, value) => {
    if (!values.has(key)) values.set(key, value)
    return true
  })
  return values
}

const [QUOTE, APOSTROPHE, SPACE, TAB, COMMA, SEMICOLON] = [34, 39, 32, 9, 44, 59] as const

/** Start of the key that ends before `equals`; `equals` itself when there is none. */
function keyStart(text: string, equals: number, notBefore: number): number {
  let at = equals
  const stop = Math.max(notBefore, equals - MAX_KEY)
  while (at > stop && isKeyPart(text.charCodeAt(at - 1))) at--
  // digits and dashes may stand inside a key only
  while (at < equals && !isKeyStart(text.charCodeAt(at))) at++
  return at
}

function quoteEnd(text: string, at: number, quote: number): number {
  for (let i = at; i < text.length; i++) {
    const c = text.charCodeAt(i)
    if (c === quote) return i
    if (c === 92) i++
  }
  return text.length
}

function valueEnd(text: string, at: number): number {
  for (let i = at; i < text.length; i++) {
    const c = text.charCodeAt(i)
    if (c === SPACE || c === TAB) return i
    if (c !== COMMA && c !== SEMICOLON) continue
    const next = text.charCodeAt(i + 1)
    if (Number.isNaN(next) || next === SPACE || isKeyStart(next)) return i
  }
  return text.length
}

const isLetter = (c: number) => (c | 32) >= 97 && (c | 32) <= 122
const isKeyStart = (c: number) => isLetter(c) || c === 95
const isKeyPart = (c: number) => isKeyStart(c) || (c >= 48 && c <= 57) || c === 45 || c === 46
