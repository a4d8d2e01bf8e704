// A few hundred thousand brackets keep a YAML parser busy for seconds: texts nested deeper than any profile are not parsed.

const MAX_DEPTH = 100
const MAX_INDENT = 400

/** The line where it gets too deep; brackets inside texts count too, which no real profile has so many of. */
export function tooDeep(text: string): number | undefined {
  let line = 1
  let open = 0
  let dashes = 0
  let indent = 0
  let atStart = true
  for (let i = 0; i < text.length; i++) {
    const c = text.charCodeAt(i)
    if (c === NEWLINE) {
      line++
      dashes = 0
      indent = 0
      atStart = true
    } else if (c === OPEN_LIST || c === OPEN_MAP) open++
    else if (c === CLOSE_LIST || c === CLOSE_MAP) open = Math.max(0, open - 1)
    else if (atStart && c === SPACE) indent++
    else if (atStart && (c === DASH || c === QUESTION)) dashes++
    else atStart = false
    if (open > MAX_DEPTH || dashes > MAX_DEPTH || indent > MAX_INDENT) return line
  }
  return undefined
}

const NEWLINE = 10
const SPACE = 32
const DASH = 45
const QUESTION = 63
const OPEN_LIST = 91
const CLOSE_LIST = 93
const OPEN_MAP = 123
const CLOSE_MAP = 125
